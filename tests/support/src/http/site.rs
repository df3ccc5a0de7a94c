//! Which path answers what.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use crate::http::request::Request;
use crate::http::response::Response;

/// A table of paths and what they answer; any other path is a 404.
///
/// A key is a path (`/a`), a path with a query (`/a?b=c`), or the beginning of paths (`/calendar/*`). What says most wins: the
/// whole target, then the path, then the longest beginning.
#[derive(Debug, Clone)]
#[must_use = "a site does nothing until a server starts with it"]
pub struct Site {
    pub(crate) name: String,
    pub(super) address: IpAddr,
    lines: BTreeMap<String, Line>,
}

/// What one key answers, in turn.
#[derive(Debug, Clone, Default)]
struct Line {
    asked: u64,
    answers: Vec<Answer>,
}

#[derive(Clone)]
enum Answer {
    Fixed(Box<Response>),
    Made(Arc<dyn Fn(&Request) -> Response + Send + Sync>),
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Answer::Fixed(response) => response.fmt(f),
            Answer::Made(_) => f.write_str("a function"),
        }
    }
}

impl Site {
    /// Makes an empty site on 127.0.0.1 that snapshots call `site`.
    #[expect(
        clippy::new_without_default,
        reason = "a site is written down, never defaulted"
    )]
    pub fn new() -> Self {
        Self {
            name: "site".to_owned(),
            address: Ipv4Addr::LOCALHOST.into(),
            lines: BTreeMap::new(),
        }
    }

    /// Names the site: snapshots and verdicts show `http://NAME/` where the program saw an address and a port.
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Serves on another address of this machine: `127.0.0.2` is another host to a client, `::1` speaks IPv6.
    ///
    /// # Panics
    /// When it is no address, or not one of this machine alone.
    pub fn on(mut self, address: &str) -> Self {
        let parsed: IpAddr = address.parse().expect("an address");
        assert!(parsed.is_loopback(), "{address} leaves this machine");
        self.address = parsed;
        self
    }

    /// Answers `key` with `response`. The same key again says what comes after a response that answers only some
    /// [`times`](Response::times).
    pub fn at(mut self, key: &str, response: Response) -> Self {
        self.add(key, Answer::Fixed(Box::new(response)));
        self
    }

    /// Answers `key` with what `make` makes of each request.
    pub fn when(mut self, key: &str, make: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        self.add(key, Answer::Made(Arc::new(make)));
        self
    }

    fn add(&mut self, key: &str, answer: Answer) {
        self.lines.entry(key.to_owned()).or_default().answers.push(answer);
    }

    /// Answers `key` with `response` from now on, whatever it answered before.
    pub(super) fn set(&mut self, key: &str, response: Response) {
        self.lines.insert(
            key.to_owned(),
            Line {
                asked: 0,
                answers: vec![Answer::Fixed(Box::new(response))],
            },
        );
    }

    /// Chooses the answer to `request`, and tells it how many requests came before. The answer is made later, outside of any lock.
    pub(super) fn choose(&mut self, request: &mut Request) -> impl FnOnce(&Request) -> Response + use<> {
        let answer = self.line(request).and_then(|line| {
            request.before = line.asked;
            line.asked += 1;
            let mut before = request.before;
            line.answers
                .iter()
                .find(|answer| match answer {
                    Answer::Fixed(response) => match response.times {
                        Some(times) if before >= times => {
                            before -= times;
                            false
                        }
                        _ => true,
                    },
                    Answer::Made(_) => true,
                })
                .cloned()
        });
        move |request| match answer {
            Some(Answer::Fixed(response)) => *response,
            Some(Answer::Made(make)) => make(request),
            None => Response::status(404),
        }
    }

    fn line(&mut self, request: &Request) -> Option<&mut Line> {
        let beginning = |key: &&String| {
            key.strip_suffix('*')
                .is_some_and(|start| request.path().starts_with(start))
        };
        let exact = [&*request.target, request.path()]
            .into_iter()
            .find(|key| self.lines.contains_key(*key))
            .map(str::to_owned);
        let key = exact.or_else(|| {
            self.lines
                .keys()
                .filter(beginning)
                .max_by_key(|key| key.len())
                .cloned()
        })?;
        self.lines.get_mut(&key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(site: &mut Site, target: &str) -> (u16, u64) {
        let mut request = Request {
            target: target.to_owned(),
            ..Request::default()
        };
        let answer = site.choose(&mut request);
        let response = answer(&request);
        (response.status, request.before)
    }

    #[test]
    fn what_says_most_about_a_target_wins() {
        let mut site = Site::new()
            .at("/*", Response::status(201))
            .at("/a/*", Response::status(202))
            .at("/a/b", Response::status(203))
            .at("/a/b?c", Response::status(204));
        for (target, expected) in [
            ("/", 201),
            ("/a", 201),
            ("/a/", 202),
            ("/a/x?c", 202),
            ("/a/b", 203),
            ("/a/b?d", 203),
            ("/a/b?c", 204),
        ] {
            assert_eq!(ask(&mut site, target).0, expected, "{target}");
        }
        assert_eq!(ask(&mut Site::new(), "/").0, 404);
    }

    #[test]
    fn responses_that_answer_some_times_have_their_turns() {
        let mut site = Site::new()
            .at("/x", Response::status(503).times(2))
            .at("/x", Response::status(429).times(1))
            .when("/x", |request| Response::status(200 + request.before as u16));
        let seen: Vec<_> = (0..5).map(|_| ask(&mut site, "/x")).collect();
        assert_eq!(seen, [(503, 0), (503, 1), (429, 2), (203, 3), (204, 4)]);
    }

    #[test]
    fn a_response_without_a_successor_ends_in_404() {
        let mut site = Site::new().at("/x", Response::ok("").times(1));
        assert_eq!([ask(&mut site, "/x").0, ask(&mut site, "/x").0], [200, 404]);
    }
}
