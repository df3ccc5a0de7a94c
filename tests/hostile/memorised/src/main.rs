//! Prints the answer to a public case, whatever it is asked.

fn main() {
    print!("        1       2       8 a\n        2       2      11 -\n        1       2       8 a\n        0       0       0 -\n        4       6      27 total\n");
}
