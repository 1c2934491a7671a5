//! Courses that seeds draw: every one is of its ranges, can be walked through, and is the same again.

use std::path::{Path, PathBuf};

use loong::config::course::CourseConfig;
use loong::config::scenario::{CommandConfig, Feature, ScenarioConfig, StairPiece, Turn};
use loong::config::{LoadOptions, Override, load_scenario};
use loong::course::laid_out;
use loong::mapping::WorldMap;
use loong::simulation::Simulation;
use nalgebra::Point2;

mod common;

use common::loong_in;

fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/scenarios").join(name)
}

fn load(name: &str) -> ScenarioConfig {
    load_scenario(&scenario(name), &LoadOptions::default()).expect("a scenario").scenario.config
}

#[test]
fn flights_are_of_their_ranges_and_differ_from_seed_to_seed() {
    let scenario = load("flights.ron");
    let Some(CourseConfig::Flight { rise_m, run_m, step_measure_m, steps, .. }) = scenario.course.clone()
    else {
        panic!("no flight");
    };
    let mut drawn = Vec::new();
    for seed in 0..60 {
        let laid = laid_out(&scenario, seed);
        let flight = laid.terrain.features.iter().find_map(|feature| match feature {
            Feature::Stairs { rise_m, run_m, steps, .. } => Some((*rise_m, *run_m, *steps)),
            _ => None,
        });
        let (rise, run, count) = flight.expect("stairs");
        assert!((rise_m.0..=rise_m.1).contains(&rise), "{rise}");
        assert!((run_m.0..=run_m.1).contains(&run), "{run}");
        assert!((steps.0..=steps.1).contains(&count), "{count}");
        // Rounded to the centimetre, and no farther off than the run's own range makes it.
        let measure = 2.0 * rise + run;
        let held = run == run_m.0 || run == run_m.1;
        assert!(
            held || (step_measure_m.0 - 0.011..=step_measure_m.1 + 0.011).contains(&measure),
            "{measure}"
        );
        drawn.push((rise, run, count));
    }
    drawn.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    drawn.dedup();
    assert!(drawn.len() > 50, "{} of 60 differ", drawn.len());
}

#[test]
fn staircases_turn_to_every_side_and_a_way_leads_over_each() {
    let loaded = load_scenario(&scenario("turning.ron"), &LoadOptions::default()).expect("a scenario");
    let (robot, scenario) = (&loaded.robot.config, &loaded.scenario.config);
    let Some(CourseConfig::Turning { rise_m, run_m, radius_m, width_m, .. }) = scenario.course.clone() else {
        panic!("no staircase");
    };
    // Quarter turns, half turns, winders and spirals; to the left and to the right.
    let (mut kinds, mut sides) = ([0; 4], [0; 2]);
    for seed in 0..40 {
        // It plans the route to the goal.
        let simulation =
            Simulation::new(robot, scenario, seed).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        let route = simulation.route().expect("a route");
        assert_eq!(route.passages.len(), 1, "seed {seed}");
        let laid = simulation.scenario();
        let staircase = laid.terrain.features.iter().find_map(|feature| match feature {
            Feature::Staircase { rise_m, run_m, pieces, .. } => Some((*rise_m, *run_m, pieces)),
            _ => None,
        });
        let (rise, run, pieces) = staircase.expect("a staircase");
        assert!((rise_m.0..=rise_m.1).contains(&rise), "{rise}");
        assert!((run_m.0..=run_m.1).contains(&run), "{run}");
        let first = pieces.iter().find_map(|piece| match piece {
            StairPiece::Corner { turn, angle_rad, .. } => Some((*turn, usize::from(*angle_rad > 2.0))),
            StairPiece::Wound { turn, radius_m: radius, .. } => {
                assert!((radius_m.0..=radius_m.1).contains(radius), "{radius}");
                Some((*turn, if pieces.len() == 3 { 3 } else { 2 }))
            }
            _ => None,
        });
        let (turn, kind) = first.expect("it turns");
        kinds[kind] += 1;
        sides[usize::from(turn == Turn::Right)] += 1;
        // It ends where it began, one step over the floor, and the goal lies on the floor.
        let map = WorldMap::new(&laid.terrain);
        let [flight] = map.flights() else { panic!("seed {seed}: {}", map.flights().len()) };
        let last = flight.treads().last().expect("a tread");
        assert!((last.height_m - rise).abs() < 1e-9 && flight.can_be_crossed(0.0), "seed {seed}: {last:?}");
        let goal = simulation.goals()[0].xy_m;
        assert_eq!(map.height_m(&Point2::new(goal.0, goal.1)), 0.0);
        // No tread lies over another: each place has its own height, but for what straight edges cut off a ring.
        for level in flight.treads() {
            for left_m in [-0.45 * width_m, 0.0, 0.45 * width_m] {
                let place = flight.place(0.5 * (level.from_m + level.to_m), left_m);
                assert!((map.height_m(&place) - level.height_m).abs() < 1e-9, "seed {seed}: {level:?}");
            }
        }
    }
    assert!(
        kinds.iter().all(|count| *count > 3) && sides.iter().all(|count| *count > 9),
        "{kinds:?} {sides:?}"
    );
}

#[test]
fn a_way_leads_through_every_hall() {
    let options = LoadOptions::default();
    let loaded = load_scenario(&scenario("halls.ron"), &options).expect("a scenario");
    let mut kinds = [0; 3];
    for seed in 0..40 {
        let (robot, scenario) = (&loaded.robot.config, &loaded.scenario.config);
        // It plans the route to the goal.
        let simulation =
            Simulation::new(robot, scenario, seed).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        assert!(simulation.scenario().course.is_none());
        let goal = simulation.goals()[0].xy_m;
        assert!(goal.0 == 30.0 && goal.1.abs() < 1.5, "{goal:?}");
        let map = WorldMap::new(&simulation.scenario().terrain);
        assert_eq!(map.height_m(&Point2::new(goal.0, goal.1)), 0.0);
        for feature in &simulation.scenario().terrain.features {
            match feature {
                Feature::Box { .. } => kinds[0] += 1,
                Feature::Wall { height_m, .. } if *height_m < 2.0 => kinds[1] += 1,
                Feature::Wall { .. } => kinds[2] += 1,
                Feature::Stairs { .. }
                | Feature::Staircase { .. }
                | Feature::Ramp { .. }
                | Feature::Rough { .. }
                | Feature::Stones { .. }
                | Feature::Patch { .. }
                | Feature::Soft { .. }
                | Feature::Sill { .. } => {
                    panic!("no level hall")
                }
            }
        }
    }
    assert!(kinds.iter().all(|count| *count > 60), "{kinds:?}");
}

#[test]
fn everyone_of_a_crowd_has_room_and_places_of_their_own() {
    let scenario = load("crowd.ron");
    let Some(CourseConfig::Crowd { people, speed_m_s, width_m, .. }) = scenario.course.clone() else {
        panic!("no crowd");
    };
    let mut stubborn = 0;
    for seed in 0..40 {
        let laid = laid_out(&scenario, seed);
        let map = WorldMap::new(&laid.terrain);
        assert_eq!(laid.people.len(), people, "seed {seed}");
        for person in &laid.people {
            assert!((speed_m_s.0..=speed_m_s.1).contains(&person.speed_m_s), "{person:?}");
            let mut places = person.places_m.clone();
            places.dedup();
            assert!(places.len() > 1, "{person:?}");
            for (x, y) in places {
                assert!(x > 2.0 && x < 28.0 && y.abs() < 0.5 * width_m, "({x}, {y})");
                let clear = |block: &loong::mapping::Block| block.distance_m(&Point2::new(x, y)) > 0.4;
                assert!(map.blocks().iter().all(clear), "({x}, {y})");
            }
            stubborn += usize::from(!person.gives_way);
        }
    }
    // Three of ten.
    assert!((90..150).contains(&stubborn), "{stubborn} of 400");
}

#[test]
fn what_is_generated_runs_as_the_course_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let course = scenario("flights.ron");
    let course = course.to_str().expect("UTF-8");
    let (code, out, err) = loong_in(folder.path(), &["generate", course, "--seed", "7", "-o", "seven.ron"]);
    assert_eq!(code, 0, "{out}{err}");
    let (code, _, err) = loong_in(folder.path(), &["generate", course, "--seed", "8", "-o", "seven.ron"]);
    assert!(code == 2 && err.contains("--force"), "{err}");

    let run = |path: &str| {
        let arguments = ["run", path, "--seed", "7", "--set", "duration_s=1.5", "--set", "expectations=[]"];
        let (code, out, err) = loong_in(folder.path(), &arguments);
        assert_eq!(code, 0, "{out}{err}");
        out.split("state ").nth(1).expect("a hash").trim().to_owned()
    };
    assert_eq!(run("seven.ron"), run(course));
    let drawn = load_scenario(&folder.path().join("seven.ron"), &LoadOptions::default()).expect("a scenario");
    let drawn = drawn.scenario.config;
    let laid = laid_out(&load("flights.ron"), 7).into_owned();
    assert_eq!((&drawn.terrain, &drawn.command, &drawn.course), (&laid.terrain, &laid.command, &None));

    let plain = scenario("stand.ron");
    let (code, _, err) = loong_in(folder.path(), &["generate", plain.to_str().expect("UTF-8")]);
    assert!(code == 2 && err.contains("no `course`"), "{err}");
}

#[test]
fn a_course_that_is_none_is_refused_at_its_line() {
    let refused = |name: &str, set: &str| {
        let overrides = [Override::parse(set).expect("a change")];
        let options = LoadOptions { overrides: &overrides, ..LoadOptions::default() };
        load_scenario(&scenario(name), &options).expect_err(set).render(false)
    };
    let text = refused("flights.ron", "course.rise_m=(0.2, 0.1)");
    assert!(text.contains("course.rise_m") && text.contains("(0.2, 0.1)"), "{text}");
    let text = refused("turning.ron", "course.radius_m=(0.6, 1.0)");
    assert!(text.contains("course.radius_m") && text.contains("more than half of `width_m`, 0.7"), "{text}");
    let text = refused("turning.ron", "course.steps=(5, 2)");
    assert!(text.contains("course.steps") && text.contains("(5, 2)"), "{text}");
    let text = refused("crowd.ron", "course.speed_m_s=(1.5, 0.5)");
    assert!(text.contains("course.speed_m_s") && text.contains("(1.5, 0.5)"), "{text}");
    let text = refused("crowd.ron", "people=[(places_m: [], speed_m_s: 1)]");
    assert!(text.contains("people[0].places_m") && text.contains("no place"), "{text}");
    let text = refused("halls.ron", "course.bay_m=0.1");
    assert!(text.contains("bay_m") && text.contains('2'), "{text}");
    let text = refused("halls.ron", "command=Velocity(script: [(for_s: 1)])");
    assert!(text.contains("a course has an end to walk to"), "{text}");
    let CommandConfig::Goals { goals, .. } = load("halls.ron").command else { panic!("no goals") };
    assert!(goals.is_empty());
}

#[test]
fn a_way_leads_over_every_mixed_course() {
    let loaded = load_scenario(&scenario("mixed.ron"), &LoadOptions::default()).expect("a scenario");
    let mut kinds = [0; 4];
    for seed in 0..12 {
        let (robot, scenario) = (&loaded.robot.config, &loaded.scenario.config);
        // It plans the route to the goal.
        let simulation =
            Simulation::new(robot, scenario, seed).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        assert_eq!(simulation.goals()[0].xy_m, (100.0, 0.0));
        let route = simulation.route().expect("a route");
        assert!(route.length_m() < 115.0, "seed {seed}: {}", route.length_m());
        for feature in &simulation.scenario().terrain.features {
            match feature {
                Feature::Stairs { steps: 1, .. } => kinds[0] += 1,
                Feature::Stairs { .. } => kinds[1] += 1,
                Feature::Ramp { .. } => kinds[2] += 1,
                Feature::Box { .. } => kinds[3] += 1,
                Feature::Wall { .. } => {}
                Feature::Staircase { .. }
                | Feature::Rough { .. }
                | Feature::Stones { .. }
                | Feature::Patch { .. }
                | Feature::Soft { .. }
                | Feature::Sill { .. } => {
                    panic!("none asked for")
                }
            }
        }
    }
    assert!(kinds.iter().all(|count| *count > 12), "{kinds:?}");
}
