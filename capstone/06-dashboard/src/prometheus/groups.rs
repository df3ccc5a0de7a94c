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

#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
fn fold(what: Aggregation, mut values: impl Iterator<Item = f64>) -> Option<f64> {
    todo!(
        "evaluate: One value of those that a step has, or none if it has none. A mean must not overflow, and NaN is neither least nor most."
    )
}

/// Keeps in each step the highest (or lowest) values of a group. Of equals the first series stays.
#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
fn best(what: Aggregation, most: usize, mut group: Vec<Column>, steps: usize) -> Vec<Column> {
    todo!(
        "evaluate: In each step all but the best lose their value; a column without values is no more. At a single step the best comes first. NaN is the worst."
    )
}
