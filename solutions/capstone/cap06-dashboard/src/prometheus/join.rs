//! Puts columns together that have labels in common.

use std::collections::{BTreeMap, HashMap};

use super::eval::{Column, same_labels};
use super::fault::Fault;
use super::labels::Labels;
use super::tree::{Grouping, Operator};

/// Puts columns of the same labels together, which may have no step in common, and leaves out what has no values.
pub(super) fn merge(columns: impl Iterator<Item = Column>) -> Result<Vec<Column>, Fault> {
    // region:evaluate Columns of equal labels become one if no step has a value in both; columns without values are left out.
    let mut merged: Vec<Column> = Vec::new();
    let mut places = HashMap::new();
    for column in columns.filter(|column| column.values.iter().any(Option::is_some)) {
        let place = *places.entry(column.labels.clone()).or_insert(merged.len());
        let Some(one) = merged.get_mut(place) else {
            merged.push(column);
            continue;
        };
        for (value, other) in one.values.iter_mut().zip(column.values) {
            match (&value, other) {
                (Some(_), Some(_)) => return Err(same_labels()),
                (None, Some(_)) => *value = other,
                _ => {}
            }
        }
    }
    Ok(merged)
    // endregion:evaluate
}

/// Matches the series of two vectors one to one.
///
/// Source: <https://prometheus.io/docs/prometheus/2.42/querying/operators/#one-to-one-vector-matches>
pub(super) fn one_to_one(
    operator: Operator,
    left: &[Column],
    right: &[Column],
    on: &Grouping,
    steps: usize,
) -> Result<Vec<Column>, Fault> {
    // region:evaluate Put both sides into groups by their labels; in each step a group may have one value on either side. Then the labels of the result, which depend on `on` and on whether the operator filters.
    // Where one side has nothing at all, nothing is matched, and so nothing is wrong.
    let has_left = |step: &usize| left.iter().any(|column| column.values[*step].is_some());
    let steps_with_left: Vec<usize> = (0..steps).filter(has_left).collect();
    let mut sides: BTreeMap<Labels, (Vec<&Column>, Vec<&Column>)> = BTreeMap::new();
    for column in left {
        sides.entry(column.labels.group(on)).or_default().0.push(column);
    }
    for column in right {
        sides.entry(column.labels.group(on)).or_default().1.push(column);
    }
    let mut results = Vec::new();
    for (group, (left, right)) in &sides {
        let mut of_left: Vec<Vec<Option<f64>>> = vec![vec![None; steps]; left.len()];
        for &step in &steps_with_left {
            let mut others = right.iter().filter_map(|column| column.values[step]);
            let Some(other) = others.next() else { continue };
            if others.next().is_some() {
                return Err(Fault::execution(format!(
                    "found duplicate series for the match group {} on the right hand-side of the operation: \
                     many-to-many matching not allowed: matching labels must be unique on one side",
                    brackets(group)
                )));
            }
            let mut is_matched = false;
            for (column, result) in left.iter().zip(&mut of_left) {
                let value = column.values[step].and_then(|value| operator.of(value, other));
                if value.is_some() && std::mem::replace(&mut is_matched, true) {
                    return Err(Fault::execution(
                        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)",
                    ));
                }
                result[step] = value;
            }
        }
        let columns = left.iter().zip(of_left).map(|(column, values)| {
            let labels = match (on, operator) {
                (Grouping::By(_), Operator::Filter(_))
                | (Grouping::Without(_), Operator::Arithmetic(_) | Operator::Bool(_)) => group.clone(),
                (Grouping::By(_), _) => group.without_name(),
                (Grouping::Without(names), Operator::Filter(_)) => column.labels.without(names),
            };
            Column { labels, values }
        });
        results.extend(columns);
    }
    merge(results.into_iter())
    // endregion:evaluate
}

fn brackets(labels: &Labels) -> String {
    let text = labels.text();
    if text.is_empty() { "{}".to_owned() } else { text }
}
