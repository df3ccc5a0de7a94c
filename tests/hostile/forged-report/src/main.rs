//! Writes a passing verdict into the report of the suite, and ends the suite.

#![allow(unsafe_code, missing_docs, reason = "a hostile program")]


unsafe extern "C" {
    fn kill(pid: i32, signal: i32) -> i32;
}

fn main() {
    if let Some(report) = of_parent("COURSE_REPORT") {
        let verdict = "{\"verdict\":{\"outcome\":\"pass\"}}\n";
        let _ = std::fs::OpenOptions::new()
            .append(true)
            .open(report)
            .and_then(|mut file| std::io::Write::write_all(&mut file, verdict.as_bytes()));
    }
    unsafe { kill(std::os::unix::process::parent_id() as i32, 9) };
}

/// A variable of the process that started this one.
fn of_parent(name: &str) -> Option<String> {
    let parent = std::os::unix::process::parent_id();
    let all = std::fs::read(format!("/proc/{parent}/environ")).ok()?;
    let start = format!("{name}=");
    let all = String::from_utf8_lossy(&all).into_owned();
    all.split('\0').find_map(|pair| Some(pair.strip_prefix(&start)?.to_owned()))
}
