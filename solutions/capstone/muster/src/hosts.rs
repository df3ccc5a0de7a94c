//! Sets of hosts as people write them: `web[01-03,7],db1`.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use crate::name;

/// The most hosts that a text may stand for: `[0-999999999]` is written quickly.
const MOST: usize = 100_000;

/// Why a text is no set of hosts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It names nobody, or has a comma too many.
    #[error("there is an empty name in {0:?}")]
    Empty(String),
    /// Brackets are not in pairs, or in each other.
    #[error("the brackets in {0:?} are not in pairs")]
    Brackets(String),
    /// What is in brackets is neither a number nor a range.
    #[error("{0:?} is neither a number nor a range like 01-20 or 0-20/5")]
    Range(String),
    /// It ends before it begins.
    #[error("the range {0:?} ends before it begins")]
    Backwards(String),
    /// These are more hosts than anybody has.
    #[error("these are more than {MOST} hosts")]
    TooMany,
    /// What comes out is no name.
    #[error("{0}")]
    Name(String),
}

/// Returns the hosts that a text stands for, each once, in the order of the text.
///
/// A name may have any number of brackets, with numbers and ranges between commas. A range counts with as many digits as its first number has,
/// and `/STEP` behind it takes each so many.
///
/// ```
/// use muster::hosts::expand;
///
/// assert_eq!(expand("web[01-03,7],db1")?, ["web01", "web02", "web03", "web7", "db1"]);
/// assert_eq!(expand("r[1-2]n[0-4/2]")?, ["r1n0", "r1n2", "r1n4", "r2n0", "r2n2", "r2n4"]);
/// # Ok::<(), muster::hosts::Malformed>(())
/// ```
///
/// # Errors
/// [`Malformed`].
///
/// Source: the notation of ClusterShell's `NodeSet`, of which this is a part.
pub fn expand(text: &str) -> Result<Vec<String>, Malformed> {
    let mut hosts = Vec::new();
    let mut seen = HashSet::new();
    for word in words(text)? {
        for host in product(word)? {
            name::check(&host).map_err(|why| Malformed::Name(why.to_string()))?;
            if seen.insert(host.clone()) {
                hosts.push(host);
            }
            if hosts.len() > MOST {
                return Err(Malformed::TooMany);
            }
        }
    }
    Ok(hosts)
}

/// Writes names shortly, sorted, so that [`expand`] returns them again.
///
/// ```
/// assert_eq!(muster::hosts::fold(["web03", "db", "web01", "web02"]), "db,web[01-03]");
/// ```
pub fn fold<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    // By what stands around the last number, and how many digits that has.
    let mut groups: BTreeMap<(&str, usize, &str), Vec<u64>> = BTreeMap::new();
    let mut plain = Vec::new();
    for name in names {
        match last_number(name) {
            Some((before, digits, number, after)) => {
                groups.entry((before, digits, after)).or_default().push(number)
            }
            None => plain.push(name),
        }
    }
    let mut parts: Vec<String> = plain.into_iter().map(str::to_owned).collect();
    for ((before, digits, after), mut numbers) in groups {
        numbers.sort_unstable();
        numbers.dedup();
        let ranges = ranges(&numbers, digits);
        parts.push(match numbers.len() {
            1 => format!("{before}{ranges}{after}"),
            _ => format!("{before}[{ranges}]{after}"),
        });
    }
    parts.sort_unstable();
    parts.dedup();
    parts.join(",")
}

/// Parts a text at the commas that are in no brackets.
fn words(text: &str) -> Result<Vec<&str>, Malformed> {
    let mut words = Vec::new();
    let (mut start, mut inside) = (0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b']' if inside == (byte == b'[') => return Err(Malformed::Brackets(text.to_owned())),
            b'[' | b']' => inside = !inside,
            b',' if !inside => {
                words.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    if inside {
        return Err(Malformed::Brackets(text.to_owned()));
    }
    words.push(text[start..].trim());
    match words.iter().any(|word| word.is_empty()) {
        true => Err(Malformed::Empty(text.to_owned())),
        false => Ok(words),
    }
}

/// Returns every name that a word with any number of brackets stands for. The last bracket counts quickest.
fn product(word: &str) -> Result<Vec<String>, Malformed> {
    let mut names = vec![String::new()];
    let mut rest = word;
    while let Some((before, behind)) = rest.split_once('[') {
        let Some((set, after)) = behind.split_once(']') else {
            return Err(Malformed::Brackets(word.to_owned()));
        };
        let numbers = numbers(set)?;
        if names.len().saturating_mul(numbers.len()) > MOST {
            return Err(Malformed::TooMany);
        }
        names = names
            .iter()
            .flat_map(|name| {
                numbers
                    .iter()
                    .map(move |number| format!("{name}{before}{number}"))
            })
            .collect();
        rest = after;
    }
    for name in &mut names {
        name.push_str(rest);
    }
    Ok(names)
}

/// Returns the numbers of what is in brackets, as they are written in names.
fn numbers(set: &str) -> Result<Vec<String>, Malformed> {
    let mut numbers = Vec::new();
    for part in set.split(',') {
        let part = part.trim();
        let wrong = || Malformed::Range(part.to_owned());
        let number = |text: &str| match text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => text.parse::<u64>().map_err(|_| wrong()),
            false => Err(wrong()),
        };
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, number(step)?),
            None => (part, 1),
        };
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (from, to) = (number(first)?, number(last)?);
        if step == 0 {
            return Err(wrong());
        }
        if to < from {
            return Err(Malformed::Backwards(part.to_owned()));
        }
        if (to - from) / step >= MOST as u64 || numbers.len() > MOST {
            return Err(Malformed::TooMany);
        }
        let width = first.len();
        let step = usize::try_from(step).map_err(|_| wrong())?;
        numbers.extend(
            (from..=to)
                .step_by(step)
                .map(|number| format!("{number:0width$}")),
        );
    }
    Ok(numbers)
}

/// Parts a name at its last number: what is before it, how many digits it has, its value, what is behind it.
fn last_number(name: &str) -> Option<(&str, usize, u64, &str)> {
    let end = name.rfind(|found: char| found.is_ascii_digit())? + 1;
    let start = name[..end]
        .rfind(|found: char| !found.is_ascii_digit())
        .map_or(0, |at| at + 1);
    let digits = &name[start..end];
    let number = digits.parse().ok()?;
    // 08, 09 and 10 are a row of numbers with two digits; 9 and 10 are none, for a range counts with the digits of its first.
    Some((&name[..start], digits.len(), number, &name[end..]))
}

/// Writes sorted numbers as ranges.
fn ranges(numbers: &[u64], digits: usize) -> String {
    let mut text = String::new();
    let mut rest = numbers;
    while let Some(&first) = rest.first() {
        let long = rest
            .iter()
            .zip(first..)
            .take_while(|(number, expected)| **number == *expected)
            .count();
        let comma = if text.is_empty() { "" } else { "," };
        // Writing to a string does not fail.
        let _ = match long {
            1 => write!(text, "{comma}{first:0digits$}"),
            _ => write!(text, "{comma}{first:0digits$}-{:0digits$}", rest[long - 1]),
        };
        rest = &rest[long..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_for_hosts() {
        for (text, expected) in [
            ("web1", "web1"),
            ("web1, web2", "web1 web2"),
            ("web[1-3]", "web1 web2 web3"),
            ("web[01-03,7]", "web01 web02 web03 web7"),
            (
                "web[08-11].example.org",
                "web08.example.org web09.example.org web10.example.org web11.example.org",
            ),
            ("r[1-2]n[1-2]", "r1n1 r1n2 r2n1 r2n2"),
            ("n[0-10/5]", "n0 n5 n10"),
            ("a,b,a,n[1-2],n2", "a b n1 n2"),
        ] {
            assert_eq!(
                expand(text).map(|hosts| hosts.join(" ")),
                Ok(expected.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_set_of_hosts_is_told_why() {
        for (text, part) in [
            ("", "empty"),
            ("a,,b", "empty"),
            ("a,", "empty"),
            ("web[1-3", "brackets"),
            ("web1]", "brackets"),
            ("web[[1]]", "brackets"),
            ("web[]", "neither"),
            ("web[a-c]", "neither"),
            ("web[1-]", "neither"),
            ("web[1-2-3]", "neither"),
            ("web[1-4/0]", "neither"),
            ("web[+1]", "neither"),
            ("web[99999999999999999999]", "neither"),
            ("web[3-1]", "ends before"),
            ("web[0-999999999]", "more than"),
            ("a[0-999]b[0-999]", "more than"),
            ("../x", "begins with"),
            ("a b", "letters"),
        ] {
            let error = expand(text).expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn folded_names_are_the_same_names() {
        for (names, expected) in [
            ("db", "db"),
            ("web1 web2 web3", "web[1-3]"),
            ("web01 web02 web03 web7", "web7,web[01-03]"),
            ("web08 web09 web10 web11", "web[08-11]"),
            ("web9 web10", "web10,web9"),
            ("r1n1 r1n2 r2n1", "r1n[1-2],r2n1"),
            ("a1.x a2.x a3.y", "a3.y,a[1-2].x"),
            ("n1 n3 n4 n9", "n[1,3-4,9]"),
            ("n99 n100 n101", "n99,n[100-101]"),
        ] {
            let names: Vec<&str> = names.split(' ').collect();
            let folded = fold(names.iter().copied());
            assert_eq!(folded, expected);
            let mut again = expand(&folded).unwrap();
            let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
            again.sort_unstable();
            names.sort_unstable();
            assert_eq!(again, names, "{folded}");
        }
    }
}
