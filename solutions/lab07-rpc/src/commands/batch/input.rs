//! The calls that are wanted, from standard input.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read, Stdin};
use std::{thread, vec};

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The longest line, in bytes.
const LONGEST: usize = 64 << 20;
/// How many bytes are read at a time.
const PIECE: usize = 64 << 10;

/// A line.
pub(super) struct Line {
    /// Which one it is, from 1 on.
    pub(super) number: u64,
    /// What stands in it, or why that cannot be said.
    pub(super) text: Result<Vec<u8>, Unread>,
}

/// Why a line could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unread {
    #[error("longer than {LONGEST} bytes")]
    Long,
    #[error("cannot read standard input: {0}")]
    System(#[from] io::Error),
}

/// What a line wants.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order<'a> {
    #[serde(borrow)]
    pub(super) method: Cow<'a, str>,
    /// As it stands there. `null` is something else than nothing.
    #[serde(borrow, default, deserialize_with = "given")]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) key: Option<Cow<'a, str>>,
    /// 0 is no limit.
    pub(super) timeout_ms: Option<u32>,
}

impl<'a> Order<'a> {
    /// Reads a line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(line: &'a [u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(line)
    }

    /// Returns the parameters, as JSON.
    pub(super) fn body(&self) -> &[u8] {
        self.params.map_or(&[], |params| params.get().as_bytes())
    }
}

fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(from).map(Some)
}

/// The lines of standard input. A thread reads them: to wait for them would block all tasks.
///
/// It is ahead by three times 64 KiB, or by three long lines, and no more: an input of any size is read as it is needed.
pub(super) struct Lines {
    batches: Receiver<Vec<Line>>,
    batch: vec::IntoIter<Line>,
}

impl Lines {
    /// Begins to read.
    pub(super) fn start() -> Self {
        let (sender, batches) = channel(1);
        thread::spawn(move || read(BufReader::with_capacity(PIECE, io::stdin()), &sender));
        Self {
            batches,
            batch: Vec::new().into_iter(),
        }
    }

    /// Waits for the next line; `None` is the end.
    pub(super) async fn next(&mut self) -> Option<Line> {
        loop {
            if let Some(line) = self.batch.next() {
                return Some(line);
            }
            self.batch = self.batches.recv().await?.into_iter();
        }
    }
}

/// Reads until the end, or until nobody wants more.
fn read(mut stdin: BufReader<Stdin>, to: &Sender<Vec<Line>>) {
    let mut number = 0;
    loop {
        let mut batch = Vec::new();
        let mut bytes = 0;
        let is_end = loop {
            let Some(text) = line(&mut stdin).transpose() else {
                break true;
            };
            number += 1;
            bytes += text.as_ref().map_or(0, Vec::len);
            let is_end = matches!(text, Err(Unread::System(_)));
            batch.push(Line { number, text });
            // Lines that are there already go together; for others nobody waits.
            if is_end || bytes >= PIECE || !stdin.buffer().contains(&b'\n') {
                break is_end;
            }
        };
        if to.blocking_send(batch).is_err() || is_end {
            return;
        }
    }
}

/// Reads a line, without its end; `None` at the end of the input.
fn line(mut from: impl BufRead) -> Result<Option<Vec<u8>>, Unread> {
    let mut line = Vec::new();
    from.by_ref()
        .take(LONGEST as u64 + 1)
        .read_until(b'\n', &mut line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
        return Ok(Some(line));
    }
    if line.len() > LONGEST {
        from.skip_until(b'\n')?;
        return Err(Unread::Long);
    }
    Ok(Some(line).filter(|line| !line.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_a_method_and_nothing_that_nobody_knows() {
        for (line, expected) in [
            (r#"{"method":"echo","params":[1, 2]}"#, Ok(("echo", "[1, 2]"))),
            (r#"{"method":"a\u0062"}"#, Ok(("ab", ""))),
            (r#"{"method":"a","params":null}"#, Ok(("a", "null"))),
            (r#" {"params":1e400,"method":"a"} "#, Ok(("a", "1e400"))),
            (r#"{"params":1}"#, Err("missing field `method`")),
            (r#"{"method":7}"#, Err("invalid type: integer `7`")),
            (r#"{"method":"a","nr":1}"#, Err("unknown field `nr`")),
            (
                r#"{"method":"a","timeout_ms":-1}"#,
                Err("invalid value: integer `-1`"),
            ),
            (r#"{"method":"a"} {}"#, Err("trailing characters")),
            ("", Err("EOF while parsing")),
        ] {
            let order = Order::parse(line.as_bytes());
            match (&order, expected) {
                (Ok(order), Ok((method, body))) => {
                    assert_eq!(
                        (&*order.method, order.body()),
                        (method, body.as_bytes()),
                        "{line}"
                    );
                }
                (Err(error), Err(sentence)) => {
                    assert!(error.to_string().starts_with(sentence), "{line}: {error}");
                }
                _ => panic!("{line}: {order:?}"),
            }
        }
    }

    #[test]
    fn the_last_line_needs_no_end() {
        for (input, expected) in [
            ("", vec![]),
            ("a\nb", vec!["a", "b"]),
            ("a\n\nb\n", vec!["a", "", "b"]),
        ] {
            let mut input = input.as_bytes();
            let lines: Vec<_> = std::iter::from_fn(|| line(&mut input).unwrap()).collect();
            assert_eq!(
                lines,
                expected.iter().map(|line| line.as_bytes()).collect::<Vec<_>>()
            );
        }
    }
}
