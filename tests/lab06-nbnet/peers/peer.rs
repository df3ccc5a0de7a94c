//! A peer of a server: a raw socket.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::{Domain, SockRef, Socket, Type};
use support::Rng;

use super::{PATIENCE, observed};

/// How bytes are cut into pieces. Each piece is sent when the server sleeps, and so has read the one before.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Split {
    /// All at once.
    Whole,
    /// Every byte by itself.
    Bytes,
    /// Pieces of so many bytes.
    Every(usize),
    /// Pieces of up to so many bytes, drawn from a seed.
    Drawn(u64, usize),
}

impl Split {
    /// Cuts `bytes` into pieces.
    pub(crate) fn pieces(self, bytes: &[u8]) -> Vec<&[u8]> {
        match self {
            Self::Whole => vec![bytes],
            Self::Bytes => bytes.chunks(1).collect(),
            Self::Every(size) => bytes.chunks(size).collect(),
            Self::Drawn(seed, longest) => {
                let mut rng = Rng::with_seed(seed);
                let mut rest = bytes;
                let mut pieces = Vec::new();
                while !rest.is_empty() {
                    let (piece, behind) = rest.split_at(rng.usize(1..=longest).min(rest.len()));
                    pieces.push(piece);
                    rest = behind;
                }
                pieces
            }
        }
    }
}

/// How a connection ended, as its peer sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The server closed it in order.
    Closed,
    /// The server reset it.
    Reset,
    /// It did not end within a peer's patience.
    Late,
    /// There never was one: nobody listened any more.
    Refused,
}

impl End {
    /// Whether the server has ended it, in whichever way.
    pub(crate) fn is_an_end(self) -> bool {
        matches!(self, Self::Closed | Self::Reset)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the connection was closed",
            Self::Reset => "the connection was reset",
            Self::Late => "the connection stayed open",
            Self::Refused => "nobody listened any more",
        })
    }
}

/// One peer. Dropping it closes the connection.
pub(crate) struct Peer {
    stream: TcpStream,
    local: SocketAddr,
    server: SocketAddr,
    end: Option<End>,
}

impl Peer {
    /// Connects with the buffers that the kernel likes to give.
    pub(crate) fn connect(server: SocketAddr) -> Self {
        Self::with(server, |_| Ok(()))
    }

    /// Connects with room for some kilobytes that were not read, so that it is felt at the other end soon when nothing is read.
    pub(crate) fn narrow(server: SocketAddr) -> Self {
        Self::with(server, |socket| socket.set_recv_buffer_size(16 << 10))
    }

    /// Whether nobody listens there any more.
    pub(crate) fn is_refused(server: SocketAddr) -> bool {
        matches!(TcpStream::connect_timeout(&server, PATIENCE), Err(error) if error.kind() == ErrorKind::ConnectionRefused)
    }

    fn with(server: SocketAddr, prepare: impl Fn(&Socket) -> io::Result<()>) -> Self {
        let connect = || -> io::Result<TcpStream> {
            let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
            prepare(&socket)?;
            socket.connect_timeout(&server.into(), PATIENCE)?;
            let stream = TcpStream::from(socket);
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            Ok(stream)
        };
        // A server that is gone fails the case where an answer of it is expected, and there what it said last is shown.
        let (stream, end) = match connect() {
            Ok(stream) => (stream, None),
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                (unconnected(server), Some(End::Refused))
            }
            Err(error) => panic!("{server}: {error}"),
        };
        let local = stream
            .local_addr()
            .unwrap_or_else(|error| panic!("{server}: {error}"));
        Self {
            stream,
            local,
            server,
            end,
        }
    }

    /// Its address and port, by which the server names it.
    pub(crate) fn name(&self) -> String {
        self.local.to_string()
    }

    /// Sends bytes, as fast as the server takes them. A server that has closed is no error: what it answers tells.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes);
    }

    /// Sends bytes in pieces, each when the process `server` sleeps again after the one before. A server that does not sleep gets the
    /// rest without a pause.
    pub(crate) fn send_in(&mut self, bytes: &[u8], split: Split, server: u32) {
        let mut sleeps = true;
        for piece in split.pieces(bytes) {
            self.send(piece);
            sleeps = sleeps && observed::falls_asleep(server);
        }
    }

    /// Returns a second handle of the same connection, for a thread that sends while this one reads.
    pub(crate) fn twin(&self) -> Self {
        let stream = self.stream.try_clone();
        Self {
            stream: stream.unwrap_or_else(|error| panic!("dup: {error}")),
            local: self.local,
            server: self.server,
            end: self.end.filter(|end| *end == End::Refused),
        }
    }

    /// Waits until at least so many bytes wait for the server to read them, and says whether they do.
    pub(crate) fn wait_until_queued(&self, bytes: u64) -> bool {
        let since = Instant::now();
        while observed::unread(self.server, self.local).unwrap_or(0) < bytes {
            if since.elapsed() > PATIENCE {
                return false;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        true
    }

    /// Waits until the server has read all that was sent, and says whether it has.
    pub(crate) fn wait_until_taken(&self) -> bool {
        let since = Instant::now();
        while observed::unread(self.server, self.local).is_some_and(|bytes| bytes > 0) {
            if since.elapsed() > PATIENCE {
                return false;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        true
    }

    /// Sends `bytes` again and again without ever reading, until the server takes no more or has taken `most` bytes; returns how many
    /// bytes the kernel took. What is left of the last repetition is not sent.
    ///
    /// The server takes no more when it sleeps although there is something to read.
    pub(crate) fn flood(&mut self, bytes: &[u8], most: u64, mut asleep: impl FnMut() -> bool) -> u64 {
        let nonblocking = |stream: &TcpStream, on| {
            stream
                .set_nonblocking(on)
                .unwrap_or_else(|error| panic!("O_NONBLOCK: {error}"));
        };
        nonblocking(&self.stream, true);
        let mut sent = 0;
        let mut rest = bytes;
        // Whether the server slept when the last try came back with nothing taken.
        let mut slept = false;
        while sent < most {
            match self.stream.write(rest) {
                Ok(count) => {
                    sent += count as u64;
                    rest = rest.get(count..).filter(|rest| !rest.is_empty()).unwrap_or(bytes);
                    slept = false;
                }
                // A server that never sleeps is waited for once.
                Err(error) if error.kind() == ErrorKind::WouldBlock && !slept => {
                    asleep();
                    slept = true;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        nonblocking(&self.stream, false);
        sent
    }

    /// Shuts down the writing side: the peer has said all it has to say.
    pub(crate) fn shut(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Reads `count` bytes, or what comes until the connection ends or the peer loses its patience.
    pub(crate) fn read(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < count && self.read_some(&mut bytes, count) {}
        bytes
    }

    /// Reads to the end, and says how it ended.
    pub(crate) fn read_to_end(&mut self) -> (Vec<u8>, End) {
        let mut bytes = Vec::new();
        while self.read_some(&mut bytes, usize::MAX) {}
        (bytes, self.end.unwrap_or(End::Late))
    }

    /// Reads to the end without keeping what comes, and returns how much it was.
    pub(crate) fn count_to_end(&mut self) -> u64 {
        let mut count = 0;
        let mut bytes = Vec::new();
        while self.read_some(&mut bytes, usize::MAX) {
            count += bytes.len() as u64;
            bytes.clear();
        }
        count
    }

    /// Reads until the bytes end with `end`, and nothing behind it, as [`Peer::read`].
    pub(crate) fn read_until(&mut self, end: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(end) {
            let one_more = bytes.len() + 1;
            if !self.read_some(&mut bytes, one_more) {
                break;
            }
        }
        bytes
    }

    /// Reads once, up to `most` bytes in all. False: there is nothing more to come.
    fn read_some(&mut self, bytes: &mut Vec<u8>, most: usize) -> bool {
        if self.end == Some(End::Refused) {
            return false;
        }
        let mut chunk = [0; 16 << 10];
        let room = (most - bytes.len()).min(chunk.len());
        match self.stream.read(&mut chunk[..room]) {
            Ok(0) => self.end = Some(End::Closed),
            Ok(count) => {
                bytes.extend_from_slice(&chunk[..count]);
                return true;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => return true,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                self.end = Some(End::Late);
            }
            Err(_) => self.end = Some(End::Reset),
        }
        false
    }

    /// Whether nothing has come that was not read yet, the end neither.
    pub(crate) fn is_silent(&mut self) -> bool {
        let _ = self.stream.set_nonblocking(true);
        let looked = self.stream.peek(&mut [0]);
        let _ = self.stream.set_nonblocking(false);
        matches!(looked, Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    /// What became of the connection, for a message.
    pub(crate) fn state(&self) -> &'static str {
        match self.end {
            Some(End::Closed) => "then the connection was closed",
            Some(End::Reset) => "then the connection was reset",
            Some(End::Refused) => "nobody listened any more",
            Some(End::Late) | None => "then nothing more came",
        }
    }

    /// Closes the connection with a reset, as a host does that has crashed and come back.
    pub(crate) fn reset(self) {
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }

    /// As [`Peer::reset`], and waits until the reset has come to the server's kernel, whether the server has looked or not.
    pub(crate) fn reset_and_arrive(self) {
        let (local, server) = (self.local, self.server);
        self.reset();
        let since = Instant::now();
        while observed::unread(server, local).is_some() && since.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Sends and reads what goes without waiting: as much of `bytes`, over and over, as the kernel takes, behind the `sent` bytes that it
    /// took before; and at most one chunk of what has come. Returns how many bytes were sent, and how many read.
    pub(crate) fn exchange(&mut self, bytes: &[u8], sent: u64) -> (u64, u64) {
        let _ = self.stream.set_nonblocking(true);
        let from = (sent % bytes.len() as u64) as usize;
        let written = self.stream.write(&bytes[from..]).unwrap_or(0);
        let read = self.stream.read(&mut [0; 256 << 10]).unwrap_or(0);
        let _ = self.stream.set_nonblocking(false);
        (written as u64, read as u64)
    }
}

/// A socket that never was connected: whoever writes to it or reads from it gets an error.
fn unconnected(server: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, None);
    TcpStream::from(socket.unwrap_or_else(|error| panic!("socket: {error}")))
}
