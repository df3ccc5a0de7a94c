//! Scripts that `poll` plays: what is said to a poller, and what it answers.

use support::{Case, Ended, Rng};

/// Runs `poll --poller POLLER ARGS…` with a script.
pub(crate) fn play(case: &Case, poller: &str, args: &[&str], script: &str) -> Ended {
    case.program("poll")
        .args(["--poller", poller])
        .args(args)
        .stdin(script)
        .run()
}

/// Plays a script on all three: what epoll prints is the snapshot, and the others must print the same.
pub(super) fn same_everywhere(case: &mut Case, script: &str) {
    same(
        case,
        script,
        &[
            ("poll", |line| line.to_owned()),
            ("select", |line| line.to_owned()),
        ],
    );
}

/// As [`same_everywhere`], where a connection ends: select(2) shows an end as readable only.
pub(super) fn same_but_for_ends(case: &mut Case, script: &str) {
    let readable_only = |line: &str| line.replace(" closed error", "").replace(" closed", "");
    same(
        case,
        script,
        &[("poll", |line| line.to_owned()), ("select", readable_only)],
    );
}

/// What another poller prints, made of what epoll prints.
type Shown = fn(&str) -> String;

fn same(case: &mut Case, script: &str, others: &[(&str, Shown)]) {
    let first = play(case, "epoll", &[], script);
    case.snapshot(&first);
    for (poller, shown) in others {
        let ended = play(case, poller, &[], script);
        case.expect_same(
            &ended,
            &format!("what the script prints with --poller {poller}"),
            &shown(&first.stdout_text()),
            &ended.stdout_text(),
        );
        case.expect_status(&ended, 0);
    }
}

/// Draws a script about three pairs.
pub(crate) fn drawn(rng: &mut Rng, steps: usize, triggers: &[&str]) -> String {
    const NAMES: [&str; 3] = ["a", "b", "c"];
    const INTERESTS: [&str; 3] = ["r", "w", "rw"];
    let mut script: String = NAMES.iter().map(|name| format!("pair {name}\n")).collect();
    for _ in 0..steps {
        let name = NAMES[rng.usize(..NAMES.len())];
        let interest = INTERESTS[rng.usize(..INTERESTS.len())];
        let trigger = triggers[rng.usize(..triggers.len())];
        let line = match rng.u8(..12) {
            0 | 1 => format!("register {name} {interest} {trigger}"),
            2 => format!("reregister {name} {interest} {trigger}"),
            3 => format!("deregister {name}"),
            4 | 5 => format!("send {name} {}", ["x", "hello", "some more"][rng.usize(..3)]),
            6 => format!("read {name} {}", rng.usize(1..20)),
            7 => format!("fill {name}"),
            8 => format!("drain {name}"),
            9 => "wake".to_owned(),
            _ => "wait 0".to_owned(),
        };
        script.push_str(line.trim_end());
        script.push('\n');
    }
    script.push_str("wait 0\nwait 0\n");
    script
}
