//! What is asked, and what must come back.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Requests that are sent together, with their answers.
struct Batch {
    ask: Vec<u8>,
    answer: Vec<u8>,
}

/// Everything that is asked in turn.
pub(crate) struct Talk {
    batches: Vec<Batch>,
}

/// How far a batch is.
pub(crate) enum Asked {
    /// Its answers are not all there.
    Waiting,
    /// They are, and it took so long.
    Answered(Duration),
}

/// One connection.
pub(crate) struct Peer {
    stream: TcpStream,
    /// The number of its batch.
    batch: usize,
    sent: usize,
    received: usize,
    since: Instant,
    idle: bool,
}

impl Talk {
    /// Frames of `size` bytes with a length of four bytes before them.
    pub(crate) fn echo(depth: usize, size: usize) -> Self {
        let length = u32::try_from(size).unwrap_or(u32::MAX).to_be_bytes();
        let frame: Vec<u8> = length.into_iter().chain(value(size)).collect();
        let ask = frame.repeat(depth);
        let answer = ask.clone();
        Self {
            batches: vec![Batch { ask, answer }],
        }
    }

    /// Values of `size` bytes, under `keys` keys in turn.
    pub(crate) fn get(depth: usize, size: usize, keys: usize) -> Self {
        let value = String::from_utf8(value(size)).unwrap_or_default();
        Self::of_keys(depth, keys, |key| {
            let ask = format!("get {key}\r\n");
            (ask, format!("VALUE {key} 0 {size}\r\n{value}\r\nEND\r\n"))
        })
    }

    /// The same values, stored.
    pub(crate) fn set(depth: usize, size: usize, keys: usize) -> Self {
        let value = String::from_utf8(value(size)).unwrap_or_default();
        Self::of_keys(depth, keys, |key| {
            (
                format!("set {key} 0 0 {size}\r\n{value}\r\n"),
                "STORED\r\n".to_owned(),
            )
        })
    }

    fn of_keys(depth: usize, keys: usize, one: impl Fn(String) -> (String, String)) -> Self {
        let batch = |first: usize| {
            let (mut ask, mut answer) = (Vec::new(), Vec::new());
            for at in first..first + depth {
                let (asked, answered) = one(format!("key-{:06}", at % keys));
                ask.extend_from_slice(asked.as_bytes());
                answer.extend_from_slice(answered.as_bytes());
            }
            Batch { ask, answer }
        };
        Self {
            batches: (0..keys).step_by(depth).map(batch).collect(),
        }
    }

    /// How many different batches there are.
    pub(crate) fn batches(&self) -> usize {
        self.batches.len()
    }

    /// Asks for the first `batches` batches over a connection that blocks.
    pub(crate) fn once(&self, stream: &mut TcpStream, batches: usize) -> Result<(), String> {
        for batch in self.batches.iter().take(batches) {
            let mut answer = vec![0; batch.answer.len()];
            stream
                .write_all(&batch.ask)
                .and_then(|()| stream.read_exact(&mut answer))
                .map_err(|error| error.to_string())?;
            compare(&answer, &batch.answer)?;
        }
        Ok(())
    }
}

impl Peer {
    /// Takes over a connection that does not block. Connections begin with different batches.
    pub(crate) fn new(stream: TcpStream, batch: usize) -> Self {
        Self {
            stream,
            batch,
            sent: 0,
            received: 0,
            since: Instant::now(),
            idle: true,
        }
    }

    /// Begins with the next batch.
    pub(crate) fn begin(&mut self, talk: &Talk) -> Result<(), String> {
        self.batch = (self.batch + 1) % talk.batches.len();
        (self.sent, self.received, self.idle) = (0, 0, false);
        self.since = Instant::now();
        self.send(talk)
    }

    /// Sends and receives what it can without waiting.
    pub(crate) fn go_on(&mut self, talk: &Talk, buffer: &mut [u8]) -> Result<Asked, String> {
        if self.idle {
            return Ok(Asked::Waiting);
        }
        self.send(talk)?;
        let answer = &talk.batches[self.batch].answer;
        while self.received < answer.len() {
            match self.stream.read(buffer) {
                Ok(0) => return Err("the server has hung up".to_owned()),
                Ok(got) => {
                    let end = self.received + got;
                    let expected = answer.get(self.received..end).unwrap_or_default();
                    compare(&buffer[..got], expected)?;
                    self.received = end;
                    // Whoever waits for an answer to more than what was sent waits for ever.
                    self.send(talk)?;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Asked::Waiting),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        self.idle = true;
        Ok(Asked::Answered(self.since.elapsed()))
    }

    fn send(&mut self, talk: &Talk) -> Result<(), String> {
        let ask = &talk.batches[self.batch].ask;
        while self.sent < ask.len() {
            match self.stream.write(&ask[self.sent..]) {
                Ok(sent) => self.sent += sent,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(())
    }
}

/// Printable bytes that are not all the same.
fn value(size: usize) -> Vec<u8> {
    (b'a'..=b'z').cycle().take(size).collect()
}

fn compare(came: &[u8], expected: &[u8]) -> Result<(), String> {
    if came == expected {
        return Ok(());
    }
    Err(format!(
        "a wrong answer: {} instead of {}",
        came.escape_ascii(),
        expected.escape_ascii()
    ))
}
