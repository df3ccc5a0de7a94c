//! What a rule would have done, over what is stored.

mod drawn;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use alarm::expr::{Call, Comparison, Condition};
use alarm::replay::tally;
use alarm::trace::{self, Input};
use alarm::{Event, Judge, Kept, Key, Labels, Name, Rule, Rules, Time, What, takes};
use serde_json::{Value, json};
use store::{Location, Reader, Series, Value as Stored};

use drawn::{drawn, limits};

/// The most samples that are looked at. If there are more, a shorter time is.
const MOST_SAMPLES: usize = 1_000_000;

/// The most firings that are listed.
const MOST_FIRINGS: usize = 100;

/// What every agent reports: where it is, its host was up.
const HEARTBEAT: &str = "agent.batches";

/// A series that the rule watches.
struct Watched {
    host: Name,
    host_id: i64,
    labels: Labels,
    samples: Vec<Stored>,
}

/// An alarm, from when to when.
struct Firing {
    key: Key,
    from: Time,
    to: Option<Time>,
    value: Option<f64>,
}

/// Judges what is stored between two moments, in ms, by a rule, as if there were no other: neither silences nor what it depends on nor a limit of all.
///
/// # Errors
/// The store cannot be read.
pub(super) fn replay(
    database: &Location,
    rules: &Rules,
    rule: &Rule,
    mut from_ms: i64,
    to_ms: i64,
) -> store::Result<Value> {
    let reader = Reader::open(database)?;
    let (watched, reports) = loop {
        match read(&reader, rule, from_ms, to_ms)? {
            Some(read) => break read,
            None => from_ms = to_ms - (to_ms - from_ms) / 2,
        }
    };
    let mut alone = rule.clone();
    alone.depends_on.clear();
    let alone = Arc::new(Rules {
        interval: rules.interval,
        at_most: None,
        all: [alone].into_iter().chain(rules.all.last().cloned()).collect(),
    });
    let events = judge(&alone, &watched, &reports, to_ms);
    let of_rule = |(name, _): &(Name, _)| *name == rule.name;
    let tally = tally(&alone, &events, Time(to_ms.unsigned_abs()))
        .into_iter()
        .find(of_rule)
        .map(|(_, tally)| tally)
        .unwrap_or_default();
    let firings = firings(&rule.name, &events);
    let ms = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let hosts: std::collections::BTreeSet<_> = watched.iter().map(|one| &one.host).collect();
    Ok(json!({
        "said": rule.to_string(),
        "from_ms": from_ms,
        "to_ms": to_ms,
        "samples": watched.iter().map(|one| one.samples.len()).sum::<usize>(),
        "watched": watched.len(),
        "hosts": hosts.len(),
        "fired": tally.fired,
        "fired_on": tally.hosts.len(),
        "together_ms": ms(tally.together),
        "longest_ms": ms(tally.longest),
        "notified": tally.notified,
        "withheld": tally.withheld,
        "firings": firings.iter().rev().take(MOST_FIRINGS).map(|firing| told(firing, &watched)).collect::<Vec<_>>(),
        "limits": limits(rule),
        "series": drawn(rule, &watched, &firings, from_ms, to_ms),
    }))
}

type Read = (Vec<Watched>, Vec<(i64, Name)>);

/// Reads what the rule watches, and when hosts have reported. `None` if that is too much.
fn read(reader: &Reader, rule: &Rule, from_ms: i64, to_ms: i64) -> store::Result<Option<Read>> {
    let names: HashMap<_, _> = reader
        .hosts()?
        .into_iter()
        // What is no name of a host is not judged.
        .filter_map(|host| Some((host.id, trace::host(&host.name).ok()?)))
        .collect();
    let (mut watched, mut reports) = (Vec::new(), Vec::new());
    let mut room = MOST_SAMPLES;
    let mut read = |series: &Series| -> store::Result<Option<Vec<Stored>>> {
        let samples = reader.samples(series.id, from_ms, to_ms)?;
        match room.checked_sub(samples.len()) {
            Some(rest) => {
                room = rest;
                Ok(Some(samples))
            }
            None => Ok(None),
        }
    };
    for series in reader.named(&rule.selector.metric)? {
        let Some(host) = names.get(&series.host) else {
            continue;
        };
        let labels: Labels = series.labels.iter().collect();
        if !takes(&rule.hosts, host) || !rule.selector.selects(&series.name, &labels) {
            continue;
        }
        let Some(samples) = read(&series)? else {
            return Ok(None);
        };
        if !samples.is_empty() {
            watched.push(Watched {
                host: host.clone(),
                host_id: series.host.0,
                labels,
                samples,
            });
        }
    }
    for series in reader.named(HEARTBEAT)? {
        let Some(host) = names.get(&series.host) else {
            continue;
        };
        if !takes(&rule.hosts, host) {
            continue;
        }
        let Some(samples) = read(&series)? else {
            return Ok(None);
        };
        reports.extend(samples.iter().map(|sample| (sample.time_ms, host.clone())));
    }
    Ok(Some((watched, reports)))
}

/// Feeds all of it in the order of time.
fn judge(rules: &Arc<Rules>, watched: &[Watched], reports: &[(i64, Name)], to_ms: i64) -> Vec<Event> {
    enum Of {
        Sample(usize, usize),
        Report(usize),
    }
    let samples = watched.iter().enumerate().flat_map(|(series, one)| {
        let samples = one.samples.iter().enumerate();
        samples.map(move |(n, sample)| (sample.time_ms, Of::Sample(series, n)))
    });
    let heard = reports
        .iter()
        .enumerate()
        .map(|(n, (time_ms, _))| (*time_ms, Of::Report(n)));
    let mut all: Vec<(i64, Of)> = samples.chain(heard).collect();
    all.sort_by_key(|(time_ms, _)| *time_ms);
    let mut judge = Judge::new(Arc::clone(rules), Kept::default());
    let mut events = Vec::new();
    let metric = rules
        .all
        .first()
        .map(|rule| rule.selector.metric.clone())
        .unwrap_or_default();
    for (time_ms, of) in all {
        let input = match of {
            Of::Sample(series, n) => Input::Sample {
                host: watched[series].host.clone(),
                metric: metric.clone(),
                labels: watched[series].labels.clone(),
                value: watched[series].samples[n].value,
            },
            Of::Report(n) => Input::Report {
                host: reports[n].1.clone(),
            },
        };
        // They are in order, so that it takes them all.
        events.extend(
            judge
                .feed(Time(time_ms.unsigned_abs()), input)
                .unwrap_or_default(),
        );
    }
    events.extend(
        judge
            .feed(Time(to_ms.unsigned_abs()), Input::Tick)
            .unwrap_or_default(),
    );
    events
}

fn firings(rule: &Name, events: &[Event]) -> Vec<Firing> {
    let mut firings: Vec<Firing> = Vec::new();
    let mut open: HashMap<Key, usize> = HashMap::new();
    for event in events {
        let What::Changed {
            key, from, to, value, ..
        } = &event.what
        else {
            continue;
        };
        if key.rule != *rule {
            continue;
        }
        match (from.is_active(), to.is_active()) {
            (false, true) => {
                open.insert(key.clone(), firings.len());
                firings.push(Firing {
                    key: key.clone(),
                    from: event.time,
                    to: None,
                    value: *value,
                });
            }
            (true, false) => {
                if let Some(place) = open.remove(key) {
                    firings[place].to = Some(event.time);
                }
            }
            _ => {}
        }
    }
    firings
}

fn told(firing: &Firing, watched: &[Watched]) -> Value {
    let Firing { key, from, to, value } = firing;
    let host_id = watched
        .iter()
        .find(|one| one.host == key.host)
        .map(|one| one.host_id);
    json!({
        "host": key.host.to_string(),
        "host_id": host_id,
        "labels": key.labels.to_string(),
        "from_ms": from.0,
        "to_ms": to.map(|to| to.0),
        "value": value,
    })
}

/// Returns the first comparison of a condition, if it is the only one.
pub(super) fn comparison(condition: &Condition) -> Option<(Call, Comparison, f64)> {
    match condition {
        Condition::Compare(call, comparison, number) => Some((*call, *comparison, *number)),
        Condition::And(..) | Condition::Or(..) => None,
    }
}
