use crate::{Labels, Metric};

/// One value of one metric at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What was measured.
    pub metric: &'static Metric,
    /// Of which part of the host: a disk, an interface; nothing for the host as a whole.
    pub labels: Labels,
    /// In the metric's unit.
    pub value: f64,
}
