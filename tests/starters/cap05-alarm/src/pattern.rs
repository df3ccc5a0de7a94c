use std::fmt;

use serde::{Deserialize, Serialize};

/// A pattern for a whole text: `*` stands for any characters, everything else for itself, and a `!` in front turns it round.
///
/// ```
/// use alarm::Pattern;
///
/// assert!(Pattern::new("web*").matches("web01"));
/// assert!(!Pattern::new("!web*").matches("web01"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern(String);

impl Pattern {
    /// Makes one; every text is a pattern.
    pub fn new(text: &str) -> Pattern {
        Pattern(text.to_owned())
    }

    /// Says whether it begins with `!`.
    pub fn is_negated(&self) -> bool {
        self.0.starts_with('!')
    }

    /// Says whether the whole of `text` is as the pattern says.
    ///
    /// The time is at most the product of the lengths, whatever the pattern: it comes from people, and `text` from anywhere.
    pub fn matches(&self, text: &str) -> bool {
        match self.0.strip_prefix('!') {
            Some(pattern) => !glob(pattern, text),
            None => glob(&self.0, text),
        }
    }
}

/// Says whether one of the hosts' patterns takes a name: the negated ones must all hold, and one of the others, if there are any.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn takes(patterns: &[Pattern], name: &str) -> bool {
    todo!("judge: All negated patterns, and any of the others; without others the negated ones decide.")
}

#[expect(unused_variables, reason = "goes with the todo!")]
fn glob(pattern: &str, text: &str) -> bool {
    todo!(
        "judge: What stands before the first `*` begins the text, what stands behind the last ends it, and the parts between are found one behind the other, each at its first place."
    )
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
