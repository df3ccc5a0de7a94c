//! The calls of the kernel that no safe crate offers: each in a function that is safe to call.

#![expect(unsafe_code, reason = "these are the calls for which this file exists")]

use std::fs::{self, File};
use std::io;
use std::os::fd::{AsRawFd as _, BorrowedFd};
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::{self, SaFlags, SigAction, SigHandler, SigSet, Signal};
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

/// Which signals have come since they were last asked for, by their numbers.
static CAME: [AtomicBool; 32] = [const { AtomicBool::new(false) }; 32];

/// The eventfd that is written when one comes, or -1.
static WAKE: AtomicI32 = AtomicI32::new(-1);

/// Notes each of these signals when it comes, for [`signals_that_came`], and writes to `wake`, an eventfd: they do nothing else any more.
///
/// They are caught and not blocked, since what is executed inherits the signals that are blocked, and [`Command`] leaves them so: the
/// programs that this process starts would never hear of their end. What is caught is back to its default in them.
///
/// # Errors
/// What sigaction(2) says.
///
/// Source: signal-safety(7), execve(2).
pub fn catch_signals(signals: &[Signal], wake: BorrowedFd<'_>) -> io::Result<()> {
    WAKE.store(wake.as_raw_fd(), Ordering::Relaxed);
    let flags = SaFlags::SA_RESTART | SaFlags::SA_NOCLDSTOP;
    let action = SigAction::new(SigHandler::Handler(note), flags, SigSet::empty());
    for signal in signals {
        // SAFETY: the handler does only what signal-safety(7) allows.
        unsafe { signal::sigaction(*signal, &action) }?;
    }
    // Whoever started this process may have had them blocked.
    signals.iter().copied().collect::<SigSet>().thread_unblock()?;
    Ok(())
}

/// Lets these signals do again what they do by default.
pub fn release_signals(signals: &[Signal]) {
    let action = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    for signal in signals {
        // It cannot fail for a signal that could be caught.
        // SAFETY: the default action runs no code of this process.
        let _ = unsafe { signal::sigaction(*signal, &action) };
    }
    WAKE.store(-1, Ordering::Relaxed);
}

/// Returns the signals that have come since this was last called, each once however often it came.
pub fn signals_that_came() -> Vec<Signal> {
    let came = |signal: &Signal| CAME[*signal as usize].swap(false, Ordering::Acquire);
    Signal::iterator().filter(came).collect()
}

/// Runs between any two instructions of this process: it may neither lock nor allocate, and has to leave errno as it was.
extern "C" fn note(number: libc::c_int) {
    let errno = Errno::last_raw();
    if let Some(came) = usize::try_from(number).ok().and_then(|number| CAME.get(number)) {
        came.store(true, Ordering::Release);
    }
    let one = 1_u64.to_ne_bytes();
    // SAFETY: `one` has the eight bytes that an eventfd takes. If it is closed by now, the call fails, which harms nobody.
    unsafe { libc::write(WAKE.load(Ordering::Relaxed), one.as_ptr().cast(), one.len()) };
    Errno::set_raw(errno);
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
