//! Stage 4: sent, stored, acknowledged.

use std::collections::BTreeMap;
use std::fs;

use support::{Case, Stage, stage};

use crate::harness::{
    Sender, Server, append, bytes, check_stored, count, drawn, drill, segments, stored, traced, transfer,
};

pub(crate) const STAGE: Stage = stage!("window":
    a_batch_is_due_when_it_is_full_or_old_and_there_is_room,
    answers_and_losses_are_of_what_was_sent,
    marks_know_what_was_taken_in_any_order,
    marks_have_bounds,
    a_sink_writes_what_it_is_sent_and_says_so,
    a_sink_syncs_before_it_answers_and_when_it_opens,
    the_longest_record_goes_all_the_way,
    what_comes_again_is_known_also_after_a_kill,
    a_relay_knows_what_it_has_also_after_a_kill,
    a_relay_knows_what_it_has_passed_on,
    a_torn_end_of_a_sink_is_cut_and_damage_before_it_is_not,
    marks_of_a_longer_file_are_none,
    what_nobody_takes_waits_and_whoever_appends_does_not,
    a_relay_without_room_takes_nothing_and_nothing_is_lost,
    sender_relay_and_sink_are_killed_under_load;
    seeded:
    drawn_windows_are_those_of_the_reference,
    drawn_marks_are_those_of_the_reference
);

fn a_batch_is_due_when_it_is_full_or_old_and_there_is_room(case: &mut Case) {
    drill(
        case,
        &["window"],
        "due 0 0 0 99 => wait
         due 1 10 0 0 => in 20
         due 1 10 5 15 => in 10
         due 1 10 0 20 => now
         due 1 10 0 21 => now
         due 1 99 0 0 => in 20
         due 1 100 0 0 => now
         due 10 10 0 0 => now
         due 1 9999 0 0 => now
         send 1-3 100 0 => batch 1, 100 bytes on their way
         due 1 150 0 0 => now
         due 1 151 0 0 => wait
         send 4 50 0 => batch 2, 150 bytes on their way
         send 5 50 0 => batch 3, 200 bytes on their way
         due 1 50 0 99 => now
         send 6 10 0 => batch 4, 210 bytes on their way
         due 1 1 0 99 => wait
         answer 3 => 5
         due 1 1 0 99 => now",
    );
}

fn answers_and_losses_are_of_what_was_sent(case: &mut Case) {
    drill(
        case,
        &["window"],
        "send 1-3,9 40 0 => batch 1, 40 bytes on their way
         send 4-5 30 10 => batch 2, 70 bytes on their way
         answer 1 => 1-3,9
         answer 1 => nobody waits
         answer 7 => nobody waits
         late 1010 => false
         late 1011 => true
         send 6 1 11 => batch 3, 31 bytes on their way
         lose => 4-6
         lose => none
         late 99999 => false
         answer 2 => nobody waits
         send 4-6 31 20 => batch 4, 31 bytes on their way",
    );
}

fn marks_know_what_was_taken_in_any_order(case: &mut Case) {
    drill(
        case,
        &["marks"],
        "a 7 1-5 => 5 new, 0 known, 0 refused
         a 7 4-8 => 3 new, 2 known, 0 refused
         a 7 20-29 => 10 new, 0 known, 0 refused
         a 7 10-21 => 10 new, 2 known, 0 refused
         b 7 1-5 => 5 new, 0 known, 0 refused
         a 8 1-5 => 5 new, 0 known, 0 refused
         a 6 1-5 => 5 new, 0 known, 0 refused
         a 7 1-29 => 1 new, 28 known, 0 refused",
    );
    let mut script = String::new();
    for epoch in 1..=64 {
        script += &format!("a {epoch} 1 => 1 new, 0 known, 0 refused\n");
    }
    script += "a 65 1 => 0 new, 0 known, 1 refused
        a 64 1-2 => 1 new, 1 known, 0 refused
        b 65 1 => 1 new, 0 known, 0 refused\n";
    drill(case, &["marks"], &script);
}

fn marks_have_bounds(case: &mut Case) {
    let mut script = String::new();
    for source in 0..65_536 {
        script += &format!("s{source} 1 1\n");
    }
    script += "s65536 1 1\ns65535 1 1-2\ns7 2 1\n";
    // And the numbers of one source, with a gap before each.
    let odd: Vec<String> = (0..65_536).map(|number| (2 * number + 1).to_string()).collect();
    script += &format!("s1 3 {}\n", odd.join(","));
    script += "s1 3 200001\ns1 3 2\ns1 3 131072\ns1 3 200001\n";
    let ended = case
        .program("transfer")
        .args(["drill", "marks"])
        .stdin(script)
        .run();
    case.expect_status(&ended, 0);
    let text = ended.stdout_text();
    let lines: Vec<&str> = text.lines().collect();
    let fresh = lines
        .iter()
        .take_while(|line| **line == "1 new, 0 known, 0 refused")
        .count();
    case.expect(&ended, fresh == 65_536, "65,536 sources that are taken", fresh);
    let rest = lines.get(fresh.min(65_536)..).unwrap_or_default().join("\n");
    let expected = "0 new, 0 known, 1 refused\n1 new, 1 known, 0 refused\n1 new, 0 known, 0 refused\n\
        65536 new, 0 known, 0 refused\n0 new, 0 known, 1 refused\n1 new, 0 known, 0 refused\n\
        1 new, 0 known, 0 refused\n1 new, 0 known, 0 refused";
    case.expect_same(
        &ended,
        "what is said to a source more, to two that are known, and to numbers with 65,536 gaps",
        expected,
        &rest,
    );
}

fn a_sink_syncs_before_it_answers_and_when_it_opens(case: &mut Case) {
    case.file("out", "");
    let mut running = traced(case, &["sink", "--listen", "127.0.0.1:0", "--out", "out"]).spawn();
    let line = running.wait_for_lines(1).remove(0);
    let address = line.strip_prefix("listening on ").unwrap_or_default().to_owned();
    put(case, &address, "1 a 7 1 one\n2 a 7 2 two\n", "1-2", "", "");
    let trace = fs::read_to_string(case.dir().join("trace")).unwrap_or_default();
    let ended = running.kill();
    let is_of = |line: &str, calls: &[&str]| {
        line.contains("/out>") && calls.iter().any(|call| line.contains(&format!("{call}(")))
    };
    let syncs = ["fdatasync", "fsync"];
    let mut lines = trace.lines();
    let mut opening = lines.by_ref().take_while(|line| !line.contains("write(1<"));
    let synced = opening.any(|line| is_of(line, &syncs));
    case.expect(
        &ended,
        synced,
        "a sync of out before it says that it listens, by strace",
        &trace,
    );
    let mut lines = trace.lines().skip_while(|line| !line.contains("write(1<"));
    let written = lines.any(|line| is_of(line, &["write", "writev", "pwrite64", "pwritev"]));
    // The next that goes to a peer is the answer.
    let is_answer = |line: &str| {
        let call = ["write(", "writev(", "sendto(", "sendmsg("];
        call.iter().any(|call| line.contains(call)) && (line.contains("<socket:") || line.contains("<TCP"))
    };
    let synced = lines
        .take_while(|line| !is_answer(line))
        .any(|line| is_of(line, &syncs));
    case.expect(
        &ended,
        written && synced,
        "the batch written to out, then a sync of out, and then the answer, by strace",
        &trace,
    );
}

fn the_longest_record_goes_all_the_way(case: &mut Case) {
    let sink = Server::sink(case, "127.0.0.1:0", "out");
    let relay = Server::relay(case, "127.0.0.1:0", &sink.address, &[]);
    // The name of the source is as long as one may be, too.
    let source = "s".repeat(128);
    let longest = "x".repeat(1 << 20);
    let args = [
        "send",
        "--spool",
        "sp",
        "--source",
        &source,
        "--to",
        &relay.address,
    ];
    let ended = case
        .program("transfer")
        .args(args)
        .stdin(format!("{longest}\nbehind it\n"))
        .run();
    case.expect_status(&ended, 0);
    let mut relay = relay;
    relay
        .running
        .wait_until("passed on both records", || count(case, "out", &source) == 2);
    let lengths: Vec<usize> = stored(case, "out").iter().map(|record| record.3.len()).collect();
    case.expect(
        &ended,
        lengths == [1 << 20, 9],
        "records of 1048576 and 9 bytes",
        format!("{lengths:?}"),
    );
    relay.end(case);
    sink.end(case);
}

fn a_sink_writes_what_it_is_sent_and_says_so(case: &mut Case) {
    let sink = Server::sink(case, "127.0.0.1:0", "out");
    let ended = case
        .program("transfer")
        .args([
            "send",
            "--numbers",
            "--spool",
            "sp",
            "--source",
            "web01",
            "--to",
            &sink.address,
        ])
        .stdin("first\n\nthird\n")
        .run();
    case.expect_stdout(&ended, "1\n2\n3\n");
    case.expect_status(&ended, 0);
    let found: Vec<String> = stored(case, "out")
        .into_iter()
        .map(|(source, _, number, text)| format!("{source} {number} {text}"))
        .collect();
    let expected = "web01 1 first, web01 2 , web01 3 third";
    case.expect_same(&ended, "the records of out", expected, &found.join(", "));
    let read = transfer(case, &["spool", "read", "sp"]);
    case.expect_stdout(&read, "");
    sink.end(case);
}

/// Sends a batch, and expects the answer.
fn put(case: &mut Case, address: &str, batch: &str, stored: &str, known: &str, refused: &str) {
    let ended = case
        .program("transfer")
        .args(["put", "--to", address])
        .stdin(batch)
        .run();
    case.expect_status(&ended, 0);
    let answer: serde_json::Value = serde_json::from_str(&ended.stdout_text()).unwrap_or_default();
    for (what, expected) in [("stored", stored), ("known", known), ("refused", refused)] {
        let found = answer[what].as_str().unwrap_or("nothing").to_owned();
        case.expect_same(&ended, what, expected, &found);
    }
}

const BATCHES: [(&str, &str, &str); 5] = [
    ("1 a 7 1 one\n2 a 7 2 two\n3 a 7 5 five\n", "1-3", ""),
    ("4 a 7 2 two\n5 a 7 3 three\n", "5", "4"),
    ("1 a 7 4 four\n2 a 7 4 four\n", "1", "2"),
    ("9 a 7 99 far\n8 a 7 6 six\n", "8-9", ""),
    ("1 a 6 1 old\n2 a 8 1 new\n3 a 7 1 one\n", "1-2", "3"),
];

fn what_comes_again_is_known_also_after_a_kill(case: &mut Case) {
    let mut sink = Server::sink(case, "127.0.0.1:0", "out");
    for (batch, stored, known) in BATCHES {
        let address = sink.address.clone();
        put(case, &address, batch, stored, known, "");
        sink.kill();
        sink = Server::sink(case, "127.0.0.1:0", "out");
        let address = sink.address.clone();
        let numbers: Vec<&str> = batch
            .lines()
            .map(|line| line.split(' ').next().unwrap_or(""))
            .collect();
        let known = known_again(&numbers);
        put(case, &address, batch, "", &known, "");
    }
    sink.end(case);
    let ended = transfer(case, &["--version"]);
    let texts: Vec<String> = stored(case, "out").into_iter().map(|record| record.3).collect();
    case.expect_same(
        &ended,
        "what out has",
        "one two five three four far six old new",
        &texts.join(" "),
    );
}

fn a_relay_knows_what_it_has_also_after_a_kill(case: &mut Case) {
    // It passes on to nobody.
    let mut relay = Server::relay(case, "127.0.0.1:0", "127.0.0.1:1", &[]);
    for (batch, stored, known) in BATCHES {
        let address = relay.address.clone();
        put(case, &address, batch, stored, known, "");
        relay.kill();
        relay = Server::relay(case, "127.0.0.1:0", "127.0.0.1:1", &[]);
        let address = relay.address.clone();
        let numbers: Vec<&str> = batch
            .lines()
            .map(|line| line.split(' ').next().unwrap_or(""))
            .collect();
        put(case, &address, batch, "", &known_again(&numbers), "");
    }
    relay.end(case);
    let ended = transfer(case, &["spool", "check", "relay"]);
    case.expect_stdout(&ended, "whole 1-9\ndamaged \ntorn 0 bytes\n");
}

/// Numbers, as ranges are written.
fn known_again(numbers: &[&str]) -> String {
    let mut numbers: Vec<u64> = numbers.iter().filter_map(|number| number.parse().ok()).collect();
    numbers.sort_unstable();
    match numbers[..] {
        [first, .., last] => format!("{first}-{last}"),
        _ => String::new(),
    }
}

fn a_relay_knows_what_it_has_passed_on(case: &mut Case) {
    let sink = Server::sink(case, "127.0.0.1:0", "out");
    // Files of a kilobyte, so that they are soon removed.
    let more = ["--segment", "1000"];
    let mut relay = Server::relay(case, "127.0.0.1:0", &sink.address, &more);
    let batch: String = (1..=200)
        .map(|number| format!("{number} a 7 {number} text {number}\n"))
        .collect();
    let address = relay.address.clone();
    put(case, &address, &batch, "1-200", "", "");
    relay
        .running
        .wait_until("passed on all records", || count(case, "out", "a") == 200);
    let dir = case.dir().join("relay");
    relay
        .running
        .wait_until("removed the files of what was acknowledged", || {
            let files = fs::read_dir(&dir).into_iter().flatten().flatten();
            files
                .filter(|file| file.path().extension().is_some_and(|end| end == "seg"))
                .count()
                <= 1
        });
    relay.kill();
    let relay = Server::relay(case, "127.0.0.1:0", &sink.address, &more);
    let address = relay.address.clone();
    put(case, &address, &batch, "", "1-200", "");
    // `taken` says up to which number of the spool it has all: what was durable when it was written.
    let taken = fs::read_to_string(case.dir().join("relay/taken")).unwrap_or_default();
    let taken = taken.split_once('\n').map_or("", |parts| parts.1);
    let taken: serde_json::Value = serde_json::from_str(taken).unwrap_or_default();
    let ended = transfer(case, &["--version"]);
    case.expect(
        &ended,
        taken["through"] == 200,
        "`through` of 200 in relay/taken, after a batch of 200 of which files were removed",
        &taken["through"],
    );
    put(case, &address, "1 a 8 1 new\n", "1", "", "");
    relay.end(case);
    sink.end(case);
}

fn a_torn_end_of_a_sink_is_cut_and_damage_before_it_is_not(case: &mut Case) {
    let sink = Server::sink(case, "127.0.0.1:0", "out");
    let address = sink.address.clone();
    put(
        case,
        &address,
        "1 a 7 1 one\n2 a 7 2 two\n3 a 7 3 three\n",
        "1-3",
        "",
        "",
    );
    sink.kill();
    let path = case.dir().join("out");
    let whole = fs::read(&path).unwrap_or_default();
    for cut in [1, 2, 6, 7, 20, 30] {
        let _ = fs::write(&path, &whole[..whole.len() - cut]);
        let sink = Server::sink(case, "127.0.0.1:0", "out");
        let address = sink.address.clone();
        put(case, &address, "1 a 7 2 two\n2 a 7 3 three\n", "2", "1", "");
        sink.kill();
        let ended = transfer(case, &["--version"]);
        let same = fs::read(&path).unwrap_or_default() == whole;
        case.expect(
            &ended,
            same,
            "the same file as before, when the last record has come again",
            "another",
        );
    }
    let mut spoilt = whole.clone();
    if let Some(at) = whole.windows(3).position(|part| part == b"two") {
        spoilt[at] = b'T';
    }
    let _ = fs::write(&path, &spoilt);
    let ended = transfer(case, &["sink", "--listen", "127.0.0.1:0", "--out", "out"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "out");
    let same = fs::read(&path).unwrap_or_default() == spoilt;
    case.expect(&ended, same, "a file that nobody has touched", "another");
}

fn marks_of_a_longer_file_are_none(case: &mut Case) {
    let sink = Server::sink(case, "127.0.0.1:0", "out");
    let address = sink.address.clone();
    let batch = "1 a 7 1 one\n2 a 7 2 two\n3 a 7 3 three\n";
    put(case, &address, batch, "1-3", "", "");
    // In order, so that what it has taken is written down.
    sink.end(case);
    let path = case.dir().join("out");
    let whole = fs::read(&path).unwrap_or_default();
    let marks = case.dir().join("out.marks").exists();
    let ended = transfer(case, &["--version"]);
    case.expect(
        &ended,
        marks,
        "out.marks, after a sink that ended in order",
        "it is not there",
    );
    // The last record is not there any more, as after putting an older copy back.
    let text = String::from_utf8_lossy(&whole).into_owned();
    let last = text.find("three").and_then(|at| text[..at - 1].rfind('\n'));
    let _ = fs::write(&path, &whole[..last.map_or(0, |at| at + 1)]);
    let sink = Server::sink(case, "127.0.0.1:0", "out");
    let address = sink.address.clone();
    put(case, &address, batch, "3", "1-2", "");
    sink.end(case);
}

fn what_nobody_takes_waits_and_whoever_appends_does_not(case: &mut Case) {
    let sink = Server::sink(case, "127.0.0.1:0", "out");
    let to = sink.address.clone();
    sink.kill();
    let mut durable = BTreeMap::new();
    let mut sender = Sender::start(case, "sp", "web01", &to, &[]);
    for line in 0..3000 {
        sender.give(format!("line {line}"));
    }
    sender.until_durable(&mut durable, 3000);
    sender.kill(&mut durable);
    let ended = case
        .program("transfer")
        .args(["send", "--spool", "sp", "--to", &to, "--wait", "300"])
        .run();
    case.expect_status(&ended, 1);
    let sink = Server::sink(case, &to, "out");
    append(case, "sp", "one more\n");
    let ended = case
        .program("transfer")
        .args(["send", "--spool", "sp", "--to", &to])
        .run();
    case.expect_status(&ended, 0);
    durable.insert(3001, "one more".to_owned());
    sink.end(case);
    check_stored(case, &["out"], "web01", &durable);
}

fn a_relay_without_room_takes_nothing_and_nothing_is_lost(case: &mut Case) {
    let sink = Server::sink(case, "127.0.0.1:0", "out");
    let to = sink.address.clone();
    sink.kill();
    let mut relay = Server::relay(case, "127.0.0.1:0", &to, &["--most", "20000"]);
    let mut durable = BTreeMap::new();
    let mut sender = Sender::start(case, "sp", "web01", &relay.address, &["--batch", "50"]);
    for line in 0..1500 {
        sender.give(format!("line {line}"));
    }
    sender.until_durable(&mut durable, 1500);
    relay
        .running
        .wait_until("filled its spool", || bytes(&segments(case, "relay")) > 19_000);
    let sink = Server::sink(case, &to, "out");
    sender.finish(case, &mut durable);
    relay
        .running
        .wait_until("passed on all records", || count(case, "out", "web01") >= 1500);
    relay.end(case);
    sink.end(case);
    check_stored(case, &["out"], "web01", &durable);
}

fn sender_relay_and_sink_are_killed_under_load(case: &mut Case) {
    let mut rng = case.rng(0);
    let mut sink = Server::sink(case, "127.0.0.1:0", "out");
    let to = sink.address.clone();
    let more = ["--segment", "4096", "--batch", "20"];
    let mut relay = Server::relay(case, "127.0.0.1:0", &to, &more);
    let relay_at = relay.address.clone();
    let mut sender = Sender::start(case, "sp", "web01", &relay_at, &more);
    let mut durable = BTreeMap::new();
    for kill in 0..18 {
        for line in 0..rng.usize(20..150) {
            sender.give(format!("{kill} {line} {}", "x".repeat(rng.usize(0..100))));
        }
        let many = rng.usize(1..60);
        sender.until_durable(&mut durable, many);
        match kill % 3 {
            0 => {
                sender.kill(&mut durable);
                sender = Sender::start(case, "sp", "web01", &relay_at, &more);
            }
            1 => {
                relay.kill();
                relay = Server::relay(case, &relay_at, &to, &more);
            }
            _ => {
                sink.kill();
                sink = Server::sink(case, &to, "out");
            }
        }
    }
    sender.finish(case, &mut durable);
    let want = durable.keys().next_back().copied().unwrap_or(0);
    relay.running.wait_until("passed on all records", || {
        let there: std::collections::BTreeSet<u64> =
            stored(case, "out").iter().map(|record| record.2).collect();
        there.contains(&want) && durable.keys().all(|number| there.contains(number))
    });
    relay.end(case);
    sink.end(case);
    check_stored(case, &["out"], "web01", &durable);
}

fn drawn_windows_are_those_of_the_reference(case: &mut Case) {
    case.seeded(12, |rng| {
        let mut script = String::new();
        let (mut now, mut next) = (0, 1);
        for _ in 0..rng.u32(20..80) {
            now += rng.u64(0..200);
            script += &match rng.u32(0..8) {
                0..3 => {
                    let last = next + rng.u64(0..4);
                    let line = format!("send {next}-{last} {} {now}\n", rng.u32(1..120));
                    next = last + rng.u64(1..3);
                    line
                }
                3..5 => format!(
                    "due {} {} {} {now}\n",
                    rng.u32(0..12),
                    rng.u32(0..150),
                    now - rng.u64(0..30).min(now)
                ),
                5 => format!("late {}\n", now + rng.u64(0..1500)),
                6 => format!("answer {}\n", rng.u64(1..30)),
                _ if rng.u32(0..3) == 0 => "lose\n".to_owned(),
                _ => format!("answer {}\n", rng.u64(1..8)),
            };
        }
        drawn(&["window"], script)
    });
}

fn drawn_marks_are_those_of_the_reference(case: &mut Case) {
    case.seeded(6, |rng| {
        let mut script = String::new();
        for _ in 0..rng.u32(20..80) {
            let first = rng.u64(1..60);
            let last = first + rng.u64(0..9);
            let source = ["a", "b"][rng.usize(0..2)];
            script += &format!("{source} {} {first}-{last}\n", rng.u32(1..4));
        }
        drawn(&["marks"], script)
    });
}
