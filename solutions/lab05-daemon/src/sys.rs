//! The calls of the kernel that no safe crate offers: each in a function that is safe to call.

#![expect(unsafe_code, reason = "these are the calls for which this file exists")]

use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use nix::libc;
use nix::unistd::ForkResult;
use rustix::process::Pid;

/// Which of the two processes this is after [`fork`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forked {
    /// The one that called; the child has this id.
    Parent(Pid),
    /// The new one.
    Child,
}

/// Makes a second process that is a copy of this one.
///
/// # Errors
/// [`io::ErrorKind::Unsupported`] when this process has several threads: only the calling one would be in the child, and whatever the
/// others had locked would stay locked for ever. Else what fork(2) says.
///
/// Source: fork(2), signal-safety(7).
pub fn fork() -> io::Result<Forked> {
    if fs::read_dir("/proc/self/task")?.count() != 1 {
        return Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "fork in a process with several threads",
        ));
    }
    // SAFETY: this is the only thread, so no lock is held by one that the child does not have.
    let forked = unsafe { nix::unistd::fork() }?;
    Ok(match forked {
        ForkResult::Parent { child } => {
            Forked::Parent(Pid::from_raw(child.as_raw()).expect("a child has an id"))
        }
        ForkResult::Child => Forked::Child,
    })
}

/// Closes every descriptor from `first` to `last`, both included, whoever opened it.
///
/// Whoever owns one of them in this process may not use it any more; so this is for a process that has just begun and owns none of them.
///
/// # Errors
/// What close_range(2) says.
pub fn close_range(first: u32, last: u32) -> io::Result<()> {
    // SAFETY: the call touches no memory. That nobody here owns the descriptors is the caller's promise above; a broken one ends in
    // `EBADF` or a wrong file, never in memory that is not ours.
    match unsafe { libc::close_range(first, last, 0) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Limits the address space of what `command` will start, in bytes.
///
/// Source: setrlimit(2), `RLIMIT_AS`.
pub fn limit_memory(command: &mut Command, bytes: u64) {
    let limit = libc::rlimit {
        rlim_cur: bytes,
        rlim_max: bytes,
    };
    let set = move || {
        // SAFETY: `limit` is a whole structure that outlives the call.
        match unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    };
    // SAFETY: between fork and exec only setrlimit is called, which takes no lock and allocates nothing.
    unsafe { command.pre_exec(set) };
}

/// Lets every signal do again what it does by default, if whoever started this process had it ignored. `SIGPIPE` stays as it is, and so do
/// the two by which Rust notices that a stack is too small.
///
/// Source: signal(7), execve(2): what is ignored stays ignored in the program that is executed.
pub fn reset_signals() {
    for number in 1..=libc::SIGRTMAX() {
        if [libc::SIGPIPE, libc::SIGSEGV, libc::SIGBUS].contains(&number) {
            continue;
        }
        // It fails for those that cannot be ignored in the first place, and for the two that the C library keeps to itself.
        // SAFETY: the default action runs no code of this process.
        unsafe { libc::signal(number, libc::SIG_DFL) };
    }
}

/// Who sees what is written into a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// This process alone.
    Private,
    /// Everybody who has mapped the file, and the file.
    Shared,
}

/// Maps the first `length` bytes of a file into the memory of this process, for as long as it lives, and returns the address. Nothing can be
/// read or written there without unsafe code: this is for those who want to see a mapping, and not what is in it.
///
/// # Errors
/// What mmap(2) says.
pub fn map_file(file: &File, length: usize, sharing: Sharing) -> io::Result<u64> {
    let flags = match sharing {
        Sharing::Private => libc::MAP_PRIVATE,
        Sharing::Shared => libc::MAP_SHARED,
    };
    // SAFETY: without MAP_FIXED the kernel takes addresses that nobody uses, so no memory of ours changes.
    let address = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            length,
            libc::PROT_READ,
            flags,
            file.as_raw_fd(),
            0,
        )
    };
    match address {
        libc::MAP_FAILED => Err(io::Error::last_os_error()),
        address => Ok(address.expose_provenance() as u64),
    }
}
