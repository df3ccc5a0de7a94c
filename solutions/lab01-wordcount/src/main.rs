//! wordcount
fn main() {}
