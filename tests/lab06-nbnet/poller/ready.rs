//! What can be done with a descriptor.

use support::{Case, Exchange};

use super::script::{drawn, play, same_everywhere};

pub(super) fn readiness_stays_until_all_is_read(case: &mut Case) {
    same_everywhere(
        case,
        "pair a\nregister a r\nwait 0\nsend a hello\nwait 10000\nwait 10000\nread a 2\nwait 10000\nread a 100\nwait 0\nread a 100\nsend a again\nwait 10000\n",
    );
}

pub(super) fn room_to_write_is_told_until_it_is_full(case: &mut Case) {
    same_everywhere(
        case,
        "pair a\nregister a w\nwait 10000\nwait 10000\nfill a\nwait 0\ndrain a\nwait 10000\nfill a\nwait 0\n",
    );
}

pub(super) fn only_what_is_watched_for_is_told(case: &mut Case) {
    same_everywhere(
        case,
        "pair a\npair b\npair c\nregister a r\nregister b w\nregister c rw\nsend a x\nsend b x\nsend c x\nwait 10000\nfill b\nfill c\nwait 10000\n",
    );
}

pub(super) fn watching_for_something_else_takes_the_place_of_what_was(case: &mut Case) {
    same_everywhere(
        case,
        "pair a\nregister a r\nsend a x\nwait 10000\nreregister a w\nwait 10000\nreregister a rw\nwait 10000\nfill a\nwait 10000\nreregister a w\nwait 0\nreregister a r\nwait 10000\n",
    );
}

pub(super) fn nothing_is_told_of_what_is_watched_no_more(case: &mut Case) {
    same_everywhere(
        case,
        "pair a\npair b\nregister a r\nregister b r\nsend a x\nsend b x\nwait 10000\nderegister a\nwait 10000\nderegister b\nwait 0\nregister a r\nwait 10000\n",
    );
}

pub(super) fn registering_twice_and_forgetting_nobody_are_errors(case: &mut Case) {
    same_everywhere(
        case,
        "pair a\nreregister a r\nderegister a\nregister a r\nregister a w\nsend a x\nwait 10000\nderegister a\nderegister a\nreregister a w\nwait 0\n",
    );
}

pub(super) fn several_at_once_are_told_each(case: &mut Case) {
    same_everywhere(
        case,
        "pair d\npair a\npair c\npair b\nregister c r\nregister a r\nregister d rw\nregister b r\nsend d x\nsend b x\nsend a x\nwait 10000\nread a 1\nread d 1\nwait 10000\n",
    );
}

pub(super) fn many_descriptors_are_all_told(case: &mut Case) {
    const PAIRS: usize = 200;
    let mut script = String::new();
    for number in 0..PAIRS {
        script.push_str(&format!("pair p{number:03}\nregister p{number:03} r\n"));
    }
    for number in (0..PAIRS).step_by(3) {
        script.push_str(&format!("send p{number:03} x\n"));
    }
    script.push_str("wait 10000\n");
    let answers = "ok\n".repeat(2 * PAIRS + PAIRS.div_ceil(3));
    let events: Vec<String> = (0..PAIRS)
        .step_by(3)
        .map(|number| format!("p{number:03} readable"))
        .collect();
    let expected = answers + &events.join(", ") + "\n";
    for poller in ["epoll", "poll", "select"] {
        let ended = play(case, poller, &[], &script);
        let what = format!("what the script prints with --poller {poller}");
        case.expect_same(&ended, &what, &expected, &ended.stdout_text());
        case.expect_status(&ended, 0);
    }
}

/// With select the descriptor is an error, and what is watched besides goes on being watched.
pub(super) fn descriptors_beyond_select_are_refused_by_it_alone(case: &mut Case) {
    const SCRIPT: &str = "pair a\npair b\nregister a r\nraise b 1024\nregister b r\nsend a x\nsend b x\nwait 10000\nread a 1\nwait 0\n";
    for poller in ["epoll", "poll", "select"] {
        let ended = play(case, poller, &[], SCRIPT);
        let (registered, both, left) = match poller {
            "select" => ("error", "a readable", "nothing"),
            _ => ("ok", "a readable, b readable", "b readable"),
        };
        let expected = format!("ok\nok\nok\nok\n{registered}\nok\nok\n{both}\nx\n{left}\n");
        // What the error says is its own affair.
        let line = |line: &str| match line.starts_with("error: ") {
            true => "error\n".to_owned(),
            false => format!("{line}\n"),
        };
        let found: String = ended.stdout_text().lines().map(line).collect();
        let what = format!("what the script prints with --poller {poller}");
        case.expect_same(&ended, &what, &expected, &found);
        case.expect_status(&ended, 0);
    }
}

pub(super) fn wrong_usage_is_status_2(case: &mut Case) {
    let usages: [&[&str]; 4] = [
        &["--poller"],
        &["--poller", "kqueue"],
        &["--poller", "epoll", "--trigger", "both"],
        &["--poller", "epoll", "more"],
    ];
    for usage in usages {
        let ended = case.program("poll").args(usage).run();
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
    }
}

pub(super) fn drawn_scripts_are_played_like_the_reference_does(case: &mut Case) {
    case.seeded(6, |rng| {
        let poller = ["epoll", "poll", "select"][rng.usize(..3)];
        let script = drawn(rng, 50, &["", "level"]);
        Exchange::of("poll").args(["--poller", poller]).stdin(script)
    });
}
