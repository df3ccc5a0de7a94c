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
pub fn takes(patterns: &[Pattern], name: &str) -> bool {
    // region:judge All negated patterns, and any of the others; without others the negated ones decide.
    let (negated, plain): (Vec<_>, Vec<_>) = patterns.iter().partition(|pattern| pattern.is_negated());
    negated.iter().all(|pattern| pattern.matches(name))
        && (plain.is_empty() || plain.iter().any(|pattern| pattern.matches(name)))
    // endregion:judge
}

fn glob(pattern: &str, text: &str) -> bool {
    // region:judge What stands before the first `*` begins the text, what stands behind the last ends it, and the parts between are found one behind the other, each at its first place.
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        let Some(at) = text.find(part) else {
            return false;
        };
        text = &text[at + part.len()..];
    }
    text.ends_with(end)
    // endregion:judge
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// region:judge
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text_and_all_else_is_itself() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "", true),
            ("a*b", "ab", true),
            ("a*b", "a", false),
            ("aba*aba", "aba", false),
            ("aba*aba", "ababa", false),
            ("aba*aba", "abaaba", true),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("a.c", "abc", false),
            ("web*", "Web1", false),
            ("!web*", "db", true),
            ("**", "é", true),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn hosts_are_taken_by_one_and_refused_by_any() {
        let patterns = |texts: &[&str]| texts.iter().map(|text| Pattern::new(text)).collect::<Vec<_>>();
        assert!(takes(&[], "any"));
        assert!(takes(&patterns(&["web*", "db1"]), "db1"));
        assert!(!takes(&patterns(&["web*", "!web9"]), "web9"));
        assert!(takes(&patterns(&["!web9"]), "db1"));
    }
}
// endregion:judge
