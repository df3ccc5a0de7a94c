//! An answer, and how it is written.

use std::time::{SystemTime, UNIX_EPOCH};

use nbnet::http::{Status, date};
use nbnet::service::Reply;

use super::head::{Head, Method};

/// What a request is answered with.
#[derive(Debug)]
pub(super) enum Answer {
    /// An answer of JSON-RPC.
    #[expect(dead_code, reason = "`Http::answer` will make it")]
    Json(Vec<u8>),
    /// Nothing but notifications came. 204 would say so, too, but there are clients that take every status but 200 for a failure.
    #[expect(dead_code, reason = "`Http::answer` will make it")]
    Nothing,
    /// It never became a text.
    Refused(Status),
}

impl Answer {
    /// Returns its number and its name.
    pub(super) fn status(&self) -> &'static str {
        match self {
            Self::Json(_) | Self::Nothing => "200 OK",
            Self::Refused(status) => status.text(),
        }
    }

    /// Writes it for the client that has sent `head`. If it is the `last` one, the client is told so.
    pub(super) fn write(&self, head: Option<&Head>, last: bool, reply: &mut Reply<'_>) {
        let old = head.is_some_and(|head| head.old);
        let mut text = format!("HTTP/1.1 {}\r\nDate: {}\r\n", self.status(), date::write(now()));
        match (last, old) {
            (true, _) => text.push_str("Connection: close\r\n"),
            (false, true) => text.push_str("Connection: keep-alive\r\n"),
            (false, false) => {}
        }
        let reason = format!("{}\n", self.status());
        let (kind, body) = match self {
            Self::Json(answer) => ("application/json", answer.as_slice()),
            Self::Nothing => ("", &[][..]),
            Self::Refused(_) => ("text/plain; charset=utf-8", reason.as_bytes()),
        };
        if matches!(self, Self::Refused(Status::MethodNotAllowed)) {
            text.push_str("Allow: POST\r\n");
        }
        if !kind.is_empty() {
            text.push_str(&format!("Content-Type: {kind}\r\n"));
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        reply.push(text.as_bytes());
        if head.is_none_or(|head| head.method != Method::Head) {
            reply.push(body);
        }
    }
}

/// Returns the second that it is, since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs().try_into().unwrap_or(i64::MAX))
}
