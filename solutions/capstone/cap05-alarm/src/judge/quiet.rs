use std::sync::Arc;

use super::Judge;
use crate::event::{Key, What};
use crate::machine::Input;
use crate::rules::HOST_DOWN;
use crate::timers::Timer;
use crate::{Alarm, Because, Host, Kind, Labels, Name, Rule, Silence};

/// The most silences at a time.
const MOST_SILENCES: usize = 1000;

impl Judge {
    /// Takes note that a host has reported.
    pub(super) fn report(&mut self, host: &Name) {
        let now = self.kept.now;
        let was_down = self.is_down(host);
        let is_new = !self.kept.hosts.contains_key(host);
        let known = self.kept.hosts.entry(host.clone()).or_default();
        known.last = now;
        if is_new {
            *known = Host {
                last: now,
                up_since: now,
            };
            self.kept.alarms.insert(host_down(host), Alarm::new(now));
        }
        if was_down {
            self.is_back(host);
        }
        if let Some(rule) = self.rules.get(HOST_DOWN) {
            let due = now.plus(super::patience(rule));
            self.timers.arm(Timer::Down(host.clone()), due);
        }
    }

    /// Ends the alarm of a host that reports again. Its series get their time anew, and what waited for it is told.
    fn is_back(&mut self, host: &Name) {
        // region:silence `up_since` is now; the machine of host-down goes on by a last good (1 of 1); all series of the host have their timer armed anew; then `release`.
        let now = self.kept.now;
        if let Some(known) = self.kept.hosts.get_mut(host) {
            known.up_since = now;
        }
        self.step(&host_down(host), Input::LastGood, Some((1, 1)), None);
        let keys: Vec<Key> = self.kept.of(host).map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.timers.arm(Timer::Stale(key), now);
        }
        self.release();
        // endregion:silence
    }

    /// Says whether a host is known to be down.
    pub(super) fn is_down(&self, host: &str) -> bool {
        let alarm = self.kept.alarms.get(&host_down(host));
        alarm.is_some_and(|alarm| alarm.state.is_active())
    }

    /// Looks whether a host has been silent for too long.
    pub(super) fn look_at_host(&mut self, host: &Name) {
        // region:silence
        let (Some(known), Some(rule)) = (self.kept.hosts.get(host), self.rules.get(HOST_DOWN)) else {
            return;
        };
        let due = known.last.plus(super::patience(rule));
        if self.kept.now < due {
            self.timers.arm(Timer::Down(host.clone()), due);
        } else if !self.is_down(host) {
            self.step(&host_down(host), Input::LastBreach, Some((1, 1)), None);
        }
        //~ // Stage silence: if it is known, and its last report is `patience` of the rule HOST_DOWN ago or more, and it is not down yet,
        //~ // a last breach (1 of 1) of its alarm `host_down(host)`; if that is not so long ago, arm the timer for when it is.
        // endregion:silence
    }

    /// Says what keeps an alarm from being told, if anything does: in this order the host that is down, a rule that it depends on, a silence.
    pub(super) fn kept_quiet(&self, key: &Key, rule: &Rule) -> Option<Because> {
        // region:silence
        if &*key.rule != HOST_DOWN && self.is_down(&key.host) {
            return Some(Because::HostDown);
        }
        if let Some(parent) = rule
            .depends_on
            .iter()
            .find(|parent| self.kept.fires(parent, &key.host))
        {
            return Some(Because::Dependency(parent.clone()));
        }
        let silence = self
            .kept
            .silences
            .values()
            .find(|silence| silence.holds_at(self.kept.now) && silence.matches(key, rule));
        silence.map(|silence| Because::Silence(silence.id.clone()))
        //~ // Stage silence: the host is down (which does not keep host-down itself quiet); the first of `depends_on` that fires on this host;
        //~ // the first silence, by its name, that holds now and matches.
        //~ None
        // endregion:silence
    }

    /// Has told what waited, as far as nothing keeps it back any more: something that kept alarms quiet is over.
    pub(super) fn release(&mut self) {
        if self.kept.waiting.is_empty() {
            return;
        }
        // region:silence Of all that wait, in their order: those that are not kept quiet any more are taken out, and begin to be told (`tell_first`).
        let rules = Arc::clone(&self.rules);
        let waiting: Vec<Key> = self.kept.waiting.iter().cloned().collect();
        for key in waiting {
            let quiet = rules.get(&key.rule).and_then(|rule| self.kept_quiet(&key, rule));
            if quiet.is_none() && self.kept.waiting.remove(&key) {
                self.tell_first(&key);
            }
        }
        // endregion:silence
    }

    /// Lets somebody look after what fires.
    pub(super) fn ack(&mut self, rule: &Name, host: &Name, labels: Option<&Labels>, by: &str) {
        // region:silence All alarms of the rule on the host (with just these labels, if some are given) that the machine lets acknowledge: `by`, no more waiting, and the step. If there are none, refuse: `ack RULE HOST: nothing fires`.
        let keys: Vec<Key> = self
            .kept
            .of(host)
            .filter(|(key, alarm)| {
                key.rule == *rule
                    && labels.is_none_or(|labels| key.labels == *labels)
                    && crate::machine::next(alarm.state, Input::Ack).is_some()
            })
            .map(|(key, _)| key.clone())
            .collect();
        if keys.is_empty() {
            let labels = labels.cloned().unwrap_or_default();
            let what = format!("ack {rule} {host}{labels}: nothing fires");
            return self.say(What::Refused { what });
        }
        for key in keys {
            self.kept.waiting.remove(&key);
            if let Some(alarm) = self.kept.alarms.get_mut(&key) {
                alarm.by = Some(by.to_owned());
            }
            self.step(&key, Input::Ack, None, None);
        }
        // endregion:silence
    }

    /// Adds a silence.
    pub(super) fn silence(&mut self, silence: Silence) {
        let is_full =
            self.kept.silences.len() >= MOST_SILENCES && !self.kept.silences.contains_key(&silence.id);
        if is_full {
            let what = format!("silence {}: there are {MOST_SILENCES} already", silence.id);
            return self.say(What::Refused { what });
        }
        self.timers.arm(Timer::Silence(silence.id.clone()), silence.until);
        self.kept.silences.insert(silence.id.clone(), silence);
        // What an older one of the same name kept back may be free now.
        self.release();
    }

    /// Ends a silence.
    pub(super) fn unsilence(&mut self, id: &str) {
        match self.kept.silences.remove(id) {
            Some(_) => self.release(),
            None => self.say(What::Refused {
                what: format!("unsilence {id}: there is no such silence"),
            }),
        }
    }

    /// Looks whether a silence is over.
    pub(super) fn look_at_silence(&mut self, id: &str) {
        let Some(silence) = self.kept.silences.get(id) else {
            return;
        };
        let until = silence.until;
        if self.kept.now < until {
            self.timers.arm(Timer::Silence(id.to_owned()), until);
        } else {
            self.kept.silences.remove(id);
            self.release();
        }
    }

    /// Forgets a host: nothing of it is told any more, also not that it is gone.
    pub(super) fn retire(&mut self, host: &Name) {
        // region:silence The host, its alarms, and those of them that wait or are in a group. Of a host that is not known: refuse, `retire HOST: there is no such host`.
        if self.kept.hosts.remove(host).is_none() {
            let what = format!("retire {host}: there is no such host");
            return self.say(What::Refused { what });
        }
        self.kept.alarms.retain(|key, _| key.host != *host);
        self.kept.waiting.retain(|key| key.host != *host);
        for waiting in self.kept.groups.values_mut() {
            waiting.alarms.retain(|key, _: &mut Kind| key.host != *host);
        }
        // endregion:silence
    }
}

/// Returns the key of a host's own alarm.
fn host_down(host: &str) -> Key {
    Key {
        host: host.into(),
        rule: HOST_DOWN.into(),
        labels: Labels::default(),
    }
}
