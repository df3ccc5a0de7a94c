//! Peers that speak lines or HTTP: raw sockets.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use crate::wire::PATIENCE;

/// One peer. Dropping it closes the connection.
pub(super) struct Talk {
    /// Without one there was nobody to connect to, and nothing ever comes.
    stream: Option<TcpStream>,
    came: Vec<u8>,
    state: State,
}

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Closed,
    Reset,
    /// Nothing came for as long as a peer waits.
    Silent,
    Refused,
}

impl Talk {
    pub(super) fn connect(server: SocketAddr) -> Self {
        let stream = TcpStream::connect_timeout(&server, PATIENCE).ok();
        if let Some(stream) = &stream {
            let _ = stream.set_nodelay(true);
            let _ = stream.set_read_timeout(Some(PATIENCE));
            let _ = stream.set_write_timeout(Some(PATIENCE));
        }
        let state = match stream {
            Some(_) => State::Open,
            None => State::Refused,
        };
        Self {
            stream,
            came: Vec::new(),
            state,
        }
    }

    /// Sends bytes. A server that has closed is no error: what it answers tells.
    pub(super) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        if let Some(stream) = &mut self.stream {
            let _ = stream.write_all(bytes.as_ref());
        }
    }

    /// Returns a second handle, for a thread that sends while this one reads.
    pub(super) fn twin(&self) -> Self {
        Self {
            stream: self.stream.as_ref().and_then(|stream| stream.try_clone().ok()),
            came: Vec::new(),
            state: self.state,
        }
    }

    /// Shuts down the writing side: the peer has said all it has to say.
    pub(super) fn finish(&mut self) {
        if let Some(stream) = &self.stream {
            let _ = stream.shutdown(Shutdown::Write);
        }
    }

    /// Reads once, and returns whether something came.
    fn read(&mut self) -> bool {
        let Some(stream) = self.stream.as_mut().filter(|_| self.state == State::Open) else {
            return false;
        };
        let mut chunk = [0; 64 << 10];
        match stream.read(&mut chunk) {
            Ok(0) => self.state = State::Closed,
            Ok(count) => {
                self.came.extend_from_slice(&chunk[..count]);
                return true;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => return true,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                self.state = State::Silent;
            }
            Err(_) => self.state = State::Reset,
        }
        false
    }

    /// Takes what has come up to and with `end`, reading for as long as something comes.
    fn until(&mut self, end: &[u8]) -> Option<Vec<u8>> {
        let mut looked = 0;
        loop {
            let found = self.came[looked..]
                .windows(end.len())
                .position(|window| window == end);
            if let Some(at) = found {
                return Some(self.came.drain(..looked + at + end.len()).collect());
            }
            looked = self.came.len().saturating_sub(end.len() - 1);
            if !self.read() {
                return None;
            }
        }
    }

    /// The next line, without its end.
    pub(super) fn line(&mut self) -> Option<String> {
        let line = self.until(b"\n")?;
        Some(String::from_utf8_lossy(&line).trim_end_matches('\n').to_owned())
    }

    /// All that comes until the connection is over.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        while self.read() {}
        std::mem::take(&mut self.came)
    }

    /// Whether the server has ended the connection with nothing more in front of the end.
    pub(super) fn is_over(&mut self) -> bool {
        self.rest().is_empty() && matches!(self.state, State::Closed | State::Reset)
    }

    /// The next HTTP response. One to HEAD has no body, whatever its head says.
    pub(super) fn response(&mut self, to_head: bool) -> Option<Response> {
        let head = self.until(b"\r\n\r\n")?;
        let mut response = Response::read(&String::from_utf8_lossy(&head));
        let length = match to_head || response.status == 204 || response.status < 200 {
            true => 0,
            false => response.field("content-length")?.parse().ok()?,
        };
        while self.came.len() < length {
            if !self.read() {
                return None;
            }
        }
        response.body = self.came.drain(..length).collect();
        Some(response)
    }

    /// What became of the connection, for a message.
    pub(super) fn state(&self) -> String {
        let part = match self.came.is_empty() {
            true => String::new(),
            false => format!(
                "`{}`, and then ",
                support::text::visible(&self.came[..self.came.len().min(200)])
            ),
        };
        part + match self.state {
            State::Open | State::Silent => "nothing more came",
            State::Closed => "the connection was closed",
            State::Reset => "the connection was reset",
            State::Refused => "nobody listened any more",
        }
    }
}

/// A response.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    /// Names in lower case, in the order in which they came.
    fields: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Response {
    fn read(head: &str) -> Self {
        let mut lines = head.lines();
        let status = lines
            .next()
            .and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
        let fields = lines.filter_map(|line| line.split_once(':'));
        Self {
            status: status.unwrap_or(0),
            fields: fields
                .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
                .collect(),
            body: Vec::new(),
        }
    }

    /// The value of a field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
