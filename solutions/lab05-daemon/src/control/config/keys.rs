//! The keys of a configuration: each is taken once, and what nobody takes is unknown.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

use nix::sys::signal::Signal;
use toml_span::value::{Table, ValueInner};
use toml_span::{Span, Value};

/// What is wrong, and at which byte.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) why: String,
}

impl Wrong {
    pub(super) fn at(span: Span, why: impl Into<String>) -> Self {
        Self {
            at: span.start,
            why: why.into(),
        }
    }

    pub(super) fn missing(key: &str) -> Self {
        Self {
            at: 0,
            why: format!("`{key}` is missing"),
        }
    }
}

/// Keys that nobody has asked for yet.
pub(super) struct Keys<'a> {
    table: Table<'a>,
}

pub(super) type Found<T> = std::result::Result<Option<T>, Wrong>;

impl<'a> Keys<'a> {
    /// Begins with all keys of a table.
    pub(super) fn new(table: Table<'a>) -> Self {
        Self { table }
    }

    /// Takes a key whose value `read` understands; `what` says what that is.
    fn take<T>(&mut self, key: &str, what: &str, read: impl FnOnce(ValueInner<'a>) -> Option<T>) -> Found<T> {
        let Some(mut value) = self.table.remove(key) else {
            return Ok(None);
        };
        match read(value.take()) {
            Some(read) => Ok(Some(read)),
            None => Err(Wrong::at(value.span, format!("`{key}` must be {what}"))),
        }
    }

    pub(super) fn string(&mut self, key: &str) -> Found<String> {
        self.take(key, "a string that is not empty", |value| {
            text(value).filter(|text| !text.is_empty())
        })
    }

    pub(super) fn path(&mut self, key: &str, folder: &Path) -> Found<PathBuf> {
        Ok(self.string(key)?.map(|path| folder.join(path)))
    }

    pub(super) fn number(&mut self, key: &str) -> Found<u64> {
        self.take(key, "a whole number, 0 or more", |value| match value {
            ValueInner::Integer(number) => u64::try_from(number).ok(),
            _ => None,
        })
    }

    pub(super) fn millis(&mut self, key: &str, usual: u64) -> std::result::Result<Duration, Wrong> {
        Ok(Duration::from_millis(self.number(key)?.unwrap_or(usual)))
    }

    pub(super) fn umask(&mut self) -> Found<u32> {
        self.take("umask", "octal digits in quotes, as \"022\"", |value| {
            let digits = text(value).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))?;
            u32::from_str_radix(&digits, 8).ok().filter(|mask| *mask <= 0o777)
        })
    }

    pub(super) fn signal(&mut self, key: &str) -> Found<Signal> {
        self.take(key, "the name of a signal, as \"TERM\"", |value| {
            let name = text(value)?;
            Signal::from_str(&name)
                .or_else(|_| Signal::from_str(&format!("SIG{name}")))
                .ok()
        })
    }

    /// Takes one of several words, of which the first is what counts without the key.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        key: &str,
        words: &[(&str, T)],
    ) -> std::result::Result<T, Wrong> {
        let names: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let found = self.take(key, &names.join(" or "), |value| {
            let name = text(value)?;
            words
                .iter()
                .find(|(word, _)| *word == name)
                .map(|(_, value)| *value)
        })?;
        Ok(found.unwrap_or(words[0].1))
    }

    pub(super) fn command(&mut self, folder: &Path) -> std::result::Result<Vec<OsString>, Wrong> {
        let command = self.take(
            "command",
            "a list of strings, of which the first is not empty",
            |value| {
                let ValueInner::Array(array) = value else {
                    return None;
                };
                let words: Option<Vec<OsString>> = array
                    .into_iter()
                    .map(|mut word| text(word.take()).map(OsString::from))
                    .collect();
                words.filter(|words| words.first().is_some_and(|program| !program.is_empty()))
            },
        )?;
        let mut command = command.ok_or_else(|| Wrong::missing("command"))?;
        if command[0].as_encoded_bytes().contains(&b'/') {
            command[0] = folder.join(&command[0]).into_os_string();
        }
        Ok(command)
    }

    pub(super) fn environment(&mut self) -> std::result::Result<Vec<(String, String)>, Wrong> {
        let found = self.take("environment", "a table of strings", |value| {
            let ValueInner::Table(table) = value else {
                return None;
            };
            table
                .into_iter()
                .map(|(key, mut value): (_, Value<'_>)| {
                    let name = key.name.into_owned();
                    let fits = !name.is_empty() && !name.contains('=');
                    Some((name, text(value.take())?)).filter(|_| fits)
                })
                .collect()
        })?;
        Ok(found.unwrap_or_default())
    }

    /// Says which key is unknown, the first of them if there are several.
    pub(super) fn finish(self) -> std::result::Result<(), Wrong> {
        match self.table.keys().min_by_key(|key| key.span.start) {
            None => Ok(()),
            Some(key) => Err(Wrong::at(key.span, format!("unknown key `{}`", key.name))),
        }
    }
}

/// Returns the string that a value is. One with a NUL could be neither a path nor an argument.
fn text(value: ValueInner<'_>) -> Option<String> {
    match value {
        ValueInner::String(text) if !text.contains('\0') => Some(text.into_owned()),
        _ => None,
    }
}
