//! What labels a series must have.

use std::fmt;

use regex::{Regex, RegexBuilder};

use super::labels::{NAME, is_metric_name};

/// The most bytes of a compiled pattern.
const LARGEST_PATTERN: usize = 1 << 20;

/// A condition on one label. A label that a series does not have is an empty one.
#[derive(Debug, Clone)]
pub(super) struct Matcher {
    pub(super) name: String,
    test: Test,
    /// Whether it must not be so.
    is_negative: bool,
}

#[derive(Debug, Clone)]
enum Test {
    Equal(String),
    /// With the pattern as it was written.
    Pattern(Regex, String),
}

impl Matcher {
    /// Makes one from an operator: `=`, `!=`, `=~` or `!~`.
    ///
    /// # Errors
    /// What is wrong with the pattern.
    pub(super) fn new(name: &str, operator: &str, value: &str) -> Result<Self, String> {
        let test = if operator.ends_with('~') {
            let pattern = format!("^(?:{})$", ascii_classes(value));
            let regex = RegexBuilder::new(&pattern)
                .size_limit(LARGEST_PATTERN)
                .nest_limit(50)
                .build();
            let regex =
                regex.map_err(|why| format!("bad regular expression {value:?}: {}", last_line(&why)))?;
            Test::Pattern(regex, value.to_owned())
        } else {
            Test::Equal(value.to_owned())
        };
        Ok(Self {
            name: name.to_owned(),
            test,
            is_negative: operator.starts_with('!'),
        })
    }

    /// Returns the name that is asked for, if it is a name, and asked for as such.
    pub(super) fn plain_name(&self) -> Option<&str> {
        match &self.test {
            Test::Equal(name) if self.name == NAME && !self.is_negative && is_metric_name(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn matches(&self, value: &str) -> bool {
        // region:parse Whether the value is as the test says, or, if the matcher is negative, whether it is not.
        let found = match &self.test {
            Test::Equal(text) => text == value,
            Test::Pattern(regex, _) => regex.is_match(value),
        };
        found != self.is_negative
        // endregion:parse
    }
}

/// As in a query.
impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operator, value) = match (&self.test, self.is_negative) {
            (Test::Equal(text), false) => ("=", text),
            (Test::Equal(text), true) => ("!=", text),
            (Test::Pattern(_, text), false) => ("=~", text),
            (Test::Pattern(_, text), true) => ("!~", text),
        };
        write!(f, "{}{operator}{value:?}", self.name)
    }
}

/// Says what is wrong without the drawing of where it is.
fn last_line(why: &regex::Error) -> String {
    let text = why.to_string();
    text.lines()
        .last()
        .unwrap_or_default()
        .trim_start_matches("error: ")
        .to_owned()
}

/// Makes `\d`, `\w`, `\s` and `\b` mean what they mean in Go: only ASCII.
fn ascii_classes(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some('d') => text.push_str("[0-9]"),
            Some('D') => text.push_str("[^0-9]"),
            Some('w') => text.push_str("[0-9A-Za-z_]"),
            Some('W') => text.push_str("[^0-9A-Za-z_]"),
            Some('s') => text.push_str(r"[\t\n\f\r ]"),
            Some('S') => text.push_str(r"[^\t\n\f\r ]"),
            Some('b') => text.push_str(r"(?-u:\b)"),
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_all_of_a_value_or_nothing() {
        for (operator, value, other, expected) in [
            ("=", "a", "a", true),
            ("!=", "a", "a", false),
            ("=~", "a|b", "b", true),
            ("=~", "a|b", "ab", false),
            ("=~", "web.*", "xweb", false),
            ("!~", "web.*", "web1", false),
            ("=~", r"web\d+", "web12", true),
            ("=~", r"[\w-]+", "a-b_c", true),
            ("=~", r"\d", "٣", false),
            ("=~", ".", "é", true),
            ("=~", "", "", true),
            ("!~", ".+", "", true),
        ] {
            let matcher = Matcher::new("x", operator, value).expect("the pattern is right");
            assert_eq!(matcher.matches(other), expected, "{operator}{value} {other}");
        }
        for wrong in ["(", "*", "a{1000}{1000}", "[", r"\"] {
            assert!(Matcher::new("x", "=~", wrong).is_err(), "{wrong}");
        }
    }
}
