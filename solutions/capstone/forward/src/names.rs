//! What may be a name.
//!
//! Source: <https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels>

/// The label that has the name of the metric.
pub const NAME: &str = "__name__";

/// Says whether a text can be the name of a metric: letters and digits of ASCII, `_` and `:`, and no digit at the begin.
///
/// ```
/// assert!(forward::names::is_metric("node:cpu_seconds:rate5m"));
/// assert!(!forward::names::is_metric("x; DROP TABLE series"));
/// ```
pub fn is_metric(text: &str) -> bool {
    is_name(text, |byte| byte == b':')
}

/// Says whether a text can be the name of a label: as a metric's, without `:`.
pub fn is_label(text: &str) -> bool {
    is_name(text, |_| false)
}

fn is_name(text: &str, also: impl Fn(u8) -> bool) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || also(byte);
    text.bytes().all(is_fit) && text.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}
