//! Takes in what happens, and says what follows.
//!
//! | file | what |
//! |---|---|
//! | `tell` | what is told: limits, repeats, flapping, groups |
//! | `quiet` | what is not: silences, dependencies, hosts that are down or no more, acknowledgements |

mod quiet;
mod tell;

use std::collections::HashMap;
use std::sync::Arc;

use crate::event::{Event, Key, What};
use crate::expr::When;
use crate::machine::{self, State};
use crate::timers::{Timer, Timers};
use crate::trace::Input;
use crate::{Alarm, Because, Kept, Kind, Labels, Name, Outcome, Rule, Rules, Time, takes};

/// The most alarms of one host: a host that makes up labels without an end fills no memory.
const MOST_OF_A_HOST: usize = 10_000;

/// Judges samples by rules. It reads no clock: time is what it is fed.
///
/// ```
/// use std::path::Path;
/// use alarm::{Judge, Kept, Rules, trace};
///
/// let rules = Rules::parse(Path::new("rules.toml"), r#"
///     [[rule]]
///     name = "busy"
///     when = "last(load.1m) > 4"
///     breaches = 2
/// "#).unwrap();
/// let mut judge = Judge::new(rules.into(), Kept::default());
/// let mut said = Vec::new();
/// for line in ["10 web1 load.1m 5", "20 web1 load.1m 6"] {
///     let (time, input) = trace::line(line).unwrap().unwrap();
///     said.extend(judge.feed(time, input).unwrap());
/// }
/// let said: Vec<_> = said.iter().map(ToString::to_string).collect();
/// assert_eq!(said, [
///     "10 web1 busy ok -> breaching 1/2 value 5",
///     "20 web1 busy breaching -> firing 2/2 value 6",
///     "20 notify firing busy web1 severity=warning",
/// ]);
/// ```
#[derive(Debug)]
pub struct Judge {
    rules: Arc<Rules>,
    /// Which rules watch a metric, by their place.
    watched: HashMap<String, Vec<usize>>,
    kept: Kept,
    timers: Timers,
    events: Vec<Event>,
}

/// Time went back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("time went back from {now} to {time}")]
pub struct Backwards {
    /// Where it was.
    pub now: Time,
    /// What was fed.
    pub time: Time,
}

impl Judge {
    /// Makes a judge that goes on from what was kept. Alarms of rules that are no more are forgotten.
    pub fn new(rules: Arc<Rules>, mut kept: Kept) -> Judge {
        kept.alarms.retain(|key, _| rules.get(&key.rule).is_some());
        kept.waiting.retain(|key| rules.get(&key.rule).is_some());
        kept.groups
            .retain(|(rule, _), _| rules.get(rule).is_some_and(|rule| rule.group.is_some()));
        let mut watched: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, rule) in rules.all.iter().enumerate() {
            watched
                .entry(rule.selector.metric.clone())
                .or_default()
                .push(place);
        }
        let mut timers = Timers::default();
        // What is due is worked out when a timer comes: too early does no harm.
        let now = kept.now;
        for host in kept.hosts.keys() {
            timers.arm(Timer::Down(host.clone()), now);
        }
        for key in kept.alarms.keys() {
            for timer in [Timer::Stale, Timer::Steady, Timer::Repeat] {
                timers.arm(timer(key.clone()), now);
            }
        }
        for (id, silence) in &kept.silences {
            timers.arm(Timer::Silence(id.clone()), silence.until);
        }
        for (bucket, waiting) in &kept.groups {
            timers.arm(Timer::Flush(bucket.clone()), waiting.due);
        }
        Judge {
            rules,
            watched,
            kept,
            timers,
            events: Vec::new(),
        }
    }

    /// Returns what is kept.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Returns the rules.
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// Takes in what happened at a moment. What was due before it happens first, each at its own moment.
    ///
    /// # Errors
    /// [`Backwards`]; nothing is taken in then.
    pub fn feed(&mut self, time: Time, input: Input) -> Result<Vec<Event>, Backwards> {
        let now = self.kept.now;
        if time < now {
            return Err(Backwards { now, time });
        }
        self.run_timers(time, false);
        self.kept.now = time;
        match input {
            Input::Sample {
                host,
                metric,
                labels,
                value,
            } => {
                self.report(&host);
                self.sample(&host, &metric, &labels, value);
            }
            Input::Report { host } => self.report(&host),
            Input::Ack {
                rule,
                host,
                labels,
                by,
            } => self.ack(&rule, &host, labels.as_ref(), &by),
            Input::Silence(silence) => self.silence(silence),
            Input::Unsilence { id } => self.unsilence(&id),
            Input::Retire { host } => self.retire(&host),
            Input::Tick => {}
            Input::Mark { text } => self.say(What::Mark { text }),
        }
        Ok(std::mem::take(&mut self.events))
    }

    /// Lets happen what is due at this moment too, when nothing more will be fed.
    pub fn finish(&mut self) -> Vec<Event> {
        self.run_timers(self.kept.now, true);
        std::mem::take(&mut self.events)
    }

    fn run_timers(&mut self, until: Time, included: bool) {
        while let Some((due, timer)) = self.timers.take(until, included) {
            self.kept.now = self.kept.now.max(due);
            match timer {
                Timer::Down(host) => self.look_at_host(&host),
                Timer::Stale(key) => self.look_at_series(&key),
                Timer::Silence(id) => self.look_at_silence(&id),
                Timer::Steady(key) => self.look_at_flapping(&key),
                Timer::Flush(bucket) => self.flush(&bucket),
                Timer::Repeat(key) => self.look_at_repeat(&key),
            }
        }
    }

    /// Judges a sample by each rule that watches its series on this host.
    fn sample(&mut self, host: &Name, metric: &str, labels: &Labels, value: f64) {
        let rules = Arc::clone(&self.rules);
        for place in self.watched.get(metric).cloned().unwrap_or_default() {
            let rule = &rules.all[place];
            if !rule.selector.selects(metric, labels) || !takes(&rule.hosts, host) {
                continue;
            }
            let key = Key {
                host: host.clone(),
                rule: rule.name.clone(),
                labels: labels.clone(),
            };
            if !self.kept.alarms.contains_key(&key) && self.kept.of(host).nth(MOST_OF_A_HOST).is_some() {
                continue;
            }
            self.judge(key, rule, value);
        }
    }

    /// Judges a sample of one series by one rule.
    fn judge(&mut self, key: Key, rule: &Rule, value: f64) {
        let now = self.kept.now;
        let alarm = self
            .kept
            .alarms
            .entry(key.clone())
            .or_insert_with(|| Alarm::new(now));
        alarm.last = now;
        alarm.samples.push(now, value, rule.keeps());
        let outcome = match &rule.when {
            When::Holds(condition) => alarm.samples.outcome(condition, rule.recover.as_ref()),
            // A sample is what was missing.
            When::Absent(_) | When::Down(_) => Outcome::Good,
        };
        let (input, count) = alarm.take(outcome, rule.breaches, rule.good);
        self.step(&key, input, count, Some(value));
        self.timers.arm(Timer::Stale(key), now.plus(patience(rule)));
    }

    /// Looks whether a series has been silent for too long.
    fn look_at_series(&mut self, key: &Key) {
        // region:judge Not while its host is down, of which this says nothing. Its time counts from its newest sample, or from when its host came back if that is later. If it is not over yet, arm the timer for when it is. For a rule on absence it is a breach (1 of 1), which does nothing to what fires already; for any other rule, but not for host-down, which no sample ends, the series is gone.
        let Some((alarm, rule)) = self.alarm(key) else {
            return;
        };
        if matches!(rule.when, When::Down(_)) || self.is_down(&key.host) {
            return;
        }
        let back = self.kept.hosts.get(&key.host).map(|host| host.up_since);
        let due = alarm.last.max(back.unwrap_or_default()).plus(patience(rule));
        let is_active = alarm.state.is_active();
        if self.kept.now < due {
            self.timers.arm(Timer::Stale(key.clone()), due);
        } else if !matches!(rule.when, When::Absent(_)) {
            self.step(key, machine::Input::Gone, None, None);
        } else if !is_active {
            self.step(key, machine::Input::LastBreach, Some((1, 1)), None);
        }
        // endregion:judge
    }

    /// Lets the machine go on, says so, and has told what begins or ends.
    fn step(&mut self, key: &Key, input: machine::Input, count: Option<(u32, u32)>, value: Option<f64>) {
        let now = self.kept.now;
        let Some(alarm) = self.kept.alarms.get_mut(key) else {
            return;
        };
        let from = alarm.state;
        let Some(to) = machine::next(from, input) else {
            return;
        };
        alarm.state = to;
        if to.is_active() && !from.is_active() {
            alarm.since = now;
            alarm.by = None;
        }
        self.say(What::Changed {
            key: key.clone(),
            from,
            to,
            count,
            value,
        });
        match (from.is_active(), to.is_active()) {
            (false, true) => self.begins(key),
            (true, false) if to == State::Absent => self.ends(key, Kind::Gone),
            (true, false) => self.ends(key, Kind::Recovered),
            _ => {}
        }
    }

    /// Returns an alarm and its rule.
    fn alarm(&self, key: &Key) -> Option<(&Alarm, &Rule)> {
        Some((self.kept.alarms.get(key)?, self.rules.get(&key.rule)?))
    }

    fn say(&mut self, what: What) {
        let time = self.kept.now;
        self.events.push(Event { time, what });
    }

    fn withhold(&mut self, key: &Key, kind: Kind, because: Because) {
        let key = key.clone();
        self.say(What::Withheld { key, kind, because });
    }
}

/// Returns for how long a series may be silent.
fn patience(rule: &Rule) -> std::time::Duration {
    match rule.when {
        When::Holds(_) => rule.stale,
        When::Absent(span) | When::Down(span) => span,
    }
}
