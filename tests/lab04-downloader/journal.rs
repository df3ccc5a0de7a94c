//! The journal beside a file: made by a case, or read after a kill.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use support::http::Body;

use crate::served::{Span, bytes, union, written};

/// What a journal says, as far as its lines are complete.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// The lines before the first `have`.
    pub(crate) head: Vec<String>,
    /// What is in FILE.part, joined and in order.
    pub(crate) have: Vec<Span>,
    /// How many `have` lines there are.
    pub(crate) records: usize,
    /// Lines that are of no known form.
    pub(crate) strange: Vec<String>,
}

impl Journal {
    /// Reads the journal at `path`; one that is not there is empty.
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read(path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let complete = text.rsplit_once('\n').map_or("", |(complete, _)| complete);
        let mut journal = Self::default();
        let mut have = Vec::new();
        for line in complete.lines() {
            match line.strip_prefix("have ") {
                None if have.is_empty() => journal.head.push(line.to_owned()),
                None => journal.strange.push(line.to_owned()),
                Some(range) => match span(range) {
                    Some(span) => have.push(span),
                    None => journal.strange.push(line.to_owned()),
                },
            }
        }
        journal.records = have.len();
        journal.have = union(have);
        journal
    }

    /// How many bytes it says are there.
    pub(crate) fn bytes(&self) -> u64 {
        bytes(&self.have)
    }

    /// Says what is wrong with it: a line that is none, or bytes that it names and that are not in the file at `part`. What `before`
    /// named already is not looked at again.
    pub(crate) fn lie(&self, part: &Path, body: &Body, before: &[Span]) -> Option<String> {
        if let Some(line) = self.strange.first() {
            return Some(format!("a line of another form: {line}"));
        }
        // Without a record it promises nothing: a run may be killed between the making of the journal and that of the file.
        if self.have.is_empty() {
            return None;
        }
        let file = match File::open(part) {
            Ok(file) => file,
            Err(error) => return Some(format!("there is a journal, but no file: {error}")),
        };
        self.have
            .iter()
            .filter(|span| !before.contains(span))
            .find_map(|&(from, to)| {
                let mut found = vec![0; (to - from) as usize];
                if let Err(error) = file.read_exact_at(&mut found, from) {
                    return Some(format!("have {from}-{}: {error}", to - 1));
                }
                let expected = body.bytes(from..to);
                if found == expected {
                    return None;
                }
                let wrong = found.iter().zip(&expected).position(|(a, b)| a != b)? as u64;
                Some(format!(
                    "it says `have {from}-{}` or so, but byte {} of the file is not the server's",
                    to - 1,
                    from + wrong
                ))
            })
    }
}

fn span(range: &str) -> Option<Span> {
    let (first, last) = range.split_once('-')?;
    let (first, last) = (first.parse().ok()?, last.parse::<u64>().ok()?);
    (first <= last).then_some((first, last + 1))
}

/// Writes a journal as the chapter describes it. `lines` stand between the length and the records.
pub(crate) fn journal(url: &str, length: u64, lines: &[&str], have: &[Span]) -> String {
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let have: String = written(have)
        .lines()
        .map(|range| format!("have {range}\n"))
        .collect();
    format!("downloader journal 1\nurl {url}\nlength {length}\n{lines}{have}")
}

/// Makes what a killed run left: the bytes of `body` at `have`, and exclamation marks in between, which are not to be taken for them.
pub(crate) fn partly(body: &Body, have: &[Span]) -> Vec<u8> {
    let length = body.len().expect("what is resumed has an end");
    let mut bytes = vec![b'!'; length as usize];
    for &(from, to) in have {
        bytes[from as usize..to as usize].copy_from_slice(&body.bytes(from..to));
    }
    bytes
}
