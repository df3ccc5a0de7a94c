//! A connection that speaks frames.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::{Domain, SockRef, Socket, Type};

use super::end::{End, Side};
use super::frame::{Frame, kind};
use super::rules::Rules;
use super::{PATIENCE, Split, observed};

/// What was sent ahead of all answers.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    pub(crate) frames: usize,
    /// The bytes of the last frame that did not fit.
    pub(crate) rest: Vec<u8>,
}

/// One connection with the subject, whose frames are judged as they come ([`super::rules`]). Dropping it closes it.
///
/// A PING is answered by itself, unless [`Wire::keeps_pings`] was called.
pub(crate) struct Wire {
    stream: TcpStream,
    local: SocketAddr,
    peer: SocketAddr,
    came: Vec<u8>,
    /// How much of `came` was taken.
    taken: usize,
    end: Option<End>,
    /// What the subject sent that no case allows.
    wrong: Option<String>,
    rules: Rules,
    keeps_pings: bool,
    pid: Option<u32>,
}

impl Wire {
    /// Says which process the subject is, for [`Wire::send_split`].
    pub(super) fn with_process(mut self, pid: u32) -> Self {
        self.pid = Some(pid);
        self
    }

    /// Connects as a client.
    pub(crate) fn connect(server: SocketAddr) -> Self {
        Self::with(server, |_| Ok(()))
    }

    /// As [`Wire::connect`], with room for some kilobytes that were not read, so that it is felt at the other end soon when nothing is read.
    pub(crate) fn narrow(server: SocketAddr) -> Self {
        Self::with(server, |socket| socket.set_recv_buffer_size(16 << 10))
    }

    fn with(server: SocketAddr, prepare: impl Fn(&Socket) -> io::Result<()>) -> Self {
        let connect = || -> io::Result<TcpStream> {
            let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
            prepare(&socket)?;
            socket.connect_timeout(&server.into(), PATIENCE)?;
            Ok(TcpStream::from(socket))
        };
        // A server that is gone fails the case where an answer of it is expected, and there what it said last is shown.
        match connect() {
            Ok(stream) => Self::of(stream, Side::Client, server),
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                let mut wire = Self::of(unconnected(server), Side::Client, server);
                wire.end = Some(End::Refused);
                wire
            }
            Err(error) => panic!("{server}: {error}"),
        }
    }

    /// Takes over a connection that a client of the subject opened.
    pub(super) fn accepted(stream: TcpStream, peer: SocketAddr) -> Self {
        Self::of(stream, Side::Server, peer)
    }

    fn of(stream: TcpStream, side: Side, peer: SocketAddr) -> Self {
        let prepared = stream
            .set_nonblocking(false)
            .and_then(|()| stream.set_nodelay(true))
            .and_then(|()| stream.set_write_timeout(Some(PATIENCE)))
            .and_then(|()| stream.local_addr());
        Self {
            local: prepared.unwrap_or_else(|error| panic!("{peer}: {error}")),
            peer,
            stream,
            came: Vec::new(),
            taken: 0,
            end: None,
            wrong: None,
            rules: Rules::new(side),
            keeps_pings: false,
            pid: None,
        }
    }

    /// Shows PINGs to the case, which answers them or does not.
    pub(crate) fn keeps_pings(&mut self) {
        self.keeps_pings = true;
    }

    /// The address and port of this side, by which a server names it.
    pub(crate) fn name(&self) -> String {
        self.local.to_string()
    }

    /// Sends a frame. A peer that has closed is no error: what it answers tells.
    pub(crate) fn send(&mut self, frame: &Frame) {
        let bytes = self.note_one(frame);
        self.send_bytes(&bytes);
    }

    /// Sends frames by one write.
    pub(crate) fn send_all<'a>(&mut self, frames: impl IntoIterator<Item = &'a Frame>) {
        let bytes = self.note(frames);
        self.send_bytes(&bytes);
    }

    /// Sends frames cut into pieces, each when the subject has read the one before.
    pub(crate) fn send_split<'a>(&mut self, frames: impl IntoIterator<Item = &'a Frame>, split: Split) {
        let bytes = self.note(frames);
        for piece in split.pieces(&bytes) {
            if let Some(pid) = self.pid {
                observed::falls_asleep(pid);
            }
            self.send_bytes(piece);
        }
    }

    fn note<'a>(&mut self, frames: impl IntoIterator<Item = &'a Frame>) -> Vec<u8> {
        frames
            .into_iter()
            .flat_map(|frame| self.note_one(frame))
            .collect()
    }

    /// Takes a frame for sent, and returns the bytes that the caller will send.
    pub(super) fn note_one(&mut self, frame: &Frame) -> Vec<u8> {
        self.rules.sent(frame);
        frame.bytes()
    }

    /// Sends frames again and again, until nothing more can be sent and nothing has moved for a while. Returns how many frames those were,
    /// and what is left of the last one.
    pub(crate) fn send_ahead(&mut self, mut frames: impl Iterator<Item = Frame>) -> Ahead {
        let _ = self.stream.set_nonblocking(true);
        let mut ahead = Ahead::default();
        'frames: for frame in frames.by_ref() {
            let bytes = self.note_one(&frame);
            ahead.frames += 1;
            let mut sent = 0;
            let mut waited = Instant::now();
            while sent < bytes.len() {
                match self.stream.write(&bytes[sent..]) {
                    Ok(count) => {
                        sent += count;
                        waited = Instant::now();
                    }
                    // Full, and nothing moved for so long: the subject reads no more.
                    Err(_) if waited.elapsed() > Duration::from_millis(300) => {
                        ahead.rest = bytes[sent..].to_vec();
                        break 'frames;
                    }
                    Err(_) => std::thread::sleep(Duration::from_millis(1)),
                }
            }
        }
        let _ = self.stream.set_nonblocking(false);
        ahead
    }

    /// Sends bytes, whatever they are.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// The writing side once more, for a thread that sends while this one reads. What it sends is not noted.
    pub(crate) fn writer(&self) -> Box<dyn Write + Send> {
        match self.stream.try_clone() {
            Ok(stream) => Box::new(stream),
            Err(error) => panic!("{}: {error}", self.peer),
        }
    }

    /// Returns the next frame; `None` when the connection is over, something wrong came, or nothing for long: see [`Wire::state`].
    pub(crate) fn next(&mut self) -> Option<Frame> {
        self.next_within(PATIENCE)
    }

    /// As [`Wire::next`], waiting for at most `patience`; that nothing came is no end.
    pub(crate) fn next_within(&mut self, patience: Duration) -> Option<Frame> {
        let since = Instant::now();
        loop {
            if let Some(frame) = self.take() {
                if frame.kind == kind::PING && !self.keeps_pings {
                    self.send(&Frame::pong(&frame.payload));
                    continue;
                }
                return Some(frame);
            }
            let left = patience.saturating_sub(since.elapsed());
            if self.wrong.is_some() || self.end.is_some() || left.is_zero() || !self.read(left) {
                return None;
            }
        }
    }

    /// Takes a whole frame off what has come.
    fn take(&mut self) -> Option<Frame> {
        if self.wrong.is_some() {
            return None;
        }
        let found = Frame::first(&self.came[self.taken..]);
        let judged = found.and_then(|found| match found {
            Some((frame, length)) => {
                self.taken += length;
                let judged = self.rules.came(&frame);
                judged
                    .map_err(|why| format!("{why}: `{frame}`"))
                    .map(|()| Some(frame))
            }
            None => Ok(None),
        });
        judged.unwrap_or_else(|why| {
            self.wrong = Some(why);
            None
        })
    }

    /// Reads once, and returns whether something came.
    fn read(&mut self, wait: Duration) -> bool {
        self.came.drain(..self.taken);
        self.taken = 0;
        let _ = self
            .stream
            .set_read_timeout(Some(wait.max(Duration::from_millis(1))));
        let mut chunk = [0; 64 << 10];
        match self.stream.read(&mut chunk) {
            Ok(0) => self.end = Some(End::Closed),
            Ok(count) => {
                self.came.extend_from_slice(&chunk[..count]);
                return true;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => return true,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => self.end = Some(End::Reset),
        }
        false
    }

    /// Reads until the connection ends, and returns the frames that came and how it ended.
    pub(crate) fn rest(&mut self) -> (Vec<Frame>, End) {
        let frames: Vec<Frame> = std::iter::from_fn(|| self.next()).collect();
        (frames, self.end.unwrap_or(End::Late))
    }

    /// Whether nothing has come that was not taken yet, the end neither.
    pub(crate) fn is_silent(&mut self) -> bool {
        if self.taken < self.came.len() || self.end.is_some() {
            return false;
        }
        let _ = self.stream.set_nonblocking(true);
        let looked = self.stream.peek(&mut [0]);
        let _ = self.stream.set_nonblocking(false);
        matches!(looked, Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    /// Shuts down the writing side.
    pub(crate) fn finish(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Closes the connection with a reset, as a host does that has crashed and come back.
    pub(crate) fn reset(self) {
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }

    /// What became of the connection, for a message.
    pub(crate) fn state(&self) -> String {
        if let Some(wrong) = &self.wrong {
            return format!("the program sent {wrong}");
        }
        let part = match self.came.len() - self.taken {
            0 => String::new(),
            some => format!("{some} bytes came that are no whole frame, and "),
        };
        part + match self.end {
            Some(End::Closed) => "the connection was closed",
            Some(End::Reset) => "the connection was reset",
            Some(End::Refused) => "nobody listened any more",
            Some(End::Late) | None => "nothing more came",
        }
    }

    /// How the connection ended, if it has.
    pub(crate) fn end(&self) -> Option<End> {
        self.end
    }

    /// What the subject sent that no case allows.
    pub(super) fn wrong(&self) -> Option<&str> {
        self.wrong.as_deref()
    }
}

/// A socket that never was connected: whoever writes to it or reads from it gets an error.
fn unconnected(server: SocketAddr) -> TcpStream {
    let make = || -> io::Result<TcpStream> {
        let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
        Ok(socket.into())
    };
    make().unwrap_or_else(|error| panic!("socket: {error}"))
}
