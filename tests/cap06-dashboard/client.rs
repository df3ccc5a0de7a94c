//! A client that sees every byte.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use socket2::{Domain, Socket, Type};

/// For how long anything is waited for: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(25);

/// A question, from its method to its body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    /// What kind of body, and the body.
    pub(crate) body: Option<(&'static str, String)>,
    from: Option<IpAddr>,
}

/// What came back. A connection that ended without an answer has status 0, and why it did in its body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

pub(crate) fn get(target: &str) -> Question {
    Question {
        method: "GET".into(),
        target: target.into(),
        ..Question::default()
    }
}

/// Sends a form.
pub(crate) fn post(target: &str, form: &str) -> Question {
    Question {
        method: "POST".into(),
        target: target.into(),
        body: Some(("application/x-www-form-urlencoded", form.into())),
        ..Question::default()
    }
}

/// Sends JSON.
pub(crate) fn post_json(target: &str, json: &str) -> Question {
    Question {
        body: Some(("application/json", json.into())),
        ..post(target, "")
    }
}

impl Question {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn cookie(self, cookie: &str) -> Self {
        self.header("Cookie", cookie)
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// Comes from this address of the loopback.
    pub(crate) fn from(self, address: &str) -> Self {
        Self {
            from: address.parse().ok(),
            ..self
        }
    }

    /// Says what is asked, for messages.
    pub(crate) fn name(&self) -> String {
        let mut name = format!("{} {}", self.method, self.target);
        for (header, value) in &self.headers {
            name += &format!(" {header}: {value};");
        }
        if let Some((_, body)) = self.body.as_ref().filter(|(_, body)| !body.is_empty()) {
            name += &format!(" with {body}");
        }
        name
    }

    /// Sends it, and leaves the answer to be read.
    pub(crate) fn send(&self, to: SocketAddr) -> std::io::Result<TcpStream> {
        let socket = Socket::new(Domain::for_address(to), Type::STREAM, None)?;
        if let Some(from) = self.from {
            socket.bind(&SocketAddr::new(from, 0).into())?;
        }
        socket.connect(&to.into())?;
        let mut stream = TcpStream::from(socket);
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut text = format!(
            "{} {} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n",
            self.method, self.target
        );
        for (name, value) in &self.headers {
            text += &format!("{name}: {value}\r\n");
        }
        if let Some((kind, body)) = &self.body {
            text += &format!(
                "Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
        } else {
            text += "\r\n";
        }
        stream.write_all(text.as_bytes())?;
        Ok(stream)
    }

    /// Sends it and reads the whole answer.
    pub(crate) fn ask(&self, to: SocketAddr) -> Answer {
        let read = || -> std::io::Result<String> {
            let mut stream = self.send(to)?;
            let mut bytes = Vec::new();
            let mut piece = [0; 16 << 10];
            // Not every server closes what it is asked to close.
            while !is_whole(&bytes) {
                match stream.read(&mut piece)? {
                    0 => break,
                    length => bytes.extend(&piece[..length]),
                }
            }
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        match read() {
            Ok(text) => Answer::parse(&text),
            Err(error) => Answer {
                body: error.to_string(),
                ..Answer::default()
            },
        }
    }
}

/// Says whether an answer has as many bytes as it says.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
    length
        .and_then(|length| length.trim().parse::<usize>().ok())
        .is_some_and(|length| bytes.len() >= head + 4 + length)
}

/// Joins the chunks of a body.
///
/// Source: RFC 9112, section 7.1.
fn joined(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((length, rest)) = body.split_once("\r\n") {
        let length = usize::from_str_radix(length.trim(), 16).unwrap_or(0);
        let Some(chunk) = rest.get(..length).filter(|chunk| !chunk.is_empty()) else {
            break;
        };
        whole += chunk;
        body = rest[length..].trim_start_matches("\r\n");
    }
    whole
}

impl Answer {
    fn parse(text: &str) -> Self {
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            return Self {
                body: format!("the connection was closed behind {text:?}"),
                ..Self::default()
            };
        };
        let is_chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        let body = if is_chunked { joined(body) } else { body.to_owned() };
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Self {
            status: status.unwrap_or(0),
            head: head.into(),
            body,
        }
    }

    /// Returns the value of a header, the first if there are several.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Returns the body as JSON, or `null` if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// A stream of server-sent events.
pub(crate) struct Stream {
    pub(crate) head: Answer,
    lines: BufReader<TcpStream>,
}

/// An event.
#[derive(Debug, Clone, Default)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) data: Value,
}

/// For how long an event is waited for: a server looks around once a second.
const EVENT: Duration = Duration::from_secs(15);

impl Stream {
    /// Asks for a stream, and reads the head of the answer.
    pub(crate) fn open(question: &Question, to: SocketAddr) -> Self {
        let opened = question.send(to).map(BufReader::new);
        let mut lines = opened.unwrap_or_else(|error| panic!("{}: {error}", question.name()));
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") && lines.read_line(&mut head).is_ok_and(|length| length > 0) {}
        let mut head = Answer::parse(&head);
        // Until now it was no stream.
        let _ = lines.get_ref().set_read_timeout(Some(EVENT));
        if head.status != 200 {
            let _ = lines.read_to_string(&mut head.body);
        }
        Self { head, lines }
    }

    /// Reads the next event; `None` when the stream is over, or nothing came for too long.
    pub(crate) fn next(&mut self) -> Option<Event> {
        let mut event = Event::default();
        loop {
            let mut line = String::new();
            if !self.lines.read_line(&mut line).is_ok_and(|length| length > 0) {
                return None;
            }
            let line = line.trim_end();
            match line.split_once(": ") {
                Some(("event", text)) => event.name = text.to_owned(),
                Some(("id", text)) => event.id = text.to_owned(),
                Some(("data", text)) => event.data = serde_json::from_str(text).unwrap_or_default(),
                // The empty line that ends an event; the sizes of HTTP's chunks have no colon either.
                None if line.is_empty() && !event.data.is_null() => return Some(event),
                _ => {}
            }
        }
    }

    /// Reads to the end of the stream; false if it does not end.
    pub(crate) fn ends(&mut self) -> bool {
        let mut rest = Vec::new();
        match self.lines.read_to_end(&mut rest) {
            Ok(_) => true,
            Err(error) => !matches!(
                error.kind(),
                std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
            ),
        }
    }
}
