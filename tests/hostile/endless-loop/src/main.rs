//! Never ends, and uses a processor all the time.

fn main() {
    loop {
        std::hint::spin_loop();
    }
}
