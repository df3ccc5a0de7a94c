//! robots.txt: what a site asks programs not to fetch.
//!
//! Source: RFC 9309; `Crawl-delay` is in no standard, and in many files.

use std::time::Duration;

use url::Url;

use crate::error::Result;
use crate::fetch::Client;

/// What this program is called in robots.txt.
pub const TOKEN: &str = "crawler";

/// How much of the file counts, in bytes.
pub const LONGEST: u64 = 512_000;

/// How many redirects lead to it at most.
pub const REDIRECTS: usize = 5;

/// The longest delay that a site may ask for.
pub const LONGEST_DELAY: Duration = Duration::from_secs(60);

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

impl Robots {
    /// Reads a file: the groups that name this program, or else those of `*`.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn parse(file: &[u8]) -> Self {
        todo!(
            "crawl: Collect two of these at once, for our name and for `*`; a group's names end with its first rule."
        )
    }

    /// Whether a URL may be fetched: the longest rule that matches decides, and `Allow` wins a tie.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn allows(&self, url: &Url) -> bool {
        todo!(
            "crawl: Compare path and query with a rule's parts, both percent-encoded alike: the first at the beginning, each other behind the one before it, with `$` the last at the end."
        )
    }
}
/// Asks a site for its robots.txt. One that is missing allows everything.
///
/// # Errors
/// [`Error::Robots`] when the site fails to answer: then nothing may be fetched.
#[expect(unused_variables, reason = "goes with the todo!")]
pub async fn ask(client: &Client, site: &Url) -> Result<Robots> {
    let Ok(url) = site.join("/robots.txt") else {
        return Ok(Robots::default());
    };
    todo!("crawl: What do 2xx, 4xx, 5xx, too many redirects and no answer mean? RFC 9309, section 2.3.1.")
}

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
}
