//! Queries and samples, drawn.

use support::Rng;

use crate::samples::{counter, gauge};

const SELECTORS: [&str; 7] = [
    "muster_load",
    "muster_core_seconds_total",
    "muster_core_seconds_total{mode=\"user\"}",
    "muster_balance_bytes",
    "muster_load{host!~\"web.+\"}",
    "{__name__=~\"muster_(load|balance.*)\"}",
    "muster_core_seconds_total{cpu=~\"0|\",host!=\"db\"}",
];

const OVER: [&str; 10] = [
    "rate",
    "increase",
    "irate",
    "delta",
    "min_over_time",
    "max_over_time",
    "avg_over_time",
    "sum_over_time",
    "count_over_time",
    "last_over_time",
];

const GROUPINGS: [&str; 7] = [
    "",
    "by (host) ",
    "by (cpu, mode) ",
    "by (__name__) ",
    "without (host) ",
    "without () ",
    "without (mode, path, x) ",
];

fn one<'a>(rng: &mut Rng, all: &[&'a str]) -> &'a str {
    all[rng.usize(0..all.len())]
}

/// Draws a query that is a vector.
pub(crate) fn vector(rng: &mut Rng, depth: usize) -> String {
    let number = |rng: &mut Rng| one(rng, &["0", "1", "2.5", "-3", "1e3", "Inf", "NaN", "0x10"]);
    match rng.u32(if depth > 2 { 0..3 } else { 0..10 }) {
        0 | 1 => {
            let offset = one(rng, &["", "", " offset 7m", " offset -90s"]);
            let range = one(rng, &["20s", "1m", "5m", "10m"]);
            format!("{}({}[{range}]{offset})", one(rng, &OVER), one(rng, &SELECTORS))
        }
        2 => format!("{}{}", one(rng, &SELECTORS), one(rng, &["", "", " offset 3m"])),
        3 | 4 => {
            let what = one(rng, &["sum", "avg", "min", "max", "count"]);
            format!("{what} {}({})", one(rng, &GROUPINGS), vector(rng, depth + 1))
        }
        5 => {
            let what = one(rng, &["topk", "bottomk"]);
            // Which of equal values stays is nobody's promise: these are all different.
            let of = "muster_core_seconds_total * 1e3";
            format!("{what} {}({}, {of})", one(rng, &GROUPINGS), rng.u32(0..4))
        }
        6 => format!("-({})", vector(rng, depth + 1)),
        7 => {
            let operator = one(
                rng,
                &["+", "-", "*", "/", "%", "^", ">", "<= bool", "== bool", "!=", "<"],
            );
            match rng.bool() {
                true => format!("({}) {operator} {}", vector(rng, depth + 1), number(rng)),
                false => format!("{} {operator} ({})", number(rng), vector(rng, depth + 1)),
            }
        }
        _ => {
            let operator = one(rng, &["*", "/", "> bool", ">=", "<"]);
            let on = one(rng, &["", "", "on (host) ", "ignoring (mode) ", "on () "]);
            format!(
                "({}) {operator} {on}({})",
                vector(rng, depth + 1),
                vector(rng, depth + 1)
            )
        }
    }
}

/// Draws a query that may be right or wrong.
pub(crate) fn any(rng: &mut Rng) -> String {
    const WORDS: [&str; 44] = [
        "a",
        "b",
        "a{",
        "}",
        "(",
        ")",
        "[5m]",
        "[",
        "]",
        ",",
        "==",
        ">",
        "<=",
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        "^",
        "bool",
        "on (x)",
        "ignoring (y)",
        "by (x)",
        "without ()",
        "offset",
        "1m",
        "-1m",
        "rate(",
        "sum(",
        "topk(",
        "max",
        "1",
        "2",
        "0",
        "Inf",
        "3",
        "\"x\"",
        "a[1m]",
        "c",
        "d",
        "+",
        "*",
        "-",
    ];
    match rng.u32(0..3) {
        0 => vector(rng, 0),
        1 => {
            // Operands and operators by turns: nearly all are right.
            let mut text = String::new();
            for _ in 0..rng.usize(1..7) {
                text += one(
                    rng,
                    &["a", "b", "-c", "2", "(a - b)", "-3", "a{x=\"1\"}", "sum(d)"],
                );
                text += one(
                    rng,
                    &[
                        " + ",
                        " - ",
                        " * ",
                        " / ",
                        " % ",
                        " ^ ",
                        " ^ ",
                        " > ",
                        " == bool ",
                        " < ",
                    ],
                );
            }
            text + one(rng, &["a", "-b", "4"])
        }
        _ => {
            let words: Vec<&str> = (0..rng.usize(1..9)).map(|_| one(rng, &WORDS)).collect();
            words.join(" ")
        }
    }
}

/// Draws samples of three hosts: counters that begin anew, gauges of either sign, gaps. Values are quarters, so that sums are exact.
pub(crate) fn samples(rng: &mut Rng) -> String {
    let mut text = String::new();
    for host in ["web1", "web2", "db"] {
        let mut draw = |is_counter: bool, most: i32| {
            let mut value = f64::from(rng.i32(0..most));
            let mut time_ms = rng.i64(0..30_000);
            let mut samples = Vec::new();
            while time_ms < 1_800_000 {
                samples.push((time_ms, value));
                value = match is_counter {
                    true if rng.u8(0..12) == 0 => f64::from(rng.i32(0..20)) / 4.0,
                    true => value + f64::from(rng.i32(0..most)) / 4.0,
                    false => f64::from(rng.i32(-most..most)) / 4.0,
                };
                time_ms += 15_000 + rng.i64(0..15_000);
                if rng.u8(0..20) == 0 {
                    time_ms += rng.i64(60_000..500_000);
                }
            }
            samples
        };
        for labels in [
            "{\"cpu\":\"0\",\"mode\":\"user\"}",
            "{\"cpu\":\"0\",\"mode\":\"idle\"}",
            "{\"cpu\":\"1\",\"mode\":\"user\"}",
        ] {
            text += &counter("core")
                .unit("seconds")
                .of(host)
                .with(labels)
                .at_ms(&draw(true, 400));
        }
        text += &gauge("load").of(host).at_ms(&draw(false, 40));
        text += &gauge("balance")
            .unit("bytes")
            .of(host)
            .with("{\"path\":\"/a\"}")
            .at_ms(&draw(false, 4000));
    }
    text
}
