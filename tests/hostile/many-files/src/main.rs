//! Makes files without end.

fn main() {
    for folder in 0.. {
        let folder = format!("d{folder}");
        let first = format!("{folder}/0");
        if std::fs::create_dir(&folder).is_err() || std::fs::write(&first, "x").is_err() {
            return;
        }
        for name in 1..1000 {
            if std::fs::hard_link(&first, format!("{folder}/{name}")).is_err() {
                return;
            }
        }
    }
}
