use std::{fmt, sync::Arc};

use serde::{Serialize, Serializer};

/// Names a part of a host by a few pairs, sorted by key; a clone costs no allocation.
///
/// `Display` writes them as Prometheus does, and nothing if there are none.
///
/// ```
/// use collect::Labels;
///
/// let labels: Labels = [("mode", "user"), ("cpu", "0")].into_iter().collect();
/// assert_eq!(labels.to_string(), r#"{cpu="0",mode="user"}"#);
/// assert_eq!(labels.get("cpu"), Some("0"));
/// assert_eq!(Labels::none().to_string(), "");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Labels(Option<Arc<[Pair]>>);

type Pair = (Box<str>, Box<str>);

impl Labels {
    /// Returns no labels: the host as a whole.
    pub const fn none() -> Labels {
        Labels(None)
    }

    /// Makes labels of a single pair.
    pub fn one(key: &str, value: &str) -> Labels {
        [(key, value)].into_iter().collect()
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Goes through the pairs, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .flat_map(|pairs| pairs.iter())
            .map(|(key, value)| (&**key, &**value))
    }
}

/// Sorts the pairs; of several with the same key the last one stays.
impl<K: Into<Box<str>>, V: Into<Box<str>>> FromIterator<(K, V)> for Labels {
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Labels {
        todo!("counters: Sorted by key, and of a key that is there twice the last value; no pairs are None.")
    }
}

impl fmt::Display for Labels {
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!(
            "counters: Nothing for no labels, else {{key=\"value\",…}}, with a backslash before \\ and \", and a line feed as \\n."
        )
    }
}

impl Serialize for Labels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_as_prometheus_reads_them() {
        let labels = Labels::one("mount", "/a\"b\\c\nd");
        assert_eq!(labels.to_string(), "{mount=\"/a\\\"b\\\\c\\nd\"}");
    }

    #[test]
    fn order_and_doubles_do_not_make_other_labels() {
        let one: Labels = [("b", "2"), ("a", "1")].into_iter().collect();
        let two: Labels = [("a", "9"), ("a", "1"), ("b", "2")].into_iter().collect();
        assert_eq!(one, two);
    }
}
