//! What a crawl asks for, and what it leaves out.

use regex::bytes::{Regex, RegexBuilder};
use url::Url;

use crate::robots::Robots;
// region:crawl
use crate::traps;
// endregion:crawl

// region:given/left_out
/// Why a URL is not asked for. Of several reasons the first in this order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// Another scheme, host or port.
    OtherSite,
    /// A URL longer than [`traps::LONGEST`](crate::traps::LONGEST).
    TooLong,
    /// A path that goes in circles.
    Loop,
    /// robots.txt.
    Robots,
    /// `--include` or `--exclude`.
    Filter,
    /// Farther away than `--depth`.
    TooDeep,
    /// One of more than `--max-variants`.
    Variants,
    /// One of more than `--max-pages`.
    TooMany,
}
// endregion:given/left_out

impl LeftOut {
    /// How many reasons there are.
    pub const COUNT: usize = Self::TooMany as usize + 1;
}

/// What a URL must be like, whatever else was found.
//~crawl #[expect(dead_code, reason = "`judge` will use the rest")]
#[derive(Debug)]
pub struct Scope {
    start: Url,
    robots: Robots,
    include: Option<Regex>,
    exclude: Option<Regex>,
}

impl Scope {
    /// Bounds a crawl by the origin of `start`, its robots.txt, and what `include` and `exclude` find in a URL.
    pub fn new(start: Url, robots: Robots, include: Option<Regex>, exclude: Option<Regex>) -> Self {
        Self {
            start,
            robots,
            include,
            exclude,
        }
    }

    /// Whether a URL has scheme, host and port of the start.
    pub fn is_same_site(&self, url: &Url) -> bool {
        url.host() == self.start.host()
            && url.port() == self.start.port()
            && url.scheme() == self.start.scheme()
    }

    /// Finds the first reason not to ask for a URL.
    pub fn judge(&self, url: &Url) -> Option<LeftOut> {
        // region:crawl/judge Try the reasons in their order, and return the first that holds.
        let found = |filter: &Regex| filter.is_match(url.as_str().as_bytes());
        if !self.is_same_site(url) {
            Some(LeftOut::OtherSite)
        } else if traps::too_long(url) {
            Some(LeftOut::TooLong)
        } else if traps::loops(url) {
            Some(LeftOut::Loop)
        } else if !self.robots.allows(url) {
            Some(LeftOut::Robots)
        } else if !self.include.as_ref().is_none_or(found) || self.exclude.as_ref().is_some_and(found) {
            Some(LeftOut::Filter)
        } else {
            None
        }
        // endregion:crawl/judge
    }
}

/// Reads the regular expression of a filter. Normalised URLs are ASCII, and the expression is too: that keeps its tables small.
///
/// # Errors
/// What is wrong with it.
pub fn filter(expression: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(expression).unicode(false).build()
}
