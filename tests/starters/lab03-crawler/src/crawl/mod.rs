//! A whole site, breadth first.
//!
//! | module | what |
//! |---|---|
//! | [`scope`] | what is asked for, and what is left out |
//! | [`visit`] | what is kept of one answer |
//! | [`frontier`] | which URLs are known, and which are next |
//! | [`edges`] | which pages lead to those that wait |
//! | [`report`] | what was found, as text and as JSON |

pub mod edges;
pub mod frontier;
pub mod report;
pub mod scope;
pub mod visit;

use std::time::Duration;

use regex::bytes::Regex;
use url::Url;

use crate::error::Result;
use crate::fetch::Client;
use report::Report;

/// How a site is crawled.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many links away from the start is still asked for.
    pub depth: usize,
    /// How many URLs are asked for at most.
    pub max_pages: u32,
    /// How many URLs that differ in their query alone are asked for at most.
    pub max_variants: usize,
    /// How many requests are in flight at most.
    pub jobs: usize,
    /// The time between the starts of two requests.
    pub delay: Duration,
    /// What a URL must contain.
    pub include: Option<Regex>,
    /// What a URL must not contain.
    pub exclude: Option<Regex>,
    /// Whether robots.txt is not asked for.
    pub ignore_robots: bool,
    /// Whether the report tells for every page what leads to it, not for broken ones alone.
    pub all_from: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            depth: 32,
            max_pages: 50_000,
            max_variants: 1000,
            jobs: 8,
            delay: Duration::ZERO,
            include: None,
            exclude: None,
            ignore_robots: false,
            all_from: false,
        }
    }
}

/// How far a crawl is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// URLs that were asked for and have answered.
    pub done: usize,
    /// URLs that are known to be asked for.
    pub planned: usize,
    /// How far from the start they are.
    pub depth: usize,
}

/// Crawls the site of `start`. Tells `progress` after every page. Two crawls of a site that stays the same give the same report,
/// whatever `jobs` is.
///
/// # Errors
/// [`Error::Robots`](crate::Error::Robots) when robots.txt cannot be had.
#[expect(unused_variables, reason = "goes with the todo!")]
pub async fn crawl(
    client: &Client,
    start: &Url,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report> {
    todo!("crawl: robots.txt first; then batch after batch from the frontier, until there is none.")
}
