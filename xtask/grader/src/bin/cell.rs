//! The launcher of the cell; see `grader::cell`.

fn main() {}
