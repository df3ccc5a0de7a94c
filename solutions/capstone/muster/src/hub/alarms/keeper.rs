use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use alarm::trace::{self, Input};
use alarm::why::explain;
use alarm::{Event, Judge, Labels, Rules, Silence, Times, What};
use dashboard::Board;
use store::Sample;

use super::alertmanager::Alertmanagers;
use super::clock::Clock;
use super::outbox::Outbox;
use super::state::State;
use crate::error::Result;
use crate::wire;

/// The most events that are remembered, for whoever asks why.
const MOST_EVENTS: usize = 20_000;

/// How many times as long as writing took the next one waits.
const REST: u32 = 50;

/// The same, if somebody is to be told: that has to be written before.
const SHORT_REST: u32 = 4;

/// How long it is before something is handed over again that was not taken.
const LONG_REST: Duration = Duration::from_secs(1);

/// A judge with its clock, its receivers and its file.
pub(in crate::hub) struct Keeper {
    judge: Judge,
    clock: Clock,
    outbox: Outbox,
    alertmanagers: Alertmanagers,
    board: Board,
    events: VecDeque<Event>,
    path: PathBuf,
    /// Whether there is something that the file does not have.
    is_new: bool,
    /// Whether the pages show what is known.
    is_shown: bool,
    /// When it may be written again, and when for something that is to be told: what is large is written less often.
    rests_until: Instant,
    tells_at: Instant,
    /// Whether it was said that the file cannot be written.
    is_broken: bool,
}

impl Keeper {
    pub(super) fn new(
        judge: Judge,
        clock: Clock,
        outbox: Outbox,
        alertmanagers: Alertmanagers,
        board: Board,
        path: PathBuf,
    ) -> Self {
        Self {
            judge,
            clock,
            outbox,
            alertmanagers,
            board,
            events: VecDeque::new(),
            path,
            is_new: true,
            is_shown: false,
            is_broken: false,
            rests_until: Instant::now(),
            tells_at: Instant::now(),
        }
    }

    /// Judges what a host reports.
    pub(super) fn report(&mut self, host: &str, samples: &[Sample]) {
        // A certificate has vouched for the name. One that is none for a rule would still be none here.
        let Ok(host) = trace::host(host) else {
            return;
        };
        self.feed(Input::Report { host: host.clone() });
        for sample in samples.iter().filter(|sample| sample.value.is_finite()) {
            self.feed(Input::Sample {
                host: host.clone(),
                metric: sample.name.to_string(),
                labels: sample.labels.iter().collect::<Labels>(),
                value: sample.value,
            });
        }
    }

    /// Lets happen what is due, and keeps what is known.
    pub(super) fn tick(&mut self) {
        self.feed(Input::Tick);
        self.is_new |= self.outbox.settle();
        self.alertmanagers
            .look(&self.judge, self.clock.now(), !self.is_shown);
        if !self.is_shown {
            let alarms = self.list();
            // What the wire's types hold can be written.
            let shown = alarms.iter().filter_map(|alarm| serde_json::to_value(alarm).ok());
            self.board.show(shown.collect());
            self.is_shown = true;
        }
        if self.is_new && Instant::now() >= self.rests_until {
            self.keep_or_say();
        }
    }

    /// Has told what is owed, as soon as it is kept: whoever is killed before has not told it, and whoever is killed afterwards tells it again with the
    /// same key. If it cannot be kept, it is told all the same: that a disk is full is a thing to be told.
    pub(super) fn tell(&mut self) {
        if self.tells_at().is_some_and(|at| Instant::now() >= at) {
            if self.is_new {
                self.keep_or_say();
            }
            self.outbox.hand_over();
            if self.outbox.has_more() {
                // A thread is gone, which was said: nothing is gained by asking all the time.
                self.tells_at = Instant::now() + LONG_REST;
            }
        }
    }

    /// Returns when something may be told, if anything is to be.
    pub(super) fn tells_at(&self) -> Option<Instant> {
        self.outbox.has_more().then_some(self.tells_at)
    }

    fn keep_or_say(&mut self) {
        let begun = Instant::now();
        let kept = self.keep();
        let took = begun.elapsed();
        self.rests_until = begun + took * REST;
        self.tells_at = begun + took * SHORT_REST;
        match kept {
            Ok(()) => self.is_broken = false,
            Err(why) if !self.is_broken => {
                self.is_broken = true;
                eprintln!("muster-hub: alarms: {why}");
            }
            Err(_) => {}
        }
    }

    /// Keeps what is known and what is owed.
    ///
    /// # Errors
    /// [`Error::Write`](crate::error::Error::Write).
    pub(super) fn keep(&mut self) -> Result<()> {
        State::store(&self.path, self.judge.kept(), self.outbox.owed())?;
        self.is_new = false;
        Ok(())
    }

    /// Keeps what is known for the last time. What receivers do not take now is owed to them.
    pub(super) fn end(mut self) {
        self.feed(Input::Tick);
        // Should somebody lose patience with the receivers, all is kept already.
        self.keep_or_say();
        let reports = self.outbox.stop();
        self.alertmanagers.stop();
        self.keep_or_say();
        for report in reports {
            if report.failed + report.dropped > 0 {
                eprintln!("muster-hub: alarms: {report}");
            }
        }
    }

    /// Does what somebody asks for, and keeps it before they are answered: a hub that is killed then goes on with what was said.
    pub(in crate::hub) fn carry_out(&mut self, input: Input) -> Vec<Event> {
        let events = self.feed(input);
        self.keep_or_say();
        events
    }

    /// Feeds the judge, has told what it says, and returns what it says to this.
    fn feed(&mut self, input: Input) -> Vec<Event> {
        self.is_new |= !matches!(input, Input::Tick);
        // The clock does not go back, so that this does not fail.
        let events = self.judge.feed(self.clock.now(), input).unwrap_or_default();
        for event in &events {
            self.is_new = true;
            self.is_shown = false;
            if let What::Notify(message) = &event.what {
                eprintln!("muster-hub: alarm: {event}");
                self.outbox.owe(message);
            }
            if self.events.len() == MOST_EVENTS {
                self.events.pop_front();
            }
            self.events.push_back(event.clone());
        }
        events
    }

    /// Judges by other rules from now on. What is known of those that stay is kept.
    pub(in crate::hub) fn adopt(&mut self, rules: Arc<Rules>) {
        self.judge = Judge::new(rules, self.judge.kept().clone());
        self.is_new = true;
        self.is_shown = false;
        // Before whoever changed them is answered: a hub that is killed then goes on with what was said.
        self.keep_or_say();
    }

    /// Lists the silences, by name.
    pub(in crate::hub) fn silences(&self) -> Vec<Silence> {
        self.judge.kept().silences.values().cloned().collect()
    }

    /// Adds a silence that begins now.
    pub(in crate::hub) fn silence(
        &mut self,
        ask: wire::Hush,
        by: String,
    ) -> std::result::Result<Vec<Event>, String> {
        let from = self.clock.now();
        let pattern = |text: Option<String>| text.as_deref().map(alarm::Pattern::new);
        let silence = Silence {
            id: ask.id,
            from,
            until: from.plus(Duration::from_millis(ask.ms)),
            by,
            why: ask.why,
            rule: pattern(ask.rule),
            host: pattern(ask.host),
            severity: pattern(ask.severity),
            labels: ask
                .labels
                .iter()
                .map(|(label, text)| (label.clone(), alarm::Pattern::new(text)))
                .collect(),
        };
        silence.check()?;
        Ok(self.carry_out(Input::Silence(silence)))
    }

    /// Explains a rule on a host, with moments as people write them.
    pub(in crate::hub) fn why(&self, host: &str, rule: &str) -> std::result::Result<String, String> {
        let rules = Arc::clone(self.judge.rules());
        let rule = rules
            .get(rule)
            .ok_or_else(|| format!("there is no rule {rule}"))?;
        let events: Vec<Event> = self
            .events
            .iter()
            .filter(|event| event.is_of(&rule.name, host))
            .cloned()
            .collect();
        Ok(explain(
            &self.judge,
            &events,
            rule,
            host,
            Times::Utc(self.clock.now()),
        ))
    }

    /// Lists the alarms that are not well, by host and rule.
    pub(in crate::hub) fn list(&self) -> Vec<wire::Alarm> {
        let kept = self.judge.kept();
        let is_wrong =
            |alarm: &alarm::Alarm| alarm.state.is_active() || alarm.state == alarm::machine::State::Breaching;
        let told = kept.alarms.iter().filter(|(_, alarm)| is_wrong(alarm));
        told.filter_map(|(key, alarm)| {
            let rule = self.judge.rules().get(&key.rule)?;
            Some(wire::Alarm {
                host: key.host.to_string(),
                rule: key.rule.to_string(),
                labels: key.labels.to_string(),
                severity: rule.severity.to_string(),
                state: alarm.state.name().to_owned(),
                since_ms: alarm.state.is_active().then_some(alarm.since.0),
                told: alarm.told,
                by: alarm.by.clone().filter(|_| alarm.state.is_active()),
                summary: rule.summary.clone(),
            })
        })
        .collect()
    }
}
