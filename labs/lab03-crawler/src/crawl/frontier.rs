//! Which URLs are known, which are asked next, and what came of those that were asked.

use std::ops::Range;

use super::Options;
use super::report::{Page, Report};
use super::visit::{Found, Visit};

/// What a crawl knows. What is added in the same order gives the same report.
#[derive(Debug)]
pub struct Frontier {
    /// URLs that were asked or are about to be, in their order.
    pages: Vec<Page>,
    /// How far from the start the pages are that are asked now.
    depth: usize,
    // crawl: what else there is to know
}

impl Frontier {
    /// Begins with a start that is asked whatever it is like.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn new(start: Found, url: &str, options: &Options) -> Self {
        todo!(
            "crawl: Remember what of the options bounds the number of pages, and that the start waits to be asked."
        )
    }

    /// Returns the pages to ask next, in the order of their URLs: targets of redirects, which belong to this level; then a level deeper. None are
    /// left when there are none.
    pub fn next_batch(&mut self) -> Range<usize> {
        todo!(
            "crawl: Take what belongs to this level, or else all that waits; in the order of their bytes, leave out what is too deep or beyond the limits; the rest become pages."
        )
    }

    /// Takes in what came of asking for a page. Must be called in the order of the pages, whichever answered first.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn add(&mut self, page: usize, visit: Visit) {
        todo!(
            "crawl: Note what came; a redirect's target belongs to this level; a duplicate's links are not followed; a page's are."
        )
    }

    /// Returns how far from the start the pages are that are asked now.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Returns the pages there are.
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// Ends the crawl.
    pub fn into_report(self) -> Report {
        todo!("crawl: Count the URLs that were left out, reason by reason.")
    }
}
