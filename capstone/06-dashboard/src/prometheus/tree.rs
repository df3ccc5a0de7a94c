//! What a query says.

use super::matcher::Matcher;

/// A query that makes sense.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) root: Expr,
    pub(super) returns: Returns,
}

/// What an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Returns {
    Scalar,
    Vector,
    Range,
}

impl Returns {
    /// Returns what Prometheus calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Vector => "instant vector",
            Self::Range => "range vector",
        }
    }
}

/// An expression. Scalars depend on no sample, and so are numbers already.
#[derive(Debug, Clone)]
pub(super) enum Expr {
    Number(f64),
    Selector(Selector),
    /// The samples of so many milliseconds.
    Range(Selector, i64),
    Over(Over, Selector, i64),
    Negate(Box<Expr>),
    Aggregate {
        what: Aggregation,
        /// The parameter of `topk` and `bottomk`.
        most: f64,
        grouping: Grouping,
        of: Box<Expr>,
    },
    /// A vector and a number, on whichever side.
    WithNumber {
        operator: Operator,
        vector: Box<Expr>,
        number: f64,
        number_is_left: bool,
    },
    /// Two vectors, matched one to one.
    WithVector {
        operator: Operator,
        left: Box<Expr>,
        right: Box<Expr>,
        on: Grouping,
    },
}

impl Expr {
    pub(super) fn returns(&self) -> Returns {
        match self {
            Self::Number(_) => Returns::Scalar,
            Self::Range(..) => Returns::Range,
            _ => Returns::Vector,
        }
    }
}

/// Which series.
#[derive(Debug, Clone)]
pub(super) struct Selector {
    pub(super) matchers: Vec<Matcher>,
    /// By how much earlier.
    pub(super) offset_ms: i64,
}

/// A function of the samples of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    Rate,
    Increase,
    Irate,
    Delta,
    Min,
    Max,
    Avg,
    Sum,
    Count,
    Last,
}

impl Over {
    /// All of them by name.
    pub(super) const ALL: [(&'static str, Self); 10] = [
        ("rate", Self::Rate),
        ("increase", Self::Increase),
        ("irate", Self::Irate),
        ("delta", Self::Delta),
        ("min_over_time", Self::Min),
        ("max_over_time", Self::Max),
        ("avg_over_time", Self::Avg),
        ("sum_over_time", Self::Sum),
        ("count_over_time", Self::Count),
        ("last_over_time", Self::Last),
    ];
}

/// What is made of the series of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregation {
    Sum,
    Avg,
    Min,
    Max,
    Count,
    Topk,
    Bottomk,
}

impl Aggregation {
    /// All of them by name.
    pub(super) const ALL: [(&'static str, Self); 7] = [
        ("sum", Self::Sum),
        ("avg", Self::Avg),
        ("min", Self::Min),
        ("max", Self::Max),
        ("count", Self::Count),
        ("topk", Self::Topk),
        ("bottomk", Self::Bottomk),
    ];

    /// Says whether it has a parameter.
    pub(super) fn has_parameter(self) -> bool {
        matches!(self, Self::Topk | Self::Bottomk)
    }
}

/// Which labels make a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Grouping {
    By(Vec<String>),
    Without(Vec<String>),
}

/// An operator between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Arithmetic(Arithmetic),
    /// Keeps those for which it is true.
    Filter(Comparison),
    /// Makes 1 of what is true, and 0 of the rest.
    Bool(Comparison),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Greater,
    Less,
    AtLeast,
    AtMost,
}

impl Arithmetic {
    pub(super) fn of(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
            // The sign is that of the left side, as in C and Go.
            Self::Remainder => left % right,
            Self::Power => left.powf(right),
        }
    }
}

impl Comparison {
    pub(super) fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Unequal => left != right,
            Self::Greater => left > right,
            Self::Less => left < right,
            Self::AtLeast => left >= right,
            Self::AtMost => left <= right,
        }
    }
}

impl Operator {
    /// Applies it; `None` if the comparison does not hold. What a filter keeps is the left side.
    pub(super) fn of(self, left: f64, right: f64) -> Option<f64> {
        match self {
            Self::Arithmetic(what) => Some(what.of(left, right)),
            Self::Filter(what) => what.holds(left, right).then_some(left),
            Self::Bool(what) => Some(f64::from(u8::from(what.holds(left, right)))),
        }
    }
}
