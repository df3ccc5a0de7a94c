//! JSON-RPC over lines: a text a line, an answer a line.

use nbnet::codec::Line;
use nbnet::service::{Part, Peer, Reply, Service, Step, Violation};

use super::dispatch::{dispatch, refuse};
use super::error::{Error, SERVER_ERROR};
use super::methods::Methods;

/// The service.
pub struct Lines {
    methods: Methods,
    longest: usize,
}

/// What is remembered of one connection.
#[derive(Debug, Default)]
pub struct Session {
    /// So many bytes of the line that is not whole yet have no line feed: they are not looked at again.
    looked_at: usize,
}

impl Lines {
    /// Serves these methods, in lines of at most `longest` bytes.
    pub fn new(methods: Methods, longest: usize) -> Self {
        Self { methods, longest }
    }

    /// Answers a line. One of white space alone asks for nothing.
    fn answer(&self, line: &[u8], reply: &mut Reply<'_>) {
        if line.trim_ascii().is_empty() {
            return;
        }
        if let Some(answer) = dispatch(&self.methods, line) {
            reply.push(&answer);
            reply.push(b"\n");
        }
    }
}

impl Service for Lines {
    type Session = Session;

    fn open(&self, _peer: &Peer) -> Session {
        Session::default()
    }

    fn request(&self, session: &mut Session, input: &[u8], reply: &mut Reply<'_>) -> Result<Step, Violation> {
        let new = &input[session.looked_at..];
        let end = new.iter().position(|&byte| byte == b'\n');
        let length = end.map_or(input.len(), |end| session.looked_at + end);
        if length > self.longest {
            let why = format!("a line is longer than the limit of {}", self.longest);
            let answer = refuse(Error::new(SERVER_ERROR).because(&why));
            return Err(Violation::new(why).answer([&answer, b"\n".as_slice()].concat()));
        }
        if end.is_none() {
            session.looked_at = length;
            return Ok(Step::Partial(Part::Header));
        }
        session.looked_at = 0;
        self.answer(Line::text(&input[..=length]), reply);
        Ok(Step::Done { taken: length + 1 })
    }

    /// The last line may do without its end.
    fn ended(&self, _session: &mut Session, rest: &[u8], reply: &mut Reply<'_>) -> Result<(), Violation> {
        self.answer(rest, reply);
        Ok(())
    }
}
