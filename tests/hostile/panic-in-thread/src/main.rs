//! Panics in a thread and ends well.

fn main() {
    let _ = std::thread::spawn(|| panic!("on purpose")).join();
}
