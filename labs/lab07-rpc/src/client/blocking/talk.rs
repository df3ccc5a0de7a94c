//! What a client that blocks says and hears, without the connection.

use std::time::Duration;

use super::Items;
use crate::code::Code;
use crate::error::{Error, Result};
use crate::frame::{self, Frame, Kind, LEAST_LIMIT, Wrong};
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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn call(&mut self, call: &message::Call<'_>) -> Result<()> {
        todo!(
            "call: A server that is going takes none: GOING_AWAY. A payload that is larger than it takes is TOO_LARGE, with the sentence of `Wrong::Length`. Ids count up from 1. The credit of a new call is whole."
        )
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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn hear(&mut self, frame: Frame<'_>, item: &mut Items<'_>) -> Result<Option<Vec<u8>>> {
        todo!(
            "call: The first frame is HELLO, unless the server is ending the connection: its ERROR without an id is `Lost`, as it says. What belongs to another call than this one is late, and passed over. When `item` breaks off, the call is cancelled and has failed so. Items are counted, and granted again by CREDIT when WORTH_GRANTING is reached. PING is answered. GOAWAY is noted; a call after its last fails as GOING_AWAY. CALL and CANCEL are not for this side."
        )
    }
}

/// Returns the failure of a call that the server does not take.
fn going() -> Error {
    Failure::new(Code::GOING_AWAY, "the server takes no more calls").into()
}
