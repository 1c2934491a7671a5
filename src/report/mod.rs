//! Reports: a run and its verdict as JSON and as text.
//!
//! In: a robot, a scenario and a seed, or a run already judged. Out: [`RunReport`], its JSON, a table
//! for the terminal and a summary over seeds. Used by `suite` and the command line; it uses the judge.

mod run;
mod table;

pub use run::{RunReport, Verdict, judge_run};
pub use table::{number, summary, table, worst};
