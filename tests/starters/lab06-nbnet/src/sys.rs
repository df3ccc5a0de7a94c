//! The calls of the kernel that no safe crate offers, each in a function that is safe to call; and those that need several steps.

#![expect(unsafe_code, reason = "these are the calls for which this file exists")]

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd, RawFd};
use std::time::Duration;

use rustix::event::{FdSetElement, FdSetIter, Timespec, fd_set_insert, fd_set_num_elements};
use rustix::net::{self, AddressFamily, SocketFlags, SocketType, sockopt};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How many descriptors select(2) can watch: those whose number is below this.
pub const FD_SETSIZE: RawFd = 1024;

/// How many descriptors an element of a set stands for.
const BITS: RawFd = 8 * size_of::<FdSetElement>() as RawFd;

/// How many connections may wait to be accepted. The kernel takes less if net.core.somaxconn is less.
const BACKLOG: i32 = 4096;

/// Lends a descriptor by its number, to a poller that was told to watch it.
///
/// Whoever has it watched keeps it open until it is watched no more ([`Poller::register`](crate::poller::Poller::register) says so).
#[expect(dead_code, reason = "the poller by poll(2) will use it")]
pub(crate) fn lend(number: RawFd) -> BorrowedFd<'static> {
    // SAFETY: the promise above. A broken one ends in an error or in events of a wrong descriptor, never in memory that is not ours.
    unsafe { BorrowedFd::borrow_raw(number) }
}

/// A set of descriptors for [`select`].
#[derive(Clone)]
pub struct FdSet {
    bits: Vec<FdSetElement>,
    /// One more than the highest number that is in it.
    bound: RawFd,
}

impl Default for FdSet {
    fn default() -> Self {
        let elements = fd_set_num_elements(FD_SETSIZE as usize, FD_SETSIZE);
        Self {
            bits: vec![FdSetElement::default(); elements],
            bound: 0,
        }
    }
}

impl FdSet {
    /// Puts a descriptor into it.
    ///
    /// # Panics
    /// If its number is not below [`FD_SETSIZE`].
    pub fn insert(&mut self, number: RawFd) {
        assert!(
            (0..FD_SETSIZE).contains(&number),
            "descriptor {number} is beyond the set"
        );
        fd_set_insert(&mut self.bits, number);
        self.bound = self.bound.max(number + 1);
    }

    /// Takes all descriptors out.
    pub fn clear(&mut self) {
        self.bits.fill(FdSetElement::default());
        self.bound = 0;
    }

    /// Returns whether a descriptor is in it.
    pub fn contains(&self, number: RawFd) -> bool {
        let (element, bit) = (number / BITS, number % BITS);
        usize::try_from(element)
            .ok()
            .and_then(|element| self.bits.get(element..=element))
            .is_some_and(|element| FdSetIter::new(element).any(|set| set == bit))
    }
}

/// Waits until something can be done with a descriptor of `read` or `write`, or until `timeout` is over. Afterwards the sets hold those with
/// which it can.
///
/// # Errors
/// What select(2) says.
pub fn select(read: &mut FdSet, write: &mut FdSet, timeout: Option<&Timespec>) -> io::Result<usize> {
    let bound = read.bound.max(write.bound);
    // SAFETY: the sets are large enough for every number below FD_SETSIZE, and `insert` lets no other in. That their descriptors are open is
    // the promise of `lend`.
    let ready =
        unsafe { rustix::event::select(bound, Some(&mut read.bits), Some(&mut write.bits), None, timeout) }?;
    Ok(usize::try_from(ready).unwrap_or(0))
}

/// Returns a time as the kernel wants it. What is too long for it is no limit.
pub fn timespec(time: Option<Duration>) -> Option<Timespec> {
    time.and_then(|time| Timespec::try_from(time).ok())
}

/// Listens on `address`, without blocking.
///
/// # Errors
/// What socket(2), bind(2) or listen(2) say.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let family = match address {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = net::socket_with(family, SocketType::STREAM, flags, None)?;
    // Else a server that is started again has to wait until the last connections of the one before are forgotten.
    sockopt::set_socket_reuseaddr(&socket, true)?;
    net::bind(&socket, &address)?;
    net::listen(&socket, BACKLOG)?;
    Ok(socket.into())
}

/// Accepts a connection, whose socket does not block either.
///
/// # Errors
/// What accept4(2) says; [`io::ErrorKind::WouldBlock`] when nobody waits.
pub fn accept(listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let (socket, address) = net::acceptfrom_with(listener, flags)?;
    let address = address
        .and_then(|address| SocketAddr::try_from(address).ok())
        .ok_or_else(|| io::Error::other("a peer without an address"))?;
    // A small answer is not held back until the one before is acknowledged. Where that cannot be had, it is slower.
    let _ = sockopt::set_tcp_nodelay(&socket, true);
    Ok((socket.into(), address))
}

/// Returns the error that a socket has had since it was last asked.
pub fn take_error(socket: BorrowedFd<'_>) -> Option<io::Error> {
    match sockopt::socket_error(socket) {
        Ok(Ok(())) => None,
        Ok(Err(error)) | Err(error) => Some(error.into()),
    }
}

/// Lets the end of a socket be a reset: what waits unsent is thrown away, and the peer gets an error instead of an end.
///
/// # Errors
/// What setsockopt(2) says.
///
/// Source: socket(7), `SO_LINGER`.
pub fn reset_at_end(socket: impl AsFd) -> io::Result<()> {
    Ok(sockopt::set_socket_linger(socket, Some(Duration::ZERO))?)
}

/// Lets this process have as many descriptors as it may. Returns how many that are.
///
/// # Errors
/// What setrlimit(2) says.
pub fn raise_descriptors() -> io::Result<Option<u64>> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            ..limit
        },
    )?;
    Ok(limit.maximum)
}
