//! What a crawl keeps of one answer.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use url::Url;

use super::scope::{LeftOut, Scope};
use crate::error::{Fault, Status};
use crate::fetch::Client;
// region:crawl
use crate::fetch::{Answer, Head, Want};
use crate::links::{self, Engine};
use crate::normal;
// endregion:crawl

// region:given/visit
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
    pub links: Vec<Found>,
}

/// A URL that was found, and already judged.
#[derive(Debug)]
pub struct Found {
    /// What stands for the URL. Of a million URLs two have the same number once in 40 million crawls.
    pub number: u64,
    /// The URL, or why it is left out: then nobody will want to know it.
    pub url: Result<Box<str>, LeftOut>,
}
// endregion:given/visit

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
            url: match self.scope.judge(url) {
                Some(reason) => Err(reason),
                None => Ok(url.as_str().into()),
            },
        }
    }

    /// Asks for a URL and reads what it answers.
    pub async fn visit(&self, client: &Client, url: &str) -> Visit {
        // region:crawl/visit Ask, then read: a redirect leads somewhere, links of a success are found, the body of a page with status 200 gets a number; of what fails later, keep the head.
        let asked = match Url::parse(url) {
            Ok(url) => client.ask(&url, &[]).await,
            Err(error) => Err(Fault::Other(error.to_string())),
        };
        let asked = match asked {
            Ok(asked) => asked,
            Err(fault) => return Visit::failed(None, fault),
        };
        let head = asked.head.clone();
        match asked.read(Want::Documents).await {
            Ok(answer) => self.read(&answer),
            Err(fault) => Visit::failed(Some(&head), fault),
        }
        // endregion:crawl/visit
    }

    // region:crawl

    /// Reads a whole answer.
    fn read(&self, answer: &Answer) -> Visit {
        let head = &answer.head;
        let mut visit = Visit {
            bytes: Some(answer.bytes),
            ..Visit::new(head)
        };
        match head.redirect(&answer.url) {
            Ok(target) => {
                visit.redirect = target.map(normal::normalise).map(|url| {
                    let found = self.found(&url);
                    (url, found)
                });
            }
            Err(fault) => return Visit::failed(Some(head), fault),
        }
        if head.status.0 == 200 && answer.is_html() && !answer.body.is_empty() {
            visit.body = Some(self.numbers.hash_one(&answer.body));
        }
        if head.status.is_success() {
            links::references(answer, Engine::Html)
                .each(&answer.url, |link| visit.links.push(self.found(&link.url)));
        }
        visit
    }
    // endregion:crawl
}
// region:crawl

impl Visit {
    fn new(head: &Head) -> Self {
        Self {
            status: Some(head.status),
            media: head.media.as_ref().map(|media| media.essence.clone()),
            ..Self::default()
        }
    }

    fn failed(head: Option<&Head>, fault: Fault) -> Self {
        Self {
            fault: Some(fault),
            ..head.map(Self::new).unwrap_or_default()
        }
    }
}
// endregion:crawl
