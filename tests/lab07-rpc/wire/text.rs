//! Frames as lines of text.
//!
//! | kind | line |
//! |---|---|
//! | HELLO | `HELLO MAX_PAYLOAD PING_MS` |
//! | CALL | `CALL ID LEFT_MS METHOD BODY` |
//! | REPLY, ITEM | `REPLY ID BODY`; an ITEM with flag LAST is `ITEM+LAST ID BODY` |
//! | ERROR | `ERROR ID CODE MESSAGE` |
//! | CREDIT, CANCEL | `CREDIT ID BYTES`, `CANCEL ID` |
//! | PUSH, GOAWAY | `PUSH ID SEQ BODY`, `GOAWAY LAST_ID REASON` |
//! | PING, PONG | `PING BYTES`, as many as there are |
//! | any other, or one of these that is not as it must be | `KIND NUMBER ID PAYLOAD` |
//!
//! Bytes are written as [`support::text`] has them, with `\n` and `\t` for a line feed and a tab. Flags without a name are written in hexadecimal:
//! `REPLY+0040`.

use std::fmt;

use support::text;

use super::frame::{Frame, LAST, MAY_SKIP, kind};

/// More of a payload than this helps nobody.
const LONGEST: usize = 240;

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = shown_flags(self.flags);
        let id = self.id;
        let line = match (self.kind, self.payload.len()) {
            (kind::HELLO, 8..) if id == 0 => {
                format!("HELLO{flags} {} {}", self.number(0, 4), self.number(4, 4))
            }
            (kind::CALL, 6..) => format!(
                "CALL{flags} {id} {} {} {}",
                self.number(0, 4),
                self.method(),
                shown(self.body())
            ),
            (kind::REPLY, _) => format!("REPLY{flags} {id} {}", shown(&self.payload)),
            (kind::ERROR, 2..) => {
                format!("ERROR{flags} {id} {} {}", self.number(0, 2), shown(self.rest(2)))
            }
            (kind::ITEM, _) => format!("ITEM{flags} {id} {}", shown(&self.payload)),
            (kind::CREDIT, 4) => format!("CREDIT{flags} {id} {}", self.number(0, 4)),
            (kind::CANCEL, 0) => format!("CANCEL{flags} {id}"),
            (kind::PUSH, 8..) => {
                format!("PUSH{flags} {id} {} {}", self.number(0, 8), shown(self.rest(8)))
            }
            (kind::PING, 8) if id == 0 => format!("PING{flags} {}", shown(&self.payload)),
            (kind::PONG, 8) if id == 0 => format!("PONG{flags} {}", shown(&self.payload)),
            (kind::GOAWAY, 8..) if id == 0 => {
                format!("GOAWAY{flags} {} {}", self.number(0, 8), shown(self.rest(8)))
            }
            (kind, _) => format!("KIND{flags} {kind} {id} {}", shown(&self.payload)),
        };
        f.write_str(line.trim_end_matches(' '))
    }
}

fn shown_flags(flags: u16) -> String {
    let mut out = String::new();
    for (bit, name) in [(LAST, "+LAST"), (MAY_SKIP, "+MAY_SKIP")] {
        if flags & bit != 0 {
            out.push_str(name);
        }
    }
    match flags & !(LAST | MAY_SKIP) {
        0 => out,
        rest => format!("{out}+{rest:04x}"),
    }
}

/// Writes bytes on one line, and of many the first.
pub(super) fn shown(bytes: &[u8]) -> String {
    let line = |bytes| text::visible(bytes).replace('\n', "\\n").replace('\t', "\\t");
    match bytes.len() > LONGEST {
        true => format!("{}… ({} bytes)", line(&bytes[..LONGEST]), bytes.len()),
        false => line(bytes),
    }
}

/// Reads what [`shown`] wrote of bytes that are few.
pub(super) fn bytes_of(shown: &str) -> Result<Vec<u8>, String> {
    let mut parts = Vec::new();
    // Between two escaped backslashes, `\n` is a line feed.
    for part in shown.split("\\\\") {
        parts.push(text::bytes(&part.replace("\\n", "\n").replace("\\t", "\t"))?);
    }
    Ok(parts.join(&b'\\'))
}

/// Reads a line that says what a frame holds.
pub(super) fn parse(line: &str) -> Result<Frame, String> {
    let mut words = Words(line);
    let word = words.next();
    let mut names = word.split('+');
    let name = names.next().unwrap_or_default();
    let mut flags = 0;
    for flag in names {
        flags |= match flag {
            "LAST" => LAST,
            "MAY_SKIP" => MAY_SKIP,
            hex => u16::from_str_radix(hex, 16).map_err(|_| format!("`{hex}` is no flag"))?,
        };
    }
    let frame = match name {
        "HELLO" => Frame::hello(words.number()?, words.number()?),
        "CALL" => {
            let (id, left, method) = (words.number()?, words.number()?, words.next());
            Frame::call(id, left, method, words.rest()?)
        }
        "REPLY" => Frame::reply(words.number()?, words.rest()?),
        "ERROR" => Frame::error(words.number()?, words.number()?, words.0),
        "ITEM" => Frame::item(words.number()?, words.rest()?),
        "CREDIT" => Frame::credit(words.number()?, words.number()?),
        "CANCEL" => Frame::cancel(words.number()?),
        "PUSH" => Frame::push(words.number()?, words.number()?, words.rest()?),
        "PING" => Frame::new(kind::PING, 0, words.rest()?),
        "PONG" => Frame::new(kind::PONG, 0, words.rest()?),
        "GOAWAY" => Frame::goaway(words.number()?, words.0),
        "KIND" => Frame::new(words.number()?, words.number()?, words.rest()?),
        other => return Err(format!("`{other}` is no kind of frame")),
    };
    Ok(frame.flags(flags))
}

/// The words of a line that were not taken yet.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    fn next(&mut self) -> &'a str {
        let (word, rest) = self.0.split_once(' ').unwrap_or((self.0, ""));
        self.0 = rest;
        word
    }

    fn number<N: std::str::FromStr>(&mut self) -> Result<N, String> {
        let word = self.next();
        word.parse().map_err(|_| format!("`{word}` is no number"))
    }

    fn rest(&mut self) -> Result<Vec<u8>, String> {
        bytes_of(self.0)
    }
}

/// Whether `line` is what `pattern` says: `*` stands for a word, `…` for anything to the end of the line.
pub(super) fn matches(pattern: &str, line: &str) -> bool {
    let (pattern, open) = match pattern.strip_suffix('…') {
        Some(head) => (head, true),
        None => (pattern, false),
    };
    let Some((head, tail)) = pattern.split_once('*') else {
        return match open {
            true => line.starts_with(pattern.trim_end_matches(' ')),
            false => line == pattern,
        };
    };
    let Some(rest) = line.strip_prefix(head) else {
        return false;
    };
    let word = rest.find(' ').unwrap_or(rest.len());
    let tail = match open {
        true => format!("{tail}…"),
        false => tail.to_owned(),
    };
    matches(&tail, &rest[word..])
}
