//! Plug-ins that say too much.

use std::time::Duration;

use support::Case;

use super::outcomes::expect_failed;
use crate::plug::{Plug, expect_gone, expect_told};

pub(super) fn more_than_a_pipe_holds_is_read(case: &mut Case) {
    // 200 KB before its end: whoever reads only then waits for ever, and so does the plug-in.
    let ended = Plug::pairs("a", "n=0\nwhile [ $n -lt 2000 ]; do echo '# 345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234'; n=$((n + 1)); done\necho x: 1\n").once(case);
    case.expect_stdout(
        &ended,
        "plugin.a.x\t1\tcount\tgauge\n\noutcome\tok\nended\texited with status 0\n",
    );
    // And so with standard error.
    let ended = Plug::pairs("a", "n=0\nwhile [ $n -lt 2000 ]; do echo '# 345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234' >&2; n=$((n + 1)); done\necho x: 1\n").once(case);
    expect_told(case, &ended, "outcome", Some("ok"));
}

pub(super) fn the_limit_is_taken_and_not_one_byte_more(case: &mut Case) {
    // 131,071 lines of two bytes, and what is behind.
    for (rest, reason) in [
        ("echo '#'", "ok"),
        ("echo '##'", "flood"),
        ("echo '#'; echo >&2", "flood"),
        ("echo >&2", "ok"),
    ] {
        let script = format!("yes '#' | head -n 131071\n{rest}\n");
        let ended = Plug::pairs("a", &script).once(case);
        expect_told(case, &ended, "outcome", Some(reason));
    }
}

pub(super) fn a_flood_is_ended_and_costs_no_memory(case: &mut Case) {
    for script in [
        "trap '' TERM\necho $$ > pid\nexec yes\n",
        "trap '' TERM\necho $$ > pid\nexec yes >&2\n",
        "sh -c 'echo $$ > pid; exec yes' &\nwait\n",
    ] {
        let ended = Plug::pairs("a", script).once(case);
        expect_failed(case, &ended, "flood");
        expect_gone(case, &ended, &["pid"]);
        case.expect(
            &ended,
            ended.peak_anonymous_kib < 8 << 10,
            "less than 8 MiB of memory",
            format!("{} KiB", ended.peak_anonymous_kib),
        );
    }
}

pub(super) fn a_million_lines_are_a_flood(case: &mut Case) {
    let ended = Plug::pairs("a", "i=0\nyes 'x: 1' | head -n 1000000\n").once(case);
    expect_failed(case, &ended, "flood");
}

pub(super) fn what_it_says_cannot_steer_a_terminal(case: &mut Case) {
    let mut plug = Plug::pairs(
        "a",
        "printf 'OK \\033[2J\\007 done | a=1\\n'\nprintf '\\033]0;x\\007\\n' >&2\n",
    );
    plug.form = "nagios";
    let ended = plug.once(case);
    expect_told(case, &ended, "text", Some("OK \\u{1b}[2J\\u{7} done"));
    expect_told(case, &ended, "complaint", Some("\\u{1b}]0;x\\u{7}"));
    let long = format!("echo {}\n", "x".repeat(3000));
    let mut plug = Plug::pairs("a", &long);
    plug.form = "nagios";
    let ended = plug.once(case);
    expect_told(case, &ended, "text", Some(&("x".repeat(200) + "…")));
}

pub(super) fn waiting_costs_nothing(case: &mut Case) {
    let ended = Plug::pairs("a", "exec sleep 2 > /dev/null 2>&1\n").once(case);
    expect_told(case, &ended, "outcome", Some("ok"));
    case.expect(
        &ended,
        ended.cpu < Duration::from_millis(400),
        "less than 0.4 s of a processor for a run that sleeps for two",
        format!("{:?}", ended.cpu),
    );
}
