//! Made-up hosts: folders with `proc`, `etc` and `run` in them.

use std::fs;
use std::path::Path;

use support::{Case, Ended};

/// Puts files into the host's folder.
pub(crate) fn put(case: &mut Case, files: &[(&str, &str)]) {
    for (name, text) in files {
        case.file(&format!("host/{name}"), text);
    }
}

/// Puts those files of a recorded host into the host's folder whose names `wanted` takes.
pub(crate) fn put_recorded(case: &mut Case, recorded: &str, wanted: impl Fn(&str) -> bool) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(recorded);
    for name in files_below(&folder) {
        if wanted(&name) {
            let bytes = case.fixture_bytes(&format!("{recorded}/{name}"));
            case.file(&format!("host/{name}"), bytes);
        }
    }
}

/// Finds the files below a folder, by their paths in it, sorted.
fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display()));
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                found.push(name.display().to_string());
            }
        }
    }
    found.sort();
    found
}

/// Runs the program over the host's folder.
pub(crate) fn collect(case: &mut Case, args: &[&str]) -> Ended {
    case.program("collect").args(["--root", "host"]).args(args).run()
}

/// Makes lines as the program prints them of `NAME VALUE UNIT` a line.
pub(crate) fn lines(rows: &str) -> String {
    let row = |row: &str| {
        let mut parts = row.trim().rsplitn(3, ' ');
        let (unit, value, name) = (parts.next(), parts.next(), parts.next());
        let part = |part: Option<&str>| part.unwrap_or_else(|| panic!("{row} is no row")).to_owned();
        format!("{}\t{}\t{}\n", part(name), part(value), part(unit))
    };
    rows.lines()
        .filter(|line| !line.trim().is_empty())
        .map(row)
        .collect()
}

/// Expects just these readings, and nothing that could not be read.
pub(crate) fn expect_readings(case: &mut Case, ended: &Ended, rows: &str) {
    case.expect_stdout(ended, lines(rows));
    case.expect_status(ended, 0);
    case.expect_quiet(ended);
}

/// Expects these readings, status 1, and on standard error one line for each of `faults`, in this order, that has it.
pub(crate) fn expect_faults(case: &mut Case, ended: &Ended, rows: &str, faults: &[&str]) {
    case.expect_stdout(ended, lines(rows));
    case.expect_status(ended, 1);
    let said = ended.stderr_text();
    let is_so = said.lines().count() == faults.len()
        && said
            .lines()
            .zip(faults)
            .all(|(line, fault)| line.starts_with("collect: ") && line.contains(fault));
    let expected = faults.join("`, `");
    case.expect(
        ended,
        is_so,
        &format!("a line on standard error for each of `{expected}`, beginning with `collect: `"),
        &said,
    );
}

/// Makes a host of `files`, and expects just these readings of it.
pub(crate) fn check(case: &mut Case, files: &[(&str, &str)], rows: &str) {
    let _ = fs::remove_dir_all(case.dir().join("host"));
    put(case, files);
    let ended = collect(case, &[]);
    expect_readings(case, &ended, rows);
}

/// Makes a host of `files`, and expects these readings of it and these faults.
pub(crate) fn check_faults(case: &mut Case, files: &[(&str, &str)], rows: &str, faults: &[&str]) {
    let _ = fs::remove_dir_all(case.dir().join("host"));
    put(case, files);
    let ended = collect(case, &[]);
    expect_faults(case, &ended, rows, faults);
}
