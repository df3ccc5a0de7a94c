//! Input and expected output as data: what seeded, replayed and hidden cases are made of.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::http::Page;
use crate::text;

/// One run of one program: its arguments, its files, what it reads, and the site that it asks.
///
/// ```
/// use support::{Exchange, http::Page};
///
/// let plain = Exchange::of("wordcount").args(["count", "-l", "a"]).file("a", "one\ntwo\n");
/// let asks = Exchange::of("crawler").args(["fetch", "{site}/a"]).page("/a", Page::html("<p>hello</p>"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchange {
    pub(crate) program: String,
    pub(crate) args: Vec<String>,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) stdin: Option<Vec<u8>>,
    /// What a server is sent, each piece by a write of its own; without any it is no server.
    pub(crate) sends: Vec<Vec<u8>>,
    /// What each target of its site answers; without any there is no site.
    pub(crate) site: BTreeMap<String, Page>,
}

/// What a program is expected to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) stdout: Vec<u8>,
    pub(crate) status: i32,
}

/// An exchange with its expectation, as a replay file or a hidden case holds it.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) exchange: Exchange,
    pub(crate) expected: Expected,
}

impl Exchange {
    /// Starts an exchange with `program`.
    pub fn of(program: &str) -> Self {
        Self {
            program: program.to_owned(),
            ..Self::default()
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<S: Into<String>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Adds a file in the working directory.
    #[must_use]
    pub fn file(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(name.to_owned(), bytes.into());
        self
    }

    /// Sets what standard input holds.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// Makes the program a server, which prints `listening on ADDR:PORT`: it is sent `pieces` over one connection, each by a write of its
    /// own, then the writing side is shut down; when the connection is over the server gets SIGTERM. What came back stands for its
    /// standard output.
    #[must_use]
    pub fn sends<B: Into<Vec<u8>>>(mut self, pieces: impl IntoIterator<Item = B>) -> Self {
        self.sends.extend(pieces.into_iter().map(Into::into));
        self
    }

    /// Serves `page` at `target`, a path perhaps with a query, on a site of this exchange alone; any other target is a 404.
    ///
    /// In the arguments `{site}` stands for the site's URL, without a slash at its end; what the program prints is compared with the
    /// site's name in place of its address.
    #[must_use]
    pub fn page(mut self, target: &str, page: Page) -> Self {
        self.site.insert(target.to_owned(), page);
        self
    }

    pub(crate) fn json(&self, expected: Option<&Expected>) -> Value {
        let files: BTreeMap<_, _> = self
            .files
            .iter()
            .map(|(name, bytes)| (name, text::visible(bytes)))
            .collect();
        let mut value = json!({
            "program": self.program,
            "args": self.args,
            "files": files,
            "stdin": self.stdin.as_ref().map(|bytes| text::visible(bytes)),
            "expected": expected.map(|expected| json!({
                "status": expected.status,
                "stdout": text::visible(&expected.stdout),
            })),
        });
        if !self.sends.is_empty() {
            let pieces = self.sends.iter().map(|piece| text::visible(piece));
            value["sends"] = pieces.collect();
        }
        if !self.site.is_empty() {
            let pages = self
                .site
                .iter()
                .map(|(target, page)| (target.clone(), page.json()));
            value["site"] = pages.collect();
        }
        value
    }

    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        Self::parse(&load(path)?).map_err(|what| format!("{}: {what}", path.display()))
    }

    fn parse(value: &Value) -> Result<Self, String> {
        let string = |value: &Value| {
            value
                .as_str()
                .map(str::to_owned)
                .ok_or_else(|| "a string is missing".to_owned())
        };
        let mut exchange = Self::of(&string(&value["program"])?);
        for arg in value["args"].as_array().ok_or("`args` is no list")? {
            exchange.args.push(string(arg)?);
        }
        for (name, content) in value["files"].as_object().into_iter().flatten() {
            let inside = Path::new(name)
                .components()
                .all(|part| matches!(part, std::path::Component::Normal(_)));
            if !inside {
                return Err(format!("the file name `{name}` leads out of the case's folder"));
            }
            exchange
                .files
                .insert(name.clone(), text::bytes(&string(content)?)?);
        }
        exchange.stdin = value["stdin"].as_str().map(text::bytes).transpose()?;
        for piece in value["sends"].as_array().into_iter().flatten() {
            exchange.sends.push(text::bytes(&string(piece)?)?);
        }
        for (target, page) in value["site"].as_object().into_iter().flatten() {
            exchange.site.insert(target.clone(), Page::parse(page)?);
        }
        Ok(exchange)
    }
}

impl Stored {
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let value = load(path)?;
        let named = |what: String| format!("{}: {what}", path.display());
        let exchange = Exchange::parse(&value).map_err(named)?;
        let expected = &value["expected"];
        let status = expected["status"]
            .as_i64()
            .and_then(|status| i32::try_from(status).ok());
        let stdout = expected["stdout"]
            .as_str()
            .map(text::bytes)
            .transpose()
            .map_err(named)?;
        match (status, stdout) {
            (Some(status), Some(stdout)) => Ok(Self {
                exchange,
                expected: Expected { stdout, status },
            }),
            _ => Err(named(
                "it holds no expectation; `cargo xtask bless` makes one".to_owned(),
            )),
        }
    }
}

fn load(path: &Path) -> Result<Value, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_comes_back_from_json() {
        let exchange = Exchange::of("wordcount")
            .args(["count", "a"])
            .file("a", vec![0, 255, b'\\'])
            .stdin("x\r\n")
            .sends(["get a\r", "\n"])
            .page("/a?b", Page::html([0xff, b'\n']))
            .page("/", Page::redirect(301, "{site}/a?b").header("Set-Cookie", "c"));
        assert_eq!(Exchange::parse(&exchange.json(None)), Ok(exchange));
    }

    #[test]
    fn a_file_name_that_climbs_is_refused() {
        let value = json!({"program": "x", "args": [], "files": {"../x": ""}});
        assert!(Exchange::parse(&value).is_err_and(|e| e.contains("../x")));
    }
}
