use std::fs;
use std::os::unix::fs::PermissionsExt;

use support::Case;

use crate::drawn::{self, Level};
use crate::world::{PATIENT, rules, trace};

const TRACE: &str = "
    1 a m 5
    2 b m 5
    3 a m 5
    4 a m 5
    5 @silence s until=25 by=me rule=slow
    6 c m 5
    7 c m 5
    8 b m 5
    9 b m 5
    10 a m 1
    11 c m 5
    12 @ack slow a me
    13 b m 5
    14 a m 9
    20 b m 1
    22 c m 5
    23 b m 5
    24 b m 1
    26 b m 5
    40 c m 5
    61 a m 5
    62 b m 1
    63 b m 1
    100 c m 5
    120 @tick";

fn text() -> String {
    rules(
        "interval = '15s'\nat_most = 3\n",
        "[slow]
        when = 'avg(m, 2) > 3.3'
        breaches = 3
        good = 2
        at_most = 1
        repeat = '30s'
        [flappy]
        when = 'last(m) > 4'
        flaps = 1
        flap_span = '20s'
        [together]
        when = 'sum(m, 10s) > 8'
        group_wait = '7s'
        depends_on = ['flappy']
        [gone]
        when = 'absent(m, 12s)'",
    )
}

/// Judges lines with a state, and returns what is said.
fn judged(case: &mut Case, state: &str, lines: &str) -> support::Ended {
    let ended = case
        .program("alarm")
        .args(["judge", "rules.toml", "--state", state])
        .stdin(lines)
        .run();
    case.expect_status(&ended, 0);
    ended
}

/// Cuts a trace before a line, with a restart there, and expects what is said without one.
fn cut(case: &mut Case, name: &str, lines: &str, whole: &str, at: usize) {
    let all: Vec<_> = lines.split_inclusive('\n').collect();
    let state = format!("state-{name}-{at}");
    let first = judged(case, &state, &all[..at].concat());
    let second = judged(case, &state, &all[at..].concat());
    let said = first.stdout_text() + &second.stdout_text();
    case.expect_same(
        &second,
        &format!("what is said with a restart before line {}", at + 1),
        whole,
        &said,
    );
}

pub(super) fn a_restart_at_any_line_changes_nothing(case: &mut Case) {
    case.file("rules.toml", text());
    let lines = trace(TRACE);
    let whole = judged(case, "whole", &lines);
    case.snapshot(&whole);
    for at in 1..lines.lines().count() {
        cut(case, "fixed", &lines, &whole.stdout_text(), at);
    }
}

pub(super) fn drawn_traces_are_cut_anywhere(case: &mut Case) {
    for round in 0..6 {
        let mut rng = case.rng(round);
        case.file("rules.toml", drawn::rules(&mut rng, Level::Silence));
        let lines = drawn::trace(&mut rng, Level::Silence);
        let whole = judged(case, &format!("whole-{round}"), &lines);
        for time in 0..4 {
            let at = rng.usize(1..lines.lines().count());
            cut(case, &format!("{round}-{time}"), &lines, &whole.stdout_text(), at);
        }
    }
}

pub(super) fn a_judge_that_is_killed_goes_on_where_it_was(case: &mut Case) {
    case.file("rules.toml", text());
    let lines = trace(TRACE);
    let whole = judged(case, "whole", &lines).stdout_text();
    let all: Vec<_> = lines.split_inclusive('\n').collect();
    for at in [3, 8, 15, 20] {
        let mut said = String::new();
        let state = format!("state-{at}");
        let mut running = case
            .program("alarm")
            .args(["judge", "rules.toml", "--state", &state])
            .stdin_piped()
            .spawn();
        running.write(all[..at].concat().as_bytes());
        let time = all[at - 1].split(' ').next().unwrap_or_default();
        let mark = format!("{time} mark here\n");
        running.write(format!("{time} @mark here\n").as_bytes());
        let printed = running.wait_for_stdout("printed the mark", |text| {
            text.windows(mark.len()).any(|part| part == mark.as_bytes())
        });
        said += &String::from_utf8_lossy(&printed).replace(&mark, "");
        running.kill();
        let ended = judged(case, &state, &all[at..].concat());
        said += &ended.stdout_text();
        let what = format!("what is said by one that is killed behind line {at}, and another that goes on");
        case.expect_same(&ended, &what, &whole, &said);
    }
}

/// Whoever writes into the file itself leaves half of it, should it be killed in the middle or the disk be full.
pub(super) fn a_state_that_cannot_be_written_is_left_as_it_was(case: &mut Case) {
    case.file("rules.toml", text());
    let lines = trace(TRACE);
    let all: Vec<_> = lines.split_inclusive('\n').collect();
    judged(case, "state", &all[..5].concat());
    let path = case.dir().join("state");
    let before = fs::read(&path).unwrap_or_default();
    // What is written first is FILE.new; here nobody can.
    let _ = fs::create_dir(case.dir().join("state.new"));
    let ended = case
        .program("alarm")
        .args(["judge", "rules.toml", "--state", "state"])
        .stdin(all[5..].concat())
        .run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "state");
    let after = fs::read(&path).unwrap_or_default();
    case.expect(
        &ended,
        before == after && !before.is_empty(),
        "the file `state` as it was before",
        format!("{} bytes before, {} after", before.len(), after.len()),
    );
    // And where all goes well, nothing is left beside it.
    let _ = fs::remove_dir(case.dir().join("state.new"));
    let ended = judged(case, "state", &all[5..].concat());
    let is_left = case.dir().join("state.new").exists();
    case.expect(&ended, !is_left, "no file `state.new`", "there is one");
}

/// It says which hosts there are and what is wrong with them.
pub(super) fn a_state_is_for_its_owner_alone(case: &mut Case) {
    case.file("rules.toml", text());
    let ended = judged(case, "state", "1 a m 5\n");
    let mode = fs::metadata(case.dir().join("state")).map(|found| found.permissions().mode() & 0o777);
    let found = mode.map_or_else(|error| error.to_string(), |mode| format!("{mode:03o}"));
    case.expect(
        &ended,
        found == "600",
        "the mode 600 for the file `state`",
        found.clone(),
    );
}

/// One that was killed may have left it, or somebody put it there: whoever may read that may read the next state.
pub(super) fn a_new_state_that_is_left_gives_nobody_more_rights(case: &mut Case) {
    case.file("rules.toml", text());
    let left = case.file("state.new", "half of a state");
    let _ = fs::set_permissions(left, fs::Permissions::from_mode(0o644));
    let ended = judged(case, "state", "1 a m 5\n");
    let mode = fs::metadata(case.dir().join("state")).map(|found| found.permissions().mode() & 0o777);
    let found = mode.map_or_else(|error| error.to_string(), |mode| format!("{mode:03o}"));
    case.expect(
        &ended,
        found == "600",
        "the mode 600 for the file `state`, though there was a `state.new` of mode 644",
        found.clone(),
    );
}

pub(super) fn no_more_than_ten_thousand_samples_are_kept(case: &mut Case) {
    case.file("rules.toml", rules(PATIENT, "[r]\nwhen = 'sum(m, 1d) == 10000'"));
    let ended = judged(case, "state", "1 h m 1\n");
    // To feed them all would take a second: the state is said to have one less than there may be.
    let path = case.dir().join("state");
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let (one, many) = (
        "\"samples\":\"1=1\"",
        format!("\"samples\":\"{}\"", ["1=1"; 9_999].join(" ")),
    );
    case.expect(&ended, kept.contains(one), one, &kept);
    case.file("state", kept.replace(one, &many));
    let ended = judged(case, "state", "2 h m 1\n3 h m 1\n4 h m 1\n");
    case.expect_stdout(
        &ended,
        "2 h r ok -> firing 1/1 value 1\n2 notify firing r h severity=warning\n",
    );
}

pub(super) fn a_state_that_is_none_is_named(case: &mut Case) {
    case.file("rules.toml", text());
    judged(case, "good", &trace(TRACE));
    let good = fs::read(case.dir().join("good")).unwrap_or_default();
    for bytes in [&b""[..], b"{}", b"null", &good[..good.len() / 2]] {
        case.file("state", bytes);
        let ended = case
            .program("alarm")
            .args(["judge", "rules.toml", "--state", "state"])
            .stdin("1 a m 1\n")
            .run();
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, "state");
        case.expect_stdout(&ended, "");
    }
}
