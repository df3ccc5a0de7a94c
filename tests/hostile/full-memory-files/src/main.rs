//! Fills the folders that are memory.

fn main() {
    let piece = vec![1u8; 8 << 20];
    for folder in ["/tmp", "/dev/shm", "/run", "/var/tmp"] {
        for number in 0.. {
            if std::fs::write(format!("{folder}/full-{number}"), &piece).is_err() {
                break;
            }
        }
    }
}
