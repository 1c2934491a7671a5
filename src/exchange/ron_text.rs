//! A robot's config as RON that a person can read and change.

use std::fmt::Write;

use super::draft::{Note, NoteKind};
use crate::config::robot::{FootConfig, Geometry, JointConfig, LinkConfig, RobotConfig};
use crate::config::sensors::DepthCameraConfig;

/// A robot's file; `source` and `notes` say in its head where it comes from.
///
/// Every number is written so that reading it gives the same one.
pub fn to_ron(config: &RobotConfig, source: &str, notes: &[Note]) -> String {
    let mut out = String::new();
    head(&mut out, config, source, notes);
    line(&mut out, 0, "(");
    line(&mut out, 1, &format!("name: {},", quoted(&config.name)));
    line(&mut out, 1, &format!("description: {},", quoted(&config.description)));
    line(&mut out, 1, &format!("mass_kg: {},", number(config.mass_kg)));
    if config.mass_scale != 1.0 {
        line(&mut out, 1, &format!("mass_scale: {},", number(config.mass_scale)));
    }
    line(&mut out, 1, &format!("height_m: {},", number(config.height_m)));
    line(&mut out, 1, "links: [");
    config.links.iter().for_each(|l| link(&mut out, l));
    line(&mut out, 1, "],");
    line(&mut out, 1, "joints: [");
    config.joints.iter().for_each(|j| joint(&mut out, j));
    line(&mut out, 1, "],");
    line(&mut out, 1, "feet: (");
    line(&mut out, 2, &format!("left: {},", foot(&config.feet.left)));
    line(&mut out, 2, &format!("right: {},", foot(&config.feet.right)));
    line(&mut out, 1, "),");
    line(&mut out, 1, "posture_rad: {");
    for (name, angle) in &config.posture_rad {
        line(&mut out, 2, &format!("{}: {},", quoted(name), number(*angle)));
    }
    line(&mut out, 1, "},");
    sensors(&mut out, config);
    controller(&mut out, config);
    line(&mut out, 0, ")");
    out
}

fn head(out: &mut String, config: &RobotConfig, source: &str, notes: &[Note]) {
    let mut comment = |text: &str| {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let _ = writeln!(out, "// {text}");
    };
    comment(&format!("{}, imported from {source} by `loong import`.", config.name));
    let kinds = [
        (NoteKind::Assumed, "Assumed, for the file does not say:"),
        (NoteKind::Changed, "Said in another way than in the file:"),
        (NoteKind::Dropped, "Left out:"),
    ];
    for (kind, title) in kinds {
        let mut of_kind = notes.iter().filter(|note| note.kind == kind).peekable();
        if of_kind.peek().is_some() {
            comment(title);
        }
        of_kind.for_each(|note| comment(&format!("- {}", note.text)));
    }
}

fn link(out: &mut String, link: &LinkConfig) {
    let i = &link.inertia_kgm2;
    line(out, 2, "(");
    line(out, 3, &format!("name: {},", quoted(&link.name)));
    line(out, 3, &format!("mass_kg: {},", number(link.mass_kg)));
    line(out, 3, &format!("com_m: {},", tuple(&link.com_m)));
    let fields = [("xx", i.xx), ("yy", i.yy), ("zz", i.zz), ("xy", i.xy), ("xz", i.xz), ("yz", i.yz)];
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}: {}", number(*value))).collect();
    line(out, 3, &format!("inertia_kgm2: ({}),", fields.join(", ")));
    if !link.collision.is_empty() {
        line(out, 3, "collision: [");
        for shape in &link.collision {
            line(out, 4, &format!("({}),", placed(&shape.geometry, &shape.xyz_m, &shape.rpy_rad)));
        }
        line(out, 3, "],");
    }
    if !link.visual.is_empty() {
        line(out, 3, "visual: [");
        for shape in &link.visual {
            let placed = placed(&shape.geometry, &shape.xyz_m, &shape.rpy_rad);
            line(out, 4, &format!("({placed}, material: {:?}),", shape.material));
        }
        line(out, 3, "],");
    }
    line(out, 2, "),");
}

fn placed(geometry: &Geometry, xyz: &[f64; 3], rpy: &[f64; 3]) -> String {
    let mut text = format!("geometry: {}", shape(geometry));
    if *xyz != [0.0; 3] {
        let _ = write!(text, ", xyz_m: {}", tuple(xyz));
    }
    if *rpy != [0.0; 3] {
        let _ = write!(text, ", rpy_rad: {}", tuple(rpy));
    }
    text
}

fn shape(geometry: &Geometry) -> String {
    let rounded = |round_m: f64| match round_m {
        0.0 => String::new(),
        _ => format!(", round_m: {}", number(round_m)),
    };
    match geometry {
        Geometry::Box { size_m, round_m } => format!("Box(size_m: {}{})", tuple(size_m), rounded(*round_m)),
        Geometry::Sphere { radius_m } => format!("Sphere(radius_m: {})", number(*radius_m)),
        Geometry::Capsule { radius_m, length_m } => {
            format!("Capsule(radius_m: {}, length_m: {})", number(*radius_m), number(*length_m))
        }
        Geometry::Cylinder { radius_m, top_radius_m, length_m } => {
            let top =
                top_radius_m.map_or_else(String::new, |r| format!("top_radius_m: Some({}), ", number(r)));
            format!("Cylinder(radius_m: {}, {top}length_m: {})", number(*radius_m), number(*length_m))
        }
        Geometry::Ellipsoid { radii_m } => format!("Ellipsoid(radii_m: {})", tuple(radii_m)),
        Geometry::Loft { sections, round_m } => {
            let sections: Vec<String> = sections
                .iter()
                .map(|s| {
                    format!(
                        "(z_m: {}, xy_m: {}, size_m: {}, exponent: {})",
                        number(s.z_m),
                        tuple(&s.xy_m),
                        tuple(&s.size_m),
                        number(s.exponent)
                    )
                })
                .collect();
            format!("Loft(sections: [{}]{})", sections.join(", "), rounded(*round_m))
        }
    }
}

fn joint(out: &mut String, joint: &JointConfig) {
    line(out, 2, "(");
    line(out, 3, &format!("name: {},", quoted(&joint.name)));
    line(out, 3, &format!("parent: {},", quoted(&joint.parent)));
    line(out, 3, &format!("child: {},", quoted(&joint.child)));
    line(out, 3, &format!("origin_m: {},", tuple(&joint.origin_m)));
    if joint.origin_rpy_rad != [0.0; 3] {
        line(out, 3, &format!("origin_rpy_rad: {},", tuple(&joint.origin_rpy_rad)));
    }
    line(out, 3, &format!("axis: {},", tuple(&joint.axis)));
    line(out, 3, &format!("limits_rad: {},", tuple(&[joint.limits_rad.0, joint.limits_rad.1])));
    let a = &joint.actuator;
    line(out, 3, "actuator: (");
    for (name, value) in [
        ("peak_torque_nm", a.peak_torque_nm),
        ("max_speed_rad_s", a.max_speed_rad_s),
        ("corner_speed_rad_s", a.corner_speed_rad_s),
        ("gear", a.gear),
        ("rotor_inertia_kgm2", a.rotor_inertia_kgm2),
        ("viscous_nms", a.viscous_nms),
        ("coulomb_nm", a.coulomb_nm),
    ] {
        line(out, 4, &format!("{name}: {},", number(value)));
    }
    line(out, 3, "),");
    if joint.rigid {
        line(out, 3, "rigid: true,");
    }
    line(out, 2, "),");
}

fn foot(foot: &FootConfig) -> String {
    let (length, width) = foot.sole_size_m;
    format!(
        "(link: {}, sole_center_m: {}, sole_size_m: {})",
        quoted(&foot.link),
        tuple(&foot.sole_center_m),
        tuple(&[length, width])
    )
}

fn sensors(out: &mut String, config: &RobotConfig) {
    let (imu, encoders) = (&config.sensors.imu, &config.sensors.encoders);
    let (contact, lidar) = (&config.sensors.foot_contact, &config.sensors.lidar);
    line(out, 1, "sensors: (");
    line(out, 2, "imu: (");
    line(out, 3, &format!("link: {},", quoted(&imu.link)));
    line(out, 3, &format!("xyz_m: {},", tuple(&imu.xyz_m)));
    fields(
        out,
        &[
            ("gyro_noise_density", imu.gyro_noise_density),
            ("gyro_bias_rad_s", imu.gyro_bias_rad_s),
            ("accel_noise_density", imu.accel_noise_density),
            ("accel_bias_m_s2", imu.accel_bias_m_s2),
            ("latency_s", imu.latency_s),
        ],
    );
    line(out, 2, "),");
    line(out, 2, "encoders: (");
    fields(
        out,
        &[
            ("resolution_rad", encoders.resolution_rad),
            ("position_noise_rad", encoders.position_noise_rad),
            ("velocity_noise_rad_s", encoders.velocity_noise_rad_s),
            ("latency_s", encoders.latency_s),
        ],
    );
    line(out, 2, "),");
    line(out, 2, "foot_contact: (");
    fields(
        out,
        &[
            ("force_noise_n", contact.force_noise_n),
            ("touch_n", contact.touch_n),
            ("lift_n", contact.lift_n),
            ("latency_s", contact.latency_s),
        ],
    );
    line(out, 2, "),");
    line(out, 2, "lidar: (");
    line(out, 3, &format!("link: {},", quoted(&lidar.link)));
    line(out, 3, &format!("xyz_m: {},", tuple(&lidar.xyz_m)));
    line(out, 3, &format!("rpy_rad: {},", tuple(&lidar.rpy_rad)));
    line(out, 3, &format!("elevation_rad: {},", tuple(&[lidar.elevation_rad.0, lidar.elevation_rad.1])));
    line(out, 3, &format!("beams: {},", lidar.beams));
    line(out, 3, &format!("azimuths: {},", lidar.azimuths));
    fields(out, &[("rate_hz", lidar.rate_hz)]);
    line(out, 3, &format!("range_m: {},", tuple(&[lidar.range_m.0, lidar.range_m.1])));
    fields(
        out,
        &[
            ("range_noise_m", lidar.range_noise_m),
            ("drop_out", lidar.drop_out),
            ("latency_s", lidar.latency_s),
        ],
    );
    line(out, 2, "),");
    if !config.sensors.depth_cameras.is_empty() {
        line(out, 2, "depth_cameras: [");
        for camera in &config.sensors.depth_cameras {
            depth_camera(out, camera);
        }
        line(out, 2, "],");
    }
    line(out, 1, "),");
}

fn depth_camera(out: &mut String, camera: &DepthCameraConfig) {
    line(out, 3, "(");
    line(out, 4, &format!("link: {},", quoted(&camera.link)));
    line(out, 4, &format!("xyz_m: {},", tuple(&camera.xyz_m)));
    line(out, 4, &format!("rpy_rad: {},", tuple(&camera.rpy_rad)));
    line(out, 4, &format!("view_rad: {},", tuple(&[camera.view_rad.0, camera.view_rad.1])));
    line(out, 4, &format!("pixels: ({}, {}),", camera.pixels.0, camera.pixels.1));
    line(out, 4, &format!("range_m: {},", tuple(&[camera.range_m.0, camera.range_m.1])));
    for (name, value) in [
        ("rate_hz", camera.rate_hz),
        ("noise_m", camera.noise_m),
        ("drop_out", camera.drop_out),
        ("grazing_rad", camera.grazing_rad),
        ("latency_s", camera.latency_s),
    ] {
        line(out, 4, &format!("{name}: {},", number(value)));
    }
    line(out, 3, "),");
}

fn fields(out: &mut String, fields: &[(&str, f64)]) {
    for (name, value) in fields {
        line(out, 3, &format!("{name}: {},", number(*value)));
    }
}

/// Gains are written only where they are not the defaults.
fn controller(out: &mut String, config: &RobotConfig) {
    if config.controller == Default::default() {
        line(out, 1, "controller: (),");
        return;
    }
    let pretty = ron::ser::PrettyConfig::new().new_line("\n").indentor("    ");
    // A struct of numbers is always RON.
    let text = ron::ser::to_string_pretty(&config.controller, pretty).unwrap_or_else(|_| "()".into());
    let mut lines = text.lines();
    line(out, 1, &format!("controller: {}", lines.next().unwrap_or("(")));
    let mut rest: Vec<&str> = lines.collect();
    let last = rest.pop().unwrap_or(")");
    rest.iter().for_each(|text| line(out, 1, text));
    line(out, 1, &format!("{last},"));
}

fn line(out: &mut String, depth: usize, text: &str) {
    for _ in 0..depth {
        out.push_str("    ");
    }
    out.push_str(text);
    out.push('\n');
}

/// The shortest text that reads back as the same number.
fn number(value: f64) -> String {
    format!("{value:?}")
}

fn tuple(values: &[f64]) -> String {
    let values: Vec<String> = values.iter().map(|value| number(*value)).collect();
    format!("({})", values.join(", "))
}

fn quoted(text: &str) -> String {
    // A text is always RON.
    ron::to_string(text).unwrap_or_else(|_| "\"\"".into())
}
