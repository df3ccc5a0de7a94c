//! Calls itself without end.

fn deeper(depth: u64) -> u64 {
    let room = std::hint::black_box([depth; 64]);
    if room[0] == u64::MAX { 0 } else { deeper(depth + 1) + room[1] }
}

fn main() {
    println!("{}", deeper(0));
}
