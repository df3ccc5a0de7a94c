use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rpc::methods::Call;
use rpc::{Code, Failure};

use crate::wire::{self, Ended, News, Piece, State, Summary};

/// How long after the command's own time limit its end may be told.
const GRACE: Duration = Duration::from_secs(30);

/// A command on its hosts, and what has become of each.
pub(super) struct Run {
    operator: String,
    call: Arc<Call>,
    began: Instant,
    /// Who has not told an end by then never will.
    until: Instant,
    targets: Vec<Target>,
    places: HashMap<Arc<str>, usize>,
    /// How many have no end yet.
    open: usize,
    done: u32,
    /// News that the operator has no credit for.
    waiting: VecDeque<Waiting>,
}

struct Target {
    name: Arc<str>,
    ended: bool,
    /// The number of the next piece of its output.
    next: u32,
    /// Since when its agent is not connected.
    lost: Option<Instant>,
}

struct Waiting {
    item: Vec<u8>,
    /// Who may go on when it is sent.
    answer: Option<Arc<Call>>,
}

impl Run {
    /// Begins one for an operator who waits on `call`, and tells the hosts.
    pub(super) fn new(
        job: u64,
        operator: &str,
        call: Arc<Call>,
        names: Vec<Arc<str>>,
        timeout: Duration,
        now: Instant,
    ) -> Self {
        let hosts = names.iter().map(|name| name.to_string()).collect();
        let places = names.iter().cloned().zip(0..).collect();
        let targets = names.into_iter().map(|name| Target {
            name,
            ended: false,
            next: 0,
            lost: None,
        });
        let mut run = Self {
            operator: operator.to_owned(),
            call,
            began: now,
            until: now + timeout + GRACE,
            targets: targets.collect(),
            places,
            open: 0,
            done: 0,
            waiting: VecDeque::new(),
        };
        run.open = run.targets.len();
        run.tell(&News::Begun { job, hosts }, None);
        run
    }

    /// Passes on a piece of output. Its agent is answered when the operator has taken it.
    pub(super) fn output(&mut self, name: &str, piece: Piece<'_>, answer: Arc<Call>) {
        let Some(place) = self
            .places
            .get(name)
            .copied()
            .filter(|&place| !self.targets[place].ended)
        else {
            return answer.fail(no_such_job());
        };
        let target = &mut self.targets[place];
        if piece.number != target.next {
            // It has come before: its answer was lost with a connection.
            return answer.reply(&[]);
        }
        target.next += 1;
        let news = News::Output {
            host: place as u32,
            stream: piece.stream,
            bytes: piece.bytes.to_vec(),
        };
        self.tell(&news, Some(answer));
    }

    /// Ends a host, unless it has ended.
    pub(super) fn end(&mut self, name: &str, state: State, ended: Ended) {
        if let Some(&place) = self.places.get(name) {
            self.end_at(place, state, ended);
        }
    }

    fn end_at(&mut self, place: usize, state: State, ended: Ended) {
        let target = &mut self.targets[place];
        if target.ended {
            return;
        }
        target.ended = true;
        self.open -= 1;
        self.done += u32::from(state == State::Done);
        let host = place as u32;
        self.tell(&News::Ended { host, state, ended }, None);
    }

    /// Takes note that a host's agent is not connected, or is again.
    pub(super) fn lost(&mut self, name: &str, lost: Option<Instant>) {
        if let Some(&place) = self.places.get(name) {
            self.targets[place].lost = lost;
        }
    }

    /// Ends those of whom nothing more will be heard.
    pub(super) fn tick(&mut self, now: Instant, silent: Duration) {
        for place in 0..self.targets.len() {
            let target = &self.targets[place];
            if target.ended {
                continue;
            }
            let why = match target.lost {
                Some(since) if now.saturating_duration_since(since) > silent => "its agent was lost",
                _ if now > self.until => "its agent has not told the end",
                _ => continue,
            };
            self.end_at(place, State::Unknown, Ended::not_run(why));
        }
    }

    /// Sends what the operator may be sent now.
    pub(super) fn flush(&mut self) {
        while let Some(Waiting { item, .. }) = self.waiting.front() {
            match self.call.try_send(item) {
                Ok(true) => {
                    if let Some(answer) = self.waiting.pop_front().and_then(|waiting| waiting.answer) {
                        answer.reply(&[]);
                    }
                }
                Ok(false) => return,
                Err(_) => return self.forget(),
            }
        }
    }

    /// Answers the operator if all is told. Returns whether it is over.
    pub(super) fn settle(&mut self, now: Instant) -> bool {
        if self.open > 0 || !self.waiting.is_empty() {
            return self.call.is_over();
        }
        let took = now.saturating_duration_since(self.began);
        self.call.reply(&wire::write(&Summary {
            hosts: self.targets.len() as u32,
            done: self.done,
            ms: took.as_millis().try_into().unwrap_or(u64::MAX),
        }));
        true
    }

    /// Returns the call on which an operator waits for it, if it is this one's.
    pub(super) fn call_of(&self, operator: &str) -> Option<&Arc<Call>> {
        (self.operator == operator).then_some(&self.call)
    }

    /// Returns the hosts that have no end yet.
    pub(super) fn open(&self) -> impl Iterator<Item = &Arc<str>> {
        self.targets
            .iter()
            .filter(|target| !target.ended)
            .map(|target| &target.name)
    }

    /// Fails the operator's call.
    pub(super) fn fail(&mut self, failure: Failure) {
        self.call.fail(failure);
        self.forget();
    }

    /// Tells all who wait that nobody wants to hear of it.
    pub(super) fn forget(&mut self) {
        for answer in self.waiting.drain(..).filter_map(|waiting| waiting.answer) {
            answer.fail(no_such_job());
        }
    }

    fn tell(&mut self, news: &News, answer: Option<Arc<Call>>) {
        let item = news.encode();
        self.waiting.push_back(Waiting { item, answer });
        self.flush();
    }
}

/// Returns what an agent is told of a job that nobody waits for.
pub(super) fn no_such_job() -> Failure {
    Failure::new(wire::NO_SUCH_JOB, "nobody waits for this job")
}

/// Returns what an operator is told when the hub ends.
pub(super) fn shutting_down() -> Failure {
    Failure::new(Code::GOING_AWAY, "the hub is shutting down")
}
