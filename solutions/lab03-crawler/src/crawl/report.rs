//! What a crawl found, as text and as JSON.

use std::io::{self, Write};

use super::scope::LeftOut;
use crate::error::{Fault, Status};
use crate::json::Object;
// region:traps
use crate::traps;
// endregion:traps

/// How many pages that hold a broken link are listed.
const LISTED: usize = 10;

/// A URL that was asked for. Other pages are named by their place in [`Report::pages`].
#[derive(Debug)]
pub struct Page {
    /// The URL in its normal form.
    pub url: Box<str>,
    /// How many links it is away from the start.
    pub depth: usize,
    /// The status, when at least the head of an answer came.
    pub status: Option<Status>,
    /// The type, likewise.
    pub media: Option<String>,
    /// The bytes of its decoded body, when it came whole.
    pub bytes: Option<u64>,
    /// Where it redirects to.
    pub redirect: Option<Redirect>,
    /// The earlier page that has the same body.
    pub duplicate_of: Option<usize>,
    /// Why it did not come whole.
    pub fault: Option<Fault>,
    /// Pages that lead to it.
    pub from: Vec<u32>,
}

/// Where a page redirects to.
#[derive(Debug)]
pub struct Redirect {
    /// The target in its normal form.
    pub to: Box<str>,
    /// Whether that is another site.
    pub leaves: bool,
}

impl Page {
    /// Makes one that has not answered yet.
    pub fn new(url: Box<str>, depth: usize, from: Vec<u32>) -> Self {
        Self {
            url,
            depth,
            status: None,
            media: None,
            bytes: None,
            redirect: None,
            duplicate_of: None,
            fault: None,
            from,
        }
    }

    /// Whether anything came of it yet.
    pub fn has_answered(&self) -> bool {
        self.status.is_some() || self.fault.is_some()
    }

    /// Makes it the end of a chain of redirects that is too long.
    pub fn end_chain(&mut self) {
        // region:traps/end_chain A page with a fault has no bytes; the fault is `Fault::Redirects`.
        self.bytes = None;
        self.fault = Some(Fault::Redirects(traps::REDIRECTS));
        // endregion:traps/end_chain
    }

    /// Says what is wrong with it, if something is.
    pub fn broken(&self) -> Option<String> {
        match (&self.fault, self.status) {
            (Some(fault), _) => Some(fault.to_string()),
            (None, Some(status)) if status.0 >= 400 => Some(status.to_string()),
            _ => None,
        }
    }
}

/// All that a crawl found.
#[derive(Debug)]
pub struct Report {
    /// What was asked for, in the order in which it was.
    pub pages: Vec<Page>,
    /// How many URLs were left out, by [`LeftOut`].
    pub left_out: [u64; LeftOut::COUNT],
    /// The depth that was allowed.
    pub max_depth: usize,
}

impl Report {
    /// Makes the report of a crawl whose start is left out.
    pub fn of_nothing(reason: LeftOut, max_depth: usize) -> Self {
        let mut left_out = [0; LeftOut::COUNT];
        left_out[reason as usize] = 1;
        Self {
            pages: Vec::new(),
            left_out,
            max_depth,
        }
    }

    /// Returns how many pages are broken.
    pub fn broken(&self) -> usize {
        self.pages.iter().filter(|page| page.broken().is_some()).count()
    }

    /// Returns how many URLs were left out for one reason.
    pub fn left_out(&self, reason: LeftOut) -> u64 {
        self.left_out[reason as usize]
    }

    fn bytes(&self) -> u64 {
        self.pages.iter().filter_map(|page| page.bytes).sum()
    }

    /// Returns the pages in the order of their URLs.
    fn sorted(&self) -> Vec<&Page> {
        let mut pages: Vec<&Page> = self.pages.iter().collect();
        pages.sort_unstable_by(|one, other| one.url.cmp(&other.url));
        pages
    }

    /// Returns the URLs of the pages that lead to one, in order.
    fn from(&self, page: &Page) -> Vec<&str> {
        let mut urls: Vec<&str> = page
            .from
            .iter()
            .map(|&page| &*self.pages[page as usize].url)
            .collect();
        urls.sort_unstable();
        urls
    }

    /// Writes a line for each URL, the broken links with the pages that hold them, and a summary.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write_text(&self, out: &mut impl Write) -> io::Result<()> {
        let pages = self.sorted();
        for page in &pages {
            match page.status {
                Some(status) => write!(out, "{}\t", status.0)?,
                None => write!(out, "-\t")?,
            }
            match page.bytes {
                Some(bytes) => write!(out, "{bytes}\t")?,
                None => write!(out, "-\t")?,
            }
            writeln!(out, "{}\t{}\t{}", page.depth, page.url, self.note(page))?;
        }
        if !pages.is_empty() {
            writeln!(out)?;
        }
        if self.broken() > 0 {
            writeln!(out, "broken links")?;
            for page in pages {
                let Some(why) = page.broken() else { continue };
                writeln!(out, "{}: {why}", page.url)?;
                let from = self.from(page);
                for url in from.iter().take(LISTED) {
                    writeln!(out, "  from {url}")?;
                }
                if from.len() > LISTED {
                    writeln!(out, "  and {} more", from.len() - LISTED)?;
                }
            }
            writeln!(out)?;
        }
        writeln!(out, "{}", self.summary())
    }

    fn note(&self, page: &Page) -> String {
        if let Some(fault) = &page.fault {
            return fault.to_string();
        }
        if let Some(first) = page.duplicate_of {
            return format!("duplicate of {}", self.pages[first].url);
        }
        match &page.redirect {
            Some(Redirect { to, leaves: true }) => format!("-> {to} leaves the site"),
            Some(Redirect { to, leaves: false }) => format!("-> {to}"),
            None => String::new(),
        }
    }

    fn summary(&self) -> String {
        let mut text = format!(
            "{}, {}",
            counted(self.pages.len() as u64, "page"),
            counted(self.bytes(), "byte")
        );
        let depth = format!("beyond depth {}", self.max_depth);
        let parts = [
            (self.broken() as u64, "broken"),
            (self.left_out(LeftOut::Robots), "left out by robots.txt"),
            (self.left_out(LeftOut::Filter), "by filters"),
            (self.left_out(LeftOut::TooDeep), &*depth),
            (self.left_out(LeftOut::Variants), "beyond --max-variants"),
            (self.left_out(LeftOut::TooMany), "beyond --max-pages"),
            (self.left_out(LeftOut::OtherSite), "on other sites"),
            (self.left_out(LeftOut::Loop), "in loops"),
            (self.left_out(LeftOut::TooLong), "longer than 2048 bytes"),
        ];
        for (count, what) in parts.iter().filter(|(count, _)| *count > 0) {
            text.push_str(&format!(", {count} {what}"));
        }
        text
    }

    /// Writes a JSON object for each URL, and one for the summary.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        for page in self.sorted() {
            let line = Object::new()
                .with("url", &*page.url)
                .with("status", page.status.map(|status| status.0))
                .with("bytes", page.bytes)
                .with("type", page.media.as_deref())
                .with("depth", page.depth)
                .with("redirect", page.redirect.as_ref().map(|redirect| &*redirect.to))
                .with(
                    "duplicate_of",
                    page.duplicate_of.map(|first| &*self.pages[first].url),
                )
                .with("error", page.fault.as_ref().map(ToString::to_string))
                .with("from", self.from(page));
            writeln!(out, "{line}")?;
        }
        let left_out = |summary: Object, (key, reason)| summary.with(key, self.left_out(reason));
        let summary = Object::new()
            .with("pages", self.pages.len())
            .with("bytes", self.bytes())
            .with("broken", self.broken());
        let reasons = [
            ("robots", LeftOut::Robots),
            ("filtered", LeftOut::Filter),
            ("too_deep", LeftOut::TooDeep),
            ("too_many_variants", LeftOut::Variants),
            ("too_many", LeftOut::TooMany),
            ("other_sites", LeftOut::OtherSite),
            ("loops", LeftOut::Loop),
            ("too_long", LeftOut::TooLong),
        ];
        let summary = reasons.into_iter().fold(summary, left_out);
        writeln!(out, "{}", Object::new().with_object("summary", &summary))
    }
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
