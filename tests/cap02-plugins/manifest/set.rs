//! Manifests that are in order.

use std::collections::HashSet;

use support::{Case, Ended};

use crate::plug::{expect_fault, put_manifest, sha256};

const SCRIPT: &str = "#!/bin/sh\necho x: 1\n";

pub(super) fn check(case: &mut Case, paths: &[&str]) -> Ended {
    case.program("plugins").args(["check"]).args(paths).run()
}

/// Returns a manifest of `x.sh` with an interval of a minute and these lines in front.
pub(super) fn manifest(more: &str) -> String {
    format!(
        "{more}command = [\"x.sh\"]\nform = \"pairs\"\nsha256 = \"{}\"\ninterval = \"1m\"\n",
        sha256(SCRIPT.as_bytes())
    )
}

pub(super) fn put_script(case: &mut Case, path: &str) {
    case.file(path, SCRIPT);
}

pub(super) fn a_manifest_is_told(case: &mut Case) {
    case.file("sets/bin/check_disk", SCRIPT);
    let text = format!(
        "# Free space.\ncommand = [\"../bin/check_disk\", \"-w\", \"10%\", \"$HOME ; x\"]\nform = \"nagios\"\nsha256 = \"{}\"\ninterval = \"90s\"\ntimeout = \"1500ms\"\nuser = \"nobody\"\n\n[environment]\nLANG = \"de_DE.UTF-8\"\n_x1 = \"\"\n",
        sha256(SCRIPT.as_bytes()).to_uppercase()
    );
    put_manifest(case, "sets/web/disk.plugin.toml", &text);
    let ended = check(case, &["sets/web/disk.plugin.toml"]);
    case.snapshot(&ended);
    case.expect_quiet(&ended);
}

pub(super) fn what_is_not_said_has_a_default(case: &mut Case) {
    put_script(case, "x.sh");
    for (interval, expected) in [
        ("1m", "1m\t10s"),
        ("10s", "10s\t10s"),
        ("9s", "9s\t9s"),
        ("100ms", "100ms\t100ms"),
        ("24h", "24h\t10s"),
    ] {
        let text = manifest("").replace("\"1m\"", &format!("\"{interval}\""));
        put_manifest(case, "a.plugin.toml", &text);
        let ended = check(case, &["a.plugin.toml"]);
        case.expect_status(&ended, 0);
        let text = ended.stdout_text();
        let wanted = format!("a\tpairs\t{expected}\t");
        case.expect(
            &ended,
            text.starts_with(&wanted),
            &format!("a line that begins with {wanted:?}"),
            &text,
        );
    }
}

pub(super) fn hashes_are_those_of_sha256sum(case: &mut Case) {
    case.file("empty", "");
    put_script(case, "a/b.sh");
    case.file("long", vec![7; 3_000_001]);
    let files = ["empty", "a/b.sh", "long"];
    let ours = case.program("plugins").args(["hash"]).args(files).run();
    let theirs = case.peer("sha256sum", "coreutils").args(files).run();
    case.expect_stdout(&ours, &theirs.stdout);
    case.expect_status(&ours, 0);
    let ours = case.program("plugins").args(["hash", "gone", "empty"]).run();
    case.expect_status(&ours, 1);
    expect_fault(case, &ours, "gone: ");
    case.expect_stdout(&ours, format!("{}  empty\n", sha256(b"")));
}

pub(super) fn a_folder_is_a_set(case: &mut Case) {
    put_script(case, "set/x.sh");
    for file in ["b", "a", "c9"] {
        put_manifest(case, &format!("set/{file}.plugin.toml"), &manifest(""));
    }
    for file in [
        "set/d.toml",
        "set/.e.plugin.toml",
        "set/f.plugin.toml~",
        "set/below/g.plugin.toml",
    ] {
        put_manifest(case, file, "no manifest");
    }
    let ended = check(case, &["set"]);
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
    expect_names(case, &ended, &["a", "b", "c9"]);
    case.file("none/x", "");
    let ended = check(case, &["none"]);
    case.expect_stdout(&ended, "");
    case.expect_status(&ended, 0);
    let ended = check(case, &["gone"]);
    case.expect_status(&ended, 1);
    expect_fault(case, &ended, "gone: ");
}

pub(super) fn expect_names(case: &mut Case, ended: &Ended, names: &[&str]) {
    let text = ended.stdout_text();
    let found: Vec<&str> = text.lines().filter_map(|line| line.split('\t').next()).collect();
    case.expect_same(ended, "the names", &names.join("\n"), &found.join("\n"));
}

pub(super) fn names_are_taken_once(case: &mut Case) {
    put_script(case, "x.sh");
    put_script(case, "other/x.sh");
    put_manifest(case, "a.plugin.toml", &manifest("name = \"disk\"\n"));
    put_manifest(case, "disk.plugin.toml", &manifest(""));
    put_manifest(case, "other/disk.plugin.toml", &manifest("name = \"more\"\n"));
    let ended = check(case, &[".", "other"]);
    case.expect_status(&ended, 1);
    expect_names(case, &ended, &["disk", "more"]);
    expect_fault(case, &ended, "disk.plugin.toml");
    let said = ended.stderr_text();
    case.expect(
        &ended,
        said.contains("a.plugin.toml"),
        "a message that says whose name it is",
        &said,
    );
}

pub(super) fn a_script_that_is_another_one_is_named(case: &mut Case) {
    put_script(case, "x.sh");
    put_manifest(case, "a.plugin.toml", &manifest(""));
    let other = case.file("x.sh", "#!/bin/sh\necho x: 2\n");
    let ended = check(case, &["a.plugin.toml"]);
    case.expect_stdout(&ended, "");
    case.expect_status(&ended, 1);
    expect_fault(case, &ended, &sha256(b"#!/bin/sh\necho x: 2\n"));
    std::fs::remove_file(other).expect("it is there");
    let ended = check(case, &["a.plugin.toml"]);
    case.expect_status(&ended, 1);
    expect_fault(case, &ended, "x.sh");
}

pub(super) fn a_script_that_is_no_file_is_not_waited_for(case: &mut Case) {
    put_manifest(case, "a.plugin.toml", &manifest(""));
    let made = case.peer("mkfifo", "coreutils").args(["x.sh"]).run();
    case.expect_status(&made, 0);
    let ended = check(case, &["a.plugin.toml"]);
    case.expect_status(&ended, 1);
    expect_fault(case, &ended, "x.sh");
    for path in ["x.sh", "/dev/zero", "."] {
        let ended = case.program("plugins").args(["hash", path]).run();
        case.expect_status(&ended, 1);
        expect_fault(case, &ended, path);
    }
}

/// Finds a name that begins so, and whose phase in an interval of so many ms is one of these.
pub(crate) fn called(begin: &str, interval: u64, phases: std::ops::Range<u64>) -> String {
    let names = (0..).map(|number| format!("{begin}{number}"));
    let mut names = names.filter(|name| phases.contains(&phase(name, interval)));
    names.next().expect("there are names for every phase")
}

/// FNV-1a of a zero byte, the name, a zero byte and `0`, modulo the interval in ms.
pub(crate) fn phase(name: &str, interval: u64) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in format!("\0{name}\x000").bytes() {
        hash ^= u64::from(byte);
        hash = hash.wrapping_mul(0x0100_0000_01b3);
    }
    hash % interval
}

pub(super) fn fifty_plug_ins_are_spread_over_their_interval(case: &mut Case) {
    put_script(case, "set/x.sh");
    let names: Vec<String> = (10..60).map(|n| format!("check{n}")).collect();
    for name in &names {
        put_manifest(case, &format!("set/{name}.plugin.toml"), &manifest(""));
    }
    let ended = check(case, &["set"]);
    case.expect_status(&ended, 0);
    let text = ended.stdout_text();
    let written = |ms: u64| match ms {
        ms if ms % 1000 == 0 => format!("{}s", ms / 1000),
        ms => format!("{ms}ms"),
    };
    let expected: String = names
        .iter()
        .map(|name| format!("{name}\t{}\n", written(phase(name, 60_000))))
        .collect();
    let found: String = text
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            format!("{}\t{}\n", fields[0], fields.get(4).unwrap_or(&""))
        })
        .collect();
    case.expect_same(&ended, "names and phases", &expected, &found);
    let different: HashSet<&str> = found.lines().filter_map(|line| line.split('\t').nth(1)).collect();
    assert!(different.len() > 45, "the suite's own names are spread");
}
