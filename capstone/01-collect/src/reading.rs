use crate::{Labels, Metric};

/// One value of one metric at one moment.
///
/// ```
/// use collect::{Labels, Reading, metric};
///
/// let metric = metric("network.sent_bytes").expect("it is one of them");
/// let reading = Reading { metric, labels: Labels::one("interface", "eth0"), value: 1500.0 };
/// assert_eq!(format!("{}{}", reading.metric.name, reading.labels), r#"network.sent_bytes{interface="eth0"}"#);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What was measured.
    pub metric: &'static Metric,
    /// Of which part of the host: a disk, an interface; nothing for the host as a whole.
    pub labels: Labels,
    /// In the metric's unit.
    pub value: f64,
}
