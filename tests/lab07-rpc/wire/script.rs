//! Conversations, written down as they are to go.
//!
//! A script has a line for each step. `> CALL 1 0 echo hi` sends a frame, `< REPLY 1 hi` must come next; [`super::text`] says how frames are
//! written. In a line that must come `*` stands for any word and `…` for anything to the end. `>> \x00\r` sends bytes that are no frame, and
//! `< (closed)` is the end of the connection, in order or by a reset. A name in front (`b> CANCEL 3`) says which connection is meant, where
//! a script has several; one is opened when its name first occurs. At the end of the script each that is open is shut down, must have nothing
//! more to say, and be closed.
//!
//! Lines that are sent one behind the other go by one write.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use super::end::End;
use super::frame::Frame;
use super::socket::Wire;
use super::text::{bytes_of, matches, parse};

/// How long is waited for the rest of an answer that is wrong already.
const REST: Duration = Duration::from_millis(150);

/// How a script went, beside how it was to go.
pub(super) struct Played {
    pub(super) expected: String,
    pub(super) actual: String,
}

/// What a line says is to happen.
enum Step<'a> {
    Sent(Frame),
    SentBytes(Vec<u8>),
    Comes(&'a str),
    Closes,
}

/// One line of a script.
struct Line<'a> {
    /// The connection's name; empty for the only one.
    name: &'a str,
    written: &'a str,
    step: Step<'a>,
}

impl<'a> Line<'a> {
    fn parse(written: &'a str) -> Self {
        let fail = |why: String| -> ! { panic!("`{written}` is no line of a script: {why}") };
        let at = written.find(['<', '>']);
        let at = at.unwrap_or_else(|| fail("it has no direction".to_owned()));
        let (name, rest) = written.split_at(at);
        let step = match rest.split_at(1) {
            (">", bytes) if bytes.starts_with('>') => {
                let shown = bytes[1..].strip_prefix(' ').unwrap_or(&bytes[1..]);
                bytes_of(shown).map(Step::SentBytes)
            }
            (">", frame) => parse(frame.trim_start()).map(Step::Sent),
            (_, " (closed)") => Ok(Step::Closes),
            (_, pattern) => Ok(Step::Comes(pattern.trim_start())),
        };
        Self {
            name,
            written,
            step: step.unwrap_or_else(|why| fail(why)),
        }
    }
}

fn lines(script: &str) -> Vec<Line<'_>> {
    let written = script.lines().map(str::trim);
    written.filter(|line| !line.is_empty()).map(Line::parse).collect()
}

/// Plays `script` against the server at `address`. It ends at the first frame that is not as written.
pub(super) fn play_all(address: SocketAddr, script: &str) -> Played {
    let mut wires: BTreeMap<&str, Wire> = BTreeMap::new();
    let mut play = Play::default();
    let lines = lines(script);
    for group in groups(&lines) {
        let name = group[0].name;
        let wire = wires.entry(name).or_insert_with(|| Wire::connect(address));
        if !play.group(wire, group) {
            return play.played();
        }
    }
    for (name, wire) in &mut wires {
        wire.finish();
        play.end(name, wire);
    }
    play.played()
}

/// Plays `script` on a connection that is open already, and leaves it open.
pub(super) fn play_on(wire: &mut Wire, script: &str) -> Played {
    let mut play = Play::default();
    let lines = lines(script);
    let _ = groups(&lines).all(|group| play.group(wire, group));
    play.played()
}

/// Lines that are sent by one write, and each other line by itself.
fn groups<'a, 'b>(lines: &'b [Line<'a>]) -> impl Iterator<Item = &'b [Line<'a>]> {
    let sent = |line: &Line<'_>| matches!(line.step, Step::Sent(_) | Step::SentBytes(_));
    lines.chunk_by(move |a, b| a.name == b.name && sent(a) && sent(b))
}

/// What was played so far.
#[derive(Default)]
struct Play {
    expected: String,
    actual: String,
}

impl Play {
    /// Plays lines of one connection, and returns whether they went as written.
    fn group(&mut self, wire: &mut Wire, group: &[Line<'_>]) -> bool {
        let mut bytes = Vec::new();
        for line in group {
            match &line.step {
                Step::Sent(frame) => bytes.extend(wire.note_one(frame)),
                Step::SentBytes(some) => bytes.extend(some),
                Step::Comes(pattern) => return self.comes(wire, line, pattern),
                Step::Closes => return self.closes(wire, line),
            }
            self.both(line.written);
        }
        wire.send_bytes(&bytes);
        true
    }

    fn both(&mut self, line: &str) {
        for side in [&mut self.expected, &mut self.actual] {
            side.push_str(line);
            side.push('\n');
        }
    }

    fn comes(&mut self, wire: &mut Wire, line: &Line<'_>, pattern: &str) -> bool {
        let came = wire.next();
        let shown = came.as_ref().map(Frame::to_string);
        if shown.as_deref().is_some_and(|shown| matches(pattern, shown)) {
            self.both(line.written);
            return true;
        }
        self.expected.push_str(&format!("{}\n", line.written));
        self.differs(line.name, wire, came)
    }

    fn closes(&mut self, wire: &mut Wire, line: &Line<'_>) -> bool {
        let came = wire.next();
        if came.is_none() && wire.end().is_some_and(End::is_an_end) {
            self.both(line.written);
            return true;
        }
        self.expected.push_str(&format!("{}\n", line.written));
        self.differs(line.name, wire, came)
    }

    /// Shows what came instead, and what comes soon behind it.
    fn differs(&mut self, name: &str, wire: &mut Wire, came: Option<Frame>) -> bool {
        let some = came.is_some();
        let behind = std::iter::from_fn(|| wire.next_within(REST).filter(|_| some));
        for frame in came.into_iter().chain(behind.take(20)) {
            self.actual.push_str(&format!("{name}< {frame}\n"));
        }
        self.actual.push_str(&format!("{name}< ({})\n", wire.state()));
        false
    }

    fn end(&mut self, name: &str, wire: &mut Wire) {
        let (rest, end) = wire.rest();
        if rest.is_empty() && end.is_an_end() && wire.wrong().is_none() {
            return;
        }
        self.expected.push_str(&format!(
            "{name}< (nothing more, and the end of the connection)\n"
        ));
        for frame in rest.into_iter().take(20) {
            self.actual.push_str(&format!("{name}< {frame}\n"));
        }
        self.actual.push_str(&format!("{name}< ({})\n", wire.state()));
    }

    fn played(self) -> Played {
        Played {
            expected: self.expected,
            actual: self.actual,
        }
    }
}
