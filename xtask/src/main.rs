//! The face of the course.
fn main() {}
