use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Time;
use crate::expr::{Call, Condition, Function, Window};

/// The most samples that are kept of a series for a rule, however long its span is.
const MOST: usize = 10_000;

/// The newest samples of a series, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Samples(VecDeque<(Time, f64)>);

/// What one sample is to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// What the rule watches for.
    Breach,
    /// Neither.
    Between,
    /// All is well.
    Good,
}

impl Samples {
    /// Adds the newest, and lets go of what neither the newest `count` nor the last `span` need.
    pub fn push(&mut self, time: Time, value: f64, (count, span): (usize, Duration)) {
        // region:judge Behind the others; then from the front, while there are more than `count` and the front one is `span` old or older, or while there are more than MOST.
        self.0.push_back((time, value));
        while self.0.len() > MOST
            || self.0.len() > count
                && self
                    .0
                    .front()
                    .is_some_and(|(oldest, _)| time.since(*oldest) >= span)
        {
            self.0.pop_front();
        }
        // endregion:judge
    }

    /// Goes through them, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Time, f64)> {
        self.0.iter().copied()
    }

    /// Returns those that a function looks at, the oldest first; `None` if there are not as many as it wants.
    pub fn window(&self, window: Window) -> Option<Vec<(Time, f64)>> {
        // region:judge The newest so many; or those that came later than the newest one's time less the span, of which there is at least that one.
        let newest = self.0.back()?.0;
        let skipped = match window {
            Window::Samples(count) => self.0.len().checked_sub(count)?,
            Window::Span(span) => self.0.partition_point(|(time, _)| newest.since(*time) >= span),
        };
        Some(self.iter().skip(skipped).collect())
        // endregion:judge
    }

    /// Returns the value of a function, if it has one.
    pub fn value(&self, call: Call) -> Option<f64> {
        // region:judge As the documentation of each Function says.
        let samples = self.window(call.window)?;
        let (oldest, newest) = (*samples.first()?, *samples.last()?);
        let values = samples.iter().map(|(_, value)| *value);
        match call.function {
            Function::Last => Some(newest.1),
            Function::Sum => Some(values.sum()),
            Function::Avg => Some(values.sum::<f64>() / samples.len() as f64),
            Function::Min => values.reduce(f64::min),
            Function::Max => values.reduce(f64::max),
            Function::Diff if samples.len() < 2 => None,
            Function::Diff => Some(newest.1 - oldest.1),
            Function::Rate => {
                let seconds = newest.0.since(oldest.0).as_secs_f64();
                let grown = samples.windows(2).map(|pair| match pair {
                    [(_, before), (_, after)] if after >= before => after - before,
                    [_, (_, after)] => *after,
                    _ => 0.0,
                });
                (seconds > 0.0).then(|| grown.sum::<f64>() / seconds)
            }
        }
        // endregion:judge
    }

    /// Says whether a condition holds; `None` if that cannot be said, since a function has no value.
    ///
    /// `and` is false as soon as one side is false, `or` true as soon as one is true, whatever the other is; else what cannot be said
    /// makes the whole so.
    pub fn holds(&self, condition: &Condition) -> Option<bool> {
        // region:judge Match the three forms; for `and` and `or` match the pair of both sides.
        match condition {
            Condition::Compare(call, comparison, number) => {
                self.value(*call).map(|value| comparison.holds(value, *number))
            }
            Condition::And(one, other) => match (self.holds(one), self.holds(other)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Condition::Or(one, other) => match (self.holds(one), self.holds(other)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
        }
        // endregion:judge
    }

    /// Says what the newest sample is to a rule: a breach if `when` holds; else good if `recover` holds, or without one, if `when` does not.
    pub fn outcome(&self, when: &Condition, recover: Option<&Condition>) -> Outcome {
        // region:judge What cannot be said is neither.
        let breach = self.holds(when);
        let good = match recover {
            Some(recover) => self.holds(recover) == Some(true),
            None => breach == Some(false),
        };
        match breach {
            Some(true) => Outcome::Breach,
            _ if good => Outcome::Good,
            _ => Outcome::Between,
        }
        // endregion:judge
    }
}

/// `TIME=VALUE` with blanks between: JSON's numbers would not come back to the last bit.
impl From<Samples> for String {
    fn from(samples: Samples) -> String {
        let texts: Vec<_> = samples
            .iter()
            .map(|(time, value)| format!("{time}={value}"))
            .collect();
        texts.join(" ")
    }
}

impl TryFrom<String> for Samples {
    type Error = String;

    fn try_from(text: String) -> Result<Samples, String> {
        let read = |word: &str| {
            let (time, value) = word.split_once('=').ok_or("no sample")?;
            let value = value.parse().map_err(|_| format!("{value:?} is no value"))?;
            Ok((time.parse()?, value))
        };
        text.split_whitespace()
            .map(read)
            .collect::<Result<_, String>>()
            .map(Samples)
    }
}

// region:judge
#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{When, parse};

    fn samples(values: &[f64]) -> Samples {
        let mut samples = Samples::default();
        for (n, value) in values.iter().enumerate() {
            samples.push(Time(n as u64 * 10_000), *value, (100, Duration::ZERO));
        }
        samples
    }

    #[test]
    fn functions_look_at_their_window() {
        let samples = samples(&[7.0, 1.0, 4.0, 2.0]);
        let value = |function, window| samples.value(Call { function, window });
        for (function, expected) in [
            (Function::Sum, 7.0),
            (Function::Avg, 7.0 / 3.0),
            (Function::Min, 1.0),
            (Function::Max, 4.0),
            (Function::Diff, 1.0),
            (Function::Rate, 5.0 / 20.0),
        ] {
            assert_eq!(
                value(function, Window::Samples(3)),
                Some(expected),
                "{}",
                function.name()
            );
            assert_eq!(
                value(function, Window::Span(Duration::from_secs(30))),
                Some(expected)
            );
            assert_eq!(value(function, Window::Samples(5)), None);
        }
        assert_eq!(value(Function::Diff, Window::Span(Duration::from_secs(10))), None);
        assert_eq!(value(Function::Rate, Window::Span(Duration::from_secs(1))), None);
    }

    #[test]
    fn what_cannot_be_said_is_neither() {
        let short = samples(&[5.0]);
        for (text, expected) in [
            ("last(m) > 1 or sum(m, 2) > 1", Some(true)),
            ("last(m) > 9 and sum(m, 2) > 1", Some(false)),
            ("sum(m, 2) > 1 or last(m) > 9", None),
            ("sum(m, 2) > 1 and last(m) > 1", None),
        ] {
            let Ok((_, When::Holds(condition))) = parse(text) else {
                panic!("{text}");
            };
            assert_eq!(short.holds(&condition), expected, "{text}");
        }
    }

    #[test]
    fn samples_come_back_to_the_last_bit() {
        let before = samples(&[0.1 + 0.2, -0.0, 1e-300, 123_456_789.123]);
        let text = String::from(before.clone());
        assert_eq!(Samples::try_from(text), Ok(before));
    }
}
// endregion:judge
