//! Aggregation: a group of series becomes one, or some of it stay.
//!
//! Source: <https://prometheus.io/docs/prometheus/2.42/querying/operators/#aggregation-operators>

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::eval::Column;
use super::fault::Fault;
use super::labels::Labels;
use super::tree::{Aggregation, Grouping};

/// Aggregates columns of so many steps.
pub(super) fn aggregate(
    what: Aggregation,
    most: f64,
    grouping: &Grouping,
    columns: Vec<Column>,
    steps: usize,
) -> Result<Vec<Column>, Fault> {
    let mut groups: BTreeMap<Labels, Vec<Column>> = BTreeMap::new();
    for column in columns {
        groups
            .entry(column.labels.group(grouping))
            .or_default()
            .push(column);
    }
    if what.has_parameter() {
        let most = count(most)?;
        let best = groups
            .into_values()
            .flat_map(|group| best(what, most, group, steps));
        return Ok(best.collect());
    }
    Ok(groups
        .into_iter()
        .map(|(labels, group)| {
            let values =
                (0..steps).map(|step| fold(what, group.iter().filter_map(|column| column.values[step])));
            let values = values.collect();
            Column { labels, values }
        })
        .collect())
}

fn count(most: f64) -> Result<usize, Fault> {
    if most.is_nan() || most.abs() >= i64::MAX as f64 {
        return Err(Fault::execution(format!("Scalar value {most} overflows int64")));
    }
    // What is below 0 is as good as 0.
    Ok(most as usize)
}

fn fold(what: Aggregation, mut values: impl Iterator<Item = f64>) -> Option<f64> {
    // region:evaluate One value of those that a step has, or none if it has none. A mean must not overflow, and NaN is neither least nor most.
    let first = values.next()?;
    let (mut result, mut count) = (first, 1.0);
    for value in values {
        count += 1.0;
        match what {
            Aggregation::Sum => result += value,
            // An infinite mean stays what it is, unless the other infinity comes.
            Aggregation::Avg if result.is_infinite() && value.is_finite() => {}
            Aggregation::Avg if value.is_infinite() => result += value,
            // As a sum it could be too large for a number, when the mean is not.
            Aggregation::Avg => result += value / count - result / count,
            // What is no number counts only if there is nothing else.
            Aggregation::Min if value < result || result.is_nan() => result = value,
            Aggregation::Max if value > result || result.is_nan() => result = value,
            _ => {}
        }
    }
    Some(if what == Aggregation::Count { count } else { result })
    // endregion:evaluate
}

/// Keeps in each step the highest (or lowest) values of a group. Of equals the first series stays.
fn best(what: Aggregation, most: usize, mut group: Vec<Column>, steps: usize) -> Vec<Column> {
    // region:evaluate In each step all but the best lose their value; a column without values is no more. At a single step the best comes first. NaN is the worst.
    // What is no number comes last either way.
    let order = |one: f64, other: f64| match (one.is_nan(), other.is_nan()) {
        (false, false) if what == Aggregation::Topk => other.partial_cmp(&one).unwrap_or(Ordering::Equal),
        (false, false) => one.partial_cmp(&other).unwrap_or(Ordering::Equal),
        (one, other) => one.cmp(&other),
    };
    for step in 0..steps {
        let mut ranks: Vec<(usize, f64)> = group
            .iter()
            .enumerate()
            .filter_map(|(n, column)| Some((n, column.values[step]?)))
            .collect();
        ranks.sort_by(|(_, one), (_, other)| order(*one, *other));
        for (n, _) in ranks.into_iter().skip(most) {
            group[n].values[step] = None;
        }
    }
    group.retain(|column| column.values.iter().any(Option::is_some));
    if steps == 1 {
        let value = |column: &Column| column.values[0].unwrap_or(f64::NAN);
        group.sort_by(|one, other| order(value(one), value(other)));
    }
    group
    // endregion:evaluate
}
