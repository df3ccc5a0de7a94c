//! Puts columns together that have labels in common.

use std::collections::{BTreeMap, HashMap};

use super::eval::{Column, same_labels};
use super::fault::Fault;
use super::labels::Labels;
use super::tree::{Grouping, Operator};

/// Puts columns of the same labels together, which may have no step in common, and leaves out what has no values.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn merge(columns: impl Iterator<Item = Column>) -> Result<Vec<Column>, Fault> {
    todo!(
        "evaluate: Columns of equal labels become one if no step has a value in both; columns without values are left out."
    )
}

/// Matches the series of two vectors one to one.
///
/// Source: <https://prometheus.io/docs/prometheus/2.42/querying/operators/#one-to-one-vector-matches>
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn one_to_one(
    operator: Operator,
    left: &[Column],
    right: &[Column],
    on: &Grouping,
    steps: usize,
) -> Result<Vec<Column>, Fault> {
    todo!(
        "evaluate: Put both sides into groups by their labels; in each step a group may have one value on either side. Then the labels of the result, which depend on `on` and on whether the operator filters."
    )
}

fn brackets(labels: &Labels) -> String {
    let text = labels.text();
    if text.is_empty() { "{}".to_owned() } else { text }
}
