use std::fs;

use support::Case;

use super::{expect_report, message, notify, with};

fn command(argv: &[&str], more: &str) -> String {
    let argv: Vec<_> = argv
        .iter()
        .map(|arg| serde_json::Value::from(*arg).to_string())
        .collect();
    format!(
        "[[receiver]]\nname = \"run\"\ncommand = [{}]\nbackoff = \"1ms\"\n{more}\n",
        argv.join(", ")
    )
}

pub(super) fn a_command_gets_the_notification_on_its_input(case: &mut Case) {
    let lines = message("k1", "web1") + &message("k2", "web2");
    let ended = notify(
        case,
        &command(&["/bin/sh", "-c", "cat >> got; echo noise; echo noise >&2"], ""),
        &lines,
    );
    expect_report(case, &ended, "run delivered=2 failed=0 dropped=0");
    let got = fs::read_to_string(case.dir().join("got")).unwrap_or_default();
    let read = |text: &str| -> Vec<serde_json::Value> {
        text.lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    };
    case.expect(
        &ended,
        read(&got) == read(&lines),
        "each notification as a line of JSON in `got`",
        &got,
    );
    case.expect_quiet(&ended);
}

pub(super) fn a_command_is_no_line_of_a_shell(case: &mut Case) {
    let ended = notify(
        case,
        &command(&["/usr/bin/touch", "a b; touch c", "$HOME", "`touch d`"], ""),
        &message("k1", "web1"),
    );
    expect_report(case, &ended, "run delivered=1 failed=0 dropped=0");
    let mut names: Vec<_> = fs::read_dir(case.dir())
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name != "receivers.toml" && !name.starts_with("stdin"))
        .collect();
    names.sort();
    case.expect_same(
        &ended,
        "the files that there are",
        "$HOME, `touch d`, a b; touch c",
        &names.join(", "),
    );
}

pub(super) fn a_command_that_fails_is_tried_again(case: &mut Case) {
    let script = "cat >> got; test -e once || { touch once; exit 3; }";
    let ended = notify(
        case,
        &command(&["/bin/sh", "-c", script], ""),
        &message("k1", "web1"),
    );
    expect_report(case, &ended, "run delivered=1 failed=0 dropped=0");
    let got = fs::read_to_string(case.dir().join("got")).unwrap_or_default();
    let count = got.matches("\"k1\"").count();
    case.expect(
        &ended,
        count == 2,
        "the notification twice in `got`, with its key",
        &got,
    );
    let ended = notify(
        case,
        &command(&["/nonexistent/program"], "attempts = 2"),
        &message("k1", "web1"),
    );
    expect_report(case, &ended, "run delivered=0 failed=1 dropped=0");
    case.expect_stderr_names(&ended, "/nonexistent/program");
}

pub(super) fn a_command_that_does_not_read_is_no_failure(case: &mut Case) {
    let long = with("k1", "web1", "info", &"long ".repeat(100_000));
    let ended = notify(case, &command(&["/bin/true"], "attempts = 1"), &long);
    expect_report(case, &ended, "run delivered=1 failed=0 dropped=0");
}

pub(super) fn a_command_that_hangs_is_ended_with_all_it_has_started(case: &mut Case) {
    let script = "sleep 1000 & echo $! > child; echo $$ > parent; wait";
    let ended = notify(
        case,
        &command(&["/bin/sh", "-c", script], "timeout = \"2s\"\nattempts = 1"),
        &message("k1", "web1"),
    );
    expect_report(case, &ended, "run delivered=0 failed=1 dropped=0");
    // One that ends in time, and leaves something behind.
    let script = "sleep 1000 & echo $! > left";
    let ended = notify(
        case,
        &command(&["/bin/sh", "-c", script], "attempts = 1"),
        &message("k1", "web1"),
    );
    expect_report(case, &ended, "run delivered=1 failed=0 dropped=0");
    for name in ["child", "parent", "left"] {
        let pid = fs::read_to_string(case.dir().join(name)).unwrap_or_default();
        let is_gone = || {
            let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
            stat.rsplit_once(')')
                .is_none_or(|(_, rest)| rest.trim_start().starts_with('Z'))
        };
        case.expect(
            &ended,
            !pid.trim().is_empty(),
            &format!("a process that wrote `{name}`"),
            "none did",
        );
        case.wait_until(&format!("the process of `{name}` is ended"), is_gone);
    }
}
