//! What a client that blocks says and hears, without the connection.

use std::time::Duration;

use super::Items;
use crate::code::Code;
use crate::error::{Error, Result};
use crate::frame::{self, Frame, Kind, LEAST_LIMIT, Wrong};
// region:call
use crate::message::GoAway;
// endregion:call
use crate::message::{self, Credit, Failure, Hello, PING};

/// What is sent back of the credit at once, in bytes: with each item it would be as many frames as items.
const WORTH_GRANTING: u32 = Credit::FIRST / 2;

/// What a PING carries.
const ASKS: [u8; PING] = *b"anybody?";

/// The state of a conversation with a server.
pub(super) struct Talk {
    /// Frames that are to be sent.
    pub(super) out: Vec<u8>,
    /// The largest payload that the server takes, in bytes.
    limit: u32,
    /// The server has said HELLO.
    greeted: bool,
    /// The server takes no more calls.
    going: bool,
    /// The call that is under way, or was the last.
    id: u64,
    /// How many bytes of items came and were not granted again.
    consumed: u32,
}

impl Talk {
    /// Begins with HELLO, which is sent with the first call.
    pub(super) fn new(max_payload: u32, ping: Option<Duration>) -> Self {
        let ping = ping.unwrap_or_default();
        let hello = Hello {
            max_payload,
            ping_ms: u32::try_from(ping.as_millis()).unwrap_or(u32::MAX),
        };
        let mut out = Vec::new();
        frame::append(&mut out, Kind::Hello, 0, 0, |out| hello.encode(out));
        Self {
            out,
            limit: LEAST_LIMIT,
            greeted: false,
            going: false,
            id: 0,
            consumed: 0,
        }
    }

    /// Returns whether the server has said HELLO, and with it what it takes.
    pub(super) fn is_greeted(&self) -> bool {
        self.greeted
    }

    /// Says a call.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub(super) fn call(&mut self, call: &message::Call<'_>) -> Result<()> {
        // region:call A server that is going takes none: GOING_AWAY. A payload that is larger than it takes is TOO_LARGE, with the sentence of `Wrong::Length`. Ids count up from 1. The credit of a new call is whole.
        if self.going {
            return Err(going());
        }
        if call.size() > self.limit as usize {
            let wrong = Wrong::Length {
                length: call.size() as u64,
                limit: self.limit,
            };
            return Err(Failure::new(Code::TOO_LARGE, wrong.to_string()).into());
        }
        self.id += 1;
        self.consumed = 0;
        frame::append(&mut self.out, Kind::Call, 0, self.id, |out| call.encode(out));
        Ok(())
        // endregion:call
    }

    /// Says that nobody wants the answer any more.
    pub(super) fn cancel(&mut self) {
        frame::append(&mut self.out, Kind::Cancel, 0, self.id, |_| {});
    }

    /// Asks whether the server is there.
    pub(super) fn ping(&mut self) {
        frame::append(&mut self.out, Kind::Ping, 0, 0, |out| {
            out.extend_from_slice(&ASKS)
        });
    }

    /// Says what the server did wrong.
    pub(super) fn accuse(&mut self, wrong: &Wrong) {
        let failure = Failure::new(Code::PROTOCOL, wrong.to_string());
        frame::append(&mut self.out, Kind::Error, 0, 0, |out| failure.encode(out));
    }

    /// Hears a frame. Returns the reply of the call that is under way, if it is that; an item of it goes to `item`.
    ///
    /// # Errors
    /// The failure of the call, or what is wrong with the server.
    pub(super) fn hear(&mut self, frame: Frame<'_>, item: &mut Items<'_>) -> Result<Option<Vec<u8>>> {
        // region:call The first frame is HELLO, unless the server is ending the connection: its ERROR without an id is `Lost`, as it says. What belongs to another call than this one is late, and passed over. When `item` breaks off, the call is cancelled and has failed so. Items are counted, and granted again by CREDIT when WORTH_GRANTING is reached. PING is answered. GOAWAY is noted; a call after its last fails as GOING_AWAY. CALL and CANCEL are not for this side.
        let Frame { header, payload } = frame;
        let ours = header.id == self.id;
        match header.kind {
            Kind::Error if header.id == 0 => {
                let why = Failure::decode(payload)?.to_string();
                return Err(Error::Lost { why, sent: true });
            }
            Kind::Hello if self.greeted => return Err(Wrong::SecondHello.into()),
            Kind::Hello => {
                self.limit = Hello::decode(payload)?.max_payload;
                self.greeted = true;
            }
            kind if !self.greeted => return Err(Wrong::BeforeHello(kind).into()),
            Kind::Reply if ours => return Ok(Some(payload.to_vec())),
            Kind::Error if ours => return Err(Failure::decode(payload)?.into()),
            Kind::Item if ours => {
                if item(payload).is_break() {
                    self.cancel();
                    return Err(Failure::new(Code::CANCELLED, "cancelled by the client").into());
                }
                self.grant(header.length);
            }
            Kind::Ping => {
                let asked = message::ping(header.kind, payload)?;
                let pong = |out: &mut Vec<u8>| out.extend_from_slice(asked);
                frame::append(&mut self.out, Kind::Pong, 0, 0, pong);
            }
            Kind::Pong => {
                message::ping(header.kind, payload)?;
            }
            Kind::GoAway => {
                self.going = true;
                if self.id > GoAway::decode(payload)?.last {
                    return Err(going());
                }
            }
            kind @ (Kind::Call | Kind::Cancel) => return Err(Wrong::Side(kind).into()),
            _ => {}
        }
        Ok(None)
        // endregion:call
    }

    // region:call
    /// Lets the server send more, after so many bytes.
    fn grant(&mut self, bytes: u32) {
        self.consumed += bytes;
        if self.consumed >= WORTH_GRANTING {
            let credit = Credit(self.consumed);
            frame::append(&mut self.out, Kind::Credit, 0, self.id, |out| credit.encode(out));
            self.consumed = 0;
        }
    }
    // endregion:call
}

/// Returns the failure of a call that the server does not take.
fn going() -> Error {
    Failure::new(Code::GOING_AWAY, "the server takes no more calls").into()
}

// region:call
#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::frame::{Decoder, Header};

    /// Returns a conversation in which one call is under way.
    fn talk() -> Talk {
        let mut talk = Talk::new(LEAST_LIMIT, None);
        let hello = Hello {
            max_payload: 100_000,
            ping_ms: 0,
        };
        let mut payload = Vec::new();
        hello.encode(&mut payload);
        assert_eq!(hear(&mut talk, Kind::Hello, 0, &payload), Ok(None));
        talk.call(&call(b"")).unwrap();
        talk.out.clear();
        talk
    }

    fn call(body: &[u8]) -> message::Call<'_> {
        message::Call {
            left_ms: 0,
            method: "m",
            body,
        }
    }

    fn hear(talk: &mut Talk, kind: Kind, id: u64, payload: &[u8]) -> Result<Option<Vec<u8>>> {
        let header = Header {
            kind,
            flags: 0,
            id,
            length: u32::try_from(payload.len()).unwrap(),
        };
        talk.hear(Frame { header, payload }, &mut |_| ControlFlow::Continue(()))
    }

    /// Returns the kinds of the frames that are to be sent.
    fn said(talk: &Talk) -> Vec<Kind> {
        let mut decoder = Decoder::new(100_000);
        decoder.feed(&talk.out);
        let mut kinds = Vec::new();
        while let Some(frame) = decoder.next().unwrap() {
            kinds.push(frame.header.kind);
        }
        kinds
    }

    #[test]
    fn what_belongs_to_another_call_is_passed_over() {
        let mut talk = talk();
        talk.call(&call(b"")).unwrap();
        assert_eq!(hear(&mut talk, Kind::Reply, 1, b"late"), Ok(None));
        assert_eq!(hear(&mut talk, Kind::Error, 1, b"\0\x03late"), Ok(None));
        assert_eq!(hear(&mut talk, Kind::Reply, 2, b"now"), Ok(Some(b"now".to_vec())));
    }

    #[test]
    fn credit_is_granted_again_when_half_of_it_is_used() {
        let mut talk = talk();
        let item = vec![0; 20_000];
        for (after, expected) in [(1, vec![]), (2, vec![Kind::Credit]), (3, vec![Kind::Credit])] {
            assert_eq!(hear(&mut talk, Kind::Item, 1, &item), Ok(None));
            assert_eq!(said(&talk), expected, "after {after} items");
        }
    }

    #[test]
    fn the_server_keeps_to_the_protocol_or_is_told_so() {
        for (kind, id, payload, expected) in [
            (Kind::Hello, 0, b"" as &[u8], Wrong::SecondHello),
            (Kind::Call, 5, b"", Wrong::Side(Kind::Call)),
            (Kind::Ping, 0, b"1", Wrong::Short(Kind::Ping)),
        ] {
            assert_eq!(hear(&mut talk(), kind, id, payload), Err(expected.into()));
        }
        let mut new = Talk::new(LEAST_LIMIT, None);
        let early = Err(Wrong::BeforeHello(Kind::Pong).into());
        assert_eq!(hear(&mut new, Kind::Pong, 0, b"12345678"), early);
    }

    #[test]
    fn a_call_after_the_last_one_is_safe_to_make_elsewhere() {
        for (last, failed) in [(0, true), (1, false)] {
            let mut talk = talk();
            let mut payload = Vec::new();
            GoAway { last, reason: "" }.encode(&mut payload);
            let heard = hear(&mut talk, Kind::GoAway, 0, &payload);
            assert_eq!(heard.is_err(), failed, "{last}");
            assert_eq!(talk.call(&call(b"")), Err(going()));
        }
    }

    #[test]
    fn a_call_is_no_larger_than_the_server_takes() {
        let mut talk = talk();
        let code = |result: Result<()>| result.err().and_then(|error| error.code());
        assert_eq!(code(talk.call(&call(&[0; 100_000]))), Some(Code::TOO_LARGE));
        assert_eq!(code(talk.call(&call(&[0; 99_993]))), None);
    }
}
// endregion:call
