//! Feeds bytes to a decoder.

fn main() {}
