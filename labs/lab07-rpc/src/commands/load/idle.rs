//! Connections on which nothing happens: what a server pays for them is part of a measurement.

use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use rpc::frame::{self, Decoder, Kind, LEAST_LIMIT};
use rpc::message::{Call, Hello};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How long they stay when all is done: whoever measures the server's memory looks at it meanwhile.
const STAY: Duration = Duration::from_millis(300);

/// Descriptors that are there anyway, and those of the connections that are measured.
const OTHERS: u64 = 2048;

/// Connections that have made a call each.
pub(super) struct Idle(Vec<TcpStream>);

impl Idle {
    /// Opens so many. They answer no PING, and so last as long as a server is patient.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn open(address: &str, count: usize) -> anyhow::Result<Self> {
        if count as u64 + OTHERS > getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX) {
            let most = getrlimit(Resource::Nofile).maximum;
            let limit = Rlimit {
                current: most,
                maximum: most,
            };
            setrlimit(Resource::Nofile, limit).context("cannot raise the limit of open files")?;
        }
        let mut bytes = Vec::new();
        let hello = Hello {
            max_payload: LEAST_LIMIT,
            ping_ms: 0,
        };
        frame::append(&mut bytes, Kind::Hello, 0, 0, |out| hello.encode(out));
        let call = Call {
            left_ms: 0,
            method: super::METHOD,
            body: b"1",
        };
        frame::append(&mut bytes, Kind::Call, 0, 1, |out| call.encode(out));
        let all: anyhow::Result<_> = (0..count).map(|_| one(address, &bytes)).collect();
        all.map(Self)
    }

    /// Closes them, after a while.
    pub(super) fn close(self) {
        if !self.0.is_empty() {
            thread::sleep(STAY);
        }
    }
}

fn one(address: &str, bytes: &[u8]) -> anyhow::Result<TcpStream> {
    use std::io::Write as _;

    let mut stream = TcpStream::connect(address).with_context(|| format!("{address}: cannot connect"))?;
    stream.write_all(bytes).with_context(|| address.to_owned())?;
    let mut decoder = Decoder::new(LEAST_LIMIT);
    loop {
        while let Some(frame) = decoder.next()? {
            if frame.header.kind == Kind::Reply {
                return Ok(stream);
            }
        }
        if decoder
            .read_from(&mut stream)
            .with_context(|| address.to_owned())?
            == 0
        {
            anyhow::bail!("{address}: the server has hung up on an idle connection");
        }
    }
}
