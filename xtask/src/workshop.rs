//! The door to `xtask/workshop` and `xtask/grader`: commands that students seldom call, compiled when the first of them is called.
//!
//! A first verdict on a fresh machine waits for xtask to compile, and should not wait for what it does not use.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::cargo;
use crate::course::Course;
use crate::exit::{NO_REFERENCE, Result, Stop};
use crate::subject::Subject;
use crate::t;

/// Builds the workshop if need be and becomes it, with this process's own arguments.
pub(crate) fn run() -> Result<u8> {
    become_program("workshop")
}

/// The same with the grader.
pub(crate) fn grader() -> Result<u8> {
    if !Course::find()?.has_grader() {
        return Err(Stop::new(NO_REFERENCE, t!("workshop.no_grader")));
    }
    become_program("grader")
}

fn become_program(package: &str) -> Result<u8> {
    let course = Course::find()?;
    let mut build = cargo::cargo(&course, &Subject::Labs, "build");
    build.args(["--package", package, "--bins"]);
    let programs = cargo::executables(build)?;
    let program = programs
        .get(package)
        .ok_or_else(|| Stop::failed(t!("workshop.not_built", what = package)))?;
    let error = Command::new(program).args(std::env::args_os().skip(1)).exec();
    Err(Stop::io(program, error))
}
