//! Conversations, written down as they are to go.
//!
//! A script has a line for each line that goes over a connection: `> get a` is sent, `< END` must come back, both with CR LF behind them.
//! `>> ab` is sent without a line end. A name in front (`b> get a`) says which connection is meant, where a script has several; one is
//! made when its name first occurs, and at the end each is shut down and must have nothing more to say. `\r`, `\n`, `\0`, `\xHH` and `\\`
//! are bytes as [`support::text`] has them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use support::text;

use super::Talk;

/// What a script sends, for who sends it in another way.
pub(crate) fn sent(script: &str) -> Vec<u8> {
    bytes(script, true)
}

/// What must come back of [`sent`].
pub(crate) fn answers(script: &str) -> Vec<u8> {
    bytes(script, false)
}

fn bytes(script: &str, sent: bool) -> Vec<u8> {
    let lines = lines(script).map(|(_, line)| line);
    lines
        .filter(|line| line.sent == sent)
        .flat_map(|line| line.bytes)
        .collect()
}

/// How a script went, beside how it was to go.
pub(crate) struct Played {
    pub(crate) expected: String,
    pub(crate) actual: String,
}

/// One line of a script.
struct Line<'a> {
    /// The connection's name; empty for the only one.
    name: &'a str,
    sent: bool,
    bytes: Vec<u8>,
}

impl<'a> Line<'a> {
    fn parse(line: &'a str) -> Self {
        let at = line.find(['<', '>']);
        let at = at.unwrap_or_else(|| panic!("`{line}` is no line of a script"));
        let (name, rest) = line.split_at(at);
        let sent = rest.starts_with('>');
        let open = rest.starts_with(">>");
        let rest = &rest[if open { 2 } else { 1 }..];
        let shown = rest.strip_prefix(' ').unwrap_or(rest);
        let mut bytes = bytes_of(shown).unwrap_or_else(|error| panic!("`{line}`: {error}"));
        if !open {
            bytes.extend(b"\r\n");
        }
        Self { name, sent, bytes }
    }
}

/// Reads what a line holds: [`text::bytes`] knows every escape but that of the line feed, which ends a line there.
fn bytes_of(shown: &str) -> Result<Vec<u8>, String> {
    let mut parts = Vec::new();
    // Between two escaped backslashes, `\n` is a line feed.
    for part in shown.split("\\\\") {
        parts.push(text::bytes(&part.replace("\\n", "\n"))?);
    }
    Ok(parts.join(&b'\\'))
}

/// Goes through a script: each line as it is written, and what it means.
fn lines(script: &str) -> impl Iterator<Item = (&str, Line<'_>)> {
    let written = script
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.is_empty());
    written.map(|line| (line, Line::parse(line)))
}

/// Plays `script` against the server at `address`. It ends at the first answer that is not as written.
pub(crate) fn play(address: SocketAddr, script: &str) -> Played {
    let mut talks: BTreeMap<&str, Talk> = BTreeMap::new();
    let (mut expected, mut actual) = (String::new(), String::new());
    let parsed: Vec<(&str, Line<'_>)> = lines(script).collect();
    for group in parsed.chunk_by(|(_, a), (_, b)| a.name == b.name && a.sent == b.sent) {
        let (name, sent) = (group[0].1.name, group[0].1.sent);
        let talk = talks.entry(name).or_insert_with(|| Talk::to(address));
        let bytes: Vec<u8> = group.iter().flat_map(|(_, line)| line.bytes.clone()).collect();
        if sent {
            talk.send(&bytes);
            for (line, _) in group {
                expected.push_str(&format!("{line}\n"));
                actual.push_str(&format!("{line}\n"));
            }
            continue;
        }
        let came = talk.expect(&bytes);
        expected.push_str(&shown(name, &bytes));
        actual.push_str(&shown(name, &came));
        if came != bytes {
            actual.push_str(talk.how_it_ended());
            return Played { expected, actual };
        }
    }
    for (name, talk) in &mut talks {
        let rest = talk.rest();
        if !rest.is_empty() {
            actual.push_str(&shown(name, &rest));
            expected.push_str("(nothing more)\n");
        }
        if !talk.closed {
            expected.push_str("(the connection is closed)\n");
            actual.push_str(talk.how_it_ended());
        }
    }
    Played { expected, actual }
}

/// Writes bytes that came as lines of a script.
pub(crate) fn shown(name: &str, bytes: &[u8]) -> String {
    /// More of a line than this helps nobody.
    const LONGEST: usize = 200;
    let line = |line: &[u8]| {
        let (line, end) = match line.strip_suffix(b"\r\n") {
            Some(line) => (line, "\n"),
            None => (line, " (no CR LF)\n"),
        };
        let head = text::visible(&line[..line.len().min(LONGEST)]);
        match line.len() > LONGEST {
            true => format!("{name}< {head}… ({} bytes){end}", line.len()),
            false => format!("{name}< {head}{end}"),
        }
    };
    bytes.split_inclusive(|&byte| byte == b'\n').map(line).collect()
}
