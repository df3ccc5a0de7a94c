//! Rules and traces as the cases write them.

use support::{Case, Ended};

/// The head of a file of rules in whose traces no host is down: it would have to be silent for three days.
pub(crate) const PATIENT: &str = "interval = \"1d\"\n";

/// Writes `rules.toml`: the head, and rules that each begin with their name in brackets, as `[busy]`.
pub(crate) fn rules(head: &str, rules: &str) -> String {
    let mut text = head.to_owned();
    for line in rules.lines() {
        let line = line.trim();
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => text += &format!("\n[[rule]]\nname = \"{name}\"\n"),
            None => text += &format!("{line}\n"),
        }
    }
    text
}

/// Makes a trace of lines that are indented as the case is.
pub(crate) fn trace(lines: &str) -> String {
    lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Judges a trace by rules.
pub(crate) fn judge(case: &mut Case, text: &str, lines: &str) -> Ended {
    case.file("rules.toml", text);
    case.program("alarm")
        .args(["judge", "rules.toml"])
        .stdin(trace(lines))
        .run()
}

/// Expects that a trace is judged so, line by line, and without a fault.
pub(crate) fn expect(case: &mut Case, text: &str, lines: &str, expected: &str) {
    let ended = judge(case, text, lines);
    case.expect_stdout(&ended, trace(expected));
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
}

/// Expects just these notifications, and what was withheld: changes are left out.
pub(crate) fn expect_told(case: &mut Case, text: &str, lines: &str, expected: &str) {
    let ended = judge(case, text, lines);
    let told: String = ended
        .stdout_text()
        .lines()
        .filter(|line| !line.contains(" -> "))
        .map(|line| format!("{line}\n"))
        .collect();
    case.expect_same(&ended, "what is told, and what is not", &trace(expected), &told);
    case.expect_status(&ended, 0);
}
