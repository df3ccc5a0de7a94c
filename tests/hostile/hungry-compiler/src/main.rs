//! Makes the compiler take memory without end.

const LARGE: [u64; 1 << 28] = [1; 1 << 28];

fn main() {
    println!("{}", LARGE.iter().sum::<u64>());
}
