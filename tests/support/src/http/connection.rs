//! One connection: its requests one after the other.

use std::io::BufReader;
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::http::accept::Hub;
use crate::http::log::{End, Seen};
use crate::http::request::{NoRequest, Request};
use crate::http::response::Response;
use crate::http::sending::{Sending, Sent};
use crate::http::server::lock;

/// How a connection is to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    InOrder,
    Reset,
}

/// Answers the requests of connection `number` until either side has enough.
pub(super) fn serve(hub: &Hub, stream: &TcpStream, number: u64) -> Closing {
    let mut reader = BufReader::new(stream);
    // The pace is the connection's, over all of its responses.
    let mut due = Instant::now();
    loop {
        let (mut request, malformed) = match Request::read(&mut reader) {
            Ok(request) => (request, false),
            Err(NoRequest::Malformed(line)) => (no_http(line), true),
            Err(NoRequest::End) => return Closing::InOrder,
        };
        let Some(index) = hub.log.begin(seen(&request, number), &hub.live()) else {
            return Closing::InOrder;
        };
        let mut open = InFlight {
            hub,
            index,
            end: End::Cut,
        };
        let response = if malformed {
            Response::status(400).header("Connection", "close")
        } else {
            let answer = lock(&hub.site).choose(&mut request);
            answer(&request)
        };
        let sending = Sending {
            stream,
            request: &request,
            log: &hub.log,
            index,
            due: &mut due,
        };
        let sent = sending.send(response);
        open.end = match sent {
            Sent::Kept | Sent::Last => End::Whole,
            Sent::Closed | Sent::Torn => End::Cut,
            Sent::ClientLeft if hub.stopping.load(Ordering::Relaxed) => End::Stopped,
            Sent::ClientLeft => End::ClientLeft,
        };
        // The log knows the end before the client can see it.
        drop(open);
        match sent {
            Sent::Kept => {}
            Sent::Torn => return Closing::Reset,
            Sent::Last | Sent::Closed | Sent::ClientLeft => return Closing::InOrder,
        }
    }
}

/// A request that is being answered; also a panic ends it.
struct InFlight<'h> {
    hub: &'h Hub,
    index: usize,
    end: End,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.hub.log.end(self.index, self.end);
    }
}

fn no_http(line: String) -> Request {
    Request {
        target: line,
        ..Request::default()
    }
}

fn seen(request: &Request, connection: u64) -> Seen {
    Seen {
        method: request.method.clone(),
        target: request.target.clone(),
        headers: request.headers.clone(),
        connection,
        came: Instant::now(),
        status: 0,
        sent: 0,
        end: None,
    }
}
