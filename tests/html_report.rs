//! The HTML report of a suite with runs that fail: whole, and with pictures of what went wrong.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use roxmltree::{Document, Node};

/// Both knees fail at 0.3 s; a robot that stands for a while; one that is asked for what it cannot do.
const SUITE: &str = r#"(
    name: "tiny",
    entries: [
        (
            name: "knees",
            scenario: "SCENARIOS/stand.ron",
            seeds: (0, 1),
            set: [
                "duration_s=4.0",
                "disturbances=[CutTorque(joints: [\"left_knee\", \"right_knee\"], at_s: 0.3)]",
                "expectations=[(metric: \"fell\", max: 0.0), (signal: \"com.height_m\", of: Min, to_s: 0.45, min: 0.97)]",
            ],
        ),
        (
            name: "stands",
            scenario: "SCENARIOS/stand.ron",
            seeds: (0, 2),
            set: ["duration_s=0.3", "expectations=[(signal: \"com.height_m\", of: Min, min: 0.9)]"],
        ),
        (name: "steps", scenario: "SCENARIOS/mission.ron", seeds: (0, 1), set: ["duration_s=3.0", "expectations=[(metric: \"goals_reached\", min: 1.0)]"]),
    ],
)
"#;

fn report() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/scenarios");
    let suite = SUITE.replace("SCENARIOS", scenarios.to_str().expect("UTF-8"));
    fs::write(folder.path().join("suite.ron"), suite).expect("a file");
    let output = Command::cargo_bin("loong")
        .expect("the binary")
        .current_dir(folder.path())
        .args(["test", "suite.ron", "--html", "report.html", "--junit", "junit.xml", "--out", "out"])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    // What bounds a signal is in every kind of report under the same name.
    for name in ["junit.xml", "out/results.jsonl"] {
        let text = fs::read_to_string(folder.path().join(name)).expect("a file");
        assert!(text.contains("signal com.height_m Min in 0..0.45 s"), "{name}: {text}");
    }
    fs::read_to_string(folder.path().join("report.html")).expect("a file")
}

/// The page as XML: without the document type, and with its few elements that have no end closed.
fn as_xml(html: &str) -> String {
    let body = html.strip_prefix("<!DOCTYPE html>").expect("a document type");
    let mut parts = body.split("<meta ");
    let mut xml = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        xml += "<meta ";
        xml += &part.replacen('>', "/>", 1);
    }
    xml
}

fn has_class(node: &Node<'_, '_>, class: &str) -> bool {
    node.attribute("class").is_some_and(|classes| classes.split(' ').any(|name| name == class))
}

fn within<'a, 'b>(node: Node<'a, 'b>, class: &'a str) -> Vec<Node<'a, 'b>> {
    node.descendants().filter(|node| has_class(node, class)).collect()
}

fn text(node: &Node<'_, '_>) -> String {
    node.descendants().filter_map(|node| node.text()).collect()
}

#[test]
fn failures_are_shown_with_pictures_plots_and_the_way_back() {
    let html = report();
    assert!(!html.contains("http"), "it needs no other file");
    for none in ["NaN", "inf "] {
        assert!(!html.contains(none), "{none}");
    }
    let xml = as_xml(&html);
    let page = Document::parse(&xml).unwrap_or_else(|error| panic!("{error}"));
    let root = page.root_element();

    let failures = within(root, "failure");
    assert_eq!(failures.len(), 2);
    let [knees, steps] = failures[..] else { panic!() };

    // The knees: first the CoM sinks below its bound, then the robot falls; each with its pictures.
    let told = text(&knees);
    assert!(told.contains("fail seed 0, fell at "), "{told}");
    assert!(told.contains("signal com.height_m Min in 0..0.45 s was 0.9"), "{told}");
    assert!(told.contains("the robot fell"), "{told}");
    let command = knees.descendants().find(|node| node.has_tag_name("pre")).expect("a command");
    assert!(text(&command).starts_with("loong run ") && text(&command).ends_with("--seed 0"));
    assert_eq!(within(knees, "pictures").len(), 2);
    assert_eq!(within(knees, "strip").len(), 2);
    let captions: Vec<String> =
        knees.descendants().filter(|node| node.has_tag_name("figcaption")).map(|node| text(&node)).collect();
    for part in [
        "com.height_m Min in 0..0.45 s",
        "speed along the heading [m/s]",
        "distance of the DCM from the planned one [m]",
        "torque over its limit, the four most loaded joints",
        "heights over the ground [m]",
        "vertical force of the ground [N]",
        "from the side",
        "from the front",
        "from above",
    ] {
        assert!(captions.iter().any(|caption| caption.contains(part)), "{part}: {captions:?}");
    }
    // The bound, the window and the moment are in the plot of the signal that broke it.
    let plot = within(knees, "plots")[0].first_element_child().expect("a plot");
    for class in ["bound", "window", "mark", "s0"] {
        assert!(!within(plot, class).is_empty(), "{class}");
    }
    // The line of a plot is made of the run's samples.
    let line = within(plot, "s0")[0].attribute("d").expect("a path");
    assert!(line.starts_with('M') && line.matches('L').count() > 100, "{line:.80}");

    // Every frame that is shown is defined, once on the page.
    let ids: Vec<&str> = root.descendants().filter_map(|node| node.attribute("id")).collect();
    let uses: Vec<&str> = root
        .descendants()
        .filter(|node| node.has_tag_name("use"))
        .filter_map(|node| node.attribute("href"))
        .collect();
    assert!(uses.len() > 20, "{uses:?}");
    for used in uses {
        let target = used.strip_prefix('#').expect("a place on the page");
        assert_eq!(ids.iter().filter(|id| **id == target).count(), 1, "{target}");
    }
    for link in root.descendants().filter(|node| node.has_tag_name("a")) {
        let target = link.attribute("href").and_then(|href| href.strip_prefix('#')).expect("a place");
        assert!(ids.contains(&target), "{target}");
    }

    // The mission's map has its route, goals and obstacles, and the steps that were taken.
    let map = within(steps, "map")[0];
    for class in ["route", "goal", "obstacle", "left", "right", "com", "failed"] {
        assert!(!within(map, class).is_empty(), "{class}");
    }
    assert!(text(&steps).contains("At 3.00 s: goals_reached was 0, allowed >= 1"), "{}", text(&steps));

    // One run of the group that passes, without a failure's pictures.
    let passed: Vec<_> = root.descendants().filter(|node| node.has_tag_name("details")).collect();
    assert_eq!(passed.len(), 1);
    assert!(within(passed[0], "pictures").is_empty() && !within(passed[0], "plots").is_empty());
    assert!(!html.contains("it ended in another state"), "runs repeat bit for bit");
}
