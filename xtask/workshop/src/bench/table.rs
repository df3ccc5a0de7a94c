//! The result of `bench` as a table for people and as JSON for the book.

use std::time::Duration;

use serde_json::{Value, json};

use xtask::measures::Goal;
use xtask::t;
use xtask::term::Style;

use super::figures::{Contest, Figures, Kind, Row};
use super::same_urls::{self, Comparison};
use super::words;

/// Draws one measure.
pub(crate) fn draw(contest: &Contest, style: Style) -> String {
    let names = contest.rows.iter().map(|row| row.name.chars().count());
    let widest = names.max().unwrap_or(0);
    let first = contest.first().map(|(row, _)| &*row.name);
    let unit = contest.unit.as_deref().map(|unit| t!("bench.rate", unit = unit));
    // The column is as wide as its head, or as a number of eight digits.
    let unit_width = unit.as_ref().map_or(0, |unit| unit.chars().count().max(8));
    let mut out = format!("\n{}  {}\n", style.bold(&contest.name), style.dim(&contest.about));
    let mut head = format!(
        "  {:widest$}  {:>9}  {:>9}  {:>9}  {:>9}",
        "",
        t!("bench.median"),
        t!("bench.least"),
        t!("bench.cpu"),
        t!("bench.memory"),
    );
    if let Some(unit) = &unit {
        head.push_str(&format!("  {unit:>unit_width$}"));
    }
    if let Some(said) = &contest.said {
        head.push_str(&format!("  {said:>9}"));
    }
    out.push_str(&format!("{}\n", style.dim(&head)));
    for row in &contest.rows {
        let figures = match &row.figures {
            Ok(figures) => figures,
            Err(why) => {
                out.push_str(&format!("  {:widest$}  {}\n", row.name, style.yellow(why)));
                continue;
            }
        };
        let (cpu, memory) = match row.kind {
            Kind::Ideal => (String::new(), String::new()),
            _ => (cpu(figures.cpu), memory(figures.peak_kib)),
        };
        let mut line = format!(
            "  {:widest$}  {:>9}  {:>9}  {cpu:>9}  {memory:>9}",
            row.name,
            time(figures.median),
            time(figures.least),
        );
        if unit.is_some() {
            let rate = figures.rate.map(rate).unwrap_or_default();
            line.push_str(&format!("  {rate:>unit_width$}"));
        }
        if contest.said.is_some() {
            let said = figures.said.map(time).unwrap_or_default();
            line.push_str(&format!("  {said:>9}"));
        }
        if let Some(first) = first.filter(|first| *first != row.name) {
            let width = line.chars().count();
            let comparisons = comparisons(first, row, figures, contest, style);
            // A second comparison stands below the first.
            line.push_str(&format!("  {}", comparisons.join(&format!("\n{:width$}  ", ""))));
        }
        // An ideal without a processor's time must not end in spaces.
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// How the first program compares with this one: by each goal's kind, or without a goal by what the bars show.
fn comparisons(first: &str, row: &Row, figures: &Figures, contest: &Contest, style: Style) -> Vec<String> {
    let compared = |what: String| t!("bench.compared", first = first, what = what);
    let by_rate = || words::rate(figures.rate_ratio, contest.unit.as_deref().unwrap_or_default());
    if row.goals.is_empty() {
        let rated = contest.by_rate() && figures.rate_ratio.is_finite();
        return vec![compared(if rated {
            by_rate()
        } else {
            words::time(figures.ratio)
        })];
    }
    let of_goal = |goal: &Goal| {
        let what = match goal {
            Goal::Time(_) => words::time(figures.ratio),
            Goal::Rate(_) => by_rate(),
            Goal::Said(_) => {
                let name = contest.said.as_deref().unwrap_or_default();
                t!("bench.said", name = name, what = words::time(figures.said_ratio))
            }
            Goal::Memory(_) => words::memory(figures.memory_ratio),
        };
        compared(what) + &judged(row, *goal, contest, style)
    };
    row.goals.iter().map(of_goal).collect()
}

fn judged(row: &Row, goal: Goal, contest: &Contest, style: Style) -> String {
    let Some(met) = row.meets(goal) else {
        return String::new();
    };
    let goal = words::goal(goal, contest.unit.as_deref(), contest.said.as_deref());
    if met {
        let words = t!("bench.goal_met", goal = goal);
        format!("  {}", style.green(&format!("{} {words}", style.sign("✔", "ok"))))
    } else {
        let words = t!("bench.goal_missed", goal = goal);
        format!("  {}", style.red(&format!("{} {words}", style.sign("✘", "x"))))
    }
}

/// The figures for `tests/LAB/bench-result.json`, to four digits: more would only be noise in every commit.
pub(crate) fn json(machine: &str, contests: &[Contest], comparisons: &[Comparison]) -> Value {
    let measures: Vec<Value> = contests.iter().filter_map(measure).collect();
    let mut result = json!({ "machine": machine, "measures": measures });
    if !comparisons.is_empty() {
        result["same_urls"] = comparisons.iter().map(same_urls::json).collect();
    }
    result
}

fn measure(contest: &Contest) -> Option<Value> {
    let (_, subject) = contest.first()?;
    let peers = contest.measured().filter(|(row, _)| row.kind != Kind::Lab);
    let peers: Vec<Value> = peers
        .map(|(row, figures)| {
            let mut peer = json!({
                "name": row.name,
                "peer_s": rounded(figures.median.as_secs_f64()),
                "ratio": rounded(figures.ratio),
                "goal": null,
            });
            for goal in &row.goals {
                match goal {
                    Goal::Time(most) => peer["goal"] = json!(most),
                    Goal::Rate(least) => peer["rate_goal"] = json!(least),
                    Goal::Said(most) => peer["said_goal"] = json!(most),
                    Goal::Memory(most) => peer["memory_goal"] = json!(most),
                }
            }
            if let Some(rate) = figures.rate {
                peer["rate"] = json!(rounded(rate));
                peer["rate_ratio"] = json!(rounded(figures.rate_ratio));
            }
            if let Some(said) = figures.said {
                peer["said_us"] = json!(micros(said));
                peer["said_ratio"] = json!(rounded(figures.said_ratio));
            }
            if contest.served && figures.peak_kib > 0 {
                peer["memory_kib"] = json!(figures.peak_kib);
            }
            peer
        })
        .collect();
    let mut measure = json!({
        "name": contest.name,
        "input": contest.input,
        "subject_s": rounded(subject.median.as_secs_f64()),
        "peers": peers,
    });
    if let (Some(unit), Some(rate)) = (&contest.unit, subject.rate) {
        measure["unit"] = json!(unit);
        measure["subject_rate"] = json!(rounded(rate));
    }
    if let (Some(name), Some(said)) = (&contest.said, subject.said) {
        measure["said"] = json!(name);
        measure["subject_said_us"] = json!(micros(said));
    }
    // Of what is no server the memory is that of a warm-up, which tells less.
    if contest.served && subject.peak_kib > 0 {
        measure["subject_memory_kib"] = json!(subject.peak_kib);
    }
    Some(measure)
}

fn micros(time: Duration) -> f64 {
    rounded(time.as_secs_f64() * 1e6)
}

fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// A time with as many digits as a reader can use.
pub(crate) fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        ..0.000_1 => format!("{:.1} µs", seconds * 1e6),
        ..0.001 => format!("{:.0} µs", seconds * 1e6),
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

/// Units a second: three digits, or all of a large number.
pub(crate) fn rate(rate: f64) -> String {
    match rate {
        ..10.0 => format!("{rate:.2}"),
        ..100.0 => format!("{rate:.1}"),
        _ => format!("{rate:.0}"),
    }
}

/// A peak of memory. What ended before anybody looked has none.
pub(crate) fn memory(kib: u64) -> String {
    if kib == 0 {
        "-".to_owned()
    } else if kib < 10 << 10 {
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
            (9, "9.0 µs"),
            (400, "400 µs"),
            (1_400, "1.4 ms"),
            (41_600, "42 ms"),
            (1_234_000, "1.23 s"),
            (91_260_000, "91.3 s"),
        ];
        for (micros, text) in times {
            assert_eq!(time(Duration::from_micros(micros)), text);
        }
        assert_eq!([5.123, 56.78, 1550.4].map(rate), ["5.12", "56.8", "1550"]);
        assert_eq!([2048, 2600, 20_480].map(memory), ["2.0 MiB", "2.5 MiB", "20 MiB"]);
    }

    fn contest(goals: &[Goal]) -> Contest {
        let row = |name: &str, kind, seconds, rate, ratio, goals: &[Goal]| Row {
            name: name.to_owned(),
            kind,
            goals: goals.to_vec(),
            figures: Ok(Figures {
                median: Duration::from_secs(seconds),
                least: Duration::from_secs(seconds),
                cpu: Duration::from_secs(seconds),
                peak_kib: 2048,
                rate: Some(rate),
                ratio,
                rate_ratio: 4.0,
                said: None,
                said_ratio: f64::NAN,
                memory_ratio: 0.5,
            }),
        };
        Contest {
            name: "crawl".to_owned(),
            input: "docs".to_owned(),
            about: "a site".to_owned(),
            unit: Some("pages".to_owned()),
            served: false,
            said: None,
            rows: vec![
                row("yours", Kind::Lab, 1, 600.0, 1.0, &[]),
                row("wget", Kind::Peer, 4, 150.0, 0.25, goals),
                row("ideal", Kind::Ideal, 1, 600.0, 1.02, &[Goal::Time(1.01)]),
            ],
        }
    }

    #[test]
    fn a_line_says_who_is_faster_what_the_goal_was_and_whether_it_is_met() {
        let text = draw(&contest(&[Goal::Rate(3.0)]), Style::plain());
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "            median      least  processor     memory   pages/s",
                "  yours     1.00 s     1.00 s     1.00 s    2.0 MiB       600",
                "  wget      4.00 s     4.00 s     4.00 s    2.0 MiB       150  yours: 4 times its pages a second  ok goal met: at least 3 times its pages a second",
                "  ideal     1.00 s     1.00 s                             600  yours: 2 % more time  x goal missed: at most 1 % more time",
            ]
        );
    }

    #[test]
    fn a_second_figure_has_a_column_and_every_goal_a_line() {
        let mut contest = contest(&[Goal::Rate(3.0), Goal::Said(1.0), Goal::Memory(0.4)]);
        contest.said = Some("p99".to_owned());
        contest.served = true;
        for (row, (micros, ratio)) in contest.rows.iter_mut().zip([(9, 1.0), (12, 0.75)]) {
            if let Ok(figures) = &mut row.figures {
                figures.said = Some(Duration::from_micros(micros));
                figures.said_ratio = ratio;
            }
        }
        let text = draw(&contest, Style::plain());
        let lines: Vec<&str> = text.lines().skip(2).take(5).collect();
        assert_eq!(
            lines,
            [
                "            median      least  processor     memory   pages/s        p99",
                "  yours     1.00 s     1.00 s     1.00 s    2.0 MiB       600     9.0 µs",
                "  wget      4.00 s     4.00 s     4.00 s    2.0 MiB       150    12.0 µs  yours: 4 times its pages a second  ok goal met: at least 3 times its pages a second",
                "                                                                          yours: p99: 25 % less time  ok goal met: p99: not slower",
                "                                                                          yours: 0.5 times its memory  x goal missed: at most 0.4 times its memory",
            ]
        );
        let result = json("m", &[contest], &[]);
        let measure = &result["measures"][0];
        assert_eq!(
            (&measure["said"], &measure["subject_said_us"]),
            (&json!("p99"), &json!(9.0))
        );
        assert_eq!(measure["subject_memory_kib"], json!(2048));
        let peer = &measure["peers"][0];
        assert_eq!(
            [&peer["said_us"], &peer["said_ratio"], &peer["said_goal"]],
            [&json!(12.0), &json!(0.75), &json!(1.0)]
        );
        assert_eq!(
            (&peer["memory_kib"], &peer["memory_goal"]),
            (&json!(2048), &json!(0.4))
        );
    }

    #[test]
    fn the_result_keeps_the_kind_of_a_goal() {
        let result = json("m", &[contest(&[Goal::Rate(3.0)])], &[]);
        let measure = &result["measures"][0];
        assert_eq!(
            (&measure["unit"], &measure["subject_rate"]),
            (&json!("pages"), &json!(600.0))
        );
        let wget = json!({"name": "wget", "peer_s": 4.0, "ratio": 0.25, "goal": null, "rate_goal": 3.0, "rate": 150.0, "rate_ratio": 4.0});
        assert_eq!(measure["peers"][0], wget);
        assert_eq!(measure["peers"][1]["goal"], json!(1.01));
    }
}
