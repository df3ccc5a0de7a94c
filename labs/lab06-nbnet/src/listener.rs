//! Whoever comes: accepts connections and hands them to the loops.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::time::Duration;

use nix::sys::signalfd::SignalFd;

use crate::event_loop::say;
use crate::sys;

/// How long nobody is accepted after the descriptors have run out, unless one becomes free before.
pub(crate) const PAUSE: Duration = Duration::from_millis(100);

/// How often it is said that somebody was turned away.
const SAID: Duration = Duration::from_secs(1);

/// What only the first loop has: the listener of the server, and its signals.
pub(crate) struct Listener {
    /// Until the end has begun.
    socket: Option<TcpListener>,
    pub(crate) signals: SignalFd,
    /// What the server calls itself.
    name: &'static str,
    /// Which loop has the next connection.
    #[expect(dead_code, reason = "`next_loop` will use it")]
    next: u32,
    /// That descriptors ran out was said.
    said_empty: bool,
    /// When it was last said that somebody was turned away.
    said_full: Option<Duration>,
}

/// What an attempt to accept has brought.
pub(crate) enum Accepted {
    /// A connection.
    One(TcpStream, SocketAddr),
    /// Nothing, but there may be somebody behind the one who is gone again.
    Lost,
    /// Nobody waits.
    Nobody,
    /// No descriptor is free: whoever waits has to wait on.
    Starved,
}

impl Listener {
    /// Makes one.
    pub(crate) fn new(socket: TcpListener, signals: SignalFd, name: &'static str) -> Self {
        Self {
            socket: Some(socket),
            signals,
            name,
            next: 0,
            said_empty: false,
            said_full: None,
        }
    }

    /// Returns the socket, for a poller.
    pub(crate) fn socket(&self) -> Option<BorrowedFd<'_>> {
        self.socket.as_ref().map(TcpListener::as_fd)
    }

    /// Listens no more.
    pub(crate) fn close(&mut self) {
        self.socket = None;
    }

    /// Accepts one, if anybody waits.
    ///
    /// # Errors
    /// What makes it useless to try again.
    pub(crate) fn accept(&mut self) -> io::Result<Accepted> {
        let Some(socket) = &self.socket else {
            return Ok(Accepted::Nobody);
        };
        match sys::accept(socket) {
            Ok((socket, address)) => Ok(Accepted::One(socket, address)),
            Err(error) => self.refused(error),
        }
    }

    /// Says what an error of accept4(2) means. Only what is wrong with the listener itself is one for us.
    ///
    /// Source: accept(2), "Error handling": errors of the network that wait on the new socket are passed on, and are no reason to stop.
    fn refused(&mut self, error: io::Error) -> io::Result<Accepted> {
        use rustix::io::Errno;
        match Errno::from_io_error(&error) {
            Some(Errno::AGAIN) => Ok(Accepted::Nobody),
            Some(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM) => {
                if !self.said_empty {
                    say(self.name, format_args!("no descriptor is free: connections wait"));
                    self.said_empty = true;
                }
                Ok(Accepted::Starved)
            }
            Some(Errno::BADF | Errno::INVAL | Errno::NOTSOCK | Errno::FAULT) => Err(error),
            _ => Ok(Accepted::Lost),
        }
    }

    /// Returns which of so many loops has the next connection: one after the other, as memcached does it (stage `memcached`). Until then,
    /// the first.
    pub(crate) fn next_loop(&mut self, loops: u32) -> u32 {
        let _ = loops;
        0
    }

    /// Says that somebody is turned away since there are `most` connections; at most once a second.
    pub(crate) fn say_full(&mut self, peer: SocketAddr, most: usize, now: Duration) {
        if self.said_full.is_none_or(|said| now >= said + SAID) {
            self.said_full = Some(now);
            say(
                self.name,
                format_args!("{peer}: turned away, for there are {most} connections"),
            );
        }
    }
}
