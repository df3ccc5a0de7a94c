//! Ends with status 0 and does nothing.

fn main() {}
