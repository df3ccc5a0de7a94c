//! Makes a file of 100 TiB that takes no room.

fn main() {
    let file = std::fs::File::create("sparse").expect("a file");
    file.set_len(100 << 40).expect("its length");
}
