//! Runs a scenario and prints what happens: a workbench for the controller.
use loong::config::{robot::RobotConfig, scenario::ScenarioConfig};
use loong::simulation::{RunStatus, Simulation};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let get = |k: &str, d: f64| {
        args.iter().find_map(|a| a.strip_prefix(&format!("{k}="))).map_or(d, |v| v.parse().unwrap())
    };
    let scenario: ScenarioConfig = ron::from_str(&std::fs::read_to_string(&args[1]).unwrap()).unwrap();
    let mut scenario = scenario;
    let mut robot_mute = false;
    let dir = std::path::Path::new(&args[1]).parent().unwrap();
    let robot: RobotConfig =
        ron::from_str(&std::fs::read_to_string(dir.join(&scenario.robot)).unwrap()).unwrap();
    scenario.duration_s = get("t", scenario.duration_s);
    scenario.physics.dt_s = get("dt", scenario.physics.dt_s);
    if get("gt", 0.0) > 0.0 {
        scenario.state_source = loong::config::scenario::StateSource::GroundTruth;
    }
    if get("mute", 0.0) > 0.0 {
        robot_mute = true;
    }
    let mut robot = robot;
    if robot_mute {
        robot.sensors.imu.gyro_bias_rad_s = 0.0;
    }
    {
        let c = &mut robot.controller;
        c.whole_body.com = get("com", c.whole_body.com);
        c.whole_body.trunk = get("trunk", c.whole_body.trunk);
        c.whole_body.pelvis = get("pelvis", c.whole_body.pelvis);
        c.whole_body.swing = get("swing", c.whole_body.swing);
        c.whole_body.swing_orientation = get("swo", c.whole_body.swing_orientation);
        c.whole_body.angular_momentum = get("am", c.whole_body.angular_momentum);
        c.whole_body.angular_momentum_rate = get("amr", c.whole_body.angular_momentum_rate);
        c.whole_body.arms = get("arms", c.whole_body.arms);
        c.whole_body.friction = get("mu", c.whole_body.friction);
        c.balance.cop_weight = get("copw", c.balance.cop_weight);
        c.balance.foothold_weight = get("fw", c.balance.foothold_weight);
        c.balance.terminal_weight = get("tw", c.balance.terminal_weight);
        c.balance.timing_weight = get("timw", c.balance.timing_weight);
        c.balance.observer_hz = get("obs", c.balance.observer_hz);
        c.gait.single_support_s = get("tss", c.gait.single_support_s);
        c.gait.double_support_s = get("tds", c.gait.double_support_s);
        c.gait.min_single_support_s = get("tmin", c.gait.min_single_support_s);
        c.gait.min_width_m = get("minw", c.gait.min_width_m);
        c.gait.max_width_m = get("maxw", c.gait.max_width_m);
        if get("width", 0.0) > 0.0 {
            c.gait.step_width_m = Some(get("width", 0.0));
        }
        c.gait.max_forward_m = get("maxf", c.gait.max_forward_m);
        c.swing.kp = get("kp", c.swing.kp);
        c.swing.kd = get("kd", c.swing.kd);
        c.swing.freeze_s = get("freeze", c.swing.freeze_s);
        c.swing.max_speed_m_s = get("vmax", c.swing.max_speed_m_s);
        c.swing.clearance_m = get("clr", c.swing.clearance_m);
        c.body.stair_drop_m = get("drop", c.body.stair_drop_m);
        c.body.height_hz = get("hhz", c.body.height_hz);
        c.swing.stair_clearance_m = get("sclr", c.swing.stair_clearance_m);
        c.swing.toes_down_rad = get("toes", c.swing.toes_down_rad);
        c.swing.hold_share = get("hold", c.swing.hold_share);
        c.swing.over_share = get("over", c.swing.over_share);
        c.swing.apex_share = get("apex", c.swing.apex_share);
        c.swing.descent_apex_share = get("dapex", c.swing.descent_apex_share);
        c.swing.landing_toes_rad = get("ltoes", c.swing.landing_toes_rad);
        c.gait.heel_off_share = get("heel", c.gait.heel_off_share);
        c.gait.descent_single_support_s = get("dtss", c.gait.descent_single_support_s);
        c.gait.descent_double_support_s = get("dtds", c.gait.descent_double_support_s);
        c.swing.descent_clearance_m = get("dclr", c.swing.descent_clearance_m);
        c.swing.climb_apex_share = get("capex", c.swing.climb_apex_share);
        c.swing.kp = get("kp", c.swing.kp);
        c.swing.kd = get("kd", c.swing.kd);
        c.gait.stair_single_support_s = get("stss", c.gait.stair_single_support_s);
        c.gait.stair_double_support_s = get("stds", c.gait.stair_double_support_s);
    }
    let push = get("push", 0.0);
    if push > 0.0 {
        use loong::config::scenario::{Disturbance, When};
        let (phases, dirs) = (8, 4);
        let mut results = vec![];
        for d in 0..dirs {
            for k in 0..phases {
                let (s, c) = (std::f64::consts::FRAC_PI_2 * d as f64).sin_cos();
                let mut sc = scenario.clone();
                sc.disturbances = vec![Disturbance::Push {
                    link: "torso".into(),
                    impulse_ns: [push * c, push * s, 0.0],
                    duration_s: 0.1,
                    at: When::Phase { after_s: 5.0, phase: k as f64 / phases as f64 },
                }];
                sc.duration_s = get("t", 11.0);
                results.push((d, k, sc));
            }
        }
        let only = get("dir", -1.0);
        let out: Vec<_> = {
            use rayon::prelude::*;
            results
                .into_par_iter()
                .filter(|(d, _, _)| only < 0.0 || *d as f64 == only)
                .map(|(d, k, sc)| {
                    let mut sim = Simulation::new(&robot, &sc, get("seed", 0.0) as u64).unwrap();
                    while sim.tick() == RunStatus::Running {}
                    (d, k, sim.fallen_s())
                })
                .collect()
        };
        for d in 0..4 {
            println!(
                "push {push} dir {}: {:?}",
                ["fwd", "left", "back", "right"][d],
                out.iter()
                    .filter(|o| o.0 == d)
                    .map(|o| o.2.map_or("ok".to_string(), |t| format!("{t:.2}")))
                    .collect::<Vec<_>>()
            );
        }
        return;
    }
    let one = get("one", 0.0);
    if one > 0.0 {
        use loong::config::scenario::{Disturbance, When};
        let (s, c) = (std::f64::consts::FRAC_PI_2 * get("dir", 0.0)).sin_cos();
        scenario.disturbances = vec![Disturbance::Push {
            link: "torso".into(),
            impulse_ns: [one * c, one * s, 0.0],
            duration_s: 0.1,
            at: When::Phase { after_s: 5.0, phase: get("k", 0.0) / 8.0 },
        }];
    }
    let verbose = get("v", 0.0) > 0.0;
    let mut sim = Simulation::new(&robot, &scenario, get("seed", 0.0) as u64).unwrap();
    println!("mass {} dofs {} com height {:.3}", sim.model().mass_kg, sim.model().dofs(), 0.0);
    let t0 = std::time::Instant::now();
    let mut last = None;
    let mut n = 0u64;
    let (mut err_xy, mut err_z, mut err_yaw, mut vel2, mut dev) = (0f64, 0f64, 0f64, 0f64, 0f64);
    loop {
        let st = sim.tick();
        n += 1;
        {
            let s = sim.snapshot();
            let d =
                s.estimate.world_from_base.translation.vector - s.truth.world_from_base.translation.vector;
            err_xy = err_xy.max(d.xy().norm());
            err_z = err_z.max(d.z.abs());
            let dyaw = (loong::model::angles::heading(&s.estimate.world_from_base)
                - loong::model::angles::heading(&s.truth.world_from_base))
            .abs();
            err_yaw = err_yaw.max(dyaw);
            if get("e", 0.0) > 0.0 && n % 500 == 0 {
                let a = s.estimate.world_from_base.rotation.euler_angles();
                let b = s.truth.world_from_base.rotation.euler_angles();
                println!(
                    "{:.2} d {:.4?} rpy {:.4} {:.4} {:.4} dv {:.4?}",
                    s.time_s,
                    d.as_slice(),
                    a.0 - b.0,
                    a.1 - b.1,
                    a.2 - b.2,
                    (s.estimate.base_linear() - s.truth.base_linear()).as_slice()
                );
            }
            let dv = s.walker.dcm - (s.dynamics.com().xy() + s.dynamics.com_velocity().xy() / 3.2);
            let dv2 = s.estimate.base_linear() - s.truth.base_linear();
            let _ = dv;
            vel2 += dv2.norm_squared();
            dev = dev.max(s.dynamics.com().y.abs());
        }
        if verbose {
            let s = sim.snapshot();
            let g = s.walker.gait;
            if last != Some((g.phase, g.stance)) || n % (get("every", 100.0) as u64) == 0 {
                println!(
                    "{:.3} {:?}/{:?} {} T {:.3} foot {:.2?} com {:.3?} v {:.3?} dcm {:.3?} cop {:.3?} d {:.3?} tgt {:?} fz {:.0} {:.0} it {} fail {}",
                    s.time_s,
                    g.phase,
                    g.stance,
                    g.steps,
                    g.duration_s,
                    {
                        let f = &sim.model().feet[g.stance.other().index()];
                        let p = s.dynamics.world_from_body(f.body) * f.body_from_sole;
                        let e = p.rotation.euler_angles();
                        [p.translation.x, p.translation.z, e.1]
                    },
                    s.dynamics.com().as_slice(),
                    s.dynamics.com_velocity().as_slice(),
                    s.walker.dcm.as_slice(),
                    s.walker.cop.as_slice(),
                    s.walker.disturbance.as_slice(),
                    s.walker.target.map(|t| format!("{:.3?}", t.translation.vector.as_slice())),
                    s.contacts.feet[0].force.z,
                    s.contacts.feet[1].force.z,
                    s.walker.whole_body.iterations,
                    s.walker.whole_body.failures
                );
                if get("v", 0.0) > 1.0 {
                    let m = sim.model();
                    let e = s.truth.world_from_base.rotation.euler_angles();
                    let near: Vec<_> = (0..m.joints())
                        .filter(|&j| {
                            let (a, b) = m.bodies[j + 1].limits_rad;
                            s.truth.q[j] < a + 0.03 || s.truth.q[j] > b - 0.03
                        })
                        .map(|j| format!("{}={:.2}", m.bodies[j + 1].joint, s.truth.q[j]))
                        .collect();
                    let sat: Vec<_> = (0..m.joints())
                        .filter(|&j| {
                            let (lo, hi) = loong::model::actuator::torque_range_nm(
                                &m.bodies[j + 1].actuator,
                                s.truth.v[6 + j],
                            );
                            s.motor_nm[j] > 0.93 * hi || s.motor_nm[j] < 0.93 * lo
                        })
                        .map(|j| {
                            format!("{}={:.0}@{:.1}", m.bodies[j + 1].joint, s.motor_nm[j], s.truth.v[6 + j])
                        })
                        .collect();
                    println!(
                        "      rpy {:.2} {:.2} {:.2} acc want {:.1?} got {:.1?} limits {near:?} sat {sat:?} ff {:.0?} {:.0?}",
                        e.0,
                        e.1,
                        e.2,
                        s.walker.wanted.as_slice(),
                        s.walker.whole_body.com_acceleration.as_slice(),
                        s.contacts.feet[0].force.as_slice(),
                        s.contacts.feet[1].force.as_slice()
                    );
                }
                last = Some((g.phase, g.stance));
            }
        }
        if st != RunStatus::Running {
            break;
        }
    }
    println!(
        "est err xy {err_xy:.3} z {err_z:.3} yaw {err_yaw:.4} vel rms {:.4} dev y {dev:.3}",
        (vel2 / n as f64).sqrt()
    );
    let s = sim.snapshot();
    println!(
        "{} t {:.2} com {:.3?} yaw {:.3} steps {} fell {:?} residual {:.5} peak {:.3} qp fail {} hash {:016x} wall {:.2}s rtf {:.2}",
        args[1],
        s.time_s,
        s.dynamics.com().as_slice(),
        loong::model::angles::heading(&s.truth.world_from_base),
        s.walker.gait.steps,
        sim.fallen_s(),
        sim.audit().worst_share(),
        sim.actuators().peak_share(),
        s.walker.whole_body.failures,
        sim.state_hash(),
        t0.elapsed().as_secs_f64(),
        s.time_s / t0.elapsed().as_secs_f64()
    );
}
