use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// The labels of a series, sorted by key; `Display` writes them as Prometheus does, and nothing if there are none.
///
/// ```
/// let labels: alarm::Labels = [("mode", "user"), ("cpu", "0")].into_iter().collect();
/// assert_eq!(labels.to_string(), r#"{cpu="0",mode="user"}"#);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<(String, String)>", into = "Vec<(String, String)>")]
pub struct Labels(Arc<[(String, String)]>);

impl Labels {
    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Goes through the pairs, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Reads `{key="value",…}` from the beginning of a text, and returns what stands behind it. Without a `{` there are none.
    ///
    /// In a value `\\`, `\"` and `\n` stand for a backslash, a quote and a line feed.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn read(text: &str) -> Result<(Labels, &str), String> {
        let Some(mut rest) = text.strip_prefix('{') else {
            return Ok((Labels::default(), text));
        };
        let mut pairs = Vec::new();
        loop {
            if let Some(behind) = rest.strip_prefix('}') {
                return Ok((pairs.into_iter().collect(), behind));
            }
            let (key, behind) = rest.split_once("=\"").ok_or("labels: KEY=\"VALUE\" is missing")?;
            if !is_label(key) {
                return Err(format!("{key:?} is no name of a label"));
            }
            let (value, behind) = quoted(behind)?;
            pairs.push((key.to_owned(), value));
            rest = match behind.strip_prefix(',') {
                Some(behind) => behind,
                None if behind.starts_with('}') => behind,
                None => return Err("labels: ',' or '}' is missing".to_owned()),
            };
        }
    }
}

/// Says whether a text can name a label: a letter or `_`, then letters, digits and `_`.
pub(crate) fn is_label(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Reads what stands before the closing quote, and returns what stands behind it.
pub(crate) fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Ok((value, &text[at + 1..])),
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, char @ ('\\' | '"'))) => value.push(char),
                _ => return Err("a backslash stands before \\, \" or n".to_owned()),
            },
            _ => value.push(char),
        }
    }
    Err("the closing quote is missing".to_owned())
}

/// Writes a text in quotes, so that [`quoted`] reads it back.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for char in self.0.chars() {
            match char {
                '\n' => f.write_str("\\n")?,
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                _ => write!(f, "{char}")?,
            }
        }
        f.write_str("\"")
    }
}

/// Sorts the pairs; of several with the same key the last one stays.
impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Labels {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Labels {
        let mut all = std::collections::BTreeMap::new();
        all.extend(pairs.into_iter().map(|(key, value)| (key.into(), value.into())));
        Labels(all.into_iter().collect())
    }
}

impl From<Vec<(String, String)>> for Labels {
    fn from(pairs: Vec<(String, String)>) -> Labels {
        pairs.into_iter().collect()
    }
}

impl From<Labels> for Vec<(String, String)> {
    fn from(labels: Labels) -> Self {
        labels.0.to_vec()
    }
}

impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (key, value)) in self.iter().enumerate() {
            write!(f, "{}{key}={}", if n == 0 { '{' } else { ',' }, Quoted(value))?;
        }
        f.write_str(if self.is_empty() { "" } else { "}" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_come_back_from_text() {
        let (labels, rest) = Labels::read("{b=\"x y\",a=\"\\\"\\\\\\n\"} 1").unwrap();
        assert_eq!(labels.to_string(), "{a=\"\\\"\\\\\\n\",b=\"x y\"}");
        assert_eq!(rest, " 1");
        for text in ["{", "{a}", "{a=\"x}", "{a=\"x\" }", "{1=\"x\"}", "{a=\"\\x\"}"] {
            assert!(Labels::read(text).is_err(), "{text}");
        }
    }
}
