//! What a foreign series is here.
//!
//! | of the series | becomes |
//! |---|---|
//! | `__name__` | the metric, as it is |
//! | `host`, or else `instance` | the host: `remote/` and its value, or `remote/-` without either |
//! | all labels, these as well | labels, as they are |
//! | whether the name ends in `_total`, `_count`, `_sum` or `_bucket` | whether it is a counter |
//!
//! No agent can have such a host's name, so that nobody but who may write here can say anything about it, and nothing that is written here is taken for what an agent has said.

use std::sync::Arc;

use collect::prometheus::REMOTE;
use collect::{Kind, Labels};
use forward::names::{self, NAME};

/// The longest name of a metric and the most bytes of labels: what a store keeps.
const LONGEST_NAME: usize = 255;
const LONGEST_LABELS: usize = 4096;

/// The most characters of a name in a message.
const SHOWN: usize = 60;

/// A series, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Foreign {
    pub(super) host: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) labels: Labels,
    pub(super) kind: Kind,
}

impl Foreign {
    /// Makes one of labels as they came.
    ///
    /// # Errors
    /// Says what is wrong with them.
    pub(super) fn new(labels: &[(&str, &str)]) -> Result<Self, String> {
        let shown = |text: &str| text.chars().take(SHOWN).collect::<String>();
        let value = |wanted: &str| {
            let found = labels.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| *value).filter(|value| !value.is_empty())
        };
        let name = value(NAME).ok_or("a series has no __name__")?;
        if !names::is_metric(name) {
            return Err(format!("{:?} is no name of a metric", shown(name)));
        }
        if name.len() > LONGEST_NAME {
            return Err(format!("{:?}… has more than {LONGEST_NAME} bytes", shown(name)));
        }
        let mut all: Vec<(&str, &str)> = labels
            .iter()
            .copied()
            .filter(|(label, value)| *label != NAME && !value.is_empty())
            .collect();
        all.sort_unstable();
        for (label, _) in &all {
            if !names::is_label(label) {
                return Err(format!("{name}: {:?} is no name of a label", shown(label)));
            }
        }
        if let Some(twice) = all.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(format!("{name}: there are two labels {:?}", shown(twice[0].0)));
        }
        let bytes: usize = all.iter().map(|(label, value)| label.len() + value.len()).sum();
        if bytes > LONGEST_LABELS {
            return Err(format!(
                "{name}: the labels have more than {LONGEST_LABELS} bytes"
            ));
        }
        let host = value("host").or(value("instance")).unwrap_or("-");
        let grows = ["_total", "_count", "_sum", "_bucket"];
        let kind = match grows.iter().any(|end| name.ends_with(end)) {
            true => Kind::Counter,
            false => Kind::Gauge,
        };
        Ok(Self {
            host: format!("{REMOTE}{host}").into(),
            name: name.into(),
            labels: all.into_iter().collect(),
            kind,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_keeps_its_name_and_its_labels_and_gets_a_host() {
        for (labels, host, kind) in [
            (
                &[("instance", "a:9100"), ("__name__", "up")][..],
                "remote/a:9100",
                Kind::Gauge,
            ),
            (
                &[("__name__", "x_total"), ("host", "web01"), ("instance", "a")],
                "remote/web01",
                Kind::Counter,
            ),
            (&[("__name__", "job:x:sum")], "remote/-", Kind::Gauge),
            (
                &[("__name__", "h_bucket"), ("le", "+Inf"), ("none", "")],
                "remote/-",
                Kind::Counter,
            ),
        ] {
            let foreign = Foreign::new(labels).unwrap();
            assert_eq!((&*foreign.host, foreign.kind), (host, kind), "{labels:?}");
            let kept = labels
                .iter()
                .filter(|(name, value)| *name != NAME && !value.is_empty());
            assert_eq!(foreign.labels, kept.copied().collect());
        }
    }

    #[test]
    fn what_is_no_series_is_said() {
        let long = "x".repeat(5000);
        for (labels, part) in [
            (&[("job", "a")][..], "no __name__"),
            (&[("__name__", "")], "no __name__"),
            (
                &[("__name__", "a'; DROP TABLE series; --")],
                "is no name of a metric",
            ),
            (
                &[("__name__", "up"), ("<b>", "x")],
                "up: \"<b>\" is no name of a label",
            ),
            (&[("__name__", "up"), ("", "x")], "\"\" is no name of a label"),
            (
                &[("__name__", "up"), ("a", "1"), ("a", "2")],
                "up: there are two labels \"a\"",
            ),
            (&[("__name__", &long)], "has more than 255 bytes"),
            (
                &[("__name__", "up"), ("a", &long)],
                "the labels have more than 4096 bytes",
            ),
        ] {
            let why = Foreign::new(labels).unwrap_err();
            assert!(why.contains(part) && why.len() < 200, "{why}");
        }
        // A value may be anything.
        assert!(Foreign::new(&[("__name__", "up"), ("a", "'; DROP TABLE host; --<script>\n\0")]).is_ok());
    }
}
