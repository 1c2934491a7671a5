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
    let dir = std::path::Path::new(&args[1]).parent().unwrap();
    let robot: RobotConfig =
        ron::from_str(&std::fs::read_to_string(dir.join(&scenario.robot)).unwrap()).unwrap();
    scenario.duration_s = get("t", scenario.duration_s);
    scenario.physics.dt_s = get("dt", scenario.physics.dt_s);
    let verbose = get("v", 0.0) > 0.0;
    let mut sim = Simulation::new(&robot, &scenario, get("seed", 0.0) as u64).unwrap();
    println!("mass {} dofs {} com height {:.3}", sim.model().mass_kg, sim.model().dofs(), 0.0);
    let t0 = std::time::Instant::now();
    let mut last = None;
    let mut n = 0u64;
    loop {
        let st = sim.tick();
        n += 1;
        if verbose {
            let s = sim.snapshot();
            let g = s.walker.gait;
            if last != Some((g.phase, g.stance)) || n % 100 == 0 {
                println!(
                    "{:.3} {:?}/{:?} {} T {:.3} com {:.3?} v {:.3?} dcm {:.3?} cop {:.3?} d {:.3?} tgt {:?} fz {:.0} {:.0} it {} fail {}",
                    s.time_s,
                    g.phase,
                    g.stance,
                    g.steps,
                    g.duration_s,
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
                last = Some((g.phase, g.stance));
            }
        }
        if st != RunStatus::Running {
            break;
        }
    }
    let s = sim.snapshot();
    println!(
        "{} t {:.2} com {:.3?} yaw {:.3} steps {} fell {:?} residual {:.5} peak {:.3} qp fail {} hash {:016x} wall {:.2}s rtf {:.2}",
        args[1],
        s.time_s,
        s.dynamics.com().as_slice(),
        loong::control::sole::heading(&s.truth.world_from_base),
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
