//! The grader of `cargo xtask`: reads the command line and turns a stop into an exit status.
//!
//! `cargo xtask` compiles and starts it when one of its commands is called; see `xtask/src/workshop.rs`.

use std::process::ExitCode;

use grader::{grade, handout, merge};
use xtask::commands::given;
use xtask::course::Course;
use xtask::exit::{Result, Stop};
use xtask::t;

fn main() -> ExitCode {
    xtask::exit::report(run())
}

/// Runs the command that `cargo xtask` was called with; its table has the names, usages and options.
fn run() -> Result<u8> {
    let mut parser = lexopt::Parser::from_env();
    let name = parser.value()?;
    let course = Course::find()?;
    match name.to_str() {
        Some("grade") => grade::run(&course, &grade::Options::parse(parser)?),
        Some("handout") => match &given(parser, &[])?.names[..] {
            [out] => handout::run(&course, out.as_ref()),
            _ => Err(Stop::usage("name the folder that the hand-out goes to")),
        },
        Some("merge") => merge::run(&course, &merge::Options::parse(parser)?),
        _ => Err(Stop::usage(t!("help.no_command", name = name.display()))),
    }
}
