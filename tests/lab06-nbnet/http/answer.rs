//! Answers of HTTP, taken apart.

use std::collections::BTreeMap;

use crate::talk::{Talk, Wait};

/// One answer.
#[derive(Debug, Default, Clone)]
pub(super) struct Answer {
    /// 0, when there was none.
    pub(super) status: u16,
    /// The values by the names in small letters.
    pub(super) fields: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Reads the next answer to a request that was not HEAD.
    pub(super) fn read(talk: &mut Talk) -> Self {
        let mut answer = Self::read_head(talk);
        let length = answer.length();
        answer.body = talk.until(|came| match came.len() >= length {
            true => Wait::Enough(length),
            false => Wait::More,
        });
        answer
    }

    /// Reads the head of the next answer.
    pub(super) fn read_head(talk: &mut Talk) -> Self {
        let head = talk.until_end("\r\n\r\n");
        let mut lines = head.lines();
        let status = lines
            .next()
            .and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
        let fields = lines.filter_map(|line| line.split_once(':'));
        Self {
            status: status.unwrap_or(0),
            fields: fields
                .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
                .collect(),
            body: Vec::new(),
        }
    }

    /// What the head says of a field; empty, if it is not there.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    fn length(&self) -> usize {
        match self.status {
            204 | 304 | 0 => 0,
            _ => self.field("content-length").parse().unwrap_or(0),
        }
    }

    /// Writes the status and some fields as lines, and the body where it is short.
    pub(super) fn summary(&self, fields: &[&str]) -> String {
        let mut text = format!("{}\n", self.status);
        for name in fields {
            text.push_str(&format!("{name}: {}\n", self.field(name)));
        }
        text
    }
}

/// Sends one request of HTTP/1.1 and reads its answer.
pub(super) fn ask(talk: &mut Talk, line: &str, fields: &str) -> Answer {
    talk.send(format!("{line} HTTP/1.1\r\nHost: x\r\n{fields}\r\n"));
    match line.starts_with("HEAD ") {
        true => Answer::read_head(talk),
        false => Answer::read(talk),
    }
}
