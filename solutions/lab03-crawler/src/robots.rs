//! robots.txt: what a site asks programs not to fetch.
//!
//! Source: RFC 9309; `Crawl-delay` is in no standard, and in many files.

use std::time::Duration;

use url::Url;

use crate::error::Result;
// region:crawl
use crate::error::{Error, Fault};
// endregion:crawl
use crate::fetch::Client;
// region:crawl
use crate::fetch::{Want, fetch};
// endregion:crawl

/// What this program is called in robots.txt.
pub const TOKEN: &str = "crawler";

/// How much of the file counts, in bytes.
pub const LONGEST: u64 = 512_000;

/// How many redirects lead to it at most.
pub const REDIRECTS: usize = 5;

/// The longest delay that a site may ask for.
pub const LONGEST_DELAY: Duration = Duration::from_secs(60);

// region:given/rules
/// The rules of one robots.txt that are meant for this program. Without rules, everything may be fetched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Robots {
    /// In the order in which they decide: the first that matches is right.
    rules: Vec<Rule>,
    /// The time between two requests that it asks for.
    pub delay: Duration,
}

/// One line `Allow` or `Disallow`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    /// What stands between the stars, percent-encoded in the one way in which paths are compared.
    parts: Vec<String>,
    /// Whether a `$` says that the URL ends there.
    ends: bool,
    /// How long the whole pattern is, in bytes.
    length: usize,
    /// What it says about URLs that match.
    allow: bool,
}
// endregion:given/rules

impl Robots {
    /// Reads a file: the groups that name this program, or else those of `*`.
    pub fn parse(file: &[u8]) -> Self {
        // region:crawl/robots_parse Collect two of these at once, for our name and for `*`; a group's names end with its first rule.
        let text = String::from_utf8_lossy(file);
        let text = text.trim_start_matches('\u{feff}');
        let mut ours: Option<Self> = None;
        let mut all: Option<Self> = None;
        let (mut names_us, mut names_all, mut in_names) = (false, false, false);
        for line in text.split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let value = value.trim();
            let key = key.trim().to_ascii_lowercase();
            if key == "user-agent" {
                if !in_names {
                    (names_us, names_all, in_names) = (false, false, true);
                }
                let token = product_token(value);
                names_us |= token.eq_ignore_ascii_case(TOKEN);
                names_all |= token == "*";
                // A group without rules is a group all the same.
                if names_us {
                    ours.get_or_insert_default();
                }
                continue;
            }
            if !matches!(&*key, "allow" | "disallow" | "crawl-delay") {
                continue;
            }
            in_names = false;
            if names_us {
                ours.get_or_insert_default().line(&key, value);
            }
            if names_all {
                all.get_or_insert_default().line(&key, value);
            }
        }
        let mut robots = ours.or(all).unwrap_or_default();
        robots
            .rules
            .sort_by_key(|rule| std::cmp::Reverse((rule.length, rule.allow)));
        robots
        // endregion:crawl/robots_parse
    }
    // region:crawl

    fn line(&mut self, key: &str, value: &str) {
        if key == "crawl-delay" {
            let seconds = value.parse().ok().filter(|seconds: &f64| *seconds >= 0.0);
            let seconds = seconds.unwrap_or(0.0).min(LONGEST_DELAY.as_secs_f64());
            self.delay = self.delay.max(Duration::from_secs_f64(seconds));
        } else if !value.is_empty() {
            self.rules.push(Rule::new(value, key == "allow"));
        }
    }
    // endregion:crawl

    /// Whether a URL may be fetched: the longest rule that matches decides, and `Allow` wins a tie.
    pub fn allows(&self, url: &Url) -> bool {
        // region:crawl/robots_allows Compare path and query with a rule's parts, both percent-encoded alike: the first at the beginning, each other behind the one before it, with `$` the last at the end.
        // robots.txt itself may always be fetched.
        if self.rules.is_empty() || url.path() == "/robots.txt" {
            return true;
        }
        let target = canonical(&url[url::Position::BeforePath..url::Position::AfterQuery]);
        let decides = self.rules.iter().find(|rule| rule.matches(&target));
        decides.is_none_or(|rule| rule.allow)
        // endregion:crawl/robots_allows
    }
}
/// Asks a site for its robots.txt. One that is missing allows everything.
///
/// # Errors
/// [`Error::Robots`] when the site fails to answer: then nothing may be fetched.
pub async fn ask(client: &Client, site: &Url) -> Result<Robots> {
    let Ok(url) = site.join("/robots.txt") else {
        return Ok(Robots::default());
    };
    // region:crawl/robots_ask What do 2xx, 4xx, 5xx, too many redirects and no answer mean? RFC 9309, section 2.3.1.
    let fetched = fetch(client, &url, REDIRECTS, Want::First(LONGEST)).await;
    let why = match fetched.answer {
        Ok(answer) if answer.head.status.is_success() => return Ok(Robots::parse(&answer.body)),
        Ok(answer) if answer.head.status.0 >= 500 => answer.head.status.to_string(),
        Ok(_) | Err(Fault::Redirects(_) | Fault::RedirectTo(_)) => return Ok(Robots::default()),
        Err(fault) => fault.to_string(),
    };
    Err(Error::Robots { url, why })
    // endregion:crawl/robots_ask
}
// region:crawl

/// Returns the name at the beginning of a `User-agent`'s value: `Crawler` of `Crawler/1.0 (hello)`.
fn product_token(value: &str) -> &str {
    if value.starts_with('*') {
        return "*";
    }
    let end = value.find(|c: char| !(c.is_ascii_alphabetic() || matches!(c, '-' | '_')));
    &value[..end.unwrap_or(value.len())]
}

impl Rule {
    fn new(pattern: &str, allow: bool) -> Self {
        let (path, ends) = match pattern.strip_suffix('$') {
            Some(path) => (path, true),
            None => (pattern, false),
        };
        let parts: Vec<String> = path.split('*').map(canonical).collect();
        let length = parts.iter().map(String::len).sum::<usize>() + parts.len() - 1 + usize::from(ends);
        Self {
            parts,
            ends,
            length,
            allow,
        }
    }

    /// Whether it matches a path with its query, in canonical form.
    fn matches(&self, target: &str) -> bool {
        let Some((first, others)) = self.parts.split_first() else {
            return false;
        };
        let Some(mut rest) = target.strip_prefix(&**first) else {
            return false;
        };
        let Some((last, middle)) = others.split_last() else {
            return !self.ends || rest.is_empty();
        };
        for part in middle {
            match rest.find(&**part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        if self.ends {
            rest.ends_with(&**last)
        } else {
            rest.contains(&**last)
        }
    }
}

/// Writes a path in the one way in which paths are compared: what needs no escape has none; all else but the reserved characters has one.
/// A star and a dollar are escaped too, since they mean something in a pattern; and an apostrophe, which a URL's query has in no other form.
fn canonical(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = (byte == b'%')
            .then(|| path.get(at + 1..at + 3))
            .flatten()
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let value = escaped.unwrap_or(byte);
        let plain = value.is_ascii_alphanumeric()
            || b"-._~".contains(&value)
            || (escaped.is_none() && b"%:/?#[]@!&()+,;=".contains(&value));
        if plain {
            out.push(char::from(value));
        } else {
            out.push_str(&format!("%{value:02X}"));
        }
        at += if escaped.is_some() { 3 } else { 1 };
    }
    out
}
// endregion:crawl

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_come_from_all_groups_that_name_us() {
        let allows = |file: &str, path: &str| {
            let url = Url::parse("http://h/")
                .and_then(|url| url.join(path))
                .expect("a URL");
            Robots::parse(file.as_bytes()).allows(&url)
        };
        let file = "User-agent: x\nUser-agent: Crawler/2\n\nDisallow: /a\nUser-agent: y\nDisallow: /c\nUser-agent: crawler\nDisallow: /b";
        assert!(!allows(file, "/a") && !allows(file, "/b") && allows(file, "/c"));
        assert!(allows("User-agent: *\nDisallow: /\nUser-agent: crawler", "/a"));
        assert!(allows("User-agent: *\nDisallow: /a\nAllow: /a", "/a"));
    }
    // region:crawl

    #[test]
    fn a_pattern_is_a_beginning_with_stars_and_perhaps_an_end() {
        let check = |pattern: &str, target: &str, expected: bool| {
            let rule = Rule::new(pattern, true);
            assert_eq!(rule.matches(&canonical(target)), expected, "{pattern} {target}");
        };
        check("/a", "/ab", true);
        check("/a", "/b/a", false);
        check("/*.pdf$", "/x.pdf.pdf", true);
        check("/*.pdf$", "/x.pdf?y", false);
        check("/a*a$", "/a", false);
        check("/a$b", "/a$bc", true);
        check("/%2a", "/*", true);
        check("*", "/", true);
        check("a", "/a", false);
    }

    #[test]
    fn a_path_has_one_canonical_form() {
        let check = |path: &str, expected: &str| assert_eq!(canonical(path), expected);
        check("/%7Euser/%41%2f", "/~user/A%2F");
        check("/größe", "/gr%C3%B6%C3%9Fe");
        check("/%gg%", "/%gg%");
        check("/a$b*c<", "/a%24b%2Ac%3C");
        check("/?it's", "/?it%27s");
    }
    // endregion:crawl
}
