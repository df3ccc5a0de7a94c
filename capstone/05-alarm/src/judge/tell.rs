use std::collections::BTreeMap;
use std::sync::Arc;

use super::Judge;
use crate::event::{Key, Kind, Member, Message, What};
use crate::kept::Waiting;
use crate::machine::State;
use crate::rules::{Flap, Group, GroupBy, LIMIT_SPAN};
use crate::timers::{Bucket, Timer};
use crate::{Because, Rule};

impl Judge {
    /// An alarm has begun to fire.
    pub(super) fn begins(&mut self, key: &Key) {
        self.tried(key);
        let flap = self.rules.get(&key.rule).and_then(|rule| rule.flap);
        match flap {
            // That it had ended is not to be told any more, if that still waits.
            Some(flap) if self.flaps(key, flap) => self.leave_group(key),
            _ => self.want(key, Kind::Firing),
        }
    }

    /// An alarm is over. That is told if it was told that it fires, and if it does not flap.
    pub(super) fn ends(&mut self, key: &Key, kind: Kind) {
        self.kept.waiting.remove(key);
        let Some((alarm, rule)) = self.alarm(key) else {
            return;
        };
        let (told, flapping, group) = (alarm.told, alarm.flapping, rule.group);
        if flapping {
            self.withhold(key, kind, Because::Flapping);
        } else if told || group.is_some() {
            self.want(key, kind);
        }
        self.release();
    }

    /// Begins to tell an alarm that was kept quiet.
    pub(super) fn tell_first(&mut self, key: &Key) {
        match self.alarm(key) {
            Some((alarm, _)) if alarm.flapping => self.deliver(Kind::Flapping, vec![key.clone()]),
            Some(_) => self.want(key, Kind::Firing),
            None => {}
        }
    }

    /// Has something told, at once or with its group.
    fn want(&mut self, key: &Key, kind: Kind) {
        match self.rules.get(&key.rule).and_then(|rule| rule.group) {
            Some(group) => self.join(key, kind, group),
            None => self.deliver(kind, vec![key.clone()]),
        }
    }

    /// Takes note that an alarm begins to fire, and says whether it flaps: then that is not told as such.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn flaps(&mut self, key: &Key, flap: Flap) -> bool {
        todo!(
            "limits: If it flaps already, withhold, and remember nothing. Else remember the beginning; with more than `most` of them within the span it flaps from now on, which is told at once. In both cases its timer Steady is armed for a span from now."
        )
    }

    /// Looks whether an alarm has stopped to flap: for a whole span it has not begun to fire.
    pub(super) fn look_at_flapping(&mut self, key: &Key) {
        if !self.kept.alarms.get(key).is_some_and(|alarm| alarm.flapping) {
            return;
        }
        todo!(
            "limits: If its last beginning (`since`) is not a span ago, arm the timer for when it is. Else it flaps no more; if it is active and that is not known, it is wanted as firing; if it is not and the receivers believe so, as recovered, also when it is absent."
        )
    }

    /// Looks whether an alarm that fires is to be told again.
    pub(super) fn look_at_repeat(&mut self, key: &Key) {
        let Some((alarm, rule)) = self.alarm(key) else {
            return;
        };
        let (true, Some(repeat)) = (alarm.state.is_active(), rule.repeat) else {
            return;
        };
        let due = alarm.tried.plus(repeat);
        if self.kept.now < due {
            return self.timers.arm(Timer::Repeat(key.clone()), due);
        }
        todo!(
            "limits: While it is firing, it is wanted again: as a repeat if it was told, else as firing. While it flaps, or else somebody looks after it, that is withheld, as the kind that it would be; while it recovers or settles nothing is said. In all these cases the next try is a `repeat` from now."
        )
    }

    /// Takes note that it was tried to tell an alarm, and when that is to be done again.
    fn tried(&mut self, key: &Key) {
        let now = self.kept.now;
        let repeat = self.rules.get(&key.rule).and_then(|rule| rule.repeat);
        if let Some(alarm) = self.kept.alarms.get_mut(key) {
            alarm.tried = now;
        }
        if let Some(repeat) = repeat {
            self.timers.arm(Timer::Repeat(key.clone()), now.plus(repeat));
        }
    }

    /// Puts what is to be told into its group. The first of a group sets the moment at which all of it is told.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn join(&mut self, key: &Key, kind: Kind, group: Group) {
        todo!(
            "limits: The bucket is the rule, and the host if `by` says so. What ends while its beginning waits there is taken out, and what waited is withheld (Because::Group); what begins while its end waits is taken out too: receivers believe what is so. What ends and was neither told nor waits is nothing."
        )
    }

    /// Takes out of its group what waits there of an alarm.
    fn leave_group(&mut self, key: &Key) {
        let of_rule = self
            .kept
            .groups
            .iter_mut()
            .filter(|(bucket, _)| bucket.0 == key.rule);
        let kinds: Vec<Kind> = of_rule
            .filter_map(|(_, waiting)| waiting.alarms.remove(key))
            .collect();
        for kind in kinds {
            self.withhold(key, kind, Because::Group);
        }
    }

    /// Tells what has waited in a group, if its time has come: by kind, and what is over last.
    pub(super) fn flush(&mut self, bucket: &Bucket) {
        let Some(waiting) = self.kept.groups.get(bucket) else {
            return;
        };
        let due = waiting.due;
        if self.kept.now < due {
            return self.timers.arm(Timer::Flush(bucket.clone()), due);
        }
        let mut by_kind: BTreeMap<Kind, Vec<Key>> = BTreeMap::new();
        for (key, kind) in self
            .kept
            .groups
            .remove(bucket)
            .into_iter()
            .flat_map(|waiting| waiting.alarms)
        {
            by_kind.entry(kind).or_default().push(key);
        }
        for (kind, keys) in by_kind {
            self.deliver(kind, keys);
        }
    }

    /// Tells of alarms of one rule, unless they are kept quiet or a limit is reached. No limit holds back that something is over.
    fn deliver(&mut self, kind: Kind, mut keys: Vec<Key>) {
        let rules = Arc::clone(&self.rules);
        let Some(rule) = keys.first().and_then(|key| rules.get(&key.rule)) else {
            return;
        };
        let is_end = matches!(kind, Kind::Recovered | Kind::Gone);
        if is_end {
            keys.retain(|key| self.kept.alarms.get(key).is_some_and(|alarm| alarm.told));
        } else {
            keys.retain(|key| self.may_be_told(key, rule, kind));
        }
        if keys.is_empty() {
            return;
        }
        if !is_end {
            let limit = self.limit(rule);
            for key in &keys {
                if let Some(because) = &limit {
                    self.withhold(key, kind, because.clone());
                }
                self.tried(key);
            }
            if let Some(because) = limit {
                match because {
                    Because::Limit => self.kept.withheld += keys.len(),
                    _ => *self.kept.withheld_by_rule.entry(rule.name.clone()).or_default() += keys.len(),
                }
                return;
            }
        }
        for key in &keys {
            if let Some(alarm) = self.kept.alarms.get_mut(key) {
                alarm.told = !is_end;
            }
        }
        self.notify(kind, rule, &keys);
    }

    /// Says whether nothing keeps an alarm quiet. If something does, it waits for that to be over.
    fn may_be_told(&mut self, key: &Key, rule: &Rule, kind: Kind) -> bool {
        let Some(because) = self.kept_quiet(key, rule) else {
            return true;
        };
        self.withhold(key, kind, because);
        self.tried(key);
        if kind != Kind::Repeat {
            self.kept.waiting.insert(key.clone());
        }
        false
    }

    /// Says which limit is reached, if one is. If none is, this is one notification more for both.
    fn limit(&mut self, rule: &Rule) -> Option<Because> {
        let (of_rule, of_all) = (rule.at_most, self.rules.at_most);
        if of_rule.is_none() && of_all.is_none() {
            return None;
        }
        todo!(
            "limits: The rule's own is looked at first, and what either holds back counts for neither. Both look at the last LIMIT_SPAN."
        )
    }

    /// Makes the notification. It says how many alarms limits have kept back since the last one.
    fn notify(&mut self, kind: Kind, rule: &Rule, keys: &[Key]) {
        let alarms: Vec<Member> = keys
            .iter()
            .map(|key| Member {
                host: key.host.to_string(),
                labels: key.labels.to_string(),
                since: self
                    .kept
                    .alarms
                    .get(key)
                    .map(|alarm| alarm.since)
                    .unwrap_or_default(),
            })
            .collect();
        let of_rule = self.kept.withheld_by_rule.remove(&rule.name).unwrap_or_default();
        let withheld = std::mem::take(&mut self.kept.withheld) + of_rule;
        let time = self.kept.now;
        self.say(What::Notify(Message {
            key: Message::key_of(time, kind, &rule.name, &alarms),
            time,
            kind,
            rule: rule.name.to_string(),
            severity: rule.severity,
            alarms,
            withheld,
            summary: rule.summary.clone(),
        }));
    }
}
