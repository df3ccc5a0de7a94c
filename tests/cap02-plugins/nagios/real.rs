//! Debian's own plug-ins.

use std::path::Path;

use support::Case;

use crate::plug::parse;

const FOLDER: &str = "/usr/lib/nagios/plugins";

/// Ends the case as not run where they are not installed.
pub(crate) fn need(case: &Case, plugin: &str) -> String {
    let path = format!("{FOLDER}/{plugin}");
    if !Path::new(&path).is_file() {
        case.not_run("monitoring-plugins-basic");
    }
    path
}

pub(super) fn plug_ins_of_debian_are_read(case: &mut Case) {
    for command in [
        "check_load -w 99,99,99 -c 999,999,999",
        "check_users -w 500 -c 1000",
        "check_procs -w 50000 -c 90000",
        "check_disk -w 10% -c 5% -p /",
        "check_swap -w 1% -c 0%",
        "check_dummy 2 hello",
    ] {
        let mut words = command.split(' ');
        let path = need(case, words.next().unwrap_or_default());
        let theirs = case
            .peer("env", "coreutils")
            .args([path.as_str()])
            .args(words)
            .run();
        let ours = parse(
            case,
            &["nagios", "--status", &theirs.code().to_string()],
            theirs.stdout.clone(),
        );
        case.expect_status(&ours, 0);
        case.expect_quiet(&ours);
        let output = theirs.stdout_text();
        let text = ours.stdout_text();
        let status = format!("plugin.stdin.status\t{}\tcount\tgauge\n", theirs.code());
        case.expect(&ours, text.starts_with(&status), &status, &text);
        // Their labels have no blanks and no quotes.
        let data = output.split_once('|').map_or("", |(_, data)| data);
        for item in data.split_whitespace() {
            let (label, fields) = item.split_once('=').unwrap_or_default();
            let number: String = fields
                .chars()
                .take_while(|char| char.is_ascii_digit() || *char == '.')
                .collect();
            let number: f64 = number.parse().unwrap_or(f64::NAN);
            let row = format!("plugin.stdin.perf{{perf=\"{label}\"}}\t{number}\t");
            case.expect(&ours, text.contains(&row), &format!("{row} of {item}"), &text);
        }
    }
}
