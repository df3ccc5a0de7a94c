//! loganalysis
fn main() {}
