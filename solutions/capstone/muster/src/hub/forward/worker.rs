use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use forward::{Answer, Backoff, Client, Request, block};
use store::{Host, Reader};

use super::cursor::Cursor;
use super::message::{Called, Mapping, Report, write};
use super::track::{Part, Slice, Track};

/// How many samples a request has at least, if there are so many: a report more is not begun behind them.
const SAMPLES: usize = 5000;

/// How long to wait, from the first that is to be sent on, for more.
const GATHER: Duration = Duration::from_millis(500);

/// How long to wait before the first retry, and at most.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How often the cursor is written while much is sent. What a kill takes of it is sent again.
const KEEP: Duration = Duration::from_millis(200);

/// Sends to one receiver, from a thread of its own.
pub(super) struct Worker {
    name: String,
    reader: Reader,
    client: Client,
    called: Called,
    track: Arc<Track>,
    cursor: Cursor,
    kept: Instant,
    hosts: HashMap<String, Host>,
    backoff: Backoff,
    /// Whether the log has said that the receiver does not answer.
    is_away: bool,
}

/// The hub ends.
struct Over;

impl Worker {
    pub(super) fn new(
        name: String,
        reader: Reader,
        client: Client,
        mapping: Mapping,
        track: Arc<Track>,
        cursor: Cursor,
    ) -> Self {
        Self {
            name,
            reader,
            client,
            called: Called::new(mapping),
            track,
            cursor,
            kept: Instant::now(),
            hosts: HashMap::new(),
            backoff: Backoff::new(FIRST_WAIT, LONGEST_WAIT),
            is_away: false,
        }
    }

    /// Sends until it is over.
    pub(super) fn run(mut self) {
        while let Some(slice) = self.track.next(GATHER) {
            let sent = self.send(&slice);
            self.keep();
            if sent.is_err() {
                return;
            }
        }
    }

    fn send(&mut self, slice: &Slice) -> Result<(), Over> {
        let mut reports = Vec::new();
        // Hosts that are dealt with when what is in `reports` is.
        let mut done: Vec<&Part> = Vec::new();
        for part in &slice.hosts {
            let read = self.read(part, slice.to_ms)?;
            for report in read {
                reports.push(report);
                if reports.iter().map(Report::len).sum::<usize>() >= SAMPLES {
                    self.flush(&mut reports, &mut done, slice)?;
                }
            }
            done.push(part);
        }
        self.flush(&mut reports, &mut done, slice)
    }

    /// Sends all of `reports`, and then says so.
    fn flush(&mut self, reports: &mut Vec<Report>, done: &mut Vec<&Part>, slice: &Slice) -> Result<(), Over> {
        self.deliver(reports)?;
        reports.clear();
        for part in done.drain(..) {
            match self.goes_on(part, slice.to_ms) {
                Ok(goes_on) => self.track.is_done(part, slice.to_ms, goes_on),
                // It stays as it was, and is looked at again.
                Err(why) => {
                    self.say(&why.to_string());
                    self.pause()?;
                }
            }
        }
        if self.kept.elapsed() >= KEEP {
            self.keep();
        }
        Ok(())
    }

    /// Reads what a host has in a slice; tries again while the store cannot be read.
    fn read(&mut self, part: &Part, to_ms: i64) -> Result<Vec<Report>, Over> {
        loop {
            match self.try_to_read(part, to_ms) {
                Ok(reports) => return Ok(reports),
                Err(why @ (store::Error::Damaged { .. } | store::Error::Row { .. })) => {
                    self.say(&format!(
                        "what {} has before {to_ms} is not sent on: {why}",
                        part.host
                    ));
                    // Or it would be met again with everything that is behind it.
                    self.track.is_sent(&part.host, part.passed_over(to_ms));
                    self.track.counts.unread.fetch_add(1, Ordering::Relaxed);
                    return Ok(Vec::new());
                }
                Err(why) => {
                    self.say(&why.to_string());
                    self.pause()?;
                }
            }
        }
    }

    /// Waits before something is tried again in the store.
    fn pause(&mut self) -> Result<(), Over> {
        let wait = self.backoff.wait(None);
        match self.track.rest(wait) {
            true => Ok(()),
            false => Err(Over),
        }
    }

    fn try_to_read(&mut self, part: &Part, to_ms: i64) -> store::Result<Vec<Report>> {
        let Some(host) = self.host(part)?.cloned() else {
            return Ok(Vec::new());
        };
        let samples = self.reader.all_samples(host.id, part.from_ms, to_ms)?;
        self.called.reports(&self.reader, &host, &samples)
    }

    /// Returns when the store has more of a host, if it may have.
    fn goes_on(&mut self, part: &Part, to_ms: i64) -> store::Result<Option<i64>> {
        let host = if part.may_go_on { self.host(part)? } else { None };
        match host.map(|host| host.id) {
            Some(id) => self.reader.goes_on(id, to_ms),
            None => Ok(None),
        }
    }

    fn host(&mut self, part: &Part) -> store::Result<Option<&Host>> {
        if !self.hosts.contains_key(&*part.host) {
            let all = self.reader.hosts()?.into_iter();
            self.hosts = all.map(|host| (host.name.clone(), host)).collect();
        }
        Ok(self.hosts.get(&*part.host))
    }

    /// Sends reports until they are taken or refused. Of what is refused each half is tried alone, down to a report: one that was sent before a kill, or that the receiver does
    /// not like, takes no other with it.
    fn deliver(&mut self, reports: &[Report]) -> Result<(), Over> {
        let Some(last) = reports.last() else {
            return Ok(());
        };
        let mut request = Request::default();
        write(reports, &mut request);
        let samples = request.samples() as u64;
        let counts = |count: &AtomicU64| count.fetch_add(samples, Ordering::Relaxed);
        let body = block::compress(request.bytes());
        let answer = match (&body, samples) {
            (_, 0) => Answer::Taken,
            (Ok(body), _) => self.post(body)?,
            (Err(why), _) => Answer::Refused {
                status: 413,
                why: why.to_string(),
            },
        };
        match answer {
            Answer::Refused {
                status: 400 | 413 | 422,
                ..
            } if reports.len() > 1 => {
                let (first, second) = reports.split_at(reports.len() / 2);
                self.deliver(first)?;
                return self.deliver(second);
            }
            Answer::Refused { why, .. } => {
                let before = counts(&self.track.counts.refused);
                // Once, and then whenever it has become twice as many.
                if before == 0 || (before + samples).ilog2() > before.ilog2() {
                    let so_far = before + samples;
                    self.say(&format!(
                        "refused of {} and others: {why} ({so_far} samples so far)",
                        last.host
                    ));
                }
            }
            _ => _ = counts(&self.track.counts.sent),
        }
        for report in reports {
            self.track.is_sent(&report.host, report.time_ms);
        }
        Ok(())
    }

    /// Posts a body until there is an answer that counts.
    fn post(&mut self, body: &[u8]) -> Result<Answer, Over> {
        loop {
            match self.client.send(body) {
                Answer::Later { why, wait } => {
                    if !self.is_away {
                        self.say(&format!("will try again: {why}"));
                    }
                    self.is_away = true;
                    self.track.counts.retries.fetch_add(1, Ordering::Relaxed);
                    let wait = self.backoff.wait(wait);
                    if !self.track.rest(wait) {
                        return Err(Over);
                    }
                }
                answer => {
                    if std::mem::take(&mut self.is_away) {
                        self.say("it answers again");
                    }
                    self.backoff.reset();
                    return Ok(answer);
                }
            }
        }
    }

    fn keep(&mut self) {
        self.kept = Instant::now();
        if let Err(why) = self.cursor.keep(self.track.all_sent()) {
            // What was sent is sent again after a restart; a receiver knows it or refuses it.
            self.say(&why.to_string());
        }
    }

    fn say(&self, what: &str) {
        eprintln!("muster-hub: forward {}: {what}", self.name);
    }
}
