//! The result of `bench` as a table for people and as JSON for the book.

use std::time::Duration;

use serde_json::{Value, json};

use xtask::t;
use xtask::term::Style;

use super::contest::{Contest, Row};

/// Draws one measure.
pub(crate) fn draw(contest: &Contest, style: Style) -> String {
    let widest = contest
        .rows
        .iter()
        .map(|row| row.name.chars().count())
        .max()
        .unwrap_or(0);
    let first = contest.first().map(|(row, _)| &*row.name);
    let mut out = format!("\n{}  {}\n", style.bold(&contest.name), style.dim(&contest.about));
    let head = format!(
        "  {:widest$}  {:>9}  {:>9}  {:>9}  {:>9}  {}",
        "",
        t!("bench.median"),
        t!("bench.least"),
        t!("bench.cpu"),
        t!("bench.memory"),
        first
            .map(|first| t!("bench.columns", first = first))
            .unwrap_or_default(),
    );
    out.push_str(&format!("{}\n", style.dim(head.trim_end())));
    for row in &contest.rows {
        let figures = match &row.figures {
            Ok(figures) => figures,
            Err(why) => {
                out.push_str(&format!("  {:widest$}  {}\n", row.name, style.yellow(why)));
                continue;
            }
        };
        let line = format!(
            "  {:widest$}  {:>9}  {:>9}  {:>9}  {:>9}",
            row.name,
            time(figures.median),
            time(figures.least),
            cpu(figures.cpu),
            memory(figures.peak_kib)
        );
        let ratio = if figures.ratio.is_finite() && first != Some(&*row.name) {
            format!(
                "  {}{}",
                t!("bench.times", ratio = ratio(figures.ratio)),
                goal(row, style)
            )
        } else {
            String::new()
        };
        out.push_str(&format!("{line}{ratio}\n"));
    }
    out
}

fn goal(row: &Row, style: Style) -> String {
    let (Some(goal), Some(met)) = (row.goal, row.met()) else {
        return String::new();
    };
    let words = t!("bench.goal", goal = ratio(goal));
    if met {
        format!("  {}", style.green(&format!("{} {words}", style.sign("✔", "ok"))))
    } else {
        format!("  {}", style.red(&format!("{} {words}", style.sign("✘", "x"))))
    }
}

/// The figures for `tests/LAB/bench-result.json`, to four digits: more would only be noise in every commit.
pub(crate) fn json(machine: &str, contests: &[Contest]) -> Value {
    let measures: Vec<Value> = contests
        .iter()
        .filter_map(|contest| {
            let (_, subject) = contest.first()?;
            let peers = contest.measured().filter(|(row, _)| !row.own);
            let peers: Vec<Value> = peers
                .map(|(row, figures)| {
                    json!({
                        "name": row.name,
                        "peer_s": rounded(figures.median.as_secs_f64()),
                        "ratio": rounded(figures.ratio),
                        "goal": row.goal,
                    })
                })
                .collect();
            Some(json!({
                "name": contest.name,
                "input": contest.input,
                "subject_s": rounded(subject.median.as_secs_f64()),
                "peers": peers,
            }))
        })
        .collect();
    json!({ "machine": machine, "measures": measures })
}

fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// A time with as many digits as a reader can use.
pub(crate) fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        ..0.01 => format!("{:.1} ms", seconds * 1e3),
        ..1.0 => format!("{:.0} ms", seconds * 1e3),
        ..10.0 => format!("{seconds:.2} s"),
        _ => format!("{seconds:.1} s"),
    }
}

/// A processor time, which the kernel tells in steps of 10 ms only.
fn cpu(cpu: Duration) -> String {
    if cpu.is_zero() {
        "<10 ms".to_owned()
    } else {
        time(cpu)
    }
}

/// A ratio with two digits that say something, also where it is small.
pub(crate) fn ratio(ratio: f64) -> String {
    match ratio {
        ..0.1 => format!("{ratio:.3}"),
        ..10.0 => format!("{ratio:.2}"),
        _ => format!("{ratio:.1}"),
    }
}

fn memory(kib: u64) -> String {
    if kib < 10 << 10 {
        format!("{}.{} MiB", kib >> 10, ((kib & 1023) * 10) >> 10)
    } else {
        format!("{} MiB", kib >> 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_as_many_digits_as_they_can_bear() {
        let times = [
            (400, "0.4 ms"),
            (41_600, "42 ms"),
            (1_234_000, "1.23 s"),
            (91_260_000, "91.3 s"),
        ];
        for (micros, text) in times {
            assert_eq!(time(Duration::from_micros(micros)), text);
        }
        assert_eq!([0.0123, 0.5, 12.34].map(ratio), ["0.012", "0.50", "12.3"]);
        assert_eq!([2048, 2600, 20_480].map(memory), ["2.0 MiB", "2.5 MiB", "20 MiB"]);
    }
}
