//! What only an unsafe call does.

use std::io;

use rustix::thread::UnshareFlags;

/// Leaves namespaces for new ones.
pub(super) fn unshare(flags: UnshareFlags) -> io::Result<()> {
    assert!(!flags.contains(UnshareFlags::FILES), "descriptors stay shared");
    #[expect(unsafe_code, reason = "rustix has it so for UnshareFlags::FILES alone")]
    // SAFETY: no thread can miss a descriptor, since the table of descriptors stays one.
    let done = unsafe { rustix::thread::unshare_unsafe(flags) };
    Ok(done?)
}

/// Asks the kernel for something by its number, with numbers alone: to see whether a cell lets that through.
pub(super) fn ask(call: libc::c_long, words: [libc::c_long; 4]) -> io::Result<i64> {
    #[expect(
        unsafe_code,
        reason = "there is no safe way to make a call that is meant to be refused"
    )]
    // SAFETY: callers pass flags, sizes, process ids and null where an address belongs, so the kernel neither reads nor writes
    // memory of this process, and none of the calls maps or frees any.
    let answer = unsafe { libc::syscall(call, words[0], words[1], words[2], words[3]) };
    match answer {
        -1 => Err(io::Error::last_os_error()),
        answer => Ok(answer),
    }
}
