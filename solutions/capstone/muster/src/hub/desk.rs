//! What people do on the pages: rules, acknowledgements, silences.

mod asked;
mod form;

use std::collections::BTreeMap;
use std::sync::mpsc::channel;
use std::sync::{Arc, Weak};
use std::time::Duration;

use alarm::trace::{self, Input};
use alarm::{Labels, Pattern, Silence};
use dashboard::{Refused, User};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::{Location, Reader};

use super::Shared;
use super::alarms::Keeper;
use super::operators::told;
use super::replay::replay;
use super::rulebook::{self, Entry, RuleBook};
use crate::wire;
use asked::{Ack, Hush, Remove, Save, Try, Unhush};
use form::form;

/// How long the alarms' thread may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest time that is looked back, in hours, and the longest silence, in minutes.
const LONGEST_HOURS: u32 = 24 * 15;
const LONGEST_MINUTES: u64 = 60 * 24 * 366;

/// The longest reason, in bytes.
const LONGEST_WHY: usize = 200;

/// The most names of metrics that a form offers.
const MOST_NAMES: usize = 2000;

struct Desk {
    hub: Weak<Shared>,
    book: RuleBook,
    database: Location,
}

/// Has the pages' changes made.
pub(super) fn open(state: &dashboard::State, hub: &Arc<Shared>, book: RuleBook, database: Location) {
    // What is asked lives as long as the dashboard, which the hub's parts must not.
    let hub = Arc::downgrade(hub);
    let desk = Desk { hub, book, database };
    state
        .desk()
        .open(move |user, what, values| desk.answer(user, what, values));
}

impl Desk {
    fn answer(&self, user: &User, what: &str, values: Value) -> Result<Value, Refused> {
        match what {
            "rules" => self.rules(),
            "silences" => self.ask(|keeper| {
                Ok(json!({ "silences": keeper.silences().iter().map(silence).collect::<Vec<_>>() }))
            }),
            "try" => self.try_rule(user, read(values)?),
            "save" => self.save(user, read(values)?),
            "remove" => self.remove(user, &read(values)?),
            "ack" => self.ack(user, read(values)?),
            "silence" => self.silence(user, read(values)?),
            "unsilence" => self.unsilence(user, read(values)?),
            _ => Err(Refused::Unknown(format!(
                "There is nothing to do that is called {what}."
            ))),
        }
    }

    fn rules(&self) -> Result<Value, Refused> {
        let (entries, version) = self.book.entries()?;
        let fails = |why: store::Error| Refused::Failed(format!("The store fails: {why}."));
        let reader = Reader::open(&self.database).map_err(fails)?;
        let mut metrics = reader.names().map_err(fails)?;
        metrics.truncate(MOST_NAMES);
        Ok(json!({
            "path": self.book.name(),
            "version": version,
            "rules": entries.iter().map(entry).collect::<Vec<_>>(),
            "metrics": metrics,
        }))
    }

    fn try_rule(&self, user: &User, asked: Try) -> Result<Value, Refused> {
        let Try { text, hours } = asked;
        if !(1..=LONGEST_HOURS).contains(&hours) {
            return Err(wrong(format!("`hours` is 1 to {LONGEST_HOURS}.")));
        }
        let now = store::now_ms();
        let draft = match self.book.draft(&text, &user.name, seconds(now)) {
            Ok(draft) => draft,
            // Whether it is right was the question, so that this is an answer to it.
            Err(rulebook::Refused::Wrong(line, what)) => {
                return Ok(json!({ "wrong": at_line(line, &what), "line": line }));
            }
            Err(why) => return Err(why.into()),
        };
        let from = now - i64::from(hours) * 3_600_000;
        let mut said = replay(&self.database, &draft.rules, &draft.rule, from, now)
            .map_err(|why| Refused::Failed(format!("The store fails: {why}.")))?;
        said["name"] = draft.rule.name.to_string().into();
        said["replaces"] = draft.replaces.into();
        Ok(said)
    }

    fn save(&self, user: &User, asked: Save) -> Result<Value, Refused> {
        let Save { text, version } = asked;
        let hub = self.hub()?;
        let now = seconds(store::now_ms());
        let draft = self
            .book
            .save(&text, &version, &user.name, now, |rules| hub.alarms.adopt(rules))?;
        Ok(json!({ "name": draft.rule.name.to_string(), "replaces": draft.replaces }))
    }

    fn remove(&self, user: &User, asked: &Remove) -> Result<Value, Refused> {
        let Remove { name, version } = asked;
        let hub = self.hub()?;
        self.book
            .remove(name, version, &user.name, |rules| hub.alarms.adopt(rules))?;
        Ok(json!({ "name": name }))
    }

    fn ack(&self, user: &User, asked: Ack) -> Result<Value, Refused> {
        let Ack {
            host,
            rule,
            labels,
            why,
        } = asked;
        let why = reason(&why)?;
        eprintln!(
            "muster-hub: {rule:?} on {host:?} acknowledged by {}: {why:?}",
            user.name
        );
        let input = Input::Ack {
            rule: rule.into(),
            host: trace::host(&host).map_err(|why| wrong(sentence(&why)))?,
            labels: Some(read_labels(&labels)?),
            by: match why.is_empty() {
                true => user.name.clone(),
                false => format!("{} ({why})", user.name),
            },
        };
        self.carry_out(input)
    }

    fn silence(&self, user: &User, asked: Hush) -> Result<Value, Refused> {
        let Hush {
            rule,
            host,
            severity,
            labels,
            minutes,
            why,
        } = asked;
        let why = reason(&why)?;
        if why.is_empty() {
            return Err(wrong("A silence has a reason.".to_owned()));
        }
        if !(1..=LONGEST_MINUTES).contains(&minutes) {
            return Err(wrong("A silence lasts from a minute to a year.".to_owned()));
        }
        let labels = read_labels(labels.as_deref().unwrap_or_default())?;
        eprintln!(
            "muster-hub: silence by {} for {minutes} min: rule {rule:?} host {host:?} severity {severity:?}: {why:?}",
            user.name
        );
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let id = format!("page-{:08x}", fastrand::u32(..));
        let hush = wire::Hush {
            id: id.clone(),
            ms: minutes * 60_000,
            why,
            rule: given(rule),
            host: given(host),
            severity: given(severity),
            labels: labels
                .iter()
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
        };
        let by = user.name.clone();
        self.ask(move |keeper| Ok(json!({ "id": id, "said": told(&keeper.silence(hush, by)?)? })))
    }

    fn unsilence(&self, user: &User, asked: Unhush) -> Result<Value, Refused> {
        eprintln!("muster-hub: silence {:?} ended by {}", asked.id, user.name);
        self.carry_out(Input::Unsilence { id: asked.id })
    }

    fn carry_out(&self, input: Input) -> Result<Value, Refused> {
        self.ask(move |keeper| Ok(json!({ "said": told(&keeper.carry_out(input))? })))
    }

    /// Has the alarms' thread do something, and waits for it.
    fn ask(
        &self,
        work: impl FnOnce(&mut Keeper) -> Result<Value, String> + Send + 'static,
    ) -> Result<Value, Refused> {
        let (answer, answered) = channel();
        let is_taken = self.hub()?.alarms.ask(move |keeper| {
            // Whoever asked may have given up.
            let _ = answer.send(work(keeper));
        });
        match answered.recv_timeout(PATIENCE) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(why)) => Err(wrong(sentence(&why))),
            Err(_) if is_taken => Err(Refused::Failed(
                "It takes longer than it may; it may still be done.".to_owned(),
            )),
            Err(_) => Err(Refused::Failed(
                "Too much waits to be judged. Try again.".to_owned(),
            )),
        }
    }

    fn hub(&self) -> Result<Arc<Shared>, Refused> {
        self.hub
            .upgrade()
            .ok_or_else(|| Refused::Failed("The hub is shutting down.".to_owned()))
    }
}

impl From<rulebook::Refused> for Refused {
    fn from(why: rulebook::Refused) -> Self {
        match why {
            rulebook::Refused::Wrong(line, what) => {
                Refused::Wrong(at_line(line, &what), json!({ "line": line }))
            }
            rulebook::Refused::Late(why) => Refused::Late(why),
            rulebook::Refused::Unknown(what) => Refused::Unknown(what),
            rulebook::Refused::Failed(why) => Refused::Failed(why),
        }
    }
}

fn read<T: DeserializeOwned>(values: Value) -> Result<T, Refused> {
    serde_json::from_value(values).map_err(|why| wrong(format!("The values are wrong: {why}.")))
}

/// Says what is wrong in a line; in none if that is 0.
fn at_line(line: usize, what: &str) -> String {
    match line {
        0 => sentence(what),
        _ => format!("Line {line}: {what}."),
    }
}

fn wrong(text: String) -> Refused {
    Refused::Wrong(text, Value::Null)
}

/// Makes a sentence of what is lower case without a full stop.
fn sentence(text: &str) -> String {
    let text = text.trim_end().trim_start_matches('@');
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), chars.as_str()),
        None => String::new(),
    }
}

/// Checks a reason: it stands in lines that people read, and in a log.
fn reason(text: &str) -> Result<String, Refused> {
    let text = text.trim();
    match text.len() <= LONGEST_WHY && !text.chars().any(char::is_control) {
        true => Ok(text.to_owned()),
        false => Err(wrong(format!(
            "A reason is one line of at most {LONGEST_WHY} bytes."
        ))),
    }
}

fn read_labels(text: &str) -> Result<Labels, Refused> {
    match Labels::read(text) {
        Ok((labels, rest)) if rest.trim().is_empty() => Ok(labels),
        _ => Err(wrong(format!("{text:?} are no labels."))),
    }
}

fn seconds(now_ms: i64) -> u64 {
    u64::try_from(now_ms / 1000).unwrap_or_default()
}

fn silence(silence: &Silence) -> Value {
    let text = |pattern: &Option<Pattern>| pattern.as_ref().map(ToString::to_string);
    let labels: BTreeMap<_, _> = silence
        .labels
        .iter()
        .map(|(key, pattern)| (key.as_str(), pattern.to_string()))
        .collect();
    json!({
        "id": silence.id,
        "from_ms": silence.from.0,
        "until_ms": silence.until.0,
        "by": silence.by,
        "why": silence.why,
        "rule": text(&silence.rule),
        "host": text(&silence.host),
        "severity": text(&silence.severity),
        "labels": labels,
    })
}

fn entry(entry: &Entry) -> Value {
    let Entry { rule, text, comments } = entry;
    json!({
        "name": rule.name.to_string(),
        "said": rule.to_string(),
        "severity": rule.severity.to_string(),
        "summary": rule.summary,
        "metric": rule.selector.metric,
        "comments": comments,
        "text": text,
        "form": form(rule),
    })
}
