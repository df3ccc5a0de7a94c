use alarm::expr::{Call, Condition, When};
use alarm::{Rule, Samples, Time};
use serde_json::{Value, json};

use super::{Firing, Watched};

/// The most series that are drawn, and the most points of each.
const MOST_DRAWN: usize = 6;
const MOST_POINTS: u64 = 400;

/// Returns the numbers that the rule compares with, to be drawn beside its values.
pub(super) fn limits(rule: &Rule) -> Vec<f64> {
    fn walk(condition: &Condition, found: &mut Vec<f64>) {
        match condition {
            Condition::Compare(_, _, number) => found.push(*number),
            Condition::And(one, other) | Condition::Or(one, other) => {
                walk(one, found);
                walk(other, found);
            }
        }
    }
    let mut found = Vec::new();
    if let When::Holds(condition) = &rule.when {
        walk(condition, &mut found);
    }
    if let Some(recover) = &rule.recover {
        walk(recover, &mut found);
    }
    found.truncate(4);
    found
}

/// Returns lines of what the rule looks at: those that fired first, then the highest.
pub(super) fn drawn(
    rule: &Rule,
    watched: &[Watched],
    firings: &[Firing],
    from_ms: i64,
    to_ms: i64,
) -> Vec<Value> {
    let fired = |one: &Watched| {
        let is_its = |firing: &&Firing| firing.key.host == one.host && firing.key.labels == one.labels;
        firings.iter().filter(is_its).count()
    };
    let most = |one: &Watched| {
        one.samples
            .iter()
            .map(|sample| sample.value)
            .fold(f64::NEG_INFINITY, f64::max)
    };
    let mut order: Vec<(usize, f64, &Watched)> =
        watched.iter().map(|one| (fired(one), most(one), one)).collect();
    order.sort_by(|(fired, most, _), (others, other, _)| others.cmp(fired).then(other.total_cmp(most)));
    let mut call = None;
    if let When::Holds(condition) = &rule.when {
        condition.calls(&mut |one| call = call.or(Some(one)));
    }
    // As fine as what there is allows: a new hub has no day behind it.
    let firsts = watched.iter().filter_map(|one| one.samples.first());
    let first = firsts.map(|sample| sample.time_ms).min().unwrap_or(from_ms);
    let from_ms = from_ms.max(first);
    let step = (to_ms.abs_diff(from_ms) / MOST_POINTS).max(1000);
    order
        .into_iter()
        .take(MOST_DRAWN)
        .map(|(_, _, one)| line(rule, call, one, from_ms, step))
        .collect()
}

/// Returns what the rule compares, of one series, in steps: mean, least and most.
fn line(rule: &Rule, call: Option<Call>, one: &Watched, from_ms: i64, step: u64) -> Value {
    let mut kept = Samples::default();
    let keeps = rule.keeps();
    let mut steps: Vec<(i64, u32, [f64; 3])> = Vec::new();
    for sample in &one.samples {
        let value = match call {
            Some(call) => {
                kept.push(Time(sample.time_ms.unsigned_abs()), sample.value, keeps);
                kept.value(call)
            }
            None => Some(sample.value),
        };
        let Some(value) = value.filter(|value| value.is_finite()) else {
            continue;
        };
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        let begin = from_ms + (sample.time_ms - from_ms) / step * step;
        match steps.last_mut() {
            Some((at, count, [sum, least, greatest])) if *at == begin => {
                *count += 1;
                *sum += value;
                *least = least.min(value);
                *greatest = greatest.max(value);
            }
            _ => steps.push((begin, 1, [value; 3])),
        }
    }
    let column = |of: fn(&(i64, u32, [f64; 3])) -> f64| steps.iter().map(of).collect::<Vec<f64>>();
    json!({
        "host": one.host.to_string(),
        "labels": one.labels.to_string(),
        "step_ms": step,
        "time_ms": steps.iter().map(|(at, ..)| *at).collect::<Vec<_>>(),
        "avg": column(|(_, count, [sum, ..])| sum / f64::from(*count)),
        "min": column(|(.., [_, least, _])| *least),
        "max": column(|(.., [_, _, greatest])| *greatest),
    })
}
