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

// region:crawl
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
// endregion:crawl
use std::time::Duration;

use regex::bytes::Regex;
// region:crawl
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
// endregion:crawl
use url::Url;

use crate::error::Result;
use crate::fetch::Client;
// region:crawl
use crate::normal;
use crate::robots::{self, Robots};
use frontier::Frontier;
// endregion:crawl
use report::Report;
// region:crawl
use scope::{LeftOut, Scope};
use visit::{Reader, Visit};

/// How many links may be held of pages that came before their turn.
const HELD: usize = 100_000;
// endregion:crawl

// region:given/options
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
// endregion:given/options

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
pub async fn crawl(
    client: &Client,
    start: &Url,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report> {
    // region:crawl/crawl robots.txt first; then batch after batch from the frontier, until there is none.
    let start = normal::normalise(start.clone());
    let mut pace = Pace::new(options.delay);
    let robots = if options.ignore_robots {
        Robots::default()
    } else {
        pace.next().await;
        robots::ask(client, &start).await?
    };
    pace.delay = pace.delay.max(robots.delay);
    let scope = Scope::new(
        start.clone(),
        robots,
        options.include.clone(),
        options.exclude.clone(),
    );
    let reader = Arc::new(Reader::new(scope));
    let found = reader.found(&start);
    if found.left_out == Some(LeftOut::Robots) {
        return Ok(Report::of_nothing(LeftOut::Robots, options.depth));
    }
    let mut frontier = Frontier::new(found, start.as_str(), options);
    loop {
        let batch = frontier.next_batch();
        if batch.is_empty() {
            return Ok(frontier.into_report());
        }
        ask_all(
            client,
            &reader,
            &mut frontier,
            batch,
            &mut pace,
            options,
            progress,
        )
        .await;
    }
    // endregion:crawl/crawl
}
// region:crawl

/// Asks for a batch of pages, `jobs` of them at a time, and adds what comes of them in their order.
async fn ask_all(
    client: &Client,
    reader: &Arc<Reader>,
    frontier: &mut Frontier,
    batch: Range<usize>,
    pace: &mut Pace,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) {
    let mut running = JoinSet::new();
    let mut early: BTreeMap<usize, Visit> = BTreeMap::new();
    let mut held = 0;
    let mut next = batch.start;
    let mut turn = batch.start;
    let is_last = frontier.depth() >= options.depth;
    client.begin(turn);
    while turn < batch.end {
        while running.len() < options.jobs && next < batch.end && held < HELD {
            pace.next().await;
            let url = frontier.pages()[next].url.clone();
            let (client, reader) = (client.for_page(next), reader.clone());
            running.spawn(async move { (next, reader.visit(&client, &url, is_last).await) });
            next += 1;
        }
        let Some(ended) = running.join_next().await else {
            return;
        };
        let (page, visit) = ended.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        held += visit.links.len();
        early.insert(page, visit);
        while let Some(visit) = early.remove(&turn) {
            held -= visit.links.len();
            frontier.add(turn, visit);
            turn += 1;
            client.begin(turn);
        }
        progress(Progress {
            done: next - running.len(),
            planned: batch.end,
            depth: frontier.depth(),
        });
    }
}

/// Sees that requests do not follow too fast.
struct Pace {
    delay: Duration,
    last: Option<Instant>,
}

impl Pace {
    fn new(delay: Duration) -> Self {
        Self { delay, last: None }
    }

    /// Waits until the next request may start, which it then does.
    async fn next(&mut self) {
        if let Some(last) = self.last
            && !self.delay.is_zero()
        {
            sleep_until(last + self.delay).await;
        }
        self.last = Some(Instant::now());
    }
}
// endregion:crawl
