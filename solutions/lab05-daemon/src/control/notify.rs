//! The datagrams with which services tell how they are: to this supervisor, and from it to systemd.
//!
//! Source: sd_notify(3), unix(7).

use std::env;
use std::ffi::OsStr;
use std::io::{self, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg, sockopt::set_socket_passcred,
};
use rustix::process::{Uid, geteuid};
use rustix::time::{ClockId, clock_gettime};

/// The variable that names the socket.
pub const VARIABLE: &str = "NOTIFY_SOCKET";

/// A message has at most this many bytes; systemd takes no longer ones either.
const LONGEST: usize = 4096;

/// How long the other side may be too busy to take a message. What it has missed then, it has missed.
const PATIENCE: Duration = Duration::from_secs(1);

// region:given/message
/// What a service tells about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// `READY=1`: it is ready, or has read its configuration again.
    pub ready: bool,
    /// `STATUS=…`: a line for people.
    pub status: Option<String>,
}
// endregion:given/message

impl Message {
    /// Reads a message: lines `NAME=VALUE`, of which unknown ones mean nothing.
    ///
    /// ```
    /// use daemon::control::notify::Message;
    ///
    /// let message = Message::parse(b"READY=1\nSTATUS=waiting for work\nWATCHDOG=1\n");
    /// assert!(message.ready);
    /// assert_eq!(message.status.as_deref(), Some("waiting for work"));
    /// ```
    pub fn parse(bytes: &[u8]) -> Self {
        let mut message = Self::default();
        for line in String::from_utf8_lossy(bytes).lines() {
            match line.split_once('=') {
                Some(("READY", "1")) => message.ready = true,
                // It goes to a log: one line, and nothing that moves a cursor.
                Some(("STATUS", status)) => {
                    message.status = Some(status.chars().filter(|c| !c.is_control()).collect());
                }
                _ => {}
            }
        }
        message
    }
}

/// Receives what a service tells.
#[derive(Debug)]
pub struct Receiver {
    socket: UnixDatagram,
    /// What [`VARIABLE`] must be for the service.
    name: String,
}

impl Receiver {
    /// Makes a socket in the abstract namespace, where no file has to be removed and no path is too long.
    ///
    /// # Errors
    /// What socket(2) and bind(2) say.
    pub fn new() -> io::Result<Self> {
        let name = format!("daemon/{}/{:016x}", std::process::id(), fastrand::u64(..));
        let socket = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name)?)?;
        socket.set_nonblocking(true)?;
        set_socket_passcred(&socket, true)?;
        Ok(Self {
            socket,
            name: format!("@{name}"),
        })
    }

    /// Returns what the variable is to be.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the next message, or nothing when there is none yet.
    ///
    /// Everybody on this machine can send to an abstract socket; so only what comes from the same user or from root counts.
    ///
    /// # Errors
    /// What recvmsg(2) says.
    pub fn receive(&self) -> io::Result<Option<Message>> {
        loop {
            let mut bytes = [0; LONGEST];
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmCredentials(1))];
            let mut ancillary = RecvAncillaryBuffer::new(&mut space);
            // Descriptors that come along do not fit into the space, and the kernel closes them: systemd-notify(1) waits for that.
            let received = recvmsg(
                &self.socket,
                &mut [IoSliceMut::new(&mut bytes)],
                &mut ancillary,
                RecvFlags::CMSG_CLOEXEC,
            );
            let length = match received {
                Ok(received) => received.bytes,
                Err(Errno::AGAIN) => return Ok(None),
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            };
            let is_trusted = ancillary.drain().any(|message| match message {
                RecvAncillaryMessage::ScmCredentials(sender) => {
                    sender.uid == geteuid() || sender.uid == Uid::ROOT
                }
                _ => false,
            });
            if is_trusted {
                return Ok(Some(Message::parse(&bytes[..length])));
            }
        }
    }
}

impl AsFd for Receiver {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// Tells systemd, or whoever has set [`VARIABLE`] for this process.
#[derive(Debug)]
pub struct Sender {
    socket: UnixDatagram,
}

impl Sender {
    /// Makes one if the variable is set.
    ///
    /// # Errors
    /// What socket(2) and connect(2) say, or that the address is none.
    pub fn from_environment() -> io::Result<Option<Self>> {
        match env::var_os(VARIABLE) {
            Some(address) => Self::to(&address).map(Some),
            None => Ok(None),
        }
    }

    /// Makes one for an address: an absolute path, or `@` and a name in the abstract namespace.
    ///
    /// # Errors
    /// As [`Sender::from_environment`].
    pub fn to(address: &OsStr) -> io::Result<Self> {
        let address = match address.as_bytes() {
            [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
            [b'/', ..] => SocketAddr::from_pathname(address)?,
            _ => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "neither a path nor @NAME",
                ));
            }
        };
        let socket = UnixDatagram::unbound()?;
        socket.connect_addr(&address)?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { socket })
    }

    /// Sends a message. Nobody is harmed if it does not arrive.
    pub fn send(&self, message: &str) {
        let _ = self.socket.send(message.as_bytes());
    }

    /// Says that the configuration is being read again; `READY=1` has to follow.
    pub fn reloading(&self) {
        let now = clock_gettime(ClockId::Monotonic);
        let micros = now.tv_sec * 1_000_000 + now.tv_nsec / 1000;
        self.send(&format!("RELOADING=1\nMONOTONIC_USEC={micros}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_received() {
        let receiver = Receiver::new().unwrap();
        assert_eq!(receiver.receive().unwrap(), None);
        let sender = Sender::to(OsStr::new(receiver.name())).unwrap();
        sender.send("STATUS=a\u{1b}[2J\nREADY=1");
        let expected = Message {
            ready: true,
            status: Some("a[2J".to_owned()),
        };
        assert_eq!(receiver.receive().unwrap(), Some(expected));
        assert_eq!(receiver.receive().unwrap(), None);
    }

    #[test]
    fn only_a_path_or_a_name_is_an_address() {
        for address in ["", "run/notify", "vsock:2:1234"] {
            assert!(Sender::to(OsStr::new(address)).is_err(), "{address}");
        }
    }
}
