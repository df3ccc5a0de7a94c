//! Writes the head of an answer.

use super::Status;
use super::date::Today;
use super::request::Request;
use crate::service::Reply;

/// Whether the connection goes on, in the version that the client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connection {
    /// It does, as always in HTTP/1.1.
    Stays,
    /// It does, and a client of HTTP/1.0 must be told.
    StaysOld,
    /// It does not.
    Closes,
}

impl Connection {
    pub(super) fn of(request: &Request<'_>) -> Self {
        match (request.keep_alive, request.old) {
            (true, false) => Self::Stays,
            (true, true) => Self::StaysOld,
            (false, _) => Self::Closes,
        }
    }
}

/// A head that is being written.
pub(super) struct Head<'a, 'b> {
    reply: &'a mut Reply<'b>,
}

impl<'a, 'b> Head<'a, 'b> {
    /// Begins with the status line and the fields that every answer has.
    pub(super) fn new(
        reply: &'a mut Reply<'b>,
        status: Status,
        connection: Connection,
        today: &Today,
        now: i64,
    ) -> Self {
        reply.push(b"HTTP/1.1 ");
        reply.push(status.text().as_bytes());
        reply.push(b"\r\n");
        let mut head = Self { reply };
        today.with(now, |date| head.field("Date", date));
        match connection {
            Connection::Stays => {}
            Connection::StaysOld => head.field("Connection", "keep-alive"),
            Connection::Closes => head.field("Connection", "close"),
        }
        head
    }

    pub(super) fn field(&mut self, name: &str, value: &str) {
        self.reply.push(name.as_bytes());
        self.reply.push(b": ");
        self.reply.push(value.as_bytes());
        self.reply.push(b"\r\n");
    }

    /// Ends the head.
    pub(super) fn end(self) -> &'a mut Reply<'b> {
        self.reply.push(b"\r\n");
        self.reply
    }
}
