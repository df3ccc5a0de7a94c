//! Connections of text with a server, line by line or by scripts.

mod script;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use socket2::{Domain, Socket, Type};
use support::{Case, Ended};

use crate::peers::{PATIENCE, Server};
pub(crate) use script::{answers, play, sent, shown};

/// How long is waited for the rest of an answer that is wrong already.
const REST: Duration = Duration::from_millis(150);

impl Server {
    /// Opens a connection.
    pub(crate) fn talk(&self) -> Talk {
        Talk::to(self.address)
    }

    /// Sends SIGTERM and expects exit status 0.
    pub(crate) fn stop(mut self, case: &mut Case) -> Ended {
        self.signal(Signal::TERM);
        let ended = self.wait();
        case.expect_status(&ended, 0);
        ended
    }

    /// Plays `script`; `what` says what it shows.
    pub(crate) fn play(&mut self, case: &mut Case, what: &str, script: &str) {
        let played = play(self.address, script);
        self.expect_same(case, what, &played.expected, &played.actual);
    }
}

/// One connection.
pub(crate) struct Talk {
    stream: Option<TcpStream>,
    /// What was read and not asked for yet.
    ahead: Vec<u8>,
    /// Whether the server has closed it.
    pub(crate) closed: bool,
}

impl Talk {
    pub(crate) fn to(address: SocketAddr) -> Self {
        Self::of(TcpStream::connect(address).ok())
    }

    fn of(stream: Option<TcpStream>) -> Self {
        if let Some(stream) = &stream {
            // Pieces are to leave as they are written, and nobody waits for ever.
            let _ = stream.set_nodelay(true);
            let _ = stream.set_write_timeout(Some(PATIENCE));
        }
        Self {
            closed: stream.is_none(),
            stream,
            ahead: Vec::new(),
        }
    }

    /// Connects with some kilobytes of room for what is not read, so that a server feels it soon.
    pub(crate) fn narrow(address: SocketAddr) -> Self {
        const SMALL: usize = 4 << 10;
        let connect = || -> std::io::Result<TcpStream> {
            let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
            socket.set_recv_buffer_size(SMALL)?;
            socket.connect(&address.into())?;
            Ok(socket.into())
        };
        Self::of(connect().ok())
    }

    /// Sends `bytes`. A server that takes no more is no error: what it fails to answer tells.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        if let Some(stream) = &mut self.stream {
            let _ = stream.write_all(bytes.as_ref());
        }
    }

    /// Sends `bytes` again and again, until nothing more can be sent. `at` is where it goes on, the next time too.
    pub(crate) fn send_ahead(&mut self, bytes: &[u8], at: &mut usize) {
        let Some(stream) = &mut self.stream else {
            return;
        };
        let _ = stream.set_nonblocking(true);
        while let Ok(count @ 1..) = stream.write(&bytes[*at..]) {
            *at = (*at + count) % bytes.len();
        }
        let _ = stream.set_nonblocking(false);
    }

    /// Shuts down the writing side.
    pub(crate) fn finish(&mut self) {
        if let Some(stream) = &self.stream {
            let _ = stream.shutdown(Shutdown::Write);
        }
    }

    /// What was read already and belongs to nothing yet.
    pub(crate) fn taken(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.ahead)
    }

    /// The socket, for what only a socket can do.
    pub(crate) fn stream(&self) -> Option<TcpStream> {
        self.stream.as_ref()?.try_clone().ok()
    }

    /// Reads once, waiting for at most `wait`, and returns whether anything came.
    fn read(&mut self, wait: Duration) -> bool {
        let Some(stream) = &mut self.stream else {
            return false;
        };
        let _ = stream.set_read_timeout(Some(wait.max(Duration::from_millis(1))));
        let mut buffer = [0; 64 << 10];
        match stream.read(&mut buffer) {
            Ok(0) => self.closed = true,
            Ok(count) => {
                self.ahead.extend_from_slice(&buffer[..count]);
                return true;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => return true,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => self.closed = true,
        }
        false
    }

    /// Reads as many bytes as `expected` has, and fewer only if the connection ends or nothing comes for long. Of an answer that is wrong
    /// already, the rest is read that comes soon.
    pub(crate) fn expect(&mut self, expected: &[u8]) -> Vec<u8> {
        self.until(
            |came| match came.len() >= expected.len() || !expected.starts_with(came) {
                true if came.starts_with(expected) => Wait::Enough(expected.len()),
                true => Wait::Rest,
                false => Wait::More,
            },
        )
    }

    /// Reads until `enough` finds the end of what it waits for, and returns the bytes up to there; all that came, if that never is.
    pub(crate) fn until(&mut self, enough: impl Fn(&[u8]) -> Wait) -> Vec<u8> {
        let since = Instant::now();
        loop {
            let wait = match enough(&self.ahead) {
                Wait::Enough(length) => return self.ahead.drain(..length).collect(),
                Wait::Rest => REST,
                Wait::More => PATIENCE.saturating_sub(since.elapsed()),
            };
            if self.closed || !self.read(wait) || since.elapsed() > PATIENCE {
                // What came while the time ran out still counts.
                return match enough(&self.ahead) {
                    Wait::Enough(length) => self.ahead.drain(..length).collect(),
                    _ => std::mem::take(&mut self.ahead),
                };
            }
        }
    }

    /// Reads up to and with `end`.
    pub(crate) fn until_end(&mut self, end: &str) -> String {
        let end = end.as_bytes();
        let came = self.until(
            |came| match came.windows(end.len()).position(|window| window == end) {
                Some(at) => Wait::Enough(at + end.len()),
                None => Wait::More,
            },
        );
        String::from_utf8_lossy(&came).into_owned()
    }

    /// Sends a line and returns the line that comes back, both without CR LF.
    pub(crate) fn ask(&mut self, line: &str) -> String {
        self.send(format!("{line}\r\n"));
        let answer = self.until_end("\r\n");
        answer.strip_suffix("\r\n").map_or(answer.clone(), str::to_owned)
    }

    /// Sends `line`, a kind of get, and returns what comes back up to `END`, or an error.
    pub(crate) fn ask_values(&mut self, line: &str) -> String {
        const END: &[u8] = b"END\r\n";
        self.send(format!("{line}\r\n"));
        let came = self.until(
            |came| match came.windows(END.len()).position(|window| window == END) {
                Some(at) => Wait::Enough(at + END.len()),
                // No END follows an error.
                None if [&b"ERROR"[..], b"CLIENT_ERROR", b"SERVER_ERROR"]
                    .iter()
                    .any(|error| came.starts_with(error)) =>
                {
                    Wait::Rest
                }
                None => Wait::More,
            },
        );
        String::from_utf8_lossy(&came).into_owned()
    }

    /// Stores `value` and returns the answer without CR LF.
    pub(crate) fn set(&mut self, key: &str, exptime: i64, value: &str) -> String {
        self.ask(&format!("set {key} 0 {exptime} {}\r\n{value}", value.len()))
    }

    /// Whether `get KEY` finds something.
    pub(crate) fn has(&mut self, key: &str) -> bool {
        self.ask_values(&format!("get {key}")).starts_with("VALUE ")
    }

    /// Shuts down the writing side, reads to the end, and returns what came.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        self.finish();
        self.until_end_of_connection()
    }

    /// Reads until the server closes the connection, and returns what came.
    pub(crate) fn until_end_of_connection(&mut self) -> Vec<u8> {
        self.until(|_| Wait::More)
    }

    /// Says for a transcript whether the server has closed the connection.
    pub(crate) fn how_it_ended(&self) -> &'static str {
        match (self.closed, &self.stream) {
            (_, None) => "(no connection)\n",
            (true, _) => "(the connection is closed)\n",
            (false, _) => "(nothing more came, and the connection is open)\n",
        }
    }
}

/// What [`Talk::until`] is to do next.
pub(crate) enum Wait {
    /// So many bytes are what was waited for.
    Enough(usize),
    /// It will never be: only what comes soon is read for the verdict.
    Rest,
    /// More is to come.
    More,
}
