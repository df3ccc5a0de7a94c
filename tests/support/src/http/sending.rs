//! Sending one response, with all that goes wrong on its way.

use std::io::Write;
use std::net::TcpStream;
use std::ops::ControlFlow;
use std::time::{Duration, Instant, SystemTime};

use crate::http::body::Body;
use crate::http::date::http_date;
use crate::http::gate::{self, Woken};
use crate::http::log::{End, Shared};
use crate::http::range::{Wanted, wanted};
use crate::http::request::Request;
use crate::http::response::{Act, Form, Point, Response, reason};

/// The most that is written at once, in bytes.
const PIECE: u64 = 64 << 10;

/// How much time a pace makes up for when this machine was busy. A client that was slow gets no more than this in a burst.
const MADE_UP: Duration = Duration::from_millis(50);

/// How sending ended, which says what becomes of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// All is sent, and the next request may come.
    Kept,
    /// All is sent, and the connection ends.
    Last,
    /// The script closes the connection.
    Closed,
    /// The script resets it.
    Torn,
    /// The client, or the server's end, cut it off.
    ClientLeft,
}

/// A response being sent to a request.
pub(super) struct Sending<'a> {
    pub(super) stream: &'a TcpStream,
    pub(super) request: &'a Request,
    pub(super) log: &'a Shared,
    pub(super) index: usize,
    /// When the pace allows the next bytes.
    pub(super) due: &'a mut Instant,
}

/// The part of a body that is sent.
struct Part {
    body: Body,
    from: u64,
    /// `None` never ends.
    len: Option<u64>,
}

/// Either goes on, or says how sending ended.
type Flow = ControlFlow<Sent>;

impl Sending<'_> {
    /// Sends `response`, or as much of it as its acts allow.
    pub(super) fn send(mut self, response: Response) -> Sent {
        match self.try_send(response) {
            ControlFlow::Break(sent) => sent,
            ControlFlow::Continue(()) => Sent::Kept,
        }
    }

    fn try_send(&mut self, mut response: Response) -> Flow {
        let part = self.part(&mut response);
        if response.form == Form::Raw {
            self.acts(&response, Point::Head)?;
            let status = raw_status(&part);
            self.log.change(|log| log.requests[self.index].status = status);
            self.body(&response, &part)?;
            return ControlFlow::Break(Sent::Last);
        }
        let bodiless = self.request.method == "HEAD" || matches!(response.status, 204 | 304);
        let keep = self.framed(&mut response, &part) || bodiless;
        self.acts(&response, Point::Head)?;
        let head = self.head(&response, keep);
        self.log
            .change(|log| log.requests[self.index].status = response.status);
        let ends_here = bodiless || part.len == Some(0) && response.form == Form::Plain;
        if ends_here && !acts_at(&response, 0) {
            self.is_last(0);
        }
        self.write(head.as_bytes())?;
        if !bodiless {
            self.body(&response, &part)?;
        }
        let keep = keep && self.request.keep_alive && !asks_to_close(&response);
        if keep {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(Sent::Last)
        }
    }

    /// Chooses the part that the request wants, and makes the response say so.
    fn part(&self, response: &mut Response) -> Part {
        let whole = Part {
            body: response.body.clone(),
            from: 0,
            len: response.body.len(),
        };
        let Some(len) = response
            .body
            .len()
            .filter(|_| response.ranges && response.status == 200)
        else {
            return whole;
        };
        let (status, says, part) = match wanted(self.request, response, len) {
            Wanted::Whole => {
                add(response, "Accept-Ranges", || "bytes".to_owned());
                return whole;
            }
            Wanted::Part(first, last) => (
                206,
                format!("bytes {first}-{last}/{len}"),
                Part {
                    from: first,
                    len: Some(last - first + 1),
                    ..whole
                },
            ),
            Wanted::Nothing => (
                416,
                format!("bytes */{len}"),
                Part {
                    body: Body::from(""),
                    from: 0,
                    len: Some(0),
                },
            ),
        };
        response.status = status;
        add(response, "Content-Range", || says);
        part
    }

    /// Adds the header that says where the body ends, and returns whether it says the truth: then the connection can be kept.
    fn framed(&self, response: &mut Response, part: &Part) -> bool {
        if response.form == Form::Chunked {
            add(response, "Transfer-Encoding", || "chunked".to_owned());
            return true;
        }
        let Some(len) = part.len.map(|len| len.to_string()) else {
            return false;
        };
        if !matches!(response.status, 204 | 304) {
            add(response, "Content-Length", || len.clone());
        }
        response.header_value("Content-Length") == Some(&len)
    }

    fn head(&self, response: &Response, keep: bool) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n", response.status, reason(response.status));
        if response.leaves("Date") {
            head.push_str(&format!("Date: {}\r\n", http_date(SystemTime::now())));
        }
        if !(keep && self.request.keep_alive) && response.leaves("Connection") {
            head.push_str("Connection: close\r\n");
        }
        for (name, value) in &response.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        head
    }

    /// Sends the body in pieces that end where an act or the pace wants them to.
    fn body(&mut self, response: &Response, part: &Part) -> Flow {
        let mut buffer = vec![0; PIECE as usize];
        let mut sent = 0;
        loop {
            self.acts(response, Point::Body(sent))?;
            let left = part.len.map_or(u64::MAX, |len| len - sent);
            if left == 0 {
                break;
            }
            let to_act = next_act(response, sent).map_or(u64::MAX, |at| at - sent);
            let allowed = response.pace.map_or(u64::MAX, |pace| pace.bytes);
            let piece = &mut buffer[..PIECE.min(left).min(to_act).min(allowed) as usize];
            if let Some(pace) = response.pace {
                self.pause(Some(*self.due))?;
                let now = Instant::now();
                let earliest = now.checked_sub(MADE_UP).unwrap_or(now);
                let share = piece.len() as f64 / pace.bytes as f64;
                *self.due = (*self.due).max(earliest) + pace.every.mul_f64(share);
            }
            part.body.fill(part.from + sent, piece);
            if response.form == Form::Chunked {
                self.write(format!("{:x}\r\n", piece.len()).as_bytes())?;
            }
            let after = sent + piece.len() as u64;
            if part.len == Some(after) && response.form == Form::Plain && !acts_at(response, after) {
                self.is_last(after);
            }
            let wrote = self.write(piece);
            if wrote.is_break() {
                self.log.change(|log| log.requests[self.index].sent = sent);
            }
            wrote?;
            if response.form == Form::Chunked {
                self.write(b"\r\n")?;
            }
            sent = after;
            self.log.change(|log| log.requests[self.index].sent = sent);
        }
        if response.form == Form::Chunked {
            self.is_last(sent);
            self.write(b"0\r\n\r\n")?;
        }
        ControlFlow::Continue(())
    }

    /// Says that what is written next is the end, so that a client that has all of it never meets a log that does not know.
    fn is_last(&self, sent: u64) {
        self.log.change(|log| log.requests[self.index].sent = sent);
        self.log.end(self.index, End::Whole);
    }

    /// Lets happen what is to happen at `point`.
    fn acts(&mut self, response: &Response, point: Point) -> Flow {
        for (_, act) in response.acts.iter().filter(|(at, _)| *at == point) {
            match act {
                Act::Wait(time) => self.pause(Some(Instant::now() + *time))?,
                Act::Hold(gate) => {
                    if gate::wait(self.stream, None, Some(gate)) == Woken::Gone {
                        return ControlFlow::Break(Sent::ClientLeft);
                    }
                }
                Act::Stall => self.pause(None)?,
                Act::Close => return ControlFlow::Break(Sent::Closed),
                Act::Reset => return ControlFlow::Break(Sent::Torn),
                Act::Send(bytes) => self.write(bytes)?,
            }
        }
        ControlFlow::Continue(())
    }

    fn pause(&self, until: Option<Instant>) -> Flow {
        match gate::wait(self.stream, until, None) {
            Woken::Gone => ControlFlow::Break(Sent::ClientLeft),
            _ => ControlFlow::Continue(()),
        }
    }

    fn write(&self, bytes: &[u8]) -> Flow {
        self.log.remember(self.index, bytes);
        let mut stream = self.stream;
        match stream.write_all(bytes) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(Sent::ClientLeft),
        }
    }
}

/// Returns the status that the case wrote itself, or 0 if what it wrote is no HTTP.
fn raw_status(part: &Part) -> u16 {
    const LINE: u64 = b"HTTP/1.1 200".len() as u64;
    let mut line = vec![0; part.len.map_or(LINE, |len| len.min(LINE)) as usize];
    part.body.fill(0, &mut line);
    let status = str::from_utf8(&line)
        .ok()
        .and_then(|line| line.strip_prefix("HTTP/1."));
    status
        .and_then(|line| line.split_once(' ')?.1.parse().ok())
        .unwrap_or(0)
}

/// Adds a header of the server's own, unless the case has its say.
fn add(response: &mut Response, name: &str, value: impl FnOnce() -> String) {
    if response.leaves(name) {
        response.headers.push((name.to_owned(), value()));
    }
}

/// Finds where behind `sent` bytes of the body the next act waits.
fn next_act(response: &Response, sent: u64) -> Option<u64> {
    response
        .acts
        .iter()
        .filter_map(|(point, _)| match point {
            Point::Body(at) if *at > sent => Some(*at),
            _ => None,
        })
        .min()
}

fn acts_at(response: &Response, sent: u64) -> bool {
    response.acts.iter().any(|(point, _)| *point == Point::Body(sent))
}

fn asks_to_close(response: &Response) -> bool {
    response
        .header_value("Connection")
        .is_some_and(|value| value.eq_ignore_ascii_case("close"))
}
