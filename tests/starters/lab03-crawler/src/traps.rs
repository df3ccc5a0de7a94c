//! What ends a crawl that a site would keep going for ever.

use std::collections::HashMap;
use std::time::Duration;

use foldhash::fast::RandomState;
use tokio::sync::watch;
use url::Url;

/// The longest URL that is followed, in bytes.
pub const LONGEST: usize = 2048;

/// The longest chain of redirects that is followed.
pub const REDIRECTS: usize = 10;

/// Whether a URL is longer than [`LONGEST`].
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn too_long(url: &Url) -> bool {
    // traps: Compare the whole URL's length.
    false
}

/// Whether the path repeats the same sequence of segments three times in a row, as links in a circle of folders do.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn loops(url: &Url) -> bool {
    // traps: For each length L: is there a run in which 2 L segments in a row equal the one L places further?
    false
}

/// Counts, path by path, URLs that differ in their query alone.
#[expect(dead_code, reason = "`admit` will use them")]
#[derive(Debug, Clone)]
pub struct Variants {
    most: usize,
    taken: HashMap<Box<str>, usize, RandomState>,
}

impl Variants {
    /// Begins to count. A path may have `most` URLs with a query.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            taken: HashMap::default(),
        }
    }

    /// Counts a URL, and says whether it is one of those that its path may have. URLs without a query always are.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn admit(&mut self, url: &str) -> bool {
        // traps: What stands before the first `?` is the path; count up to `most` for each.
        true
    }
}

/// Lets bodies that are larger than [`Large::FROM`] into memory one at a time, in the order in which a crawl takes in its pages: with eight jobs
/// it would otherwise need eight times the longest body, and keep the links of those that came before their turn.
#[expect(dead_code, reason = "`enter` will use the rest")]
#[derive(Debug, Clone)]
pub struct Large {
    /// The page whose turn it is. All before it have been taken in.
    turn: watch::Sender<usize>,
    /// The page whose body may be large.
    page: usize,
}

impl Default for Large {
    fn default() -> Self {
        Self {
            turn: watch::Sender::new(0),
            page: 0,
        }
    }
}

impl Large {
    /// How many bytes of a body are nothing to speak of.
    pub const FROM: u64 = 1 << 20;

    /// Makes one for the body of another page.
    pub fn of_page(&self, page: usize) -> Self {
        Self {
            turn: self.turn.clone(),
            page,
        }
    }

    /// Says that all pages before `page` have been taken in.
    pub fn begin(&self, page: usize) {
        self.turn.send_replace(page);
    }

    /// Waits, if a body has become large, until it is its page's turn. Returns how long that took.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub async fn enter(&self, bytes: u64) -> Duration {
        // traps: Subscribe to the turn, wait for it (`wait_for`), and note the time before and after.
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        Url::parse(&format!("http://h{path}")).expect("a URL")
    }

    #[test]
    fn three_times_the_same_in_a_row_is_a_circle() {
        for path in ["/a/a/a", "/x/a/b/a/b/a/b/y", "/a/b/c/a/b/c/a/b/c/"] {
            assert!(loops(&url(path)), "{path}");
        }
        for path in ["/", "/a/a/b/a", "/a/b/a/b/a", "/a/b/a/b"] {
            assert!(!loops(&url(path)), "{path}");
        }
    }

    #[test]
    fn a_path_has_so_many_queries_and_no_more() {
        let mut variants = Variants::new(2);
        let admitted = ["/a?1", "/a", "/a?2", "/b?1", "/a?3", "/a?", "/b?2"].map(|url| variants.admit(url));
        assert_eq!(admitted, [true, true, true, true, false, false, true]);
    }
}
