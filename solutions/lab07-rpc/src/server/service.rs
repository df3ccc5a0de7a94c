//! What comes from a client is parted into frames, and each is dealt with.

use std::sync::Arc;
use std::time::Instant;

use nbnet::mailbox::Post;
// region:call
use nbnet::service::Part;
// endregion:call
use nbnet::service::{Drain, Peer, Reply, Service, Step, Violation};

use super::Settings;
use super::calls::Calls;
use super::clock::{ALARM, Clock};
use super::life::Life;
// region:call
use super::life::say_goodbye;
// endregion:call
use super::pool::Pool;
use super::session::Session;
use super::stats::{Stats, less, more};
use crate::code::Code;
// region:call
use crate::frame::{Decode, LAST, LENGTH};
// endregion:call
use crate::frame::{self, Header, Kind, Wrong};
// region:call
use crate::message::{self, Credit, GoAway};
// endregion:call
use crate::message::{Failure, Hello};
use crate::methods::Methods;

/// The service of a server. All its loops share it.
pub(super) struct Rpc {
    pub(super) settings: Settings,
    pub(super) methods: Arc<Methods>,
    pub(super) pool: Pool,
    pub(super) clock: Clock,
    pub(super) stats: Arc<Stats>,
}

impl Service for Rpc {
    type Session = Session;

    fn open(&self, peer: &Peer) -> Session {
        more(&self.stats.connections);
        let now = Instant::now();
        let mut life = Life::new(now);
        // Who says nothing at all is found by this.
        if let Some(ping) = self.settings.ping
            && life.wants_alarm(now + ping)
        {
            self.clock.set(peer.address(), now + ping);
        }
        Session::new(life)
    }

    fn request(&self, session: &mut Session, input: &[u8], reply: &mut Reply<'_>) -> Result<Step, Violation> {
        session.life.heard(reply.now());
        // region:call `frame::decode` says where the frame ends, and `frame` deals with it. What is wrong is a violation.
        match frame::decode(input, self.settings.max_payload)? {
            Decode::Whole(header) => {
                let taken = header.size();
                self.frame(session, header, &input[LENGTH..taken], reply)?;
                Ok(Step::Done { taken })
            }
            Decode::Partial { .. } if input.len() < LENGTH => Ok(Step::Partial(Part::Header)),
            Decode::Partial { .. } => Ok(Step::Partial(Part::Body)),
        }
        // endregion:call
    }

    fn message(&self, session: &mut Session, message: &[u8], reply: &mut Reply<'_>) -> Result<(), Violation> {
        // What waits goes first: it finds out whether the client reads.
        self.flush(session, reply)?;
        match message {
            ALARM => self.alarm(session, reply),
            _ => Ok(()),
        }
    }

    fn sent(&self, session: &mut Session, reply: &mut Reply<'_>) -> Result<(), Violation> {
        session.life.heard(reply.now());
        self.flush(session, reply)
    }

    fn drain(&self, session: &mut Session, reply: &mut Reply<'_>) -> Drain {
        self.go_away(session, reply)
    }

    fn ended(&self, session: &mut Session, _rest: &[u8], reply: &mut Reply<'_>) -> Result<(), Violation> {
        session.flush(reply);
        // Who has said the last word wants no more answers: what is under way is over, even if the connection takes a while to end.
        session.calls = Calls::default();
        Ok(())
    }

    fn closed(&self, session: Session, peer: &Peer, _post: &Post) {
        less(&self.stats.connections);
        self.clock.cancel(peer.address());
        // Its calls are over with it.
        drop(session);
    }
}

impl Rpc {
    /// Deals with a frame.
    fn frame(
        &self,
        session: &mut Session,
        header: Header,
        payload: &[u8],
        reply: &mut Reply<'_>,
    ) -> Result<(), Violation> {
        // region:call The first frame is HELLO and no other: `greet`, and answer with our own; a server that is `going` says goodbye then. CALL has `call`; ITEM, CREDIT and CANCEL are for the session's calls; PING is answered with the same 8 bytes as PONG; GOAWAY and PONG need no answer, but must be right. A client's ERROR without an id is the violation that it has seen. REPLY, ERROR and PUSH are not for this side.
        let Header { kind, flags, id, .. } = header;
        if !session.greeted && kind != Kind::Hello {
            return Err(Wrong::BeforeHello(kind).into());
        }
        match kind {
            Kind::Call => self.call(session, id, payload, reply)?,
            Kind::Item => session.calls.input(id, payload, flags & LAST != 0)?,
            Kind::Credit => session.calls.credit(id, Credit::decode(payload)?)?,
            Kind::Cancel => {
                message::nothing(kind, payload)?;
                session.calls.cancel(id);
            }
            Kind::Hello => {
                session.greet(payload)?;
                self.hello(reply);
                if session.going.is_some() {
                    say_goodbye(session.last, reply);
                }
            }
            Kind::Ping => push(reply, Kind::Pong, 0, message::ping(kind, payload)?),
            Kind::Pong => {
                message::ping(kind, payload)?;
            }
            Kind::GoAway => {
                GoAway::decode(payload)?;
            }
            Kind::Error if id == 0 => {
                let failure = Failure::decode(payload)?;
                return Err(Violation::new(format!("the client says: {failure}")));
            }
            Kind::Reply | Kind::Error | Kind::Push => return Err(Wrong::Side(kind).into()),
            Kind::Other(_) => {}
        }
        Ok(())
        // endregion:call
    }

    /// Says what this side is.
    fn hello(&self, reply: &mut Reply<'_>) {
        let ping = self.settings.ping.unwrap_or_default();
        let hello = Hello {
            max_payload: self.settings.max_payload,
            ping_ms: u32::try_from(ping.as_millis()).unwrap_or(u32::MAX),
        };
        let mut payload = Vec::new();
        hello.encode(&mut payload);
        push(reply, Kind::Hello, 0, &payload);
    }

    /// Moves what threads have to say to the client. When the last call is answered that the end has waited for, the connection ends.
    fn flush(&self, session: &mut Session, reply: &mut Reply<'_>) -> Result<(), Violation> {
        session.flush(reply);
        match session.is_over() {
            true => Err(Violation::silent()),
            false => Ok(()),
        }
    }
}

/// Appends a frame to what a client is sent, without memory of its own.
pub(super) fn push(reply: &mut Reply<'_>, kind: Kind, id: u64, payload: &[u8]) {
    let header = Header {
        kind,
        flags: 0,
        id,
        length: u32::try_from(payload.len()).unwrap_or(u32::MAX),
    };
    reply.push(&header.encode());
    reply.push(payload);
}

impl From<Wrong> for Violation {
    /// The client is told what is wrong, and so is who reads standard error.
    fn from(wrong: Wrong) -> Self {
        let sentence = wrong.to_string();
        let mut answer = Vec::new();
        frame::append(&mut answer, Kind::Error, 0, 0, |out| {
            Failure::new(Code::PROTOCOL, &sentence).encode(out);
        });
        Self::new(sentence).answer(answer)
    }
}
