//! The graded stages of loganalysis.
fn main() {}
