//! `loong import`: a URDF or MJCF file becomes a robot.

use super::args::ImportArguments;
use super::error::CliError;
use super::export::refuse_own_source;
use super::run::{say, write_file};
use crate::exchange::{ImportOptions, Imported, NoteKind, SourceFormat, import as read};

/// Reads the file, writes the robot, and says what had to be assumed.
pub fn import(arguments: &ImportArguments) -> Result<bool, CliError> {
    let options = ImportOptions {
        left_foot: arguments.left_foot.clone(),
        right_foot: arguments.right_foot.clone(),
        sole: arguments.sole,
    };
    refuse_own_source(&arguments.file, &arguments.out)?;
    let imported = read(&arguments.file, &options)?;
    write_file(&arguments.out, imported.ron.trim_end())?;
    let mut text = summary(&imported);
    text.push_str(&format!("written to {}\n", arguments.out.display()));
    if arguments.report {
        text.push_str(&table(&imported));
    }
    say(&text)?;
    Ok(true)
}

fn summary(imported: &Imported) -> String {
    let format = match imported.format {
        SourceFormat::Urdf => "URDF",
        SourceFormat::Mjcf => "MJCF",
    };
    let robot = &imported.config;
    let mut text = format!(
        "{}: {format}, {} links, {} joints, {:.3} kg, {:.3} m\n",
        robot.name,
        robot.links.len(),
        robot.joints.len(),
        robot.mass_kg,
        robot.height_m
    );
    for note in &imported.notes {
        let kind = match note.kind {
            NoteKind::Assumed => "assumed",
            NoteKind::Dropped => "left out",
            NoteKind::Changed => "changed",
        };
        text.push_str(&format!("  {kind:<9} {}\n", note.text));
    }
    text
}

/// Links and joints as they are now.
fn table(imported: &Imported) -> String {
    let robot = &imported.config;
    let mut text = format!("\n{:<28} {:>9} {:>26}\n", "link", "mass [kg]", "CoM [m]");
    for link in &robot.links {
        let [x, y, z] = link.com_m;
        text.push_str(&format!("{:<28} {:>9.4} {x:>8.4} {y:>8.4} {z:>8.4}\n", link.name, link.mass_kg));
    }
    text.push_str(&format!(
        "\n{:<28} {:>17} {:>9} {:>9} {:>9} {:>8}\n",
        "joint", "range [rad]", "[N m]", "[rad/s]", "[kg m^2]", "posture"
    ));
    for joint in &robot.joints {
        let (low, high) = joint.limits_rad;
        let a = &joint.actuator;
        let armature = a.gear * a.gear * a.rotor_inertia_kgm2;
        let posture = robot.posture_rad.get(&joint.name).copied().unwrap_or(0.0);
        text.push_str(&format!(
            "{:<28} {low:>8.3} {high:>8.3} {:>9.2} {:>9.2} {armature:>9.4} {posture:>8.3}{}\n",
            joint.name,
            a.peak_torque_nm,
            a.max_speed_rad_s,
            if joint.rigid { " held" } else { "" }
        ));
    }
    text
}
