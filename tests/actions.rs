//! What a person does to a run is repeated bit for bit, and a run put back in time goes on as it did.

use std::path::{Path, PathBuf};

use loong::config::action::{Action, TimedAction};
use loong::config::{LoadOptions, LoadedScenario, load_scenario};
use loong::simulation::Simulation;

fn scenario(name: &str) -> LoadedScenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/scenarios").join(name);
    load_scenario(&path, &LoadOptions::default()).expect("a shipped scenario")
}

fn begin(loaded: &LoadedScenario) -> Simulation {
    Simulation::new(&loaded.robot.config, &loaded.scenario.config, 3).expect("a run")
}

fn run_to(simulation: &mut Simulation, time_s: f64) {
    while simulation.time_s() < time_s - 1e-9 {
        simulation.tick();
    }
}

#[test]
fn a_clone_goes_on_bit_for_bit() {
    for name in ["by_hand.ron", "stairs.ron"] {
        let loaded = scenario(name);
        let mut original = begin(&loaded);
        let mut clones = Vec::new();
        for time_s in [0.0, 1.3, 6.4] {
            run_to(&mut original, time_s);
            clones.push(original.clone());
        }
        run_to(&mut original, 7.5);
        for mut clone in clones {
            let from_s = clone.time_s();
            run_to(&mut clone, 7.5);
            assert_eq!(clone.state_hash(), original.state_hash(), "{name} from {from_s} s");
        }
    }
}

#[test]
fn what_is_done_while_it_runs_is_what_a_file_says() {
    let mut loaded = scenario("by_hand.ron");
    let mut from_file = begin(&loaded);
    run_to(&mut from_file, 7.0);

    let actions = std::mem::take(&mut loaded.scenario.config.actions);
    let mut by_hand = begin(&loaded);
    let mut done = Vec::new();
    for action in actions {
        run_to(&mut by_hand, action.at_s.min(7.0));
        done.push(action);
        by_hand.schedule(&done);
    }
    run_to(&mut by_hand, 7.0);
    assert_eq!(by_hand.state_hash(), from_file.state_hash());
}

#[test]
fn each_action_does_what_it_says() {
    let mut loaded = scenario("by_hand.ron");
    loaded.scenario.config.actions.clear();
    let mut simulation = begin(&loaded);
    let act = |simulation: &mut Simulation, action: Action| {
        let at_s = simulation.time_s();
        simulation.schedule(&[TimedAction { at_s, action }]);
        simulation.tick();
    };
    run_to(&mut simulation, 0.5);
    let at_s = simulation.time_s();
    act(
        &mut simulation,
        Action::Pull { link: "torso".to_owned(), at_m: [0.0, 0.0, 0.2], hand_m: [0.0, 0.3, 1.3] },
    );
    let pull = simulation.snapshot().pull.expect("a hand pulls");
    assert!(pull.force.y > 30.0 && pull.force.norm() <= 400.0, "{pull:?} at {at_s}");
    run_to(&mut simulation, 1.5);
    let leaning_m = simulation.snapshot().dynamics.com().y;
    assert!(leaning_m > 0.01, "pulled to the left: {leaning_m}");
    act(&mut simulation, Action::LetGo);
    assert_eq!(simulation.snapshot().pull, None);

    act(
        &mut simulation,
        Action::Throw { from_m: [3.0, 0.0, 0.5], velocity_m_s: [0.0; 3], size_m: [0.2; 3], mass_kg: 1.0 },
    );
    run_to(&mut simulation, 3.0);
    let lies: Vec<_> = simulation.world().loose_boxes().collect();
    assert!(lies.len() == 1 && (lies[0].0.translation.z - 0.1).abs() < 0.01, "{lies:?}");

    act(&mut simulation, Action::MoveBox { feature: 0, center_m: (1.5, 0.0) });
    let ahead = simulation.world().cast_ray(&[0.3, 0.0, 0.9].into(), &[1.0, 0.0, 0.0].into(), 10.0);
    assert!(ahead.is_some_and(|range_m| (range_m - 0.9).abs() < 1e-6), "{ahead:?}");

    let path = "robot.controller.gait.single_support_s".to_owned();
    act(&mut simulation, Action::Set { path: path.clone(), value: 0.4 });
    assert_eq!(simulation.controller().gait.single_support_s, Some(0.4));
    act(&mut simulation, Action::Set { path, value: -1.0 });
    assert!(simulation.refused().is_some_and(|why| why.contains("single_support_s")));
    act(&mut simulation, Action::GoTo { xy_m: (1.5, 0.0), speed_m_s: 1.0 });
    assert!(simulation.refused().is_some_and(|why| why.contains("lies in an obstacle")));
}

#[cfg(feature = "viewer")]
mod watched {
    use super::*;
    use loong::viewer::{LiveRun, Origin, SceneSource};

    fn live(path: PathBuf) -> LiveRun {
        let loaded = load_scenario(&path, &LoadOptions::default()).expect("a scenario");
        let run = LiveRun::new(loaded.robot.config, loaded.scenario.config, 3, None).expect("a run");
        run.with_origin(Origin { scenario: path, ..Origin::default() })
    }

    fn hash(run: &LiveRun) -> u64 {
        run.simulation().state_hash()
    }

    #[test]
    fn a_run_put_back_goes_on_as_it_did_until_something_is_done() {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/scenarios/walk_flat.ron");
        let mut run = live(shipped);
        run.advance(3000);
        let at_3_s = hash(&run);
        run.seek(1.2345).expect("a moment of it");
        assert!(
            (run.simulation().time_s() - 1.234).abs() < 1e-9
                || (run.simulation().time_s() - 1.235).abs() < 1e-9
        );
        assert_eq!(run.reach_s(), 3.0);
        run.seek(3.0).expect("the latest moment");
        assert_eq!(hash(&run), at_3_s, "seen again");
        run.seek(1.0).expect("a moment of it");
        run.act(Action::Walk { forward_m_s: 0.5, left_m_s: 0.0, turn_rad_s: 0.0 }).expect("a command");
        assert_eq!(run.reach_s(), 1.0, "the rest is forgotten");
        run.advance(2000);
        assert_ne!(hash(&run), at_3_s);
        let changed = hash(&run);
        run.seek(0.4).expect("a moment of it");
        run.seek(3.0).expect("the latest moment");
        assert_eq!(hash(&run), changed);
        run.restart().expect("its start");
        run.advance(3000);
        assert_eq!(hash(&run), at_3_s, "a restart forgets what was done");
    }

    #[test]
    fn what_was_done_is_saved_and_repeated_headless() {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/scenarios/walk_flat.ron");
        let mut run = live(shipped);
        run.advance(1500);
        run.act(Action::Walk { forward_m_s: 0.7, left_m_s: 0.0, turn_rad_s: 0.3 }).expect("a command");
        run.advance(700);
        let hold = |y: f64| Action::Pull { link: "torso".to_owned(), at_m: [0.0; 3], hand_m: [1.0, y, 1.2] };
        for y in [0.1, 0.12, 0.14] {
            run.act(hold(y)).expect("a pull");
            run.advance(33);
        }
        run.act(Action::LetGo).expect("let go");
        run.advance(300);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mine.ron");
        let told = run.save(&file).expect("saved");
        assert!(told.contains(&format!("{:016x}", hash(&run))), "{told}");

        let loaded = load_scenario(&file, &LoadOptions::default()).expect("a scenario");
        let mut again = begin(&loaded);
        while again.tick() == loong::simulation::RunStatus::Running {}
        assert_eq!(again.state_hash(), hash(&run));
    }
}
