//! Collectors that cost too much.

use std::time::Duration;

use support::Case;

use super::measured::big_table;
use crate::host::put;

/// Returns what each round has printed, of those that are over.
fn rounds(out: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(out).into_owned();
    // A round ends with an empty line, also one without readings.
    let mut rounds = vec![String::new()];
    for line in text.split_inclusive('\n') {
        match line {
            "\n" => rounds.push(String::new()),
            _ => rounds.last_mut().expect("there is one").push_str(line),
        }
    }
    rounds.pop();
    rounds
}

pub(super) fn a_collector_that_costs_too_much_rests(case: &mut Case) {
    put(
        case,
        &[("proc/loadavg", "1 1 1\n"), ("proc/net/tcp", &big_table(8))],
    );
    let ended = case
        .program("collect")
        .args(["--root", "host", "--metric", "load.1m", "--metric", "sockets.tcp"])
        .args(["--every", "100", "--rounds", "15"])
        .run();
    case.expect_status(&ended, 0);
    let rounds = rounds(&ended.stdout);
    let with = |name: &str| {
        rounds
            .iter()
            .map(|round| u8::from(round.contains(name)))
            .collect::<Vec<_>>()
    };
    let (tcp, load) = (with("sockets.tcp"), with("load.1m"));
    let firsts: u8 = tcp.iter().sum();
    case.expect(
        &ended,
        rounds.len() == 15 && tcp.first() == Some(&1) && firsts == 1,
        "15 rounds, and readings of a table of 8 MB in the first of them only",
        format!("{} rounds; with that table: {tcp:?}", rounds.len()),
    );
    // What costs next to nothing rests for some milliseconds.
    case.expect(
        &ended,
        load.iter().map(|with| u32::from(*with)).sum::<u32>() >= 10,
        "readings of load in nearly all of them",
        format!("{load:?}"),
    );
}

pub(super) fn a_collector_comes_back_when_it_has_rested(case: &mut Case) {
    put(case, &[("proc/net/tcp", &big_table(1))]);
    // What one round costs, as the program itself measures it.
    let measured = super::measured::cost(case, &["--json", "--rounds", "5"]);
    let costs = super::measured::costs(case, &measured);
    let one = super::measured::number(&costs[11], "cpu_seconds") / 5.0;
    // A smaller table, so that the rest is some 300 ms.
    let share = (0.0015 / one).clamp(0.001, 1.0);
    let table = big_table(1);
    let table = &table[..(table.len() as f64 * share) as usize];
    let table = &table[..table.rfind('\n').map_or(0, |at| at + 1)];
    put(case, &[("proc/net/tcp", table)]);
    let mut running = case
        .program("collect")
        .args(["--root", "host", "--metric", "sockets.tcp", "--every", "10"])
        .spawn();
    let is_there = |out: &[u8], times: usize| {
        let rounds = rounds(out);
        rounds.iter().filter(|round| !round.is_empty()).count() >= times
    };
    running.wait_for_stdout("prints a round", |out| is_there(out, 1));
    let out = running.wait_for_stdout("prints the table once more", |out| is_there(out, 3));
    let rounds = rounds(&out);
    let ended = running.kill();
    let full: Vec<usize> = (0..rounds.len()).filter(|n| !rounds[*n].is_empty()).collect();
    let least = full
        .windows(2)
        .map(|two| two[1] - two[0])
        .min()
        .unwrap_or_default();
    case.expect(
        &ended,
        least >= 6 && ended.wall < Duration::from_secs(9),
        "a rest of at least 6 rounds of 10 ms between two that cost some 1.5 ms each",
        format!("rounds with readings: {full:?}"),
    );
}
