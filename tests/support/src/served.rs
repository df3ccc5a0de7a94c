//! What a case serves: its sites, their names in snapshots, and what a verdict tells of them.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};

use crate::case::Case;
use crate::exchange::Exchange;
use crate::http::{REMEMBERED, Server, Site};

/// The most requests that a verdict shows, from the first one on.
const SHOWN: usize = REMEMBERED;

/// The folder in a case's own that gets the answers when the case fails.
const ANSWERS: &str = "answers";

/// A server that a case started.
pub(crate) struct Served {
    name: String,
    address: SocketAddr,
    witness: Box<dyn Fn() -> Told>,
}

/// What a server tells after the case.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// The requests with their answers, a line each.
    pub(crate) asked: Vec<String>,
    /// The beginnings of the first answers, as they were sent; empty for a server that does not remember them.
    pub(crate) answers: Vec<Vec<u8>>,
}

impl Case {
    /// Serves `site` for as long as the server that is returned lives.
    ///
    /// Snapshots show the site's name for its address and port, and should the case fail, the verdict shows the requests that came.
    ///
    /// ```
    /// use support::Case;
    /// use support::http::{Response, Site};
    ///
    /// fn a_redirect_is_followed(case: &mut Case) {
    ///     let site = case.site(
    ///         Site::new()
    ///             .at("/old", Response::redirect(301, "/new"))
    ///             .at("/new", Response::html("<p>found</p>")),
    ///     );
    ///     let ended = case.program("crawler").args(["fetch", &site.url("/old")]).run();
    ///     case.snapshot(&ended);
    ///     let log = site.log();
    ///     case.expect(&ended, log.targets() == ["/old", "/new"], "two requests", log.targets().join(" "));
    /// }
    /// ```
    ///
    /// # Panics
    /// When another site has the same name.
    pub fn site(&mut self, site: Site) -> Server {
        let name = site.name.clone();
        // Names in snapshots stand for addresses: two sites of a case never have the same, not even one after the other.
        let taken: Vec<_> = self.served.iter().map(|served| served.address).collect();
        let server = Server::start_elsewhere(site, &taken).patience(self.wall());
        self.serves(&name, server.address(), server.witness());
        server
    }

    /// Serves the site of `exchange`, if it has one. Those of the exchanges before are over, and no verdict speaks of them.
    pub(crate) fn exchange_site(&mut self, exchange: &Exchange) -> Option<Server> {
        if exchange.site.is_empty() {
            return None;
        }
        self.served.clear();
        let server = self.site(Site::new());
        let url = server.url("");
        for (target, page) in &exchange.site {
            server.set(target, page.response(&url));
        }
        Some(server)
    }

    /// Remembers a server for snapshots and the verdict.
    pub(crate) fn serves(&mut self, name: &str, address: SocketAddr, witness: impl Fn() -> Told + 'static) {
        let taken = self.served.iter().any(|served| served.name == name);
        assert!(!taken, "two sites are called `{name}`; name one of them");
        self.served.push(Served {
            name: name.to_owned(),
            address,
            witness: Box::new(witness),
        });
    }

    /// Writes the names of the case's sites for their addresses with ports: `http://127.0.0.1:43210/a` becomes `http://site/a`.
    ///
    /// [`Case::snapshot`] does so by itself. A list that is sorted by URL stays as the program sorted it: two sites of one case are in the
    /// same order every time if they differ in their address ([`Site::on`]), not only in the port.
    pub fn redacted(&self, text: &str) -> String {
        self.served.iter().fold(text.to_owned(), |text, served| {
            replace_address(&text, &served.address.to_string(), &served.name)
        })
    }

    /// Says what was served, for the report, and writes the answers into files for who wants to look at them.
    pub(crate) fn sites(&self) -> impl Iterator<Item = Value> {
        self.served.iter().map(|served| {
            let Told { asked, answers } = (served.witness)();
            let folder = Path::new(ANSWERS).join(&served.name);
            let written = self.write_answers(&folder, &answers);
            let shown: Vec<String> = asked.iter().take(SHOWN).map(|line| self.redacted(line)).collect();
            json!({
                "name": served.name,
                "url": format!("http://{}", served.address),
                "asked": shown,
                "more": asked.len().saturating_sub(SHOWN),
                "answers": written.then(|| folder.display().to_string()),
            })
        })
    }

    /// Writes each answer that was sent as `NUMBER.http`, and returns whether there is any. A disk that is full costs no verdict.
    fn write_answers(&self, folder: &Path, answers: &[Vec<u8>]) -> bool {
        let folder = self.dir().join(folder);
        let numbered = (1..).zip(answers).filter(|(_, answer)| !answer.is_empty());
        let written = numbered.map(|(number, answer)| {
            fs::create_dir_all(&folder)
                .and_then(|()| fs::write(folder.join(format!("{number}.http")), answer))
                .is_ok()
        });
        written.fold(false, |any, one| any | one)
    }
}

/// Replaces `address`, unless it is the beginning of a longer number or the end of one.
fn replace_address(text: &str, address: &str, name: &str) -> String {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(address) {
        let (before, behind) = (&rest[..at], &rest[at + address.len()..]);
        out.push_str(before);
        let part_of_longer = digit(behind.chars().next()) || digit(out.chars().next_back());
        out.push_str(if part_of_longer { address } else { name });
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;
    use crate::http::Page;

    fn case() -> Case {
        case_in(&std::env::temp_dir())
    }

    fn case_in(scratch: &Path) -> Case {
        Case::in_folder("served", scratch)
    }

    #[test]
    fn the_verdict_tells_of_a_site_by_name_also_after_its_end() {
        let scratch = std::env::temp_dir().join(format!("support-served-{}", std::process::id()));
        let mut case = case_in(&scratch);
        let (one, two) = (
            case.site(Site::new()),
            case.site(Site::new().named("two").on("127.0.0.2")),
        );
        let mut stream = TcpStream::connect(one.address()).expect("the server listens");
        write!(stream, "GET /?from={} HTTP/1.0\r\n\r\n", two.url("/")).expect("a request");
        stream.read_to_end(&mut Vec::new()).expect("an answer");
        let (first, second) = (one.url(""), two.url(""));
        drop((one, two));
        assert_eq!(
            case.redacted(&format!("{first} {second}/x")),
            "http://site http://two/x"
        );
        let told: Vec<Value> = case.sites().collect();
        let kept = scratch.join("answers/site/1.http");
        let kept = fs::read_to_string(kept).expect("the answer was kept");
        assert!(kept.starts_with("HTTP/1.1 404 Not Found\r\n"), "{kept}");
        assert!(kept.ends_with("\r\n\r\n404 Not Found\n"), "{kept}");
        fs::remove_dir_all(&scratch).expect("the folder is ours");
        let asked = ["GET /?from=http://two/: 404, 14 bytes"];
        assert_eq!(
            told,
            [
                json!({ "name": "site", "url": first, "asked": asked, "more": 0, "answers": "answers/site" }),
                json!({ "name": "two", "url": second, "asked": [], "more": 0, "answers": null }),
            ]
        );
    }

    #[test]
    fn a_port_that_is_free_again_is_not_given_to_another_site() {
        let mut case = case();
        let mut addresses: Vec<_> = (0..400)
            .map(|number| case.site(Site::new().named(&number.to_string())).address())
            .collect();
        addresses.sort_unstable();
        addresses.dedup();
        assert_eq!(addresses.len(), 400);
    }

    #[test]
    fn an_exchange_has_a_site_that_knows_its_own_address() {
        let mut case = case();
        let page = |to: &str| Exchange::of("x").page("/", Page::redirect(301, to));
        for exchange in [page("{site}/one"), page("{site}/two")] {
            let site = case.exchange_site(&exchange).expect("a site");
            let mut stream = TcpStream::connect(site.address()).expect("the server listens");
            write!(stream, "GET / HTTP/1.0\r\n\r\n").expect("a request");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("an answer");
            assert!(
                answer.contains(&format!("Location: {}", site.url("/"))),
                "{answer}"
            );
        }
        assert_eq!(case.sites().count(), 1);
        assert!(case.exchange_site(&Exchange::of("x")).is_none());
    }

    #[test]
    #[should_panic(expected = "two sites are called `site`")]
    fn two_sites_need_two_names() {
        let mut case = case();
        let _servers = [case.site(Site::new()), case.site(Site::new())];
    }

    #[test]
    fn an_address_is_replaced_and_a_longer_one_is_not() {
        for (text, expected) in [
            (
                "http://127.0.0.1:4321/a http://127.0.0.1:4321",
                "http://site/a http://site",
            ),
            ("127.0.0.1:43210", "127.0.0.1:43210"),
            ("227.0.0.1:4321 1127.0.0.1:4321", "227.0.0.1:4321 1127.0.0.1:4321"),
            ("127.0.0.1:4321:127.0.0.1:4321", "site:site"),
        ] {
            assert_eq!(replace_address(text, "127.0.0.1:4321", "site"), expected);
        }
    }
}
