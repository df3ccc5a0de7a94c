//! A dashboard that serves.

use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;
use support::{Case, Ended, Running};

use crate::client::{Answer, Question, post};

pub(crate) const TOKEN: &str = "the-token-of-the-cases-a41f";

/// A host name that would be markup, if somebody made it so.
pub(crate) const MARKUP: &str = "<img src=x onerror=alert(1)>";

/// A dashboard over a store, which takes samples on its standard input.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    running: Option<Running>,
    lines: usize,
}

impl Site {
    /// Starts one whose hosts report every ten seconds, over samples.
    pub(crate) fn new(case: &mut Case, samples: &str) -> Self {
        Self::with(case, "10s", samples)
    }

    /// Starts one whose hosts report so often.
    pub(crate) fn with(case: &mut Case, interval: &str, samples: &str) -> Self {
        Self::start(case, &["--interval", interval], Duration::from_secs(30), samples)
    }

    /// Starts one that those in the file `users` may look at as well.
    pub(crate) fn with_users(case: &mut Case, samples: &str) -> Self {
        Self::start(case, &["--users", "users"], Duration::from_secs(30), samples)
    }

    /// Starts one whose case waits for so long and not longer.
    pub(crate) fn for_at_most(case: &mut Case, wall: Duration, samples: &str) -> Self {
        Self::start(case, &[], wall, samples)
    }

    fn start(case: &mut Case, options: &[&str], wall: Duration, samples: &str) -> Self {
        case.file("token", format!("{TOKEN}\n"));
        let mut running = case
            .program("dashboard")
            .args(["serve", "fleet.db", "--listen", "127.0.0.1:0"])
            .args(["--token-file", "token"])
            .args(options)
            .wall(wall)
            .stdin_piped()
            .spawn();
        let lines = running.wait_for_lines(1);
        let address = lines[0]
            .strip_prefix("listening on ")
            .and_then(|address| address.parse().ok());
        let Some(address) = address else {
            let ended = running.kill();
            case.expect(
                &ended,
                false,
                "`listening on ADDR:PORT` as the first line",
                &lines[0],
            );
            unreachable!("what does not hold ends the case");
        };
        let mut site = Self {
            address,
            running: Some(running),
            lines: 1,
        };
        if !samples.is_empty() {
            site.report(samples);
        }
        site
    }

    fn running(&mut self) -> &mut Running {
        self.running.as_mut().expect("it runs until the case is over")
    }

    /// Lets hosts report, and waits until that is stored.
    pub(crate) fn report(&mut self, samples: &str) -> String {
        self.lines += 1;
        let lines = self.lines;
        let running = self.running();
        running.write(format!("{samples}\n").as_bytes());
        running.wait_for_lines(lines).pop().unwrap_or_default()
    }

    /// Ends it as an operator does, and expects that it ends well.
    pub(crate) fn end(mut self, case: &mut Case) -> Ended {
        let running = self.running.take().expect("it is ended once");
        running.signal(Signal::TERM);
        let ended = running.wait();
        case.expect_status(&ended, 0);
        ended
    }

    /// Expects something of what was seen; `what` is the sentence that does not hold.
    pub(crate) fn expect(&mut self, case: &mut Case, holds: bool, what: &str, found: impl std::fmt::Display) {
        if !holds && let Some(running) = self.running.take() {
            let ended = running.kill();
            case.expect(&ended, false, what, found);
        }
    }

    /// Expects two texts to be the same.
    pub(crate) fn expect_same(&mut self, case: &mut Case, what: &str, expected: &str, found: &str) {
        if expected != found
            && let Some(running) = self.running.take()
        {
            let ended = running.kill();
            case.expect_same(&ended, what, expected, found);
        }
    }

    /// Asks, and expects a status.
    pub(crate) fn expect_answer(&mut self, case: &mut Case, question: &Question, status: u16) -> Answer {
        let answer = question.ask(self.address);
        let what = format!("{}: status {status}", question.name());
        let found = format!("status {}: {}", answer.status, answer.body);
        self.expect(case, answer.status == status, &what, found);
        answer
    }

    /// Asks, and expects a refusal: a status, and a sentence in JSON that holds `part`.
    pub(crate) fn expect_failure(
        &mut self,
        case: &mut Case,
        question: &Question,
        status: u16,
        part: &str,
    ) -> Answer {
        let answer = self.expect_answer(case, question, status);
        let json = answer.json();
        let sentence = json["error"].as_str().unwrap_or_default();
        let is_one = answer.header("content-type") == Some("application/json")
            && sentence.contains(part)
            && sentence.ends_with('.');
        let what = format!("{}: {{\"error\":\"…{part}….\"}}", question.name());
        self.expect(case, is_one, &what, &answer.body);
        answer
    }

    /// Asks with the token, and returns the JSON of an answer with status 200.
    pub(crate) fn json(&mut self, case: &mut Case, target: &str) -> Value {
        let question = crate::client::get(target).bearer(TOKEN);
        self.expect_answer(case, &question, 200).json()
    }

    /// Logs in as a browser does, and returns the cookie.
    pub(crate) fn log_in(&mut self, case: &mut Case) -> String {
        let answer = self.expect_answer(case, &post("/login", &form(TOKEN)), 303);
        let cookie = answer.header("set-cookie").unwrap_or_default();
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        self.expect(
            case,
            cookie.starts_with("muster_session="),
            "a cookie `muster_session`",
            &cookie,
        );
        cookie
    }

    /// Waits until something holds of what the site shows.
    pub(crate) fn wait_until(&mut self, what: &str, ready: impl FnMut() -> bool) {
        self.running().wait_until(what, ready);
    }

    /// Returns what it has printed and said so far.
    pub(crate) fn said(&mut self) -> String {
        let running = self.running();
        let mut bytes = running.stdout();
        bytes.extend(running.stderr());
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// What the page to log in sends.
pub(crate) fn form(token: &str) -> String {
    format!("token={token}&next=/")
}
