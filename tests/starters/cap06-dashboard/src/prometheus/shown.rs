//! A tree as a query again, with all its brackets.

use std::fmt;

use super::answer::number;
use super::matcher::Matcher;
use super::tree::{Aggregation, Arithmetic, Comparison, Expr, Grouping, Operator, Over, Selector};

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => f.write_str(&number(*value)),
            Self::Selector(selector) => write!(f, "{}{}", Matchers(selector), Offset(selector)),
            Self::Range(selector, range_ms) => {
                write!(f, "{}[{range_ms}ms]{}", Matchers(selector), Offset(selector))
            }
            Self::Over(over, selector, range_ms) => {
                let name = named(&Over::ALL, over);
                write!(
                    f,
                    "{name}({}[{range_ms}ms]{})",
                    Matchers(selector),
                    Offset(selector)
                )
            }
            Self::Negate(of) => write!(f, "-({of})"),
            Self::Aggregate {
                what,
                most,
                grouping,
                of,
            } => {
                write!(f, "{} {grouping} (", named(&Aggregation::ALL, what))?;
                if what.has_parameter() {
                    write!(f, "{}, ", number(*most))?;
                }
                write!(f, "{of})")
            }
            Self::WithNumber {
                operator,
                vector,
                number: value,
                number_is_left: true,
            } => write!(f, "({} {operator} {vector})", number(*value)),
            Self::WithNumber {
                operator,
                vector,
                number: value,
                number_is_left: false,
            } => write!(f, "({vector} {operator} {})", number(*value)),
            Self::WithVector {
                operator,
                left,
                right,
                on,
            } => {
                let (word, names) = match on {
                    Grouping::By(names) => ("on", names),
                    Grouping::Without(names) if names.is_empty() => {
                        return write!(f, "({left} {operator} {right})");
                    }
                    Grouping::Without(names) => ("ignoring", names),
                };
                write!(f, "({left} {operator} {word} ({}) {right})", names.join(", "))
            }
        }
    }
}

fn named<T: PartialEq>(all: &[(&'static str, T)], one: &T) -> &'static str {
    all.iter()
        .find(|(_, known)| known == one)
        .map_or("", |(name, _)| name)
}

struct Matchers<'a>(&'a Selector);

impl fmt::Display for Matchers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, rest) = match &self.0.matchers[..] {
            [first, rest @ ..] if first.plain_name().is_some() => (first.plain_name(), rest),
            all => (None, all),
        };
        f.write_str(name.unwrap_or_default())?;
        let rest: Vec<String> = rest.iter().map(Matcher::to_string).collect();
        match (name, rest.is_empty()) {
            (Some(_), true) => Ok(()),
            _ => write!(f, "{{{}}}", rest.join(", ")),
        }
    }
}

struct Offset<'a>(&'a Selector);

impl fmt::Display for Offset<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.offset_ms {
            0 => Ok(()),
            ms => write!(f, " offset {ms}ms"),
        }
    }
}

impl fmt::Display for Grouping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, names) = match self {
            Self::By(names) => ("by", names),
            Self::Without(names) => ("without", names),
        };
        write!(f, "{word} ({})", names.join(", "))
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arithmetic(what) => f.write_str(match what {
                Arithmetic::Add => "+",
                Arithmetic::Subtract => "-",
                Arithmetic::Multiply => "*",
                Arithmetic::Divide => "/",
                Arithmetic::Remainder => "%",
                Arithmetic::Power => "^",
            }),
            Self::Filter(what) => f.write_str(sign(*what)),
            Self::Bool(what) => write!(f, "{} bool", sign(*what)),
        }
    }
}

fn sign(what: Comparison) -> &'static str {
    match what {
        Comparison::Equal => "==",
        Comparison::Unequal => "!=",
        Comparison::Greater => ">",
        Comparison::Less => "<",
        Comparison::AtLeast => ">=",
        Comparison::AtMost => "<=",
    }
}
