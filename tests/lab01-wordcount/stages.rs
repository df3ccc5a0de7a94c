//! The graded stages of wordcount.
fn main() {}
