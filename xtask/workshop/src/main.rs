//! The workshop of `cargo xtask`: what builds, replaces, compares and measures whole labs.
//!
//! `cargo xtask` compiles and starts it when one of its commands is called; see `xtask/src/workshop.rs`.
//!
//! | module | what |
//! |---|---|
//! | `source`, `starter` | Rust source as far as needed, and starters cut out of marked solutions |
//! | `catch_up`, `diff`, `reset`, `bench` | for students: the reference's code beside or in place of theirs, and its speed |
//! | `starters`, `new_lab`, `bless`, `verify`, `mutants` | for authors |

mod bench;
mod bless;
mod catch_up;
mod diff;
mod mutants;
mod new_lab;
mod reset;
mod source;
mod starter;
mod starters;
mod verify;

use std::process::ExitCode;

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
        Some("bench") => bench::run(&course, &bench::Options::parse(parser)?),
        Some("mutants") => mutants::run(&course, &mutants::Options::parse(parser)?),
        Some("verify") => {
            let given = given(parser, &["--note"])?;
            verify::run(&course, given.one()?, given.has("--note"))
        }
        Some("catch-up") => catch_up::run(&course, given(parser, &[])?.name()?),
        Some("reset") => reset::run(&course, given(parser, &[])?.name()?),
        Some("new-lab") => new_lab::run(&course, given(parser, &[])?.new_name()?),
        Some("diff") => {
            let given = given(parser, &["--yes"])?;
            diff::run(&course, given.name()?, given.has("--yes"))
        }
        Some("bless") => {
            let given = given(parser, &["--yes"])?;
            bless::run(&course, given.name()?, given.has("--yes"))
        }
        Some("starters") => {
            let given = given(parser, &["--check"])?;
            starters::run(&course, &given.names, given.has("--check"))
        }
        _ => Err(Stop::usage(t!("help.no_command", name = name.display()))),
    }
}
