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
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Labels {
        // region:counters Sorted by key, and of a key that is there twice the last value; no pairs are None.
        let mut all: Vec<Pair> = Vec::new();
        for (key, value) in pairs {
            let (key, value) = (key.into(), value.into());
            match all.binary_search_by(|(other, _)| other.cmp(&key)) {
                Ok(at) => all[at].1 = value,
                Err(at) => all.insert(at, (key, value)),
            }
        }
        Labels(if all.is_empty() { None } else { Some(all.into()) })
        // endregion:counters
    }
}

impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // region:counters Nothing for no labels, else {key="value",…}, with a backslash before \ and ", and a line feed as \n.
        for (n, (key, value)) in self.iter().enumerate() {
            write!(f, "{}{key}=\"", if n == 0 { '{' } else { ',' })?;
            // A value is any text: a mount point may have a quote or a line's end in its name.
            let mut rest = value;
            while let Some(at) = rest.find(['\\', '"', '\n']) {
                f.write_str(&rest[..at])?;
                f.write_str(match rest.as_bytes()[at] {
                    b'\n' => "\\n",
                    b'"' => "\\\"",
                    _ => "\\\\",
                })?;
                rest = &rest[at + 1..];
            }
            write!(f, "{rest}\"")?;
        }
        f.write_str(if self.is_empty() { "" } else { "}" })
        // endregion:counters
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
