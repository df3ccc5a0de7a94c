//! The face of the course: `cargo xtask check`, `watch`, `hint` for students, `verify`, `bless`, `starters` for authors.
//!
//! | module | what |
//! |---|---|
//! | `course`, `progress`, `text` | labs and stages, what the student reached, what is said to people |
//! | `subject`, `cargo` | whose crates are built, and how |
//! | `runner`, `verdict` | running the cases of a suite, and what they found |
//! | `starter`, `source`, `tree` | starters out of marked solutions, merging and keeping what a student wrote |
//! | `show`, `side_by_side`, `unified`, `term` | a result for people |
//! | `check`, `map`, `hint`, `watch` … | one command each |

mod bench;
mod bless;
mod book;
mod cargo;
mod catch_up;
mod check;
mod commands;
mod completions;
mod course;
mod diff;
mod doctor;
mod exit;
mod hint;
mod machine;
mod map;
mod mutants;
mod new_lab;
mod progress;
mod reset;
mod reuse;
mod runner;
mod show;
mod side_by_side;
mod source;
mod starter;
mod starters;
mod subject;
mod term;
mod text;
mod tree;
mod unified;
mod update;
mod verdict;
mod verify;
mod watch;

use std::process::ExitCode;

fn main() -> ExitCode {
    match commands::run() {
        Ok(status) => ExitCode::from(status),
        Err(stop) => {
            if !stop.message.is_empty() {
                eprintln!("xtask: {}", stop.message);
            }
            ExitCode::from(stop.status)
        }
    }
}
