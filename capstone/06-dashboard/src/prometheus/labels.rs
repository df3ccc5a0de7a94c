//! The labels of a series, its name among them.

use std::collections::BTreeMap;
use std::sync::Arc;

use collect::{Kind, Unit, prometheus::name_of};

use super::tree::Grouping;

/// What the label is called that holds the name.
pub(super) const NAME: &str = "__name__";

/// The labels of a series; a clone costs nothing. They are sorted as Prometheus sorts them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Labels(Arc<BTreeMap<Arc<str>, Arc<str>>>);

impl Labels {
    pub(super) fn none() -> Self {
        Self(Arc::default())
    }

    /// Returns what Prometheus is shown of a series: its name and labels made such that they can be one's, and its host.
    pub(super) fn of(name: &Arc<str>, host: &Arc<str>, labels: &collect::Labels) -> Self {
        let mut all = BTreeMap::new();
        for (key, value) in labels.iter().filter(|(_, value)| !value.is_empty()) {
            let mut key = fit(key, false);
            // As a server does it with labels that it sets itself.
            while key == "host" && !host.is_empty() || key == NAME || all.contains_key(key.as_str()) {
                key.insert_str(0, "exported_");
            }
            all.insert(key.into(), value.into());
        }
        all.insert(NAME.into(), Arc::clone(name));
        if !host.is_empty() {
            all.insert("host".into(), Arc::clone(host));
        }
        Self(Arc::new(all))
    }

    /// Returns the value of a label; one that is not there is empty.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Returns the same without the name: what is computed is another metric.
    pub(super) fn without_name(&self) -> Self {
        self.filtered(|name| name != NAME)
    }

    /// Returns the labels of its group.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn group(&self, grouping: &Grouping) -> Self {
        todo!("evaluate: With `by` just these labels, with `without` all but these and the name.")
    }

    /// Returns the same without some.
    pub(super) fn without(&self, names: &[String]) -> Self {
        self.filtered(|name| !names.iter().any(|out| out == name))
    }

    fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        let kept = self.0.iter().filter(|(name, _)| keep(name));
        Self(Arc::new(
            kept.map(|(name, value)| (Arc::clone(name), Arc::clone(value)))
                .collect(),
        ))
    }

    /// Writes them as in the text format, without the name.
    pub(super) fn text(&self) -> String {
        let pairs: collect::Labels = self.iter().filter(|(name, _)| *name != NAME).collect();
        pairs.to_string()
    }
}

/// Returns what Prometheus calls a series that may have any text for a name.
pub(super) fn metric_name(name: &str, kind: Kind, unit: Unit) -> String {
    fit(&name_of(name, kind, unit), true)
}

/// Makes a name of any text: other characters become `_`.
///
/// Source: <https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels>
fn fit(text: &str, is_metric: bool) -> String {
    let is_fit = |character: char| {
        character.is_ascii_alphanumeric() || character == '_' || is_metric && character == ':'
    };
    let mut name: String = text
        .chars()
        .map(|character| if is_fit(character) { character } else { '_' })
        .collect();
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

/// Says whether a text can be the name of a metric.
pub(super) fn is_metric_name(text: &str) -> bool {
    fit(text, true) == text
}

/// Says whether a text can be the name of a label.
pub(super) fn is_label_name(text: &str) -> bool {
    fit(text, false) == text
}
