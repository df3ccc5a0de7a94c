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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn push(&mut self, time: Time, value: f64, (count, span): (usize, Duration)) {
        todo!(
            "judge: Behind the others; then from the front, while there are more than `count` and the front one is `span` old or older, or while there are more than MOST."
        )
    }

    /// Goes through them, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Time, f64)> {
        self.0.iter().copied()
    }

    /// Returns those that a function looks at, the oldest first; `None` if there are not as many as it wants.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn window(&self, window: Window) -> Option<Vec<(Time, f64)>> {
        todo!(
            "judge: The newest so many; or those that came later than the newest one's time less the span, of which there is at least that one."
        )
    }

    /// Returns the value of a function, if it has one.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn value(&self, call: Call) -> Option<f64> {
        todo!("judge: As the documentation of each Function says.")
    }

    /// Says whether a condition holds; `None` if that cannot be said, since a function has no value.
    ///
    /// `and` is false as soon as one side is false, `or` true as soon as one is true, whatever the other is; else what cannot be said
    /// makes the whole so.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn holds(&self, condition: &Condition) -> Option<bool> {
        todo!("judge: Match the three forms; for `and` and `or` match the pair of both sides.")
    }

    /// Says what the newest sample is to a rule: a breach if `when` holds; else good if `recover` holds, or without one, if `when` does not.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn outcome(&self, when: &Condition, recover: Option<&Condition>) -> Outcome {
        todo!("judge: What cannot be said is neither.")
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
