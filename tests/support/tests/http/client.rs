//! A client that shows every byte.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use support::http::Server;

/// What came back on a connection until it ended.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// All up to the empty line.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// How reading ended: in good order, or by an error.
    pub(crate) end: Result<(), std::io::ErrorKind>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }
}

/// Connects and sends `bytes`.
pub(crate) fn connect(address: SocketAddr, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.write_all(bytes.as_bytes()).expect("the request is sent");
    stream
}

/// Writes a request whose connection ends with its answer; `headers` are whole lines.
pub(crate) fn get(target: &str, headers: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n")
}

/// Sends `request` and reads until the connection ends.
pub(crate) fn send(server: &Server, request: &str) -> Answer {
    let mut stream = connect(server.address(), request);
    let mut bytes = Vec::new();
    let end = stream
        .read_to_end(&mut bytes)
        .map(|_| ())
        .map_err(|error| error.kind());
    let at = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let body = bytes.split_off(at.map_or(bytes.len(), |at| at + 4));
    let head = String::from_utf8(bytes).expect("a head is text");
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    Answer {
        status: status.unwrap_or(0),
        head,
        body,
        end,
    }
}

/// Asks for `target` and reads until the connection ends.
pub(crate) fn ask(server: &Server, target: &str) -> Answer {
    send(server, &get(target, ""))
}

/// Reads one response with a Content-Length from a connection that stays open, and returns its body.
pub(crate) fn read_one(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a head");
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).expect("a head is text");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "));
    let length: usize = length.and_then(|length| length.parse().ok()).expect("a length");
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("a body");
    String::from_utf8(body).expect("text")
}
