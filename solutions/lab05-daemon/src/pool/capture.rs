//! What comes out of a job: the start of its standard output, and its standard error line by line.

use std::borrow::Cow;

/// How much of a job's output is kept, in bytes.
const KEPT: usize = 64 << 10;

/// How long a line on standard error may be before it is passed on in pieces, in bytes.
const LINE: usize = 8 << 10;

// region:given/capture
/// The start of a job's standard output, never more than 64 KiB.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    bytes: Vec<u8>,
    truncated: bool,
}

/// The lines of a job's standard error, each with the job's name before it.
#[derive(Debug)]
pub struct Lines {
    prefix: Vec<u8>,
    /// The beginning of a line whose end has not come yet.
    partial: Vec<u8>,
}
// endregion:given/capture

impl Captured {
    /// Keeps what there is room for.
    pub fn push(&mut self, bytes: &[u8]) {
        let room = KEPT - self.bytes.len();
        self.truncated |= bytes.len() > room;
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Returns it as text; what is none becomes U+FFFD.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// Whether there was more.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }
}

impl Lines {
    /// Begins with nothing.
    pub fn new(name: &str) -> Self {
        Self {
            prefix: format!("{name}: ").into_bytes(),
            partial: Vec::new(),
        }
    }

    /// Takes what was read, and writes the lines that are whole by now.
    pub fn push(&mut self, bytes: &[u8], to: &mut Vec<u8>) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            for piece in piece.chunks(LINE) {
                self.partial.extend_from_slice(piece);
                if piece.ends_with(b"\n") || self.partial.len() >= LINE {
                    self.end(to);
                }
            }
        }
    }

    /// Writes what is left, as a line.
    pub fn end(&mut self, to: &mut Vec<u8>) {
        if self.partial.is_empty() {
            return;
        }
        to.extend_from_slice(&self.prefix);
        to.append(&mut self.partial);
        if !to.ends_with(b"\n") {
            to.push(b'\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_an_output_is_kept() {
        for (pieces, kept, truncated) in [
            (&[][..], 0, false),
            (&[KEPT], KEPT, false),
            (&[KEPT - 1, 1], KEPT, false),
            (&[KEPT, 0, 1], KEPT, true),
            (&[KEPT - 1, 100], KEPT, true),
        ] {
            let mut captured = Captured::default();
            for &piece in pieces {
                captured.push(&vec![b'x'; piece]);
            }
            assert_eq!(
                (captured.text().len(), captured.is_truncated()),
                (kept, truncated)
            );
        }
    }

    #[test]
    fn every_line_has_the_name_of_its_job() {
        let long = vec![b'x'; LINE + 1];
        for (pieces, expected) in [
            (&[&b""[..]][..], String::new()),
            (&[b"a\nb"], "j: a\nj: b\n".into()),
            (&[b"a", b"b\n", b"\n"], "j: ab\nj: \n".into()),
            (
                &[&long],
                format!("j: {}\nj: x\n", String::from_utf8_lossy(&long[1..])),
            ),
        ] {
            let mut lines = Lines::new("j");
            let mut to = Vec::new();
            for piece in pieces {
                lines.push(piece, &mut to);
            }
            lines.end(&mut to);
            assert_eq!(String::from_utf8_lossy(&to), expected);
        }
    }
}
