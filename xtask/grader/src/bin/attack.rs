//! Proves a cell from inside; see `grader::cell`.

use std::process::ExitCode;

fn main() -> ExitCode {
    grader::cell::attack::main()
}
