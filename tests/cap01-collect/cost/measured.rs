//! What `collect cost` says.

use serde_json::Value;
use support::{Case, Ended};

use crate::host::put;

/// The collectors, in the order in which they work.
const COLLECTORS: [&str; 16] = [
    "cpu",
    "load",
    "uptime",
    "memory",
    "vm",
    "pressure",
    "disk",
    "filesystem",
    "network",
    "sockets",
    "sockets6",
    "tcp",
    "processes",
    "users",
    "accounts",
    "agent",
];

pub(super) fn cost(case: &mut Case, args: &[&str]) -> Ended {
    case.program("collect")
        .args(["cost", "--root", "host"])
        .args(args)
        .run()
}

/// Reads the objects, of which there must be one a collector.
pub(super) fn costs(case: &mut Case, ended: &Ended) -> Vec<Value> {
    let text = ended.stdout_text();
    let found: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let names: Vec<&str> = found
        .iter()
        .filter_map(|cost| cost["collector"].as_str())
        .collect();
    case.expect(
        ended,
        names == COLLECTORS && text.lines().count() == COLLECTORS.len(),
        "an object a line for each collector, in the order in which they work",
        &text,
    );
    found
}

pub(super) fn number(cost: &Value, key: &str) -> f64 {
    cost[key].as_f64().unwrap_or(f64::NAN)
}

pub(super) fn big_table(megabytes: usize) -> String {
    let line = "   1: 0100007F:8D86 0100007F:B04B 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100\n";
    line.repeat((megabytes << 20) / line.len())
}

pub(super) fn costs_are_objects_with_the_time_of_a_processor(case: &mut Case) {
    put(
        case,
        &[("proc/loadavg", "1 1 1\n"), ("proc/net/tcp", &big_table(2))],
    );
    let ended = cost(case, &["--rounds", "20", "--json"]);
    case.expect_status(&ended, 0);
    let costs = costs(case, &ended);
    let text = ended.stdout_text();
    case.expect(
        &ended,
        costs.iter().all(|cost| cost["rounds"] == 20),
        "20 rounds of each collector",
        &text,
    );
    // Both are the processor's time; the system counts it in hundredths.
    let sum: f64 = costs.iter().map(|cost| number(cost, "cpu_seconds")).sum();
    let used = ended.cpu.as_secs_f64();
    case.expect(
        &ended,
        sum <= used + 0.05 && sum >= used * 0.6 - 0.05 && sum > 0.0,
        &format!("`cpu_seconds` of about {used} s altogether, which the program has used"),
        format!("{sum}"),
    );
    let tcp = number(&costs[11], "cpu_seconds");
    case.expect(
        &ended,
        tcp > sum * 0.8,
        "nearly all of it in `tcp`, whose file is the only long one",
        &text,
    );
}

pub(super) fn costs_are_shown_as_a_table(case: &mut Case) {
    put(
        case,
        &[
            ("proc/loadavg", "1 1 1\n"),
            (
                "proc/self/stat",
                "1 (a) R 1 1 1 0 -1 1 1 0 0 0 250 5 0 0 20 0 1 0 5 8192 256\n",
            ),
        ],
    );
    let ended = cost(case, &["--rounds", "3"]);
    case.expect_status(&ended, 0);
    // Digits are what differs from one run to the next.
    let shape: String = ended
        .stdout_text()
        .lines()
        .take(1 + COLLECTORS.len())
        .map(|line| {
            let words: Vec<String> = line
                .split_whitespace()
                .map(|word| match word.parse::<f64>() {
                    Ok(_) if word.split('.').nth(1).map(str::len) == Some(3) => "N".to_owned(),
                    _ => word.to_owned(),
                })
                .collect();
            words.join(" ") + "\n"
        })
        .collect();
    let rows: String = COLLECTORS
        .iter()
        .map(|name| format!("{name} N ms N ms\n"))
        .collect();
    case.expect_same(
        &ended,
        "the lines of the collectors, with N for a number with three decimals",
        &format!("collector CPU, mean longest\n{rows}"),
        &shape,
    );
    let page = rustix::param::page_size();
    let memory = match 256 * page {
        1_048_576 => "1.0 MiB".to_owned(),
        bytes => format!("{}.0 MiB", bytes >> 20),
    };
    let text = ended.stdout_text();
    let rest: Vec<&str> = text.lines().skip(1 + COLLECTORS.len()).collect();
    // Three of load, five of the program itself, and what it has spent in the rounds before the last one.
    let is_so = rest.len() == 2
        && rest[0].starts_with("together")
        && rest[0].ends_with(" ms, 9 readings")
        && rest[0].contains(" ms, within ")
        && rest[1].starts_with("At an interval of 10 s that is ")
        && rest[1].ends_with(&format!(" % of a processor, in {memory} of memory."));
    case.expect(
        &ended,
        is_so,
        &format!(
            "`together N ms, within N ms, 9 readings` and `At an interval of 10 s that is N % of a processor, in {memory} of memory.`"
        ),
        rest.join("\n"),
    );
}

pub(super) fn the_longest_round_is_none_of_the_sum(case: &mut Case) {
    put(case, &[("proc/net/tcp", &big_table(1))]);
    for rounds in [1.0, 30.0] {
        let ended = cost(case, &["--json", "--rounds", &rounds.to_string()]);
        let costs = costs(case, &ended);
        let (sum, longest) = (
            number(&costs[11], "cpu_seconds"),
            number(&costs[11], "longest_seconds"),
        );
        let (least, most) = match rounds {
            1.0 => (sum, sum),
            _ => (sum / rounds, sum * 0.7),
        };
        case.expect(
            &ended,
            (least..=most).contains(&longest),
            &format!("a longest round of {least} s to {most} s, of {rounds} that took {sum} s"),
            longest,
        );
    }
}

/// A table as it was printed: mean and longest of each collector, both in ms, and what stands below.
struct Table {
    rows: Vec<(f64, f64)>,
    together: f64,
    within: f64,
    percent: f64,
}

/// Reads a table; whatever is not as it should be is not a number.
fn table_of(text: &str) -> Table {
    let number = |text: Option<&str>| text.and_then(|text| text.parse().ok()).unwrap_or(f64::NAN);
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let below = |line: usize, word: usize| {
        let line = lines.get(1 + COLLECTORS.len() + line);
        number(line.and_then(|line| line.get(word)).copied())
    };
    Table {
        rows: lines
            .iter()
            .skip(1)
            .take(COLLECTORS.len())
            .map(|line| (number(line.get(1).copied()), number(line.get(3).copied())))
            .collect(),
        together: below(0, 1),
        within: below(0, 4),
        percent: below(1, 8),
    }
}

pub(super) fn numbers_of_the_table_are_of_one_round(case: &mut Case) {
    const ROUNDS: f64 = 20.0;
    put(
        case,
        &[("proc/loadavg", "1 1 1\n"), ("proc/net/tcp", &big_table(2))],
    );
    let ended = cost(case, &["--rounds", "20"]);
    case.expect_status(&ended, 0);
    let text = ended.stdout_text();
    let table = table_of(&text);
    let mut expect = |holds: bool, what: &str| {
        case.expect(&ended, holds, what, &text);
    };
    let means: f64 = table.rows.iter().map(|(mean, _)| mean).sum();
    let used = ended.cpu.as_secs_f64() * 1e3;
    // A mean is of all rounds, and the longest of them is no sum.
    expect(
        (used * 0.6 - 50.0..=used + 50.0).contains(&(means * ROUNDS)),
        &format!("means of 20 rounds, in which the program has used {used:.0} ms"),
    );
    expect(
        table
            .rows
            .iter()
            .all(|(mean, longest)| *mean <= *longest + 0.001 && *longest <= mean * ROUNDS + 0.02),
        "a longest round that is no shorter than the mean, and no longer than all of them",
    );
    expect(
        table.rows[11].1 < table.rows[11].0 * ROUNDS * 0.7,
        "a longest round of `tcp` that is not the sum of 20",
    );
    expect(
        (table.together - means).abs() <= 0.02,
        "a number behind `together` that is the sum of the means",
    );
    let wall = ended.wall.as_secs_f64() * 1e3;
    expect(
        table.within >= table.together * 0.99 && table.within * ROUNDS <= wall + 10.0,
        &format!("behind `within` what a round took, of 20 that took less than {wall:.0} ms"),
    );
    expect(
        (table.percent - table.together / 100.0).abs() < 0.000_11,
        "percent of a processor that are the ms `together`, divided by 100",
    );
    let last: Vec<&str> = text.lines().skip(1 + COLLECTORS.len()).collect();
    let decimals = |line: usize, word: usize| {
        let line = last.get(line).copied().unwrap_or_default();
        let word = line.split_whitespace().nth(word).unwrap_or_default();
        word.split_once('.').map(|(_, decimals)| decimals.len())
    };
    let found = [decimals(0, 1), decimals(0, 4), decimals(1, 8)];
    expect(
        found == [Some(3), Some(3), Some(4)],
        "three decimals of the times below, and four of the percent",
    );
    // Without `agent.memory` there is nothing to be said of memory.
    expect(
        text.ends_with(" % of a processor.\n"),
        "` % of a processor.` at the end, since this host has no `/proc/self/stat`",
    );
}
