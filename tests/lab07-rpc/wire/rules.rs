//! What every frame of the subject has to keep, whichever case looks at it.

use std::collections::HashMap;

use super::end::Side;
use super::frame::{CREDIT, Frame, LAST, MAY_SKIP, MUST_TAKE, kind};

/// What one connection has seen, as far as the subject's next frame can be judged by it.
#[derive(Debug)]
pub(super) struct Rules {
    /// The side of the suite.
    side: Side,
    /// The largest payload that the subject may send.
    limit: u32,
    greeted: bool,
    last_id: u64,
    /// Calls under way, and how many bytes of ITEMs the subject may still send for each.
    calls: HashMap<u64, i64>,
}

impl Rules {
    pub(super) fn new(side: Side) -> Self {
        Self {
            side,
            limit: MUST_TAKE,
            greeted: false,
            last_id: 0,
            calls: HashMap::new(),
        }
    }

    /// Remembers what the suite sends.
    pub(super) fn sent(&mut self, frame: &Frame) {
        match (self.side, frame.kind) {
            (_, kind::HELLO) => self.limit = self.limit.max(frame.number(0, 4) as u32),
            (Side::Client, kind::CALL) => {
                self.calls.entry(frame.id).or_insert(CREDIT);
            }
            (_, kind::CREDIT) => {
                if let Some(credit) = self.calls.get_mut(&frame.id) {
                    *credit += frame.number(0, 4) as i64;
                }
            }
            (Side::Server, kind::REPLY | kind::ERROR) => {
                self.calls.remove(&frame.id);
            }
            _ => {}
        }
    }

    /// Judges a frame of the subject; an error completes "the program sent …".
    pub(super) fn came(&mut self, frame: &Frame) -> Result<(), String> {
        self.form(frame)?;
        match self.side {
            Side::Client => self.judge_server(frame),
            Side::Server => self.judge_client(frame),
        }
    }

    fn form(&mut self, frame: &Frame) -> Result<(), String> {
        let length = frame.payload.len();
        if length > self.limit as usize {
            return Err(format!(
                "a payload of {length} bytes, where {} are allowed",
                self.limit
            ));
        }
        // A violation of the other side's first frame is answered without a HELLO.
        let ends = frame.kind == kind::ERROR && frame.id == 0;
        if !self.greeted && frame.kind != kind::HELLO && !ends {
            return Err("a frame before its HELLO".to_owned());
        }
        if self.greeted && frame.kind == kind::HELLO {
            return Err("a second HELLO".to_owned());
        }
        self.greeted |= frame.kind == kind::HELLO;
        let allowed = match frame.kind {
            kind::ITEM => LAST | MAY_SKIP,
            _ => MAY_SKIP,
        };
        if frame.flags & !allowed != 0 {
            return Err(format!("flags {:04x}", frame.flags));
        }
        let of_connection = match frame.kind {
            kind::HELLO | kind::PING | kind::PONG | kind::GOAWAY => true,
            kind::ERROR => frame.id == 0,
            _ => false,
        };
        if of_connection != (frame.id == 0) {
            return Err(format!("a frame with id {}", frame.id));
        }
        if let kind::HELLO = frame.kind
            && frame.number(0, 4) < u64::from(MUST_TAKE)
        {
            return Err("a HELLO with less than 65536".to_owned());
        }
        Ok(())
    }

    fn judge_server(&mut self, frame: &Frame) -> Result<(), String> {
        match frame.kind {
            kind::REPLY => self.end(frame.id),
            kind::ERROR if frame.id == 0 => Ok(()),
            kind::ERROR => self.end(frame.id),
            kind::ITEM => {
                if frame.flags & LAST != 0 {
                    return Err("an ITEM with LAST, which is a client's".to_owned());
                }
                self.item(frame)
            }
            kind::PUSH if self.calls.contains_key(&frame.id) => Ok(()),
            kind::PUSH => Err("a PUSH for a call that is not under way".to_owned()),
            kind::HELLO | kind::CREDIT | kind::PING | kind::PONG | kind::GOAWAY => Ok(()),
            _ => Err("a kind that is a client's".to_owned()),
        }
    }

    fn judge_client(&mut self, frame: &Frame) -> Result<(), String> {
        match frame.kind {
            kind::CALL => {
                if frame.id <= self.last_id {
                    return Err(format!("id {} after {}", frame.id, self.last_id));
                }
                self.last_id = frame.id;
                self.calls.insert(frame.id, CREDIT);
                Ok(())
            }
            // What belongs to a call whose end is on its way crosses with it.
            kind::ITEM if !self.calls.contains_key(&frame.id) && frame.id <= self.last_id => Ok(()),
            kind::ITEM => self.item(frame),
            kind::CREDIT | kind::CANCEL if frame.id > self.last_id => {
                Err("a frame for a call that never was".to_owned())
            }
            kind::ERROR if frame.id != 0 => Err("an ERROR for a call, which is a server's".to_owned()),
            kind::REPLY | kind::PUSH => Err("a kind that is a server's".to_owned()),
            _ => Ok(()),
        }
    }

    fn end(&mut self, id: u64) -> Result<(), String> {
        match self.calls.remove(&id) {
            Some(_) => Ok(()),
            None => Err("an end for a call that is not under way".to_owned()),
        }
    }

    fn item(&mut self, frame: &Frame) -> Result<(), String> {
        match self.calls.get_mut(&frame.id) {
            None => Err("an ITEM for a call that is not under way".to_owned()),
            Some(credit) if *credit <= 0 => Err("an ITEM without credit".to_owned()),
            Some(credit) => {
                *credit -= frame.payload.len() as i64;
                Ok(())
            }
        }
    }
}
