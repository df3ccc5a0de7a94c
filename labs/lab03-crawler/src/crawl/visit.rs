//! What a crawl keeps of one answer.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use url::Url;

use super::scope::{LeftOut, Scope};
use crate::error::{Fault, Status};
use crate::fetch::Client;

/// What came of asking for a URL.
#[derive(Debug, Default)]
pub struct Visit {
    /// The status, when at least the head of an answer came.
    pub status: Option<Status>,
    /// The type, likewise.
    pub media: Option<String>,
    /// The bytes of the decoded body, when it came whole.
    pub bytes: Option<u64>,
    /// Why it did not.
    pub fault: Option<Fault>,
    /// Where it redirects to.
    pub redirect: Option<(Url, Found)>,
    /// What stands for the body of a page, to find others like it.
    pub body: Option<u64>,
    /// What it links to.
    pub links: Links,
}

/// A URL that was found, and already judged.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// What stands for the URL. Of a million URLs two have the same number once in 40 million crawls.
    pub number: u64,
    /// Why it is left out, if it is.
    pub left_out: Option<LeftOut>,
}

/// The links of a page. There may be a hundred thousand, so their URLs stand in one text, each without what it shares with the one before.
#[derive(Debug, Default)]
pub struct Links {
    text: String,
    list: Vec<Link>,
    /// The URL of the last link that is not left out.
    last: String,
}

#[derive(Debug)]
struct Link {
    found: Found,
    /// How many bytes at its beginning are those of the URL before.
    shared: usize,
    /// Where in the text the others end.
    end: usize,
}

impl Links {
    /// Adds a link behind the others. The URL of one that is left out is not kept.
    pub fn add(&mut self, found: Found, url: &str) {
        let mut shared = self.last.len();
        if found.left_out.is_none() {
            shared = same_beginning(url.as_bytes(), self.last.as_bytes());
            // URLs are ASCII, so that any byte may be the first.
            self.last.truncate(shared);
            self.last.push_str(&url[shared..]);
            self.text.push_str(&url[shared..]);
        }
        self.list.push(Link {
            found,
            shared,
            end: self.text.len(),
        });
    }

    /// Calls `call` with each link, and with its URL if it is not left out.
    pub fn each(&self, mut call: impl FnMut(Found, &str)) {
        let (mut url, mut start) = (String::new(), 0);
        for link in &self.list {
            url.truncate(link.shared);
            url.push_str(&self.text[start..link.end]);
            start = link.end;
            call(link.found, &url);
        }
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// Counts the bytes at the beginning that two URLs share: by blocks, and then by bytes.
fn same_beginning(one: &[u8], other: &[u8]) -> usize {
    const BLOCK: usize = 64;
    let blocks = one.chunks_exact(BLOCK).zip(other.chunks_exact(BLOCK));
    let same = BLOCK * blocks.take_while(|(one, other)| one == other).count();
    let bytes = one[same..].iter().zip(&other[same..]);
    same + bytes.take_while(|(one, other)| one == other).count()
}

/// Turns answers into visits, on any thread.
#[derive(Debug)]
pub struct Reader {
    /// What bounds the crawl.
    pub scope: Scope,
    /// What gives URLs and bodies their numbers, other ones in every crawl.
    numbers: RandomState,
}

impl Reader {
    /// Prepares to read within `scope`.
    pub fn new(scope: Scope) -> Self {
        Self {
            scope,
            numbers: RandomState::default(),
        }
    }

    /// Judges a URL.
    pub fn found(&self, url: &Url) -> Found {
        Found {
            number: self.numbers.hash_one(url.as_str()),
            left_out: self.scope.judge(url),
        }
    }

    /// Judges a URL that would be too deep.
    pub fn found_too_deep(&self, url: &Url) -> Found {
        Found {
            number: self.numbers.hash_one(url.as_str()),
            left_out: self.scope.judge(url).or(Some(LeftOut::TooDeep)),
        }
    }

    /// Asks for a URL and reads what it answers. `is_last` says that what it links to is too deep.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub async fn visit(&self, client: &Client, url: &str, is_last: bool) -> Visit {
        todo!(
            "crawl: Ask, then read: a redirect leads somewhere, links of a success are found, the body of a page with status 200 gets a number; of what fails later, keep the head."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_come_back_as_they_were_added() {
        let added = [
            ("http://h/a/b", None),
            ("http://h/a/c", None),
            ("http://other/", Some(LeftOut::OtherSite)),
            ("http://h/a", None),
            ("http://h/a/c/d", None),
        ];
        let mut links = Links::default();
        for (number, (url, left_out)) in (0..).zip(added) {
            links.add(Found { number, left_out }, url);
        }
        let mut seen = Vec::new();
        links.each(|found, url| match found.left_out {
            None => seen.push((found.number, url.to_owned())),
            Some(_) => assert_eq!(found.number, 2),
        });
        let expected = [0, 1, 3, 4].map(|at: u64| (at, added[at as usize].0.to_owned()));
        assert_eq!(seen, expected);
    }
}
