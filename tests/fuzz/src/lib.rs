//! What the fuzz targets have in common; see `README.md`.

use std::cell::OnceCell;
use std::path::Path;

pub mod parsers;

use parsers::{Parser, Scratch};

/// Gives an input to a parser.
pub fn fuzz(parser: Parser, bytes: &[u8]) {
    thread_local!(static SCRATCH: OnceCell<Scratch> = const { OnceCell::new() });
    let project = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    SCRATCH.with(|scratch| {
        parser(scratch.get_or_init(|| Scratch::new(project).expect("a scratch folder")), bytes);
    });
}
