//! What became of a run.

use support::Case;

use crate::plug::{Plug, expect_told, lines, once, told};

pub(super) fn a_run_in_order_is_told(case: &mut Case) {
    let ended = Plug::pairs(
        "a",
        "echo oops >&2; echo more >&2\necho x: 1\necho y_seconds: 2\n",
    )
    .once(case);
    case.snapshot(&ended);
    case.expect_quiet(&ended);
    let mut plug = Plug::pairs("b", "echo 'DISK OK | /=5MB b=U'\nexit 1\n");
    plug.form = "nagios";
    let ended = plug.once(case);
    case.snapshot(&ended);
}

pub(super) fn a_status_of_nagios_is_no_failure(case: &mut Case) {
    for (status, outcome) in [
        (0, "ok"),
        (1, "ok"),
        (2, "ok"),
        (3, "ok"),
        (4, "status"),
        (127, "status"),
    ] {
        let script = format!("echo 'TEXT | a=1'\nexit {status}\n");
        let mut plug = Plug::pairs("a", &script);
        plug.form = "nagios";
        let ended = plug.once(case);
        expect_told(case, &ended, "outcome", Some(outcome));
        expect_told(
            case,
            &ended,
            "ended",
            Some(&format!("exited with status {status}")),
        );
        let rows = match outcome {
            "ok" => lines(&format!(
                "plugin.a.status {status} count gauge\nplugin.a.perf{{perf=\"a\"}} 1 count gauge"
            )),
            _ => String::new(),
        };
        let text = ended.stdout_text();
        case.expect(
            &ended,
            text.starts_with(&format!("{rows}\n")),
            "these samples, then an empty line",
            &rows,
        );
        case.expect_status(&ended, i32::from(outcome != "ok"));
    }
}

/// Expects that a run has failed for a reason, that no samples are told, and that the exit status is 1.
pub(super) fn expect_failed(case: &mut Case, ended: &support::Ended, reason: &str) {
    expect_told(case, ended, "outcome", Some(reason));
    case.expect_status(ended, 1);
    let text = ended.stdout_text();
    case.expect(
        ended,
        text.starts_with("\noutcome\t"),
        "no samples of a run that has failed",
        &text,
    );
    case.expect(
        ended,
        told(ended, "why").is_some_and(|why| !why.is_empty()),
        "a row `why`",
        &text,
    );
}

pub(super) fn what_ends_otherwise_has_failed(case: &mut Case) {
    for (script, reason, how) in [
        ("echo x: 1\nexit 3\n", "status", "exited with status 3"),
        (
            "echo x: 1\nkill -KILL $$\n",
            "signal",
            "killed by signal 9 (SIGKILL)",
        ),
        (
            "echo x: 1\nkill -TERM $$\n",
            "signal",
            "killed by signal 15 (SIGTERM)",
        ),
        ("no-such-program\n", "status", "exited with status 127"),
    ] {
        let ended = Plug::pairs("a", script).once(case);
        expect_failed(case, &ended, reason);
        expect_told(case, &ended, "ended", Some(how));
    }
}

pub(super) fn what_is_not_of_its_form_has_failed(case: &mut Case) {
    for (script, line) in [
        ("echo x: 1; echo y\n", 2),
        ("printf 'x: 1'\n", 1),
        ("printf 'x: 1\\n\\377: 2\\n'\n", 2),
        ("echo x: 1; echo x: 2\n", 2),
        ("echo x: 1e999\n", 1),
    ] {
        let ended = Plug::pairs("a", script).once(case);
        expect_failed(case, &ended, "output");
        let why = told(&ended, "why").unwrap_or_default();
        let wanted = format!("line {line}: ");
        case.expect(
            &ended,
            why.starts_with(&wanted),
            &format!("a row `why` that begins with `{wanted}`"),
            &why,
        );
    }
    // What it said on standard error is told also then.
    let ended = Plug::pairs("a", "echo 'no access' >&2; echo oops\n").once(case);
    expect_told(case, &ended, "complaint", Some("no access"));
}

pub(super) fn what_cannot_be_started_has_failed(case: &mut Case) {
    for script in ["#!/no/such/interpreter\n", "# no interpreter\necho x: 1\n", "#\n"] {
        let ended = Plug::pairs("a", script).once(case);
        expect_failed(case, &ended, "start");
        expect_told(case, &ended, "ended", None);
    }
    let mut plug = Plug::pairs("a", "echo x: 1\n");
    plug.more = "user = \"nobody-of-this-name\"\n";
    let ended = plug.once(case);
    expect_failed(case, &ended, "start");
    std::fs::remove_file(case.dir().join("a.sh")).expect("it is there");
    let ended = once(case, "a");
    expect_failed(case, &ended, "start");
    if !rustix::process::geteuid().is_root() {
        plug.more = "user = \"root\"\n";
        let ended = plug.once(case);
        expect_failed(case, &ended, "start");
    }
}
