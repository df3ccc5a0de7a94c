//! Writes into every folder that it can think of.

fn main() {
    let mut folders: Vec<String> = ["/", "/usr/bin", "/etc", "/var/tmp", "/home", "/root", "/run", "/sys", "/proc", "..", "../..", "../../.."]
        .map(str::to_owned)
        .to_vec();
    folders.extend(std::env::current_exe().ok().and_then(|path| Some(path.parent()?.display().to_string())));
    for folder in folders {
        if std::fs::write(format!("{folder}/written-outside"), "x").is_ok() {
            println!("{folder}");
        }
    }
}
