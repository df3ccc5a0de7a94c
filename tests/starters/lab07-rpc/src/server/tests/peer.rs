//! A server, and a client that says what it likes.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use crate::code::Code;
use crate::frame::{self, Decoder, Kind, LEAST_LIMIT};
use crate::message::{Call, Failure, Hello};
use crate::methods::Methods;
use crate::server::{Server, Settings};

/// Long enough for anything that happens at all.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts a server that lives as long as the process.
pub(super) fn serve(settings: Settings, methods: Methods) -> SocketAddr {
    let server = Server::bind(settings).unwrap();
    let address = server.address();
    thread::spawn(move || server.serve(methods));
    address
}

/// A client that says what it likes.
pub(super) struct Peer {
    pub(super) stream: TcpStream,
    decoder: Decoder,
}

/// A frame that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Came {
    pub(super) kind: Kind,
    pub(super) id: u64,
    pub(super) payload: Vec<u8>,
}

impl Peer {
    /// Connects, and says nothing yet.
    pub(super) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            decoder: Decoder::new(1 << 24),
        }
    }

    /// Connects, and has the greetings behind it.
    pub(super) fn greeted(address: SocketAddr) -> Self {
        let mut peer = Self::connect(address);
        let hello = Hello {
            max_payload: LEAST_LIMIT,
            ping_ms: 0,
        };
        peer.say(Kind::Hello, 0, |out| hello.encode(out));
        assert_eq!(peer.hear().map(|came| came.kind), Some(Kind::Hello));
        peer
    }

    /// Sends a frame.
    pub(super) fn say(&mut self, kind: Kind, id: u64, write: impl FnOnce(&mut Vec<u8>)) {
        let mut out = Vec::new();
        frame::append(&mut out, kind, 0, id, write);
        self.stream.write_all(&out).unwrap();
    }

    /// Calls a method.
    pub(super) fn call(&mut self, id: u64, method: &str, left_ms: u32, body: &[u8]) {
        let call = Call {
            left_ms,
            method,
            body,
        };
        self.say(Kind::Call, id, |out| call.encode(out));
    }

    /// Waits for a frame, or the end.
    pub(super) fn hear(&mut self) -> Option<Came> {
        loop {
            if let Some(frame) = self.decoder.next().unwrap() {
                return Some(Came {
                    kind: frame.header.kind,
                    id: frame.header.id,
                    payload: frame.payload.to_vec(),
                });
            }
            if self.decoder.read_from(&mut self.stream).unwrap() == 0 {
                return None;
            }
        }
    }

    /// Waits for the failure of a call.
    pub(super) fn hear_failure(&mut self, id: u64) -> Failure {
        let came = self.hear().expect("the connection goes on");
        assert_eq!((came.kind, came.id), (Kind::Error, id));
        Failure::decode(&came.payload).unwrap()
    }

    /// Waits for the code with which a call fails.
    pub(super) fn hear_code(&mut self, id: u64) -> Code {
        self.hear_failure(id).code
    }
}
