//! The program: reads the arguments, does what they say, and turns errors into an exit status.

fn main() {}
