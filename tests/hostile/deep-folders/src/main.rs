//! Makes folders in folders, deeper than any path is long.

fn main() {
    for _ in 0..1000 {
        if std::fs::create_dir("deeper").is_err() || std::env::set_current_dir("deeper").is_err() {
            return;
        }
    }
}
