//! Queries drawn by chance, of all that is claimed.

use fastrand::Rng;

const SELECTORS: [&str; 7] = [
    "muster_load_1m",
    "muster_core_time_seconds_total",
    "muster_core_time_seconds_total{mode=\"user\"}",
    "muster_test_balance_bytes",
    "muster_test_ends_ratio",
    "muster_network_received_bytes_total{host!~\"web.+\"}",
    "{__name__=~\"muster_test.*\"}",
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

const GROUPINGS: [&str; 8] = [
    "",
    "by (host) ",
    "by (cpu, mode) ",
    "by (__name__) ",
    "without (host) ",
    "without () ",
    "without (mode, path, x) ",
    "by (nothing) ",
];

/// Draws an expression that is a vector.
pub(crate) fn vector(rng: &mut Rng, depth: usize) -> String {
    let one = |rng: &mut Rng, all: &[&'static str]| all[rng.usize(0..all.len())];
    let number = |rng: &mut Rng| one(rng, &["0", "1", "2.5", "-3", "1e3", "Inf", "NaN", "0x10"]);
    match rng.u32(if depth > 3 { 0..3 } else { 0..10 }) {
        0 | 1 => {
            let offset = one(rng, &["", "", " offset 7m", " offset -90s"]);
            let range = one(rng, &["20s", "1m", "5m", "1h"]);
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
            let of = one(
                rng,
                &[
                    "rate(muster_core_time_seconds_total[5m])",
                    "muster_core_time_seconds_total * 1e3",
                ],
            );
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
            // What is nearly 0 as a difference is another value of as many digits here and there: `-` is among those above.
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
