//! JSON as a case compares it: the order of members and blanks do not count, numbers are as they were written.

use std::collections::BTreeMap;
use std::fmt;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Json {
    /// `null`, `true`, `false`, or a number as it was written: 1 is not 1.0.
    Atom(String),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    /// Reads one value, and nothing behind it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut rest = text;
        let value = value(&mut rest)?;
        rest.trim().is_empty().then_some(value)
    }

    /// The member `name` of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(name),
            _ => None,
        }
    }

    /// The same without what a server may add to its errors, and in a list in an order that does not depend on the server.
    pub(super) fn comparable(mut self) -> Self {
        match &mut self {
            Self::Object(members) => {
                if let Some(Self::Object(error)) = members.get_mut("error") {
                    error.remove("data");
                }
            }
            Self::List(items) => {
                *items = std::mem::take(items).into_iter().map(Self::comparable).collect();
                items.sort();
            }
            Self::Atom(_) | Self::Text(_) => {}
        }
        self
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Atom(text) => f.write_str(text),
            Self::Text(text) => write!(f, "{}", serde_json::Value::from(text.as_str())),
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    write!(f, "{comma}{}: {value}", serde_json::Value::from(name.as_str()))?;
                }
                f.write_str("}")
            }
        }
    }
}

/// Takes a value off the front of `rest`.
fn value(rest: &mut &str) -> Option<Json> {
    *rest = rest.trim_start();
    match rest.as_bytes().first()? {
        b'"' => string(rest).map(Json::Text),
        b'[' => {
            let mut items = Vec::new();
            sequence(rest, ']', |rest| {
                items.push(value(rest)?);
                Some(())
            })?;
            Some(Json::List(items))
        }
        b'{' => {
            let mut members = BTreeMap::new();
            sequence(rest, '}', |rest| {
                *rest = rest.trim_start();
                let name = string(rest)?;
                *rest = rest.trim_start().strip_prefix(':')?;
                members.insert(name, value(rest)?);
                Some(())
            })?;
            Some(Json::Object(members))
        }
        _ => {
            let end = rest
                .find([',', ']', '}', ' ', '\t', '\r', '\n'])
                .unwrap_or(rest.len());
            let (atom, behind) = rest.split_at(end);
            *rest = behind;
            let number = atom.starts_with(|first: char| first == '-' || first.is_ascii_digit());
            let word = matches!(atom, "null" | "true" | "false");
            (number || word).then(|| Json::Atom(atom.to_owned()))
        }
    }
}

/// Takes what stands between brackets off the front of `rest`, with a comma between one and the next.
fn sequence(rest: &mut &str, close: char, mut one: impl FnMut(&mut &str) -> Option<()>) -> Option<()> {
    *rest = rest[1..].trim_start();
    if let Some(behind) = rest.strip_prefix(close) {
        *rest = behind;
        return Some(());
    }
    loop {
        one(rest)?;
        *rest = rest.trim_start();
        if let Some(behind) = rest.strip_prefix(close) {
            *rest = behind;
            return Some(());
        }
        *rest = rest.strip_prefix(',')?;
    }
}

/// Takes a string off the front of `rest`.
fn string(rest: &mut &str) -> Option<String> {
    let mut strings = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    let text = strings.next()?.ok()?;
    let end = strings.byte_offset();
    *rest = &rest[end..];
    Some(text)
}
