//! The file of rules, and how it is changed while the hub works.
//!
//! A change is one of text: what others wrote into the file stays as it is, comments too. Whether it did what it was to do is then looked at in the rules
//! as they are understood: all others are what they were.

mod edit;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use alarm::expr::When;
use alarm::rules::{Fault, SILENT_INTERVALS};
use alarm::{Rule, Rules};

use crate::error::{Error, Result};
use crate::{utc, whole};
use edit::Blocks;

/// The file, and the rules that are judged by.
pub(super) struct RuleBook {
    path: PathBuf,
    interval: Duration,
    /// One change at a time.
    live: Mutex<Arc<Rules>>,
}

/// Why a change is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// What is wrong in which line of what was given, from 1; 0 is none of it.
    Wrong(usize, String),
    /// The file is not what whoever made the change has seen.
    Late(String),
    /// There is no such rule.
    Unknown(String),
    /// It cannot be done.
    Failed(String),
}

/// What a change would make of the file.
pub(super) struct Draft {
    /// The file's new text.
    text: String,
    /// All rules.
    pub(super) rules: Arc<Rules>,
    /// The one that was given.
    pub(super) rule: Rule,
    /// Whether there is a rule of its name already.
    pub(super) replaces: bool,
}

/// A rule as it stands in the file.
pub(super) struct Entry {
    pub(super) rule: Rule,
    pub(super) text: String,
    /// The comments above it, without their signs.
    pub(super) comments: Vec<String>,
}

impl RuleBook {
    /// Reads the file; without it there is just the rule on hosts.
    ///
    /// # Errors
    /// What is wrong with it, and in which line.
    pub(super) fn open(path: &Path, interval: Duration) -> Result<(Self, Arc<Rules>)> {
        let read = parse(path, &text(path)?, interval);
        let rules = read.map_err(|faults| match faults.into_iter().next() {
            Some(fault) => Error::Config {
                path: fault.path,
                line: fault.line,
                why: fault.what,
            },
            None => Error::File {
                path: path.to_owned(),
                why: "it has no rules".to_owned(),
            },
        })?;
        let rules = Arc::new(rules);
        let book = Self {
            path: path.to_owned(),
            interval,
            live: Mutex::new(Arc::clone(&rules)),
        };
        Ok((book, rules))
    }

    /// Returns the file's name.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Returns the rules as they stand in the file, and its version.
    pub(super) fn entries(&self) -> std::result::Result<(Vec<Entry>, String), Refused> {
        let live = self.lock();
        let text = self.unchanged(&live)?;
        let blocks = Blocks::of(&text);
        let entries = own(&live).iter().zip(&blocks.all).map(|(rule, block)| Entry {
            rule: rule.clone(),
            text: blocks.text(block),
            comments: blocks.comments(block),
        });
        Ok((entries.collect(), version(&text)))
    }

    /// Says what would be if this rule were among the others, in the place of the one with its name if there is one.
    pub(super) fn draft(&self, given: &str, by: &str, now: u64) -> std::result::Result<Draft, Refused> {
        let live = self.lock();
        let old = self.unchanged(&live)?;
        self.draft_in(&live, &old, given, by, now)
    }

    /// Puts a rule among the others: first in the file, then where `adopt` says that it is judged by.
    pub(super) fn save(
        &self,
        given: &str,
        seen: &str,
        by: &str,
        now: u64,
        adopt: impl FnOnce(Arc<Rules>) -> bool,
    ) -> std::result::Result<Draft, Refused> {
        let mut live = self.lock();
        let old = self.unchanged(&live)?;
        is_seen(&old, seen)?;
        let draft = self.draft_in(&live, &old, given, by, now)?;
        self.write(&mut live, &draft.text, &draft.rules, adopt)?;
        let what = if draft.replaces { "changed" } else { "made" };
        eprintln!(
            "muster-hub: rule {} {what} by {by}: {}",
            draft.rule.name, draft.rule
        );
        Ok(draft)
    }

    /// Takes a rule out.
    pub(super) fn remove(
        &self,
        name: &str,
        seen: &str,
        by: &str,
        adopt: impl FnOnce(Arc<Rules>) -> bool,
    ) -> std::result::Result<(), Refused> {
        let mut live = self.lock();
        let old = self.unchanged(&live)?;
        is_seen(&old, seen)?;
        let place = own(&live)
            .iter()
            .position(|rule| &*rule.name == name)
            .ok_or_else(|| Refused::Unknown(format!("There is no rule {name}.")))?;
        let text = Blocks::of(&old).without(place);
        let rules = self
            .parse(&text)
            .map_err(|faults| Refused::Wrong(0, first(&faults)))?;
        let mut expected = Rules::clone(&live);
        expected.all.remove(place);
        is_as_meant(&rules, &expected)?;
        self.write(&mut live, &text, &Arc::new(rules), adopt)?;
        eprintln!("muster-hub: rule {name} taken out by {by}");
        Ok(())
    }

    fn draft_in(
        &self,
        live: &Rules,
        old: &str,
        given: &str,
        by: &str,
        now: u64,
    ) -> std::result::Result<Draft, Refused> {
        let given = given.replace("\r\n", "\n");
        let name = edit::name(&given).map_err(|(line, what)| Refused::Wrong(line, what))?;
        let place = own(live).iter().position(|rule| *rule.name == *name);
        let word = if place.is_some() { "changed" } else { "made" };
        let comment = format!("# {word} by {by}, {}", utc::written(now));
        let (text, begins) = Blocks::of(old).with(place, &comment, &given);
        let rules = self.parse(&text).map_err(|faults| {
            let lines = begins..begins + given.lines().count().max(1);
            match faults.into_iter().next() {
                Some(fault) if lines.contains(&fault.line) => {
                    Refused::Wrong(fault.line - begins + 1, fault.what)
                }
                Some(fault) => Refused::Wrong(0, fault.to_string()),
                None => Refused::Wrong(0, "it has no rules".to_owned()),
            }
        })?;
        let at = place.unwrap_or(own(live).len());
        let Some(rule) = rules.all.get(at).filter(|rule| *rule.name == *name).cloned() else {
            return Err(Refused::Wrong(1, "only one rule at a time is taken".to_owned()));
        };
        let mut expected = live.clone();
        match place {
            Some(place) => expected.all[place] = rule.clone(),
            None => expected.all.insert(at, rule.clone()),
        }
        is_as_meant(&rules, &expected)?;
        Ok(Draft {
            text,
            rules: Arc::new(rules),
            rule,
            replaces: place.is_some(),
        })
    }

    fn write(
        &self,
        live: &mut Arc<Rules>,
        text: &str,
        rules: &Arc<Rules>,
        adopt: impl FnOnce(Arc<Rules>) -> bool,
    ) -> std::result::Result<(), Refused> {
        whole::replace(&self.path, text).map_err(|why| {
            let source = std::error::Error::source(&why).map(|source| format!(": {source}"));
            Refused::Failed(format!("{why}{}.", source.unwrap_or_default()))
        })?;
        if !adopt(Arc::clone(rules)) {
            let what = "is written, and not judged by yet: too much waits. It will be after a restart";
            return Err(Refused::Failed(format!("{} {what}.", self.name())));
        }
        *live = Arc::clone(rules);
        Ok(())
    }

    /// Returns the file's text, if it still says what is judged by.
    fn unchanged(&self, live: &Rules) -> std::result::Result<String, Refused> {
        let text = text(&self.path).map_err(|why| Refused::Failed(format!("{why}.")))?;
        let is_same = self.parse(&text).is_ok_and(|rules| rules == *live);
        let blocks = Blocks::of(&text);
        let late = |why: &str| Err(Refused::Late(format!("{} {why}", self.name())));
        match (is_same, blocks.all.len() == own(live).len()) {
            (false, _) => {
                late("was changed by hand since the hub has read it: restart the hub, or put it back.")
            }
            (true, false) => {
                late("is written in a way that only hands can change: each rule under `[[rule]]`.")
            }
            (true, true) => Ok(text),
        }
    }

    fn parse(&self, text: &str) -> std::result::Result<Rules, Vec<Fault>> {
        parse(&self.path, text, self.interval)
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Rules>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads rules. Hosts report at the hub's interval, whatever the file says.
fn parse(path: &Path, text: &str, interval: Duration) -> std::result::Result<Rules, Vec<Fault>> {
    let mut rules = Rules::parse(path, text)?;
    rules.interval = interval;
    for rule in &mut rules.all {
        if let When::Down(silence) = &mut rule.when {
            *silence = interval * SILENT_INTERVALS;
        }
    }
    Ok(rules)
}

/// Reads a file; one that is not there says nothing.
pub(super) fn text(path: &Path) -> Result<String> {
    match std::fs::read_to_string(path) {
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        read => read.map_err(Error::read(path)),
    }
}

/// Returns the rules of the file: all but the last one, on hosts, which every file has by itself.
fn own(rules: &Rules) -> &[Rule] {
    rules.all.split_last().map_or(&[], |(_, own)| own)
}

fn first(faults: &[Fault]) -> String {
    faults.first().map(ToString::to_string).unwrap_or_default()
}

fn is_seen(text: &str, seen: &str) -> std::result::Result<(), Refused> {
    match version(text) == seen {
        true => Ok(()),
        false => Err(Refused::Late(
            "Somebody has changed the rules meanwhile: look at them anew.".to_owned(),
        )),
    }
}

fn is_as_meant(rules: &Rules, expected: &Rules) -> std::result::Result<(), Refused> {
    match rules == expected {
        true => Ok(()),
        false => Err(Refused::Wrong(
            1,
            "a rule changes nothing but itself: no other tables, and no keys outside of [[rule]]".to_owned(),
        )),
    }
}

/// Returns a short text that changes with the file's.
fn version(text: &str) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests;
