//! What is said around the data.

use support::Case;

use crate::plug::{expect_fault, expect_samples, lines, parse};

pub(super) fn the_status_is_a_sample(case: &mut Case) {
    for status in 0..4 {
        expect_samples(
            case,
            &["nagios", "--status", &status.to_string(), "--name", "web"],
            "HTTP OK\n",
            &format!("plugin.web.status {status} count gauge"),
        );
    }
    expect_samples(case, &["nagios"], "OK", "plugin.stdin.status 0 count gauge");
}

pub(super) fn data_stands_behind_bars_only(case: &mut Case) {
    for (output, data) in [
        ("OK a=1\nb=2\n", &[][..]),
        ("OK|a=1\nb=2\nc=3\n", &["a"]),
        ("OK\nlong |b=1 c=2\nd=3\n\ne=4", &["b", "c", "d", "e"]),
        ("OK | a=1\nlong\ntext | b=2\nc=3\nd=4\n", &["a", "b", "c", "d"]),
        ("OK |\n| a=1\n", &["a"]),
        ("OK|a=1\r\n|b=2\r\n", &["a", "b"]),
    ] {
        let rows: String = data
            .iter()
            .enumerate()
            .map(|(n, name)| {
                let value = name.as_bytes()[0] - b'a' + 1;
                let value = if output.contains("b=1") {
                    n as u8 + 1
                } else {
                    value
                };
                format!("plugin.stdin.perf{{perf=\"{name}\"}} {value} count gauge\n")
            })
            .collect();
        expect_samples(
            case,
            &["nagios"],
            output,
            &format!("plugin.stdin.status 0 count gauge\n{rows}"),
        );
    }
}

pub(super) fn a_plug_in_that_says_nothing_has_a_status(case: &mut Case) {
    for output in ["", "\n", "|", "\n\n|\n", " | "] {
        expect_samples(
            case,
            &["nagios", "--status", "2"],
            output,
            "plugin.stdin.status 2 count gauge",
        );
    }
}

pub(super) fn text_that_is_no_utf_8_is_no_fault(case: &mut Case) {
    expect_samples(
        case,
        &["nagios"],
        b"Gr\xf6\xdfe OK | 'Gr\xf6\xdfe'=1\n".to_vec(),
        "plugin.stdin.status 0 count gauge\nplugin.stdin.perf{perf=\"Gr\u{fffd}\u{fffd}e\"} 1 count gauge",
    );
}

pub(super) fn bounds_hold_for_nagios_too(case: &mut Case) {
    let items: String = (0..2000).map(|n| format!(" i{n}={n};;")).collect();
    let ended = parse(case, &["nagios"], format!("OK |{items}"));
    case.expect_status(&ended, 1);
    let rows: String = (0..999)
        .map(|n| format!("plugin.stdin.perf{{perf=\"i{n}\"}} {n} count gauge\n"))
        .collect();
    case.expect_stdout(
        &ended,
        lines(&format!("plugin.stdin.status 0 count gauge\n{rows}")),
    );
    let said = ended.stderr_text();
    let is_so = said.lines().count() == 20 && said.lines().all(|line| line.contains("line 1: "));
    case.expect(&ended, is_so, "20 lines on standard error, and no more", &said);
    // An item is told whole or not at all.
    let items: String = (0..250).map(|n| format!("i{n}={n};1:2;3:4\n")).collect();
    let ended = parse(case, &["nagios"], format!("OK\n|{items}"));
    let told = ended.stdout_text().lines().count();
    case.expect(
        &ended,
        told == 1 + 199 * 5,
        "the status, and 199 items of five samples",
        format!("{told} samples"),
    );
    expect_twice(case);
}

/// The same label twice.
fn expect_twice(case: &mut Case) {
    let ended = parse(case, &["nagios"], "OK | a=1 b=2\n|a=3\n");
    expect_fault(case, &ended, "line 2: ");
    case.expect_stdout(
        &ended,
        lines(
            "plugin.stdin.status 0 count gauge
             plugin.stdin.perf{perf=\"a\"} 1 count gauge
             plugin.stdin.perf{perf=\"b\"} 2 count gauge",
        ),
    );
}
