//! Makes files without end.

fn main() {
    for folder in 0.. {
        let folder = format!("d{folder}");
        if std::fs::create_dir(&folder).is_err() {
            return;
        }
        for file in 0..1000 {
            if std::fs::write(format!("{folder}/{file}"), "x").is_err() {
                return;
            }
        }
    }
}
