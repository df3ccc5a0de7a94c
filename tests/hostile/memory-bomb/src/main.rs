//! Takes memory without end.

fn main() {
    let mut all: Vec<Vec<u8>> = Vec::new();
    loop {
        all.push(vec![all.len() as u8 | 1; 4 << 20]);
    }
}
