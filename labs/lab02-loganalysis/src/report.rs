//! A summary as a table and as JSON.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::json::Object;
use crate::summary::{Count, Summary, Tally};
use crate::time::{Utc, UtcMinute};

/// A log that was read.
#[derive(Debug)]
pub struct Source {
    /// Its name, for the reader.
    pub name: String,
    /// How many lines the logs before it have.
    pub lines_before: u64,
}

/// What is shown: a summary of some logs, and how many keys of each table.
#[derive(Debug)]
pub struct Report<'a> {
    /// The logs, in the order in which they were read.
    pub sources: &'a [Source],
    /// What was counted in all of them.
    pub summary: &'a Summary,
    /// How many paths and clients to show.
    pub top: usize,
}

impl Report<'_> {
    /// Writes tables for people.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write_table(&self, out: &mut impl Write) -> io::Result<()> {
        let summary = self.summary;
        for (name, value) in self.figures() {
            writeln!(out, "{name:<10} {value:>12}")?;
        }
        if let Some((first, last)) = summary.span {
            writeln!(out, "{:<10} {}", "first", Utc(first))?;
            writeln!(out, "{:<10} {}", "last", Utc(last))?;
        }
        let statuses = self
            .statuses()
            .map(|(status, count)| (format!("{status:03}"), count));
        section(out, "statuses", statuses)?;
        self.write_top(out, "paths", &summary.paths)?;
        self.write_top(out, "clients", &summary.clients)?;
        let minutes = summary
            .minutes
            .iter()
            .map(|(minute, count)| (UtcMinute(*minute).to_string(), *count));
        section(out, "requests by minute", minutes)?;
        if !summary.samples.is_empty() {
            writeln!(
                out,
                "\nmalformed: the first {} of {}",
                summary.samples.len(),
                summary.malformed
            )?;
        }
        for sample in &summary.samples {
            let (name, line) = self.place(sample.line);
            writeln!(out, "{name}:{line}: {}: {}", sample.why, visible(&sample.text))?;
        }
        Ok(())
    }

    /// Writes the same as one JSON object on a line.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        let summary = self.summary;
        let mut object = Object::start(out)?;
        for (name, value) in self.figures() {
            object.number(name, value)?;
        }
        let (first, last) = match summary.span {
            Some((first, last)) => (Some(Utc(first).to_string()), Some(Utc(last).to_string())),
            None => (None, None),
        };
        object.optional("first", first.as_deref().map(str::as_bytes))?;
        object.optional("last", last.as_deref().map(str::as_bytes))?;
        object.list("statuses", self.statuses(), |object, (status, count)| {
            object.number("status", status)?;
            write_count(object, count)
        })?;
        for (key, name, tally) in [
            ("top_paths", "path", &summary.paths),
            ("top_clients", "client", &summary.clients),
        ] {
            object.list(key, tally.top(self.top), |object, (text, count)| {
                object.string(name, text)?;
                write_count(object, count)
            })?;
        }
        object.list("minutes", &summary.minutes, |object, (minute, count)| {
            object.string("minute", UtcMinute(*minute).to_string().as_bytes())?;
            write_count(object, *count)
        })?;
        object.list("malformed_lines", &summary.samples, |object, sample| {
            let (name, line) = self.place(sample.line);
            object.string("file", name.as_bytes())?;
            object.number("line", line)?;
            object.string("why", sample.why.as_bytes())?;
            object.string("text", &sample.text)
        })?;
        object.end()?;
        out.write_all(b"\n")
    }

    fn figures(&self) -> [(&'static str, u64); 7] {
        let summary = self.summary;
        [
            ("lines", summary.lines),
            ("malformed", summary.malformed),
            ("requests", summary.requests.hits),
            ("pathless", summary.pathless),
            ("bytes", summary.requests.bytes),
            ("paths", summary.paths.len() as u64),
            ("clients", summary.clients.len() as u64),
        ]
    }

    fn statuses(&self) -> impl Iterator<Item = (u16, Count)> {
        (0..)
            .zip(self.summary.statuses.iter().copied())
            .filter(|(_, count)| count.hits > 0)
    }

    fn write_top(&self, out: &mut impl Write, name: &str, tally: &Tally) -> io::Result<()> {
        let top = tally.top(self.top);
        let title = format!("{name}: the first {} of {}", top.len(), tally.len());
        section(
            out,
            &title,
            top.into_iter().map(|(key, count)| (visible(key), count)),
        )
    }

    /// Returns the name of the log and the number there of a line that is counted over all logs.
    fn place(&self, line: u64) -> (&str, u64) {
        self.sources
            .iter()
            .rfind(|source| source.lines_before < line)
            .map_or(("", line), |source| (&source.name, line - source.lines_before))
    }
}

fn write_count<W: Write>(object: &mut Object<'_, W>, count: Count) -> io::Result<()> {
    object.number("hits", count.hits)?;
    object.number("bytes", count.bytes)
}

/// Writes a title and a row for each count.
fn section(out: &mut impl Write, title: &str, rows: impl Iterator<Item = (String, Count)>) -> io::Result<()> {
    writeln!(out, "\n{title}")?;
    for (key, count) in rows {
        writeln!(out, "{:>10} {:>14}  {key}", count.hits, count.bytes)?;
    }
    Ok(())
}

/// Makes bytes fit for a terminal as nginx does: what is no printable ASCII becomes `\xHH`. A log line is a stranger's text.
fn visible(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02X}");
            }
        }
    }
    out
}
