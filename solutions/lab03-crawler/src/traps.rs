//! What ends a crawl that a site would keep going for ever.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use foldhash::fast::RandomState;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
// region:traps
use tokio::time::Instant;
// endregion:traps
use url::Url;

/// The longest URL that is followed, in bytes.
pub const LONGEST: usize = 2048;

/// The longest chain of redirects that is followed.
pub const REDIRECTS: usize = 10;

/// Whether a URL is longer than [`LONGEST`].
pub fn too_long(url: &Url) -> bool {
    // region:traps
    //~ // traps: Compare the whole URL's length.
    //~ false
    url.as_str().len() > LONGEST
    // endregion:traps
}

/// Whether the path repeats the same sequence of segments three times in a row, as links in a circle of folders do.
pub fn loops(url: &Url) -> bool {
    // region:traps
    //~ // traps: For each length L: is there a run in which 2 L segments in a row equal the one L places further?
    //~ false
    let segments: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    (1..=segments.len() / 3).any(|length| {
        let mut run = 0;
        segments.iter().zip(&segments[length..]).any(|(one, later)| {
            run = if one == later { run + 1 } else { 0 };
            run >= 2 * length
        })
    })
    // endregion:traps
}

/// Counts, path by path, URLs that differ in their query alone.
//~traps #[expect(dead_code, reason = "`admit` will use them")]
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
    pub fn admit(&mut self, url: &str) -> bool {
        // region:traps
        //~ // traps: What stands before the first `?` is the path; count up to `most` for each.
        //~ true
        let Some((path, _)) = url.split_once('?') else {
            return true;
        };
        let Some(taken) = self.taken.get_mut(path) else {
            self.taken.insert(path.into(), 1);
            return self.most > 0;
        };
        *taken += 1;
        *taken <= self.most
        // endregion:traps
    }
}

/// Lets bodies that are larger than [`Large::FROM`] into memory one at a time: a crawl with eight jobs would otherwise need eight times the
/// longest body.
//~traps #[expect(dead_code, reason = "`enter` will use it")]
#[derive(Debug, Clone)]
pub struct Large(Arc<Semaphore>);

/// The place of a body in memory.
//~traps #[expect(dead_code, reason = "`enter` will use it")]
#[derive(Debug, Default)]
pub struct Place(Option<OwnedSemaphorePermit>);

impl Default for Large {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl Large {
    /// How many bytes of a body are nothing to speak of.
    pub const FROM: u64 = 1 << 20;

    /// Waits, if a body has become large, until no other is, and takes the place that there is. Returns how long that took.
    pub async fn enter(&self, bytes: u64, place: &mut Place) -> Duration {
        // region:traps
        //~ // traps: Take the semaphore's permit once, and note the time before and after.
        //~ Duration::ZERO
        if bytes <= Self::FROM || place.0.is_some() {
            return Duration::ZERO;
        }
        let since = Instant::now();
        place.0 = self.0.clone().acquire_owned().await.ok();
        since.elapsed()
        // endregion:traps
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
