//! The launcher of the cell; see `grader::cell::launch`.

use std::process::ExitCode;

fn main() -> ExitCode {
    grader::cell::launch::main()
}
