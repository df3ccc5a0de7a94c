//! Manifests that are not in order.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use support::Case;

use super::set::{check, expect_names, manifest, put_script};
use crate::plug::{expect_fault, put_manifest};

/// Expects that a manifest is refused, in this line, with a message that has `part`.
fn expect_wrong(case: &mut Case, text: &str, line: usize, part: &str) {
    put_manifest(case, "a.plugin.toml", text);
    let ended = check(case, &["a.plugin.toml"]);
    case.expect_stdout(&ended, "");
    case.expect_status(&ended, 1);
    expect_fault(case, &ended, &format!("a.plugin.toml, line {line}: "));
    let said = ended.stderr_text();
    case.expect(
        &ended,
        said.contains(part),
        &format!("a message that has `{part}`"),
        &said,
    );
}

pub(super) fn unknown_and_missing_keys_are_named(case: &mut Case) {
    put_script(case, "x.sh");
    expect_wrong(case, &(manifest("") + "tiemout = \"1s\"\n"), 5, "tiemout");
    expect_wrong(
        case,
        &(manifest("") + "\n[enviroment]\nA = \"b\"\n"),
        6,
        "enviroment",
    );
    expect_wrong(case, &manifest("\n# a\nUser = \"root\"\n"), 3, "User");
    for key in ["command", "form", "sha256", "interval"] {
        let text: String = manifest("")
            .lines()
            .filter(|line| !line.starts_with(key))
            .map(|line| format!("{line}\n"))
            .collect();
        expect_wrong(case, &text, 1, key);
    }
    expect_wrong(case, &(manifest("") + "interval = \"2m\"\n"), 5, "");
    expect_wrong(case, &(manifest("") + "user\n"), 5, "");
}

pub(super) fn every_key_is_checked_and_named_with_its_line(case: &mut Case) {
    put_script(case, "x.sh");
    // Keys of the manifest stand in lines 1 to 4.
    for (from, to, line) in [
        ("[\"x.sh\"]", "\"x.sh\"", 1),
        ("[\"x.sh\"]", "[]", 1),
        ("[\"x.sh\"]", "[\"\"]", 1),
        ("[\"x.sh\"]", "[\"x.sh\", 5]", 1),
        ("[\"x.sh\"]", "[\"x.sh\", \"a\\u0000b\"]", 1),
        ("\"pairs\"", "\"json\"", 2),
        ("\"pairs\"", "\"Pairs\"", 2),
        ("\"pairs\"", "5", 2),
        ("sha256 = \"", "sha256 = \"0", 3),
        ("sha256 = \"", "sha256 = \"+", 3),
        ("\"1m\"", "\"\"", 4),
        ("\"1m\"", "60", 4),
        ("\"1m\"", "\"60\"", 4),
        ("\"1m\"", "\"1.5m\"", 4),
        ("\"1m\"", "\"99ms\"", 4),
        ("\"1m\"", "\"0s\"", 4),
        ("\"1m\"", "\"25h\"", 4),
        ("\"1m\"", "\"86400001ms\"", 4),
        ("\"1m\"\n", "\"1m\"\ntimeout = \"61s\"\n", 5),
        ("\"1m\"\n", "\"1m\"\ntimeout = \"0s\"\n", 5),
        ("\"1m\"\n", "\"1m\"\n\ntimeout = \"soon\"\n", 6),
        ("\"1m\"\n", "\"1m\"\nuser = \"\"\n", 5),
        ("\"1m\"\n", "\"1m\"\nuser = 0\n", 5),
        ("\"1m\"\n", "\"1m\"\nenvironment = { \"a=b\" = \"\" }\n", 5),
        ("\"1m\"\n", "\"1m\"\nenvironment = { \"5a\" = \"\" }\n", 5),
        ("\"1m\"\n", "\"1m\"\nenvironment = { \"\" = \"\" }\n", 5),
        ("\"1m\"\n", "\"1m\"\nenvironment = { PLUGIN_RUN = \"\" }\n", 5),
        ("\"1m\"\n", "\"1m\"\nenvironment = { A = 1 }\n", 5),
        ("\"1m\"\n", "\"1m\"\nenvironment = { A = \"\\u0000\" }\n", 5),
    ] {
        let text = manifest("").replace(from, to);
        expect_wrong(case, &text, line, "");
    }
    // Behind characters of more than a byte.
    expect_wrong(case, &manifest("# éü\n# é\nname = \"é\"\n"), 3, "");
}

pub(super) fn names_of_plug_ins_are_checked(case: &mut Case) {
    put_script(case, "x.sh");
    for name in [
        "",
        "A",
        "disk_2",
        "disk-2",
        "2disk",
        "disk.a",
        "é",
        "a/b",
        &"n".repeat(33),
        "up",
        "duration",
        "age",
        "runs",
        "failures",
        "exit",
        "missed",
        "escaped",
        "refused",
    ] {
        expect_wrong(case, &manifest(&format!("\nname = \"{name}\"\n")), 2, "");
    }
    let longest = "n".repeat(32);
    for name in ["a", "disk2", "exitstatus", longest.as_str()] {
        put_manifest(case, "a.plugin.toml", &manifest(&format!("name = \"{name}\"\n")));
        let ended = check(case, &["a.plugin.toml"]);
        case.expect_status(&ended, 0);
        expect_names(case, &ended, &[name]);
    }
    for file in ["check-disk.plugin.toml", "Disk.plugin.toml", "up.plugin.toml"] {
        put_manifest(case, file, &manifest(""));
        let ended = check(case, &[file]);
        case.expect_status(&ended, 1);
        expect_fault(case, &ended, &format!("{file}, line 1: "));
    }
    let ended = case
        .program("plugins")
        .args(["parse", "pairs", "--name", "up"])
        .run();
    case.expect_status(&ended, 2);
}

pub(super) fn one_that_is_wrong_does_not_touch_the_others(case: &mut Case) {
    put_script(case, "x.sh");
    put_manifest(case, "a.plugin.toml", &manifest("usre = 1\n"));
    put_manifest(case, "b.plugin.toml", &manifest(""));
    put_manifest(case, "c.plugin.toml", "");
    put_manifest(case, "d.plugin.toml", &manifest("name = \"a\"\n"));
    let ended = check(case, &["."]);
    case.expect_status(&ended, 1);
    expect_names(case, &ended, &["b", "a"]);
    let said = ended.stderr_text();
    let is_so = said.lines().count() == 2
        && said.contains("a.plugin.toml, line 1")
        && said.contains("c.plugin.toml, line 1");
    case.expect(
        &ended,
        is_so,
        "one message for each of a.plugin.toml and c.plugin.toml",
        &said,
    );
}

pub(super) fn a_manifest_that_everybody_may_write_is_refused(case: &mut Case) {
    put_script(case, "x.sh");
    for (mode, is_taken) in [(0o644, true), (0o664, true), (0o646, false), (0o666, false)] {
        put_manifest(case, "a.plugin.toml", &manifest(""));
        let path = case.dir().join("a.plugin.toml");
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is the case's own file");
        let ended = check(case, &["a.plugin.toml"]);
        case.expect_status(&ended, i32::from(!is_taken));
        if !is_taken {
            expect_fault(case, &ended, "a.plugin.toml: ");
        }
    }
    put_manifest(case, "a.plugin.toml", &(manifest("") + &"#".repeat(70_000)));
    let ended = check(case, &["a.plugin.toml"]);
    case.expect_status(&ended, 1);
    expect_fault(case, &ended, "a.plugin.toml: ");
}
