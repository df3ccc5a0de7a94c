//! Which URLs are known, which are asked next, and what came of those that were asked.

// region:crawl
use std::collections::HashMap;
use std::collections::hash_map::Entry;
// endregion:crawl
use std::ops::Range;

// region:crawl
use foldhash::fast::RandomState;

// endregion:crawl
use super::Options;
// region:crawl
use super::edges::{Edges, Last};
// endregion:crawl
use super::report::{Page, Report};
// region:crawl
use super::report::Redirect;
use super::scope::LeftOut;
// endregion:crawl
use super::visit::{Found, Visit};
// region:crawl
use crate::traps::{self, Variants};

/// How many bytes of URLs wait before those are sorted out of which it is clear that they will not be asked.
const SIFT_AT: usize = 8 << 20;
// endregion:crawl

/// What a crawl knows. What is added in the same order gives the same report.
#[derive(Debug)]
pub struct Frontier {
    /// URLs that were asked or are about to be, in their order.
    pages: Vec<Page>,
    /// How far from the start the pages are that are asked now.
    depth: usize,
    //~crawl // crawl: what else there is to know
    // region:crawl
    /// Every URL that was ever found, by its number.
    known: HashMap<u64, Known, RandomState>,
    /// Those of the next level, and targets of redirects, which belong to this one.
    waiting: Vec<Waiting>,
    /// How many bytes these are.
    bytes: usize,
    /// What leads to those that wait or were passed over.
    edges: Edges,
    /// Whether any were passed over in this level.
    has_passed: bool,
    /// The first page with a body, by the body's number.
    bodies: HashMap<u64, usize, RandomState>,
    variants: Variants,
    limits: Limits,
    /// How many redirects led to the pages that are asked now.
    hops: usize,
    /// How many bytes may wait before they are sifted.
    sift_at: usize,
    // endregion:crawl
}
// region:crawl

/// What became of a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// It is a page.
    Page(u32),
    /// It waits.
    Waiting(u32),
    /// It was left out.
    LeftOut(LeftOut),
    /// It was left out before the end of its level, so that a redirect may still call it back. What leads to it is remembered.
    Passed(LeftOut, Last),
}

/// A URL that may be asked later.
#[derive(Debug)]
struct Waiting {
    number: u64,
    url: Box<str>,
    /// The last edge to it.
    from: Last,
    /// Whether a redirect leads to it, so that it belongs to this level.
    now: bool,
}

impl Waiting {
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.url.len()
    }
}

/// The part of the options that this is about.
#[derive(Debug)]
struct Limits {
    depth: usize,
    pages: u32,
    /// Whether it is remembered for every page what leads to it, not for broken ones alone.
    all_from: bool,
}
// endregion:crawl

impl Frontier {
    /// Begins with a start that is asked whatever it is like.
    pub fn new(start: Found, url: &str, options: &Options) -> Self {
        // region:crawl/new_frontier Remember what of the options bounds the number of pages, and that the start waits to be asked.
        let mut frontier = Self {
            pages: Vec::new(),
            depth: 0,
            known: HashMap::default(),
            waiting: Vec::new(),
            bytes: 0,
            edges: Edges::default(),
            has_passed: false,
            bodies: HashMap::default(),
            variants: Variants::new(options.max_variants),
            limits: Limits {
                depth: options.depth,
                pages: options.max_pages,
                all_from: options.all_from,
            },
            hops: 0,
            sift_at: SIFT_AT,
        };
        frontier.known.insert(start.number, Known::Waiting(0));
        frontier.waiting.push(Waiting {
            number: start.number,
            url: url.into(),
            from: Last::default(),
            now: true,
        });
        frontier
        // endregion:crawl/new_frontier
    }

    /// Returns the pages to ask next, in the order of their URLs: targets of redirects, which belong to this level; then a level deeper. None are
    /// left when there are none.
    pub fn next_batch(&mut self) -> Range<usize> {
        // region:crawl/next_batch Take what belongs to this level, or else all that waits; in the order of their bytes, leave out what is too deep or beyond the limits; the rest become pages.
        let first = self.pages.len();
        while self.pages.len() == first && !self.waiting.is_empty() {
            let same_level = self.waiting.iter().any(|waiting| waiting.now);
            let (mut batch, rest) = std::mem::take(&mut self.waiting)
                .into_iter()
                .partition(|waiting| waiting.now || !same_level);
            self.wait(rest);
            if same_level {
                self.hops += usize::from(first > 0);
            } else {
                (self.depth, self.hops) = (self.depth + 1, 0);
                self.sift_at = SIFT_AT;
            }
            if self.depth > self.limits.depth {
                for waiting in std::mem::take(&mut batch) {
                    self.known
                        .insert(waiting.number, Known::LeftOut(LeftOut::TooDeep));
                }
            }
            let mut variants = std::mem::replace(&mut self.variants, Variants::new(0));
            let (batch, more) = self.sift(batch, &mut variants);
            self.variants = variants;
            for (waiting, reason) in more {
                self.known.insert(waiting.number, Known::LeftOut(reason));
            }
            for waiting in batch {
                self.known
                    .insert(waiting.number, Known::Page(place(self.pages.len())));
                let from = self.edges.pages(waiting.from);
                self.pages.push(Page::new(waiting.url, self.depth, from));
            }
            if !same_level {
                self.forget_edges();
            }
        }
        first..self.pages.len()
        // endregion:crawl/next_batch
    }
    // region:crawl

    /// Brings URLs into their order, and takes those out that are beyond the limits on their number.
    fn sift(
        &self,
        mut urls: Vec<Waiting>,
        variants: &mut Variants,
    ) -> (Vec<Waiting>, Vec<(Waiting, LeftOut)>) {
        urls.sort_unstable_by(|one, other| one.url.cmp(&other.url));
        let room = (self.limits.pages as usize).saturating_sub(self.pages.len());
        let (mut taken, mut more) = (Vec::new(), Vec::new());
        for waiting in urls {
            if !variants.admit(&waiting.url) {
                more.push((waiting, LeftOut::Variants));
            } else if taken.len() == room {
                more.push((waiting, LeftOut::TooMany));
            } else {
                taken.push(waiting);
            }
        }
        (taken, more)
    }

    /// Begins a level anew: what was passed over in the one before is left out for good.
    fn forget_edges(&mut self) {
        self.edges.clear();
        if std::mem::take(&mut self.has_passed) {
            for known in self.known.values_mut() {
                if let Known::Passed(reason, _) = *known {
                    *known = Known::LeftOut(reason);
                }
            }
        }
    }

    /// Puts back those that still wait.
    fn wait(&mut self, waiting: Vec<Waiting>) {
        for (at, waiting) in waiting.iter().enumerate() {
            self.known.insert(waiting.number, Known::Waiting(place(at)));
        }
        self.bytes = waiting.iter().map(Waiting::bytes).sum();
        self.waiting = waiting;
    }
    // endregion:crawl

    /// Takes in what came of asking for a page. Must be called in the order of the pages, whichever answered first.
    pub fn add(&mut self, page: usize, visit: Visit) {
        // region:crawl/add Note what came; a redirect's target belongs to this level; a duplicate's links are not followed; a page's are.
        let entry = &mut self.pages[page];
        (entry.status, entry.media, entry.bytes) = (visit.status, visit.media, visit.bytes);
        entry.fault = visit.fault;
        if let Some((to, found)) = visit.redirect {
            if self.hops >= traps::REDIRECTS {
                entry.end_chain();
            } else {
                entry.redirect = Some(Redirect {
                    to: to.as_str().into(),
                    leaves: found.left_out == Some(LeftOut::OtherSite),
                });
                self.found(found, to.as_str(), page, true);
            }
        }
        if !self.limits.all_from && self.pages[page].broken().is_none() {
            self.pages[page].from = Vec::new();
        }
        if let Some(body) = visit.body {
            match self.bodies.entry(body) {
                Entry::Occupied(first) => {
                    self.pages[page].duplicate_of = Some(*first.get());
                    return;
                }
                Entry::Vacant(first) => {
                    first.insert(page);
                }
            }
        }
        visit.links.each(|link, url| {
            self.found(link, url, page, false);
            if self.bytes > self.sift_at {
                self.sift_early();
            }
        });
        // endregion:crawl/add
    }
    // region:crawl

    /// Takes in a URL that `page` leads to, by a redirect or by a link.
    fn found(&mut self, found: Found, url: &str, page: usize, is_redirect: bool) {
        let from = place(page);
        match (self.known.entry(found.number), found.left_out) {
            (Entry::Occupied(mut known), _) => match *known.get() {
                Known::Page(at) => {
                    let target = &mut self.pages[at as usize];
                    // Of a page that came whole nobody asks who links to it, except in JSON.
                    if self.limits.all_from || !target.has_answered() || target.broken().is_some() {
                        add_once(&mut target.from, from);
                    }
                }
                Known::Waiting(at) => {
                    let target = &mut self.waiting[at as usize];
                    target.from = self.edges.add(from, target.from);
                    target.now |= is_redirect;
                }
                Known::Passed(reason, before) => {
                    let from = self.edges.add(from, before);
                    if is_redirect {
                        known.insert(Known::Waiting(place(self.waiting.len())));
                        let waiting = Waiting {
                            number: found.number,
                            url: url.into(),
                            from,
                            now: true,
                        };
                        self.bytes += waiting.bytes();
                        self.waiting.push(waiting);
                    } else {
                        known.insert(Known::Passed(reason, from));
                    }
                }
                Known::LeftOut(_) => {}
            },
            (Entry::Vacant(entry), Some(LeftOut::TooDeep)) => {
                entry.insert(Known::Passed(
                    LeftOut::TooDeep,
                    self.edges.add(from, Last::default()),
                ));
                self.has_passed = true;
            }
            (Entry::Vacant(entry), Some(reason)) => {
                entry.insert(Known::LeftOut(reason));
            }
            (Entry::Vacant(entry), None) => {
                entry.insert(Known::Waiting(place(self.waiting.len())));
                let waiting = Waiting {
                    number: found.number,
                    url: url.into(),
                    from: self.edges.add(from, Last::default()),
                    now: is_redirect,
                };
                self.bytes += waiting.bytes();
                self.waiting.push(waiting);
            }
        }
    }

    /// Forgets those that wait in vain, so that no site can fill the memory with URLs that would never be asked.
    fn sift_early(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let (now, deeper) = waiting.into_iter().partition::<Vec<_>, _>(|waiting| waiting.now);
        let (mut left, more) = self.sift(deeper, &mut self.variants.clone());
        self.has_passed |= !more.is_empty();
        for (waiting, reason) in more {
            self.known
                .insert(waiting.number, Known::Passed(reason, waiting.from));
        }
        left.extend(now);
        self.wait(left);
        self.sift_at = SIFT_AT.max(2 * self.bytes);
    }
    // endregion:crawl

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
        // region:crawl/into_report Count the URLs that were left out, reason by reason.
        let mut left_out = [0; LeftOut::COUNT];
        for known in self.known.values() {
            if let Known::LeftOut(reason) | Known::Passed(reason, _) = known {
                left_out[*reason as usize] += 1;
            }
        }
        Report {
            pages: self.pages,
            left_out,
            max_depth: self.limits.depth,
        }
        // endregion:crawl/into_report
    }
}
// region:crawl

/// Says a place in a list in four bytes, of which there are many.
fn place(at: usize) -> u32 {
    u32::try_from(at).expect("neither pages nor what waits are more than a u32 counts")
}

/// Adds a page to those that lead somewhere. A page's links come one after the other, so that a look at the last one is enough.
fn add_once(from: &mut Vec<u32>, page: u32) {
    if from.last() != Some(&page) {
        from.push(page);
    }
}
// endregion:crawl
