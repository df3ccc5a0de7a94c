//! Answers a query, series by series and not step by step: labels are then looked at once, and one series' samples are in memory at a time.

use std::collections::HashSet;

use store::Value;

use super::catalog::Catalog;
use super::fault::Fault;
use super::groups;
use super::join::{merge, one_to_one};
use super::labels::Labels;
use super::over::Window;
use super::tree::{Expr, Operator, Selector};

/// For how long the last sample of a series is its value.
pub(super) const LOOK_BACK_MS: i64 = 300_000;

/// The most values of one expression, and the most samples that are looked at for a query, of which some are looked at for many steps.
const MOST_VALUES: usize = 5_000_000;
const MOST_SAMPLES: usize = 50_000_000;

/// The moments of a range, in milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps {
    pub(super) from_ms: i64,
    pub(super) step_ms: i64,
    pub(super) count: usize,
}

impl Steps {
    /// Returns one moment.
    pub(super) fn one(at_ms: i64) -> Self {
        Self {
            from_ms: at_ms,
            step_ms: 1,
            count: 1,
        }
    }

    pub(super) fn iter(self) -> impl Iterator<Item = i64> {
        (0..self.count as i64).map(move |n| self.from_ms + self.step_ms * n)
    }

    fn last_ms(self) -> i64 {
        self.from_ms + self.step_ms * (self.count as i64 - 1)
    }
}

/// A series of a result: a value for each step, or none.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) labels: Labels,
    pub(super) values: Vec<Option<f64>>,
}

/// What is left of what a query may cost.
pub(super) struct Evaluator<'a> {
    catalog: &'a Catalog<'a>,
    steps: Steps,
    samples: usize,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(catalog: &'a Catalog<'a>, steps: Steps) -> Self {
        let samples = MOST_SAMPLES;
        Self {
            catalog,
            steps,
            samples,
        }
    }

    /// Evaluates what is a vector. A column has at least one value.
    pub(super) fn vector(&mut self, expr: &Expr) -> Result<Vec<Column>, Fault> {
        match expr {
            Expr::Selector(selector) => self.selector(selector),
            Expr::Over(over, selector, range_ms) => {
                let mut columns = self.columns(selector, *range_ms, true, |samples, window| {
                    over.of(samples, window)
                })?;
                if !over.keeps_name() {
                    columns = columns.into_iter().map(without_name).collect();
                    refuse_doubles(&columns)?;
                }
                Ok(columns)
            }
            Expr::Negate(of) => {
                let negative = |mut column: Column| {
                    column
                        .values
                        .iter_mut()
                        .flatten()
                        .for_each(|value| *value = -*value);
                    without_name(column)
                };
                let columns: Vec<_> = self.vector(of)?.into_iter().map(negative).collect();
                refuse_doubles(&columns)?;
                Ok(columns)
            }
            Expr::Aggregate {
                what,
                most,
                grouping,
                of,
            } => {
                let columns = self.vector(of)?;
                groups::aggregate(*what, *most, grouping, columns, self.steps.count)
            }
            Expr::WithNumber {
                operator,
                vector,
                number,
                number_is_left,
            } => {
                let columns = self.vector(vector)?;
                merge(
                    columns
                        .into_iter()
                        .map(|column| with_number(*operator, column, *number, *number_is_left)),
                )
            }
            Expr::WithVector {
                operator,
                left,
                right,
                on,
            } => {
                let (left, right) = (self.vector(left)?, self.vector(right)?);
                one_to_one(*operator, &left, &right, on, self.steps.count)
            }
            // The parser lets neither be where a vector is.
            Expr::Number(_) | Expr::Range(..) => Ok(Vec::new()),
        }
    }

    fn selector(&mut self, selector: &Selector) -> Result<Vec<Column>, Fault> {
        self.columns(selector, LOOK_BACK_MS, false, |samples, _| {
            samples.last().map(|last| last.value)
        })
    }

    /// Returns the samples of a range that ends at the only step.
    pub(super) fn raw(
        &mut self,
        selector: &Selector,
        range_ms: i64,
    ) -> Result<Vec<(Labels, Vec<Value>)>, Fault> {
        let to_ms = self.steps.from_ms - selector.offset_ms;
        let mut all = Vec::new();
        let mut values = 0;
        for found in self.catalog.find(&selector.matchers)? {
            let samples = self.catalog.samples(&found, to_ms - range_ms, to_ms)?;
            values += samples.len();
            if values > MOST_VALUES {
                return Err(too_much());
            }
            if !samples.is_empty() {
                all.push((found.labels, samples));
            }
        }
        Ok(all)
    }

    /// Makes a value of what each series has in the range that ends at each step. Both ends of a range belong to it.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn columns(
        &mut self,
        selector: &Selector,
        range_ms: i64,
        looks_at_all: bool,
        of: impl Fn(&[Value], Window) -> Option<f64>,
    ) -> Result<Vec<Column>, Fault> {
        todo!(
            "evaluate: For each series read once what all steps need; then walk along: for each step the samples from `to - range` to `to`, both included, are `samples[begin..end]`. A series without any value makes no column. Pay for what is read and for what is looked at."
        )
    }

    fn pay(&mut self, samples: usize) -> Result<(), Fault> {
        self.samples = self.samples.checked_sub(samples).ok_or_else(too_much)?;
        Ok(())
    }
}

fn too_much() -> Fault {
    Fault::execution("query processing would load too many samples into memory in query execution")
}

fn without_name(column: Column) -> Column {
    let labels = column.labels.without_name();
    Column { labels, ..column }
}

pub(super) fn same_labels() -> Fault {
    Fault::execution("vector cannot contain metrics with the same labelset")
}

fn refuse_doubles(columns: &[Column]) -> Result<(), Fault> {
    let mut seen = HashSet::new();
    match columns.iter().all(|column| seen.insert(&column.labels)) {
        true => Ok(()),
        false => Err(same_labels()),
    }
}

#[expect(unused_variables, reason = "goes with the todo!")]
fn with_number(operator: Operator, column: Column, number: f64, number_is_left: bool) -> Column {
    todo!(
        "evaluate: Apply the operator to each value with the number on its side. What a filter keeps is the value of the vector, and the name; all else is another metric."
    )
}
