//! What a rule asks: a tree, made by [`parse`] and by nothing else. It can be looked at and printed, never run as code.

mod lexer;
mod parse;

use std::{fmt, time::Duration};

use crate::labels::Quoted;
use crate::{Labels, Pattern, show_span};

pub use parse::parse;

/// Which series are meant: a metric, and patterns for its labels. A label that a series lacks is the empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// The metric's name.
    pub metric: String,
    /// Patterns by label, in the order in which they were written.
    pub labels: Vec<(String, Pattern)>,
}

/// Which of a series' samples a function looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The newest so many. With fewer the function has no value.
    Samples(usize),
    /// Those that are younger than this: at a time T, what came after T − span and not later than T.
    Span(Duration),
}

/// What is made of the samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// The newest value.
    Last,
    /// The sum.
    Sum,
    /// The arithmetic mean.
    Avg,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The newest less the oldest; no value of a single sample.
    Diff,
    /// What a counter grew by, for each second from the oldest to the newest. Where it fell it has begun again from 0. No value of a
    /// single sample, or if no time has passed.
    Rate,
}

/// A function of a window. The series is that of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// Which function.
    pub function: Function,
    /// Of which samples.
    pub window: Window,
}

/// How two numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// A function's value beside a number.
    Compare(Call, Comparison, f64),
    /// Both.
    And(Box<Condition>, Box<Condition>),
    /// One of them, or both.
    Or(Box<Condition>, Box<Condition>),
}

/// What a rule watches for.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    /// A condition on the samples, judged when one comes.
    Holds(Condition),
    /// No sample for so long.
    Absent(Duration),
    /// The host itself has not reported for so long.
    Down(Duration),
}

impl Selector {
    /// Says whether a series is meant.
    pub fn selects(&self, metric: &str, labels: &Labels) -> bool {
        self.metric == metric
            && self
                .labels
                .iter()
                .all(|(key, pattern)| pattern.matches(labels.get(key).unwrap_or_default()))
    }
}

impl Condition {
    /// Calls `each` with every function in it, from left to right.
    pub fn calls(&self, each: &mut impl FnMut(Call)) {
        match self {
            Condition::Compare(call, ..) => each(*call),
            Condition::And(one, other) | Condition::Or(one, other) => {
                one.calls(each);
                other.calls(each);
            }
        }
    }

    /// Writes it with its selector, and with parentheses around every `and` and `or`, so that one sees how it was read.
    pub fn show(&self, selector: &Selector) -> String {
        match self {
            Condition::Compare(call, comparison, number) => {
                format!("{} {comparison} {number}", call.show(selector))
            }
            Condition::And(one, other) => format!("({} and {})", one.show(selector), other.show(selector)),
            Condition::Or(one, other) => format!("({} or {})", one.show(selector), other.show(selector)),
        }
    }
}

impl Call {
    /// Writes it with its selector.
    pub fn show(self, selector: &Selector) -> String {
        match (self.function, self.window) {
            (Function::Last, _) => format!("last({selector})"),
            (function, window) => format!("{}({selector}, {window})", function.name()),
        }
    }
}

impl When {
    /// Writes it with its selector.
    pub fn show(&self, selector: &Selector) -> String {
        match self {
            When::Holds(condition) => condition.show(selector),
            When::Absent(span) => format!("absent({selector}, {})", show_span(*span)),
            When::Down(span) => format!("no report for {}", show_span(*span)),
        }
    }
}

impl Function {
    /// All of them.
    pub const ALL: [Function; 7] = [
        Function::Last,
        Function::Sum,
        Function::Avg,
        Function::Min,
        Function::Max,
        Function::Diff,
        Function::Rate,
    ];

    /// Returns its name in a rule.
    pub fn name(self) -> &'static str {
        match self {
            Function::Last => "last",
            Function::Sum => "sum",
            Function::Avg => "avg",
            Function::Min => "min",
            Function::Max => "max",
            Function::Diff => "diff",
            Function::Rate => "rate",
        }
    }
}

impl Comparison {
    /// Compares.
    pub fn holds(self, value: f64, number: f64) -> bool {
        match self {
            Comparison::Less => value < number,
            Comparison::LessOrEqual => value <= number,
            Comparison::Greater => value > number,
            Comparison::GreaterOrEqual => value >= number,
            Comparison::Equal => value == number,
            Comparison::Unequal => value != number,
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
            Comparison::Equal => "==",
            Comparison::Unequal => "!=",
        })
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Window::Samples(count) => write!(f, "{count}"),
            Window::Span(span) => f.write_str(&show_span(*span)),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.metric)?;
        for (n, (key, pattern)) in self.labels.iter().enumerate() {
            let before = if n == 0 { '{' } else { ',' };
            write!(f, "{before}{key}={}", Quoted(&pattern.to_string()))?;
        }
        f.write_str(if self.labels.is_empty() { "" } else { "}" })
    }
}
