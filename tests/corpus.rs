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
const LONGEST: Duration = Duration::from_secs(10);

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
