//! Never reads its input.

fn main() {
    println!("        1       2       8 a");
}
