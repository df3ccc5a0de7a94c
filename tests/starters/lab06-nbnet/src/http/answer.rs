//! Decides what a request is answered with.

use std::io;

use rustix::io::Errno;

use super::head::{Connection, Head};
use super::range::{Range, range};
use super::request::Request;
use super::root::Found;
use super::service::{CHUNK, Sending, Session, Site};
use super::target::{self, Path};
use super::{Status, date, kind};
use crate::service::Reply;

/// What a folder shows.
const INDEX: &[u8] = b"index.html";

impl Site {
    /// Answers a request. What of a file does not fit at once is in the session.
    ///
    /// # Errors
    /// What a file says after its length was promised.
    pub(super) fn answer(
        &self,
        request: &Request<'_>,
        session: &mut Session,
        reply: &mut Reply<'_>,
    ) -> io::Result<()> {
        let connection = Connection::of(request);
        let with_body = request.method != "HEAD";
        if let Some(expect) = request.expect {
            if !expect.eq_ignore_ascii_case(b"100-continue") {
                self.say(Status::ExpectationFailed, &[], connection, with_body, reply);
                return Ok(());
            }
            // Nobody looks at the body, but the client waits for this before it sends it (RFC 9110, section 10.1.1).
            if request.body > 0 && !request.old {
                reply.push(b"HTTP/1.1 100 Continue\r\n\r\n");
            }
        }
        let mut refuse = |status, fields: &[(&str, &str)]| {
            self.say(status, fields, connection, with_body, reply);
            Ok(())
        };
        if !matches!(request.method, "GET" | "HEAD") {
            return refuse(Status::MethodNotAllowed, &[("Allow", "GET, HEAD")]);
        }
        let Some(path) = target::path(request.target) else {
            return refuse(Status::BadRequest, &[]);
        };
        match self.find(path) {
            Ok((
                path,
                Found::File {
                    file,
                    length,
                    modified,
                },
            )) => {
                let sending = Sending {
                    file,
                    at: 0,
                    end: length,
                };
                self.send(request, &path, sending, modified, session, reply)
            }
            Ok((path, _)) => refuse(
                Status::MovedPermanently,
                &[("Location", &target::of_folder(&path))],
            ),
            Err(status) => refuse(status, &[]),
        }
    }

    /// Finds the file of a path, that of a folder included. Finds a folder only where its path lacks the last `/`.
    fn find(&self, mut path: Path) -> Result<(Path, Found), Status> {
        let mut found = self.root.find(&path.bytes).map_err(status)?;
        if path.folder && matches!(found, Found::Folder) {
            if !path.bytes.is_empty() {
                path.bytes.push(b'/');
            }
            path.bytes.extend_from_slice(INDEX);
            path.folder = false;
            found = self.root.find(&path.bytes).map_err(status)?;
            if matches!(found, Found::Folder) {
                return Err(Status::NotFound);
            }
        }
        match found {
            Found::File { .. } if path.folder => Err(Status::NotFound),
            Found::Other => Err(Status::NotFound),
            found => Ok((path, found)),
        }
    }

    /// Answers with a file, with a part of it, or with the news that there are none.
    fn send(
        &self,
        request: &Request<'_>,
        path: &Path,
        mut sending: Sending,
        modified: i64,
        session: &mut Session,
        reply: &mut Reply<'_>,
    ) -> io::Result<()> {
        let now = date::now();
        let length = sending.end;
        // A date in the future would be believed for ever (RFC 9110, section 8.8.2.1).
        let modified = modified.clamp(0, now.max(0));
        let connection = Connection::of(request);
        let written = date::write(modified);
        let since = request.modified_since.and_then(date::parse);
        if since.is_some_and(|since| modified <= since) {
            let mut head = Head::new(reply, Status::NotModified, connection, &self.today, now);
            head.field("Last-Modified", &written);
            head.end();
            return Ok(());
        }
        // A range of another version would not fit to what the client has (RFC 9110, section 13.1.5). Only GET has ranges.
        let same = request.if_range.is_none_or(|date| date == written.as_bytes());
        let asked = request
            .range
            .filter(|_| same && request.method == "GET")
            .map_or(Range::Whole, |field| range(field, length));
        let status = match asked {
            Range::Whole => Status::Ok,
            Range::Part { first, last } => {
                (sending.at, sending.end) = (first, last + 1);
                Status::PartialContent
            }
            Range::Unsatisfiable => {
                let all = format!("bytes */{length}");
                self.say(
                    Status::RangeNotSatisfiable,
                    &[("Content-Range", &all)],
                    connection,
                    true,
                    reply,
                );
                return Ok(());
            }
        };
        let mut head = Head::new(reply, status, connection, &self.today, now);
        head.field("Content-Type", kind::kind(&path.bytes));
        head.field("Content-Length", &(sending.end - sending.at).to_string());
        head.field("Last-Modified", &written);
        head.field("Accept-Ranges", "bytes");
        if let Range::Part { first, last } = asked {
            head.field("Content-Range", &format!("bytes {first}-{last}/{length}"));
        }
        let reply = head.end();
        if request.method == "HEAD" {
            return Ok(());
        }
        if sending.end - sending.at <= CHUNK as u64 {
            while !sending.is_done() {
                sending.chunk(reply)?;
            }
            return Ok(());
        }
        session.sending = Some(sending);
        Ok(())
    }

    /// Answers with a status, of which the body says no more.
    pub(super) fn say(
        &self,
        status: Status,
        fields: &[(&str, &str)],
        connection: Connection,
        with_body: bool,
        reply: &mut Reply<'_>,
    ) {
        let text = status.text();
        let mut head = Head::new(reply, status, connection, &self.today, date::now());
        head.field("Content-Type", "text/plain; charset=utf-8");
        head.field("Content-Length", &(text.len() + 1).to_string());
        for (name, value) in fields {
            head.field(name, value);
        }
        let reply = head.end();
        if with_body {
            reply.push(text.as_bytes());
            reply.push(b"\n");
        }
    }
}

/// Returns what a client is told of an error. That a link leads out of the root is none of its business.
fn status(error: io::Error) -> Status {
    match Errno::from_io_error(&error) {
        Some(Errno::ACCESS | Errno::PERM) => Status::Forbidden,
        Some(Errno::MFILE | Errno::NFILE | Errno::NOMEM) => Status::ServiceUnavailable,
        Some(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::XDEV | Errno::NAMETOOLONG | Errno::NXIO) => {
            Status::NotFound
        }
        _ => Status::InternalServerError,
    }
}
