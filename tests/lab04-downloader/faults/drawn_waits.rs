//! How long is waited, and how often: the program `retry` tells it at once.

use support::{Case, Ended};

use crate::runs::Sheet;
use crate::served::BLOCK;

/// Lets a connection with so many retries and this back-off fail as the script says.
fn play(case: &mut Case, retries: u64, backoff: u64, now: u64, script: &str) -> Ended {
    let args = [retries, backoff, now].map(|number| number.to_string());
    let ended = case.program("retry").args(args).stdin(script).run();
    case.expect_status(&ended, 0);
    ended
}

/// The milliseconds that were printed.
fn waits(ended: &Ended) -> Vec<u64> {
    let text = ended.stdout_text();
    let waits = text.lines().filter_map(|line| {
        let (_, said) = line.rsplit_once(": ")?;
        said.split_once(" ms (")?.0.parse().ok()
    });
    waits.collect()
}

pub(super) fn waits_double_up_to_half_a_minute(case: &mut Case) {
    const CAP: u64 = 30_000;
    for backoff in [1, 500, 7000, 29_000, 40_000, u64::from(u32::MAX)] {
        let ended = play(case, 100, backoff, 0, &"refused\n".repeat(100));
        let waits = waits(&ended);
        case.expect(&ended, waits.len() == 100, "a hundred waits", ended.stdout_text());
        for (at, wait) in waits.into_iter().enumerate() {
            let most = (0..at).fold(backoff.min(CAP), |most, _| (2 * most).min(CAP));
            // What is drawn has parts of a millisecond, which are not printed.
            case.expect(
                &ended,
                (most / 2..=most).contains(&wait),
                &format!(
                    "{} to {most} ms before attempt {} with --backoff {backoff}",
                    most / 2,
                    at + 2
                ),
                wait,
            );
        }
    }
}

pub(super) fn waits_are_drawn_evenly(case: &mut Case) {
    let ended = play(case, 400, 30_000, 0, &"refused\n".repeat(400));
    let waits = waits(&ended);
    let lowest = [15_000, 18_750, 22_500, 26_250, 30_001];
    for pair in lowest.windows(2) {
        let here = waits
            .iter()
            .filter(|wait| (pair[0]..pair[1]).contains(*wait))
            .count();
        // A hundred of them are expected; fewer than 50, or more than 160, come once in ten millions of runs.
        case.expect(
            &ended,
            (50..=160).contains(&here),
            &format!(
                "about a quarter of 400 waits from {} to {} ms",
                pair[0],
                pair[1] - 1
            ),
            here,
        );
    }
    let mut different = waits.clone();
    different.sort_unstable();
    different.dedup();
    case.expect(
        &ended,
        different.len() > 300,
        "waits that differ, so that those who failed together come back at different times",
        format!("{} different ones of {}", different.len(), waits.len()),
    );
}

/// Thu, 26 Nov 2026 19:51:36 GMT
const NOVEMBER: u64 = 1_795_722_696;

pub(super) fn retry_after_is_seconds_or_a_date(case: &mut Case) {
    let mut sheet = Sheet::default();
    for (title, now, values) in [
        (
            "in November 2026",
            NOVEMBER,
            &[
                "3",
                "0",
                "0007",
                "Thu, 26 Nov 2026 19:51:40 GMT",
                "Thursday, 26-Nov-26 19:51:40 GMT",
                "Thu Nov 26 19:51:40 2026",
                "Thu, 26 Nov 2026 19:51:36 GMT",
                "Thu, 26 Nov 2026 19:51:35 GMT",
                "Thu, 26 Nov 2026 20:51:35 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994",
                "Wednesday, 01-Jan-76 00:00:00 GMT",
                "Saturday, 31-Dec-77 00:00:00 GMT",
                "soon",
                "-1",
                "+3",
                "1.5",
                "3 s",
                "Thu, 26 Nov 2026",
                "19:51:40",
            ][..],
        ),
        (
            "an hour at most",
            NOVEMBER,
            &[
                "3599",
                "3600",
                "3601",
                "99999999999999999999999",
                "Thu, 26 Nov 2026 20:51:37 GMT",
                "Fri, 27 Nov 2026 19:51:37 GMT",
                "Fri, 31 Dec 9999 23:59:59 GMT",
            ],
        ),
        (
            "at the end of February",
            1_772_323_190,
            &["Sun, 01 Mar 2026 00:00:05 GMT"],
        ),
        (
            "before a leap day",
            1_835_395_190,
            &["Tue, 29 Feb 2028 00:00:05 GMT", "Wed, 01 Mar 2028 00:00:05 GMT"],
        ),
        (
            "in a year that has none",
            4_107_542_390,
            &["Mon, 01 Mar 2100 00:00:05 GMT"],
        ),
        (
            "at the end of a year",
            1_798_761_590,
            &["Friday, 01-Jan-27 00:00:05 GMT"],
        ),
        (
            "at the end of a century",
            4_102_444_790,
            &["Friday, 01-Jan-00 00:00:05 GMT"],
        ),
    ] {
        let script: String = values.iter().map(|value| format!("503 {value}\n")).collect();
        let ended = play(case, 100, 0, now, &script);
        sheet.row(title, ended, "");
    }
    sheet.compare(case);
    // What is drawn is waited for if it is longer.
    let ended = play(case, 100, 20_000, NOVEMBER, "429 1\n429 25\n429 31\n");
    let waits = waits(&ended);
    case.expect(
        &ended,
        matches!(waits[..], [10_000..=20_000, 25_000..=30_000, 31_000]),
        "the longer one of what was drawn and what was asked for",
        ended.stdout_text(),
    );
}

pub(super) fn a_status_that_stays_is_given_up_at_once(case: &mut Case) {
    let mut sheet = Sheet::default();
    let script: String = [
        400, 401, 403, 404, 408, 409, 410, 425, 429, 500, 501, 502, 503, 504, 505, 507,
    ]
    .iter()
    .map(|status| format!("{status} 2\n"))
    .collect();
    let ended = play(case, 100, 0, NOVEMBER, &script);
    sheet.row("with Retry-After", ended, "");
    sheet.compare(case);
}

pub(super) fn a_block_since_the_last_failure_begins_the_count_anew(case: &mut Case) {
    let mut sheet = Sheet::default();
    let almost = BLOCK - 1;
    for (title, script) in [
        ("nothing comes", "refused\n".repeat(4)),
        (
            "almost a block each time",
            format!("refused\ncame {almost}\n").repeat(4),
        ),
        ("a block each time", format!("refused\ncame {BLOCK}\n").repeat(4)),
        (
            "a block in pieces",
            format!(
                "refused\nrefused\n{}refused\nrefused\nrefused\nrefused\n",
                "came 65536\n".repeat(4)
            ),
        ),
        (
            "a block before the first failure",
            format!("came {BLOCK}\n{}", "refused\n".repeat(4)),
        ),
    ] {
        let ended = play(case, 3, 0, 0, &script);
        sheet.row(title, ended, "");
    }
    let ended = play(case, 0, 0, 0, "503 1\nrefused\n");
    sheet.row("no retries", ended, "");
    sheet.compare(case);
    // With the count, the wait begins anew.
    let ended = play(
        case,
        9,
        800,
        0,
        &format!("refused\nrefused\nrefused\ncame {BLOCK}\nrefused\nrefused\n"),
    );
    let waits = waits(&ended);
    case.expect(
        &ended,
        matches!(waits[..], [_, _, 1600..=3200, 400..=800, 800..=1600]),
        "the first wait again after a block",
        ended.stdout_text(),
    );
}
