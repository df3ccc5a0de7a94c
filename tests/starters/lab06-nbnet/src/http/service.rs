//! The service: files for requests.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use super::date::Today;
use super::head::Connection;
use super::request::{self, Front};
use super::root::Root;
use crate::service::{Flow, Part, Peer, Reply, Service, Step, Violation};

/// How much of a file is read at once, in bytes. A shorter one is read whole with its head.
pub(super) const CHUNK: usize = 64 << 10;

/// The service.
#[derive(Debug)]
pub struct Site {
    pub(super) root: Root,
    pub(super) today: Today,
}

/// What is remembered of one connection.
#[derive(Debug, Default)]
pub struct Session {
    /// So many bytes of a body are still to come, and will be read over.
    skip: u64,
    /// The connection ends when they have come.
    last: bool,
    /// A file of which not all is in the output.
    pub(super) sending: Option<Sending>,
}

/// The part of a file that is still to be sent.
#[derive(Debug)]
pub(super) struct Sending {
    pub(super) file: File,
    /// Where it begins, in bytes.
    pub(super) at: u64,
    /// Where it ends.
    pub(super) end: u64,
}

impl Sending {
    /// Appends one chunk.
    ///
    /// # Errors
    /// What the file says, and an unexpected end when it has become shorter: the client was promised more.
    pub(super) fn chunk(&mut self, reply: &mut Reply<'_>) -> io::Result<()> {
        let most = (self.end - self.at).min(CHUNK as u64) as usize;
        let read = reply.read_from(self, most)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += read as u64;
        Ok(())
    }

    pub(super) fn is_done(&self) -> bool {
        self.at >= self.end
    }
}

impl Read for Sending {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(buffer, self.at)
    }
}

impl Site {
    /// Serves the files of a folder.
    ///
    /// # Errors
    /// What the system says of the folder.
    pub fn open(root: &Path) -> io::Result<Self> {
        Ok(Self {
            root: Root::open(root)?,
            today: Today::default(),
        })
    }
}

impl Service for Site {
    type Session = Session;

    fn open(&self, _peer: &Peer) -> Session {
        Session::default()
    }

    fn request(&self, session: &mut Session, input: &[u8], reply: &mut Reply<'_>) -> Result<Step, Violation> {
        if session.skip > 0 {
            let taken = session.skip.min(input.len() as u64);
            session.skip -= taken;
            let taken = taken as usize;
            return Ok(if session.last && session.skip == 0 {
                Step::Last { taken }
            } else {
                Step::Done { taken }
            });
        }
        let (request, taken) = match request::parse(input) {
            Front::Partial => return Ok(Step::Partial(Part::Header)),
            Front::Whole { request, taken } => (request, taken),
            Front::Refused(status) => {
                // Where this request ends is not known, so nothing behind it can be understood.
                self.say(status, &[], Connection::Closes, true, reply);
                return Err(Violation::new(status.text()));
            }
        };
        self.answer(&request, session, reply)
            .map_err(|error| Violation::new(format!("{}: {error}", request.target)).at_once())?;
        session.skip = request.body;
        session.last = !request.keep_alive;
        Ok(if session.sending.is_some() {
            Step::More { taken }
        } else if session.last && session.skip == 0 {
            Step::Last { taken }
        } else {
            Step::Done { taken }
        })
    }

    fn more(&self, session: &mut Session, reply: &mut Reply<'_>) -> io::Result<Flow> {
        let Some(sending) = &mut session.sending else {
            return Ok(Flow::Done);
        };
        sending.chunk(reply)?;
        if !sending.is_done() {
            return Ok(Flow::More);
        }
        session.sending = None;
        Ok(if session.last && session.skip == 0 {
            Flow::Last
        } else {
            Flow::Done
        })
    }
}
