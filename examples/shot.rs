//! Pictures of a scenario: `shot SCENARIO PREFIX CAMERA WxH OVERLAYS|- TIME...` or `shot SCENARIO window`.
use loong::config::{robot::RobotConfig, scenario::ScenarioConfig};
use loong::viewer::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let scenario: ScenarioConfig = ron::from_str(&std::fs::read_to_string(&a[1]).unwrap()).unwrap();
    let dir = std::path::Path::new(&a[1]).parent().unwrap();
    let robot: RobotConfig =
        ron::from_str(&std::fs::read_to_string(dir.join(&scenario.robot)).unwrap()).unwrap();
    let run = Box::new(LiveRun::new(robot, scenario, 0, None).unwrap());
    if a[2] == "window" {
        println!(
            "{:?}",
            run_window(
                run,
                &WindowOptions { overlays: Overlay::ALL.to_vec(), ..Default::default() },
                |s| println!("end {}", s.finished())
            )
        );
        return;
    }
    let (w, h) = a[4].split_once('x').unwrap();
    let o = ShotOptions {
        times_s: a[6..].iter().map(|t| t.parse().unwrap()).collect(),
        size: (w.parse().unwrap(), h.parse().unwrap()),
        camera: a[3].parse().unwrap(),
        stand: None,
        overlays: if a[5] == "-" {
            vec![]
        } else if a[5] == "all" {
            Overlay::ALL.to_vec()
        } else {
            a[5].split(',').map(|o| o.parse().unwrap()).collect()
        },
        prefix: a[2].clone().into(),
    };
    println!("{:?}", render_shots(run, &o).unwrap());
}
