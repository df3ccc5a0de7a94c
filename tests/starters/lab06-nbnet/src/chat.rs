//! A server that passes lines between those who are connected.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::codec::{Decode, Line};
use crate::mailbox::Post;
use crate::service::{Address, Flow, Part, Peer, Reply, Service, Step, Violation};

/// The longest name, in characters.
const LONGEST_NAME: usize = 32;

/// How many messages may wait for a loop before nobody may say more. A line of one byte is a message to everybody: 64 KiB of empty lines, for
/// a hundred who are here, would be six million.
const MOST_WAITING: usize = 4096;

/// What is remembered of one connection.
#[derive(Debug, Default)]
pub struct Session {
    /// Its name, once it has one.
    name: Option<String>,
    /// What it has said, and what is told when those who listen have kept up.
    held: Option<Vec<u8>>,
}

/// A room in which everybody hears everybody.
#[derive(Debug)]
pub struct Chat {
    longest: usize,
    /// Who is here, by name. It is locked while something is sent to all, so that all hear everything in the same order.
    present: Mutex<HashMap<String, Address>>,
}

impl Chat {
    /// Makes an empty room for lines of at most `longest` bytes.
    pub fn new(longest: usize) -> Self {
        Self {
            longest,
            present: Mutex::default(),
        }
    }

    /// Sends what `name` has said to all others.
    fn tell(&self, name: &str, text: &[u8], post: &Post) {
        send(&self.present(), Some(name), text, post);
    }

    fn present(&self) -> MutexGuard<'_, HashMap<String, Address>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets somebody in under the name that is their first line.
    fn join(&self, line: &[u8], reply: &Reply<'_>) -> Result<String, Violation> {
        let refuse = |why: String| Violation::silent().answer(format!("! {why}\n"));
        let name = str::from_utf8(line)
            .ok()
            .filter(|name| (1..=LONGEST_NAME).contains(&name.len()))
            .filter(|name| name.bytes().all(|byte| byte.is_ascii_graphic()))
            .ok_or_else(|| refuse("a name is 1 to 32 printable characters without a space".to_owned()))?;
        let mut present = self.present();
        if present.contains_key(name) {
            return Err(refuse(format!("{name} is taken")));
        }
        present.insert(name.to_owned(), reply.peer().address());
        send(
            &present,
            None,
            format!("* {name} joined\n").as_bytes(),
            reply.post(),
        );
        Ok(name.to_owned())
    }
}

/// Sends something to all who are present but one.
fn send(present: &HashMap<String, Address>, but: Option<&str>, text: &[u8], post: &Post) {
    let text: Arc<[u8]> = text.into();
    for (name, &address) in present {
        if Some(name.as_str()) != but {
            post.send(address, Arc::clone(&text));
        }
    }
}

impl Service for Chat {
    type Session = Session;

    fn open(&self, _peer: &Peer) -> Session {
        Session::default()
    }

    fn request(
        &self,
        session: &mut Self::Session,
        input: &[u8],
        reply: &mut Reply<'_>,
    ) -> Result<Step, Violation> {
        let taken = match Line::decode(input, self.longest) {
            Ok(Decode::Whole { header, .. }) => header,
            Ok(_) => return Ok(Step::Partial(Part::Header)),
            Err(wrong) => return Err(Violation::new(wrong.to_string())),
        };
        let line = Line::text(&input[..taken]);
        match &session.name {
            None => session.name = Some(self.join(line, reply)?),
            Some(name) => {
                let text = [name.as_bytes(), b": ", line, b"\n"].concat();
                if reply.post().waiting() >= MOST_WAITING {
                    session.held = Some(text);
                    return Ok(Step::More { taken });
                }
                self.tell(name, &text, reply.post());
            }
        }
        Ok(Step::Done { taken })
    }

    /// Asks again whether those who listen have kept up.
    fn more(&self, session: &mut Session, reply: &mut Reply<'_>) -> io::Result<Flow> {
        if reply.post().waiting() >= MOST_WAITING {
            return Ok(Flow::More);
        }
        if let (Some(name), Some(text)) = (&session.name, session.held.take()) {
            self.tell(name, &text, reply.post());
        }
        Ok(Flow::Done)
    }

    fn message(
        &self,
        _session: &mut Self::Session,
        message: &[u8],
        reply: &mut Reply<'_>,
    ) -> Result<(), Violation> {
        // Waiting for one who does not read would hold up everybody, or take all memory.
        if reply.waiting() + message.len() > reply.mark() {
            return Err(Violation::new("does not read, dropped").at_once());
        }
        reply.push(message);
        Ok(())
    }

    fn closed(&self, session: Self::Session, _peer: &Peer, post: &Post) {
        let Some(name) = session.name else { return };
        let mut present = self.present();
        present.remove(&name);
        send(&present, None, format!("* {name} left\n").as_bytes(), post);
    }
}
