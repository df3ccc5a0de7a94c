//! Stage 6: it adds up.

use std::collections::BTreeMap;
use std::fs;

use support::{Case, Ended, Exchange, Stage, stage};

use crate::harness::{Sender, Server, append, count, crc, drill, segments, transfer};

pub(crate) const STAGE: Stage = stage!("ledger":
    a_spool_is_added_up,
    names_of_files_say_which_numbers_were_given,
    what_was_released_is_said,
    what_is_dropped_is_counted_by_its_reason,
    what_is_in_the_store_is_not_missing_and_what_is_not_is_named,
    what_is_there_twice_is_named,
    a_relay_counts_what_it_has_and_what_it_has_dropped,
    a_spool_that_somebody_has_open_is_not_added_up,
    a_torn_end_of_a_file_is_said,
    files_of_stores_are_added_up_without_any_spool;
    seeded: drawn_files_are_added_up_like_the_reference_does
);

/// Expects the lines of a ledger, with `*` for an epoch.
fn check(case: &mut Case, paths: &[&str], status: i32, expected: &[&str]) -> Ended {
    let ended = transfer(case, &[&["ledger"], paths].concat());
    let text: String = ended
        .stdout_text()
        .lines()
        .map(|line| {
            let words: Vec<&str> = line
                .split(' ')
                .map(|word| {
                    let name = word.trim_end_matches(':');
                    match name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                        true => "*",
                        false => word,
                    }
                })
                .collect();
            words.join(" ") + "\n"
        })
        .collect();
    case.expect_same(&ended, "the ledger", &(expected.join("\n") + "\n"), &text);
    case.expect_status(&ended, status);
    ended
}

fn a_spool_is_added_up(case: &mut Case) {
    append(case, "sp", "a\nb\nc\n");
    check(
        case,
        &["sp"],
        0,
        &[
            "sp: web01 * 3 taken = 0 acknowledged + 0 dropped + 3 waiting: OK",
            "OK",
        ],
    );
    transfer(case, &["spool", "ack", "sp", "1,3"]);
    check(
        case,
        &["sp"],
        0,
        &[
            "sp: web01 * 3 taken = 2 acknowledged + 0 dropped + 1 waiting: OK",
            "OK",
        ],
    );
    // A record that was there, and is not whole any more.
    let path = segments(case, "sp").remove(0);
    let mut bytes = fs::read(&path).unwrap_or_default();
    bytes[30] ^= 1;
    let _ = fs::write(&path, bytes);
    check(
        case,
        &["sp"],
        1,
        &[
            "sp: web01 * 3 taken = 2 acknowledged + 0 dropped + 0 waiting: unaccounted for: 2",
            "NOT balanced",
        ],
    );
    // Whoever reads it finds that, and counts it.
    transfer(case, &["spool", "read", "sp"]);
    check(
        case,
        &["sp"],
        0,
        &[
            "sp: web01 * 3 taken = 2 acknowledged + 1 dropped (1 damaged) + 0 waiting: OK",
            "OK",
        ],
    );
}

fn names_of_files_say_which_numbers_were_given(case: &mut Case) {
    drill(
        case,
        &["spool", "sp", "--segment", "42"],
        "append a => 1
         append b => 2
         append c => 3
         append d => 4
         sync => durable 4
         files => files 42 42",
    );
    // The last file is there, and nothing in it; of the first its last record is gone, to the last byte. Its number was given: the last file begins behind it.
    for (path, bytes) in segments(case, "sp").into_iter().zip([21, 0]) {
        let mut file = fs::read(&path).unwrap_or_default();
        file.truncate(bytes);
        let _ = fs::write(&path, file);
    }
    check(
        case,
        &["sp"],
        1,
        &[
            "sp: drill * 2 taken = 0 acknowledged + 0 dropped + 1 waiting: unaccounted for: 2",
            "NOT balanced",
        ],
    );
}

fn what_was_released_is_said(case: &mut Case) {
    append(case, "sp", "a\nb\nc\n");
    drill(
        case,
        &["spool", "sp"],
        "bind a:1 1-2 => bound
         release a:1 => released 2
         ack 1 => noted",
    );
    check(
        case,
        &["sp"],
        0,
        &[
            "sp: web01 * 3 taken = 1 acknowledged + 0 dropped + 2 waiting, 2 released: OK",
            "OK",
        ],
    );
}

fn what_is_dropped_is_counted_by_its_reason(case: &mut Case) {
    let kib = "k".repeat(980);
    let mut script = String::new();
    for number in 1..=6 {
        script += &format!("append {kib} => {number}\n");
    }
    script += "sync => durable 6
        flip 1 500 => killed, and a bit is another
        zeros 30 => killed, and zeros behind it
        ack 6 => noted
        book => next 9 acknowledged 1 waiting 3-5 bound 1-2 torn 7-8
        reopen => closed";
    drill(case, &["spool", "sp", "--most", "4096"], &script);
    transfer(case, &["spool", "read", "sp"]);
    check(
        case,
        &["sp"],
        0,
        &[
            "sp: drill * 8 taken = 1 acknowledged + 5 dropped (2 bound, 1 damaged, 2 torn) + 2 waiting: OK",
            "OK",
        ],
    );
}

/// Sends lines to a sink, and ends it.
fn send(case: &mut Case, spool: &str, source: &str, out: &str, lines: &str) {
    let sink = Server::sink(case, "127.0.0.1:0", out);
    let ended = case
        .program("transfer")
        .args([
            "send",
            "--spool",
            spool,
            "--source",
            source,
            "--to",
            &sink.address,
        ])
        .stdin(lines)
        .run();
    case.expect_status(&ended, 0);
    sink.end(case);
}

/// Parts a sink's file into its records, of two lines each.
fn records(case: &Case, out: &str) -> Vec<String> {
    let text = fs::read_to_string(case.dir().join(out)).unwrap_or_default();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    lines.chunks(2).map(<[&str]>::concat).collect()
}

fn what_is_in_the_store_is_not_missing_and_what_is_not_is_named(case: &mut Case) {
    send(case, "sp", "web01", "out", "a\nb\nc\nd\ne\n");
    send(case, "other", "web02", "out", "x\n");
    check(
        case,
        &["sp", "other", "out"],
        0,
        &[
            "sp: web01 * 5 taken = 5 acknowledged + 0 dropped + 0 waiting: OK",
            "other: web02 * 1 taken = 1 acknowledged + 0 dropped + 0 waiting: OK",
            "out: 6 stored from 2 sources",
            "OK",
        ],
    );
    let mut left = records(case, "out");
    left.remove(3);
    left.remove(1);
    case.file("out", left.concat());
    check(
        case,
        &["out", "sp"],
        1,
        &[
            "sp: web01 * 5 taken = 5 acknowledged + 0 dropped + 0 waiting: OK",
            "out: 4 stored from 2 sources",
            "web01 * acknowledged and nowhere: 2,4",
            "NOT balanced",
        ],
    );
    // Without a store nobody asks whether something is in it.
    check(
        case,
        &["sp"],
        0,
        &[
            "sp: web01 * 5 taken = 5 acknowledged + 0 dropped + 0 waiting: OK",
            "OK",
        ],
    );
}

fn what_is_there_twice_is_named(case: &mut Case) {
    send(case, "sp", "web01", "out", "a\nb\nc\n");
    let all = records(case, "out");
    case.file("second", all[1].clone());
    check(
        case,
        &["sp", "out", "second"],
        1,
        &[
            "sp: web01 * 3 taken = 3 acknowledged + 0 dropped + 0 waiting: OK",
            "out: 3 stored from 1 sources",
            "second: 1 stored from 1 sources",
            "web01 * stored twice: 2",
            "NOT balanced",
        ],
    );
    case.file("out", [all.concat(), all[2].clone()].concat());
    check(
        case,
        &["out"],
        1,
        &[
            "out: 4 stored from 1 sources",
            "web01 * stored twice: 3",
            "NOT balanced",
        ],
    );
}

fn a_relay_counts_what_it_has_and_what_it_has_dropped(case: &mut Case) {
    let sink = Server::sink(case, "127.0.0.1:0", "out");
    let to = sink.address.clone();
    sink.kill();
    let more = ["--most", "20000", "--full", "drop"];
    let relay = Server::relay(case, "127.0.0.1:0", &to, &more);
    let mut sender = Sender::start(case, "sp", "web01", &relay.address, &["--batch", "50"]);
    for line in 0..1000 {
        sender.give(format!("line {line}"));
    }
    sender.finish(case, &mut BTreeMap::new());
    relay.end(case);
    let ended = transfer(case, &["ledger", "sp", "relay", "out"]);
    case.expect_status(&ended, 0);
    let text = ended.stdout_text();
    let waiting = text
        .lines()
        .nth(1)
        .and_then(|line| line.strip_suffix(" waiting: OK"))
        .and_then(|line| line.rsplit(' ').next())
        .and_then(|count| count.parse::<usize>().ok())
        .unwrap_or(0);
    case.expect(
        &ended,
        (100..900).contains(&waiting),
        "some hundred that wait at the relay",
        waiting,
    );
    let dropped = 1000 - waiting;
    let line = format!(
        "relay: r1 * 1000 taken = 0 acknowledged + {dropped} dropped ({dropped} bound) + {waiting} waiting: OK"
    );
    let own = "sp: web01 * 1000 taken = 1000 acknowledged + 0 dropped + 0 waiting: OK";
    check(
        case,
        &["sp", "relay", "out"],
        0,
        &[own, &line, "out: 0 stored from 0 sources", "OK"],
    );
    // Without the relay they are nowhere.
    check(
        case,
        &["sp", "out"],
        1,
        &[
            own,
            "out: 0 stored from 0 sources",
            "web01 * acknowledged and nowhere: 1-1000",
            "NOT balanced",
        ],
    );
    let sink = Server::sink(case, &to, "out");
    let mut relay = Server::relay(case, "127.0.0.1:0", &to, &more);
    relay
        .running
        .wait_until("passed on what it has", || count(case, "out", "web01") == waiting);
    relay.end(case);
    sink.end(case);
    let ended = transfer(case, &["ledger", "sp", "relay", "out"]);
    case.expect_status(&ended, 0);
}

fn a_spool_that_somebody_has_open_is_not_added_up(case: &mut Case) {
    let mut running = case
        .program("transfer")
        .args(["spool", "append", "sp", "--source", "a"])
        .stdin_piped()
        .spawn();
    running.write(b"a\n");
    running.wait_for_lines(1);
    let ended = transfer(case, &["ledger", "sp"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "sp");
    running.kill();
    let ended = transfer(case, &["ledger", "nothing"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "nothing");
}

fn a_torn_end_of_a_file_is_said(case: &mut Case) {
    send(case, "sp", "web01", "out", "a\nb\n");
    let path = case.dir().join("out");
    let mut bytes = fs::read(&path).unwrap_or_default();
    bytes.extend_from_slice(b"web01 half");
    let _ = fs::write(&path, bytes);
    check(
        case,
        &["sp", "out"],
        0,
        &[
            "sp: web01 * 2 taken = 2 acknowledged + 0 dropped + 0 waiting: OK",
            "out: 2 stored from 1 sources; the last 10 bytes are no record",
            "OK",
        ],
    );
}

/// A record as a sink writes it.
fn record(source: &str, epoch: u64, sequence: u64, body: &str) -> String {
    let head = format!("{source} {epoch:016x} {sequence} {}", body.len());
    let sum = crc(format!("{head}{body}").as_bytes());
    format!("{head} {sum:08x}\n{body}\n")
}

fn files_of_stores_are_added_up_without_any_spool(case: &mut Case) {
    case.file(
        "one",
        [
            record("a", 7, 1, "x"),
            record("a", 7, 2, ""),
            record("b", 7, 1, "y z"),
        ]
        .concat(),
    );
    case.file(
        "two",
        [record("a", 8, 1, "x"), record("a", 7, 3, "two\nlines")].concat(),
    );
    let ended = transfer(case, &["ledger", "one", "two"]);
    case.expect_stdout(
        &ended,
        "one: 3 stored from 2 sources\ntwo: 2 stored from 1 sources\nOK\n",
    );
    case.expect_status(&ended, 0);
    let ended = transfer(case, &["ledger", "two", "two"]);
    case.expect_stdout(
        &ended,
        "two: 2 stored from 1 sources\ntwo: 2 stored from 1 sources\na 0000000000000007: stored twice: 3\na 0000000000000008: stored twice: 1\nNOT balanced\n",
    );
    case.expect_status(&ended, 1);
}

fn drawn_files_are_added_up_like_the_reference_does(case: &mut Case) {
    case.seeded(10, |rng| {
        let mut exchange = Exchange::of("transfer").args(["ledger", "one", "two"]);
        let most = rng.u64(3..60);
        for name in ["one", "two"] {
            let mut text: String = (0..rng.u32(0..20))
                .map(|_| {
                    let source = ["a", "b", "web01"][rng.usize(0..3)];
                    let body = "x".repeat(rng.usize(0..30));
                    record(source, rng.u64(1..3), rng.u64(1..most), &body)
                })
                .collect();
            text.truncate(text.len() - rng.usize(0..8).min(text.len()));
            exchange = exchange.file(name, text);
        }
        exchange
    });
}
