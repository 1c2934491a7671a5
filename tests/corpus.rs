//! Inputs that a fuzzer found: every parser answers each of them without a panic and in time.
//!
//! The inputs lie in `tests/corpus`, by parser; `tests/fuzz/README.md` says how new ones are found.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

#[path = "fuzz/src/parsers.rs"]
mod parsers;

use parsers::{PARSERS, Scratch};

/// Fuzzing allows a second; a machine that runs other tests beside is slower.
const LONGEST: Duration = Duration::from_secs(5);

#[test]
fn every_parser_answers_every_input() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = Scratch::new(project).expect("a scratch folder");
    for (name, parser) in PARSERS {
        let folder = project.join("tests/corpus").join(name);
        let mut count = 0;
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.expect("an entry").path();
            let bytes = fs::read(&path).expect("an input");
            let start = Instant::now();
            // The name of the input stands above the message of its panic.
            eprintln!("{}", path.display());
            parser(&scratch, &bytes);
            let took = start.elapsed();
            assert!(took < LONGEST, "{} took {took:?}", path.display());
            count += 1;
        }
        assert!(count > 0, "no input for the parser `{name}`");
    }
}

/// Texts of megabytes, each of which once took longer than a second or needs a bound on what it asks for.
fn large() -> Vec<(&'static str, &'static str, String)> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(project.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let biped = read("tests/fixtures/exchange/biped.ron");
    let walk = read("configs/scenarios/obstacles.ron");
    let listed = |n: usize, item: &dyn Fn(usize) -> String| (0..n).map(item).collect::<String>();
    let set = |text: &str, open: &str, items: &str| text.replacen(open, &format!("{open}{items}"), 1);
    let unknown = "(metric:\"fel\",max:Some(0)),".repeat(130_000);
    let namespaces = listed(30_000, &|i| format!(" xmlns:a{i}=\"b{i}\""));
    let changes = listed(1000, &|i| format!("\"a{i}\":\"{}\",", "x".repeat(3800)));
    vec![
        ("posture", "robot", set(&biped, "posture_rad: {", &listed(200_000, &|i| format!("\"p{i}\":0.1,")))),
        ("shapes", "robot", set(&biped, "collision: [", &"(geometry:Sphere(radius_m:1)),".repeat(100_000))),
        ("expectations", "scenario", set(&walk, "expectations: [", &unknown)),
        (
            "entries",
            "suite",
            format!(
                "(name:\"a\",entries:[{}])",
                listed(20_000, &|i| format!("(scenario:\"../scenarios/stand.ron\",name:\"e{i}\"),"))
            ),
        ),
        ("changes", "overlay", format!("(base:\"walk_flat.ron\",changes:{{{changes}}})")),
        ("path", "overlay", format!("{{\"terrain{}\":1}}", ".a".repeat(1_900_000))),
        ("attributes", "urdf", format!("<robot{}/>", listed(300_000, &|i| format!(" a{i}=\"1\"")))),
        ("namespaces", "urdf", format!("<robot{namespaces}>{}</robot>", "<a29999:x/>".repeat(10_000))),
        ("elements", "urdf", format!("<robot>{}</robot>", "<link/>\n".repeat(390_000))),
        ("open tags", "urdf", "<a".repeat(1_000_000)),
    ]
}

#[test]
fn large_texts_are_answered_at_once() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = Scratch::new(project).expect("a scratch folder");
    for (what, name, text) in large() {
        let (_, parser) = PARSERS.into_iter().find(|(known, _)| *known == name).expect(name);
        let start = Instant::now();
        parser(&scratch, text.as_bytes());
        let took = start.elapsed();
        assert!(took < LONGEST, "{what} took {took:?}");
    }
}
