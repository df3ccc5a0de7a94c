//! How one program compares with another, in words that need no sum.

use xtask::measures::Goal;
use xtask::t;

/// From this ratio on one says how many times, below it by how many percent.
const TIMES: f64 = 1.5;

/// Says what `ratio` of the other's time means: `2 times as fast`, `13 % more time`.
pub(crate) fn time(ratio: f64) -> String {
    match Size::of(ratio) {
        Size::Times(times) if ratio < 1.0 => t!("bench.faster", times = times),
        Size::Times(times) => t!("bench.slower", times = times),
        Size::Percent(percent) if ratio < 1.0 => t!("bench.less", percent = percent),
        Size::Percent(percent) => t!("bench.more", percent = percent),
        Size::Same => t!("bench.same_time"),
    }
}

/// Says what `ratio` of the other's units a second means.
pub(crate) fn rate(ratio: f64, unit: &str) -> String {
    match Size::of(ratio) {
        Size::Same => t!("bench.same_rate", unit = unit),
        _ => t!("bench.rate_ratio", times = digits(ratio), unit = unit),
    }
}

/// Says what `ratio` of the other's memory means.
pub(crate) fn memory(ratio: f64) -> String {
    match Size::of(ratio) {
        Size::Same => t!("bench.same_memory"),
        Size::Percent(percent) if ratio < 1.0 => t!("bench.less_memory", percent = percent),
        Size::Percent(percent) => t!("bench.more_memory", percent = percent),
        Size::Times(_) => t!("bench.memory_ratio", times = digits(ratio)),
    }
}

/// Says a goal in the same words. The unit is what is counted, and the second figure is called `said`.
pub(crate) fn goal(goal: Goal, unit: Option<&str>, said: Option<&str>) -> String {
    let most_time = |most| match Size::of(most) {
        Size::Same => t!("bench.not_slower"),
        _ if most < 1.0 => t!("bench.at_least", what = time(most)),
        _ => t!("bench.at_most", what = time(most)),
    };
    match goal {
        Goal::Rate(least) => {
            let what = rate(least, unit.unwrap_or_default());
            t!("bench.at_least", what = what)
        }
        Goal::Time(most) => most_time(most),
        Goal::Said(most) => t!(
            "bench.said",
            name = said.unwrap_or_default(),
            what = most_time(most)
        ),
        Goal::Memory(most) => t!("bench.at_most", what = memory(most)),
    }
}

/// How a ratio is said best.
enum Size {
    Times(String),
    Percent(String),
    Same,
}

impl Size {
    fn of(ratio: f64) -> Self {
        let times = ratio.max(ratio.recip());
        let percent = (ratio - 1.0).abs() * 100.0;
        match times {
            TIMES.. => Size::Times(digits(times)),
            _ if percent < 0.5 => Size::Same,
            _ => Size::Percent(digits(percent)),
        }
    }
}

/// As many digits as say something.
fn digits(value: f64) -> String {
    match value {
        ..0.995 => format!("{value:.2}").trim_end_matches('0').to_owned(),
        ..9.95 => format!("{value:.1}").trim_end_matches(".0").to_owned(),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_sees_at_once_who_is_faster_and_by_how_much() {
        let cases = [
            (0.0431, "23 times as fast"),
            (0.5, "2 times as fast"),
            (0.6391, "1.6 times as fast"),
            (0.88, "12 % less time"),
            (0.998, "the same time"),
            (1.0251, "2.5 % more time"),
            (1.131, "13 % more time"),
            (8.99, "9 times as long"),
        ];
        for (ratio, words) in cases {
            assert_eq!(time(ratio), words);
        }
        assert_eq!(rate(4.12, "pages"), "4.1 times its pages a second");
        assert_eq!(rate(0.254, "pages"), "0.25 times its pages a second");
        assert_eq!(
            [0.2, 0.9, 1.004, 3.0].map(memory),
            [
                "0.2 times its memory",
                "10 % less memory",
                "the same memory",
                "3 times its memory"
            ]
        );
    }

    #[test]
    fn goals_are_said_in_the_same_words() {
        let cases = [
            (Goal::Time(0.5), "at least 2 times as fast"),
            (Goal::Time(0.02), "at least 50 times as fast"),
            (Goal::Time(1.2), "at most 20 % more time"),
            (Goal::Time(1.03), "at most 3 % more time"),
            (Goal::Time(1.0), "not slower"),
            (Goal::Time(2.0), "at most 2 times as long"),
            (Goal::Rate(3.0), "at least 3 times its pages a second"),
            (Goal::Rate(1.0), "at least as many pages a second"),
            (Goal::Said(1.0), "p99: not slower"),
            (Goal::Said(1.2), "p99: at most 20 % more time"),
            (Goal::Memory(0.5), "at most 0.5 times its memory"),
            (Goal::Memory(1.0), "at most the same memory"),
        ];
        for (aim, words) in cases {
            assert_eq!(goal(aim, Some("pages"), Some("p99")), words);
        }
    }
}
