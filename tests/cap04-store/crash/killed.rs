//! `kill -9` at moments that nobody chose.

use std::thread;
use std::time::Duration;

use support::{Case, Ended, Rng};

use super::expect_ok;
use crate::db::{T0, WINDOW, compact, counter, expect, gauge, of, put_all, store};

const SERIES: i64 = 8;

/// The samples of one batch: a hundred seconds of each series.
fn batch(number: i64) -> String {
    let samples: Vec<(i64, f64)> = (0..10)
        .map(|n| (number * 100_000 + n * 10_000, (number * 10 + n) as f64))
        .collect();
    (0..SERIES)
        .map(|n| of(&format!("s{n}"), "counter", &samples))
        .collect()
}

/// Feeds batches from a number on, without an end, and kills the program when it has acknowledged so many; returns how many it has.
fn feed_and_kill(case: &Case, from: i64, enough: usize) -> i64 {
    let now = (T0 + 365 * 86_400_000).to_string();
    let mut running = case
        .program("store")
        .args(["put", &crate::db::database(), "--now", &now])
        .stdin_stream(move |pipe| {
            for number in from.. {
                pipe.write_all(batch(number).as_bytes())?;
                pipe.write_all(b"\n")?;
            }
            Ok(())
        })
        .spawn();
    running.wait_for_lines(enough);
    let ended = running.kill();
    let said = ended.stdout_text();
    from + said.lines().filter(|line| line.ends_with(" refused")).count() as i64
}

/// Returns how many batches a series holds, and expects that it holds each of them once and no part of another.
fn held(case: &mut Case, series: &str) -> i64 {
    let ended = store(case, &["get", "fleet.db", "web1", series]);
    let text = ended.stdout_text();
    let count = text.lines().count() as i64;
    let whole = text
        .lines()
        .enumerate()
        .all(|(n, line)| line == format!("{}\t{n}", T0 + n as i64 * 10_000));
    case.expect(
        &ended,
        whole && count % 10 == 0,
        "each sample once, up to a whole batch",
        format!("{count} samples"),
    );
    count / 10
}

pub(super) fn what_is_acknowledged_is_there_once_after_fifty_kills(case: &mut Case) {
    let mut rng = case.rng(0);
    let mut acknowledged = 0;
    for kill in 1..=50 {
        acknowledged = feed_and_kill(case, acknowledged, rng.usize(1..12));
        let count = held(case, "s0");
        let ended = store(case, &["info", "fleet.db"]);
        case.expect(
            &ended,
            count >= acknowledged,
            &format!("{acknowledged} batches, which were acknowledged, after {kill} kills"),
            format!("{count} batches"),
        );
        if kill % 10 == 0 {
            for n in 1..SERIES {
                let other = held(case, &format!("s{n}"));
                case.expect(&ended, other == count, "as many batches of each series", other);
            }
            expect_ok(case, (count * 10 * SERIES) as usize);
        }
    }
}

/// Starts `store` and kills it a moment later, unless it has ended by then.
fn start_and_kill(case: &mut Case, rng: &mut Rng, args: &[&str]) -> Ended {
    let running = case.program("store").args(args).spawn();
    // Whichever moment this is, nothing is expected of it.
    thread::sleep(Duration::from_micros(rng.u64(0..30_000)));
    running.kill()
}

pub(super) fn a_kill_while_it_packs_changes_nothing(case: &mut Case) {
    let mut rng = case.rng(0);
    let samples: Vec<(i64, f64)> = (0..500).map(|n| (n * 5_000, (n % 9) as f64)).collect();
    let lines: String = (0..30)
        .map(|n| of(&format!("n{n}"), "gauge", &samples).replace("web1", &format!("web{}", n % 5)))
        .collect();
    put_all(case, &lines);
    let before = store(case, &["dump", "fleet.db"]).stdout;
    for _ in 0..10 {
        start_and_kill(case, &mut rng, &["compact", "fleet.db"]);
        let after = store(case, &["dump", "fleet.db"]);
        case.expect(&after, after.stdout == before, "the same samples", "others");
        expect_ok(case, 15_000);
    }
    compact(case);
    let after = store(case, &["dump", "fleet.db"]);
    case.expect(&after, after.stdout == before, "the same samples", "others");
}

pub(super) fn a_kill_while_it_sums_up_and_deletes_changes_no_sum(case: &mut Case) {
    let mut rng = case.rng(0);
    let samples: Vec<(i64, f64)> = (0..300).map(|n| (n * 60_000, (n % 9) as f64)).collect();
    let lines: String = (0..20).map(|n| of(&format!("n{n}"), "gauge", &samples)).collect();
    put_all(case, &lines);
    let question = ["range", "fleet.db", "web1", "n7", "--step", "1h"];
    let before = store(case, &question).stdout_text();
    let now = (T0 + 9 * WINDOW).to_string();
    let args = ["expire", "fleet.db", "--now", &now, "--raw", "1h"];
    for _ in 0..10 {
        start_and_kill(case, &mut rng, &args);
        expect(case, &question, &before);
    }
    let ended = store(case, &args);
    case.expect_status(&ended, 0);
    expect(case, &question, &before);
    expect_ok(case, 0);
}

pub(super) fn a_pack_by_another_program_is_noticed(case: &mut Case) {
    let mut running = case
        .program("store")
        .args(["put", &crate::db::database(), "--now", &crate::db::now()])
        .stdin_piped()
        .spawn();
    let one = gauge(&[(0, 1.0), (10_000, 2.0)]) + "\n";
    running.write(one.as_bytes());
    running.wait_for_lines(1);
    compact(case);
    // The same again, something late, and so much more that the program packs by itself.
    running.write((one + &gauge(&[(5_000, 1.5)]) + "\n").as_bytes());
    running.wait_for_lines(3);
    compact(case);
    running.write((gauge(&[(20_000, 3.0), (2 * WINDOW, 4.0)]) + "\n").as_bytes());
    running.wait_for_lines(4);
    let ended = running.wait();
    case.expect_stdout(
        &ended,
        "2 stored, 0 repeated, 0 refused\n0 stored, 2 repeated, 0 refused\n1 stored, 0 repeated, 0 refused\n2 stored, 0 repeated, 0 refused\n",
    );
    expect_ok(case, 5);
    compact(case);
    expect_ok(case, 5);
}

pub(super) fn a_restart_needs_little_memory(case: &mut Case) {
    let mut lines = String::new();
    for n in 0..40 {
        let samples: Vec<(i64, f64)> = (0..2000)
            .map(|second| (second * 1000 + n, second as f64))
            .collect();
        for series in 0..2 {
            lines += &of(&format!("s{series}"), "counter", &samples).replace("web1", &format!("web{n}"));
        }
        lines += "\n";
    }
    put_all(case, &lines);
    put_all(case, &(gauge(&[(0, 1.0)]) + &counter(&[(0, 1.0)])));
    let ended = store(case, &["put", "fleet.db"]);
    case.expect(
        &ended,
        ended.peak_anonymous_kib < 32 << 10,
        "less than 32 MiB of memory",
        format!("{} KiB", ended.peak_anonymous_kib),
    );
    expect_ok(case, 160_002);
}
