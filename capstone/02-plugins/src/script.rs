//! The script of a plug-in: which bytes they are, and that just these are executed.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{MemfdFlags, Mode, OFlags, SealFlags, fcntl_add_seals, memfd_create, open};
use rustix::io::Errno;
use sha2::{Digest as _, Sha256};

/// The longest script, in bytes.
pub const LONGEST: u64 = 64 << 20;

/// A SHA-256.
///
/// ```
/// use plugins::script::Digest;
///
/// let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// assert_eq!(Digest::parse(text).unwrap().to_string(), text);
/// assert_eq!(Digest::parse("e3b0"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Reads 64 hexadecimal digits, of either case.
    pub fn parse(text: &str) -> Option<Self> {
        let mut digest = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for (byte, at) in digest.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self(digest))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Opens a regular file. Nothing else is waited for: a pipe may have no other end.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = File::from(open(path, flags, Mode::empty())?);
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("it is no file")),
    }
}

/// Opens a script: a file that is not too long.
fn open_script(path: &Path) -> io::Result<File> {
    let file = open_file(path)?;
    if file.metadata()?.len() > LONGEST {
        return Err(io::Error::other(format!("it is longer than {LONGEST} bytes")));
    }
    Ok(file)
}

/// Copies a script, and returns the SHA-256 of just the bytes that were copied.
#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
fn copy(script: File, mut to: impl Write) -> io::Result<Digest> {
    todo!("manifest: Read, hash and write the same buffer, and no more than LONGEST bytes of it.")
}

/// Returns the SHA-256 of a script.
///
/// # Errors
/// It cannot be read, is no file, or is too long.
pub fn hash(path: &Path) -> io::Result<Digest> {
    copy(open_script(path)?, io::sink())
}

/// Why a script is not executed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It is another one than the manifest says.
    #[error("its sha256 is {0}")]
    Changed(Digest),
    /// It cannot be read, or is nothing that could be executed.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
}

/// A copy of a script in memory that nobody can change any more.
///
/// It is executed through `/proc/self/fd`. So whoever replaces or writes to the file after it was hashed is too late.
#[derive(Debug)]
pub struct Sealed {
    /// Closed on exec; whoever executes a script with `#!` must keep it open, for the interpreter reads it.
    pub fd: OwnedFd,
}

impl Sealed {
    /// Copies a script, if it is the one that is expected.
    ///
    /// # Errors
    /// [`Refused`].
    ///
    /// Source: memfd_create(2), fcntl(2) on seals.
    #[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
    pub fn copy(path: &Path, expected: Digest) -> Result<Self, Refused> {
        let script = open_script(path)?;
        let fd = memory()?;
        let mut memory = File::from(fd);
        todo!(
            "contain: Copy, seal against every change, and compare what was hashed on the way. A file that is neither #! nor ELF would be given to a shell."
        )
    }
}

/// Makes a file in memory that can be executed and sealed.
fn memory() -> io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    match memfd_create("plug-in", flags | MemfdFlags::EXEC) {
        // Kernels before 6.3 do not know the flag, and do not need it.
        Err(Errno::INVAL) => Ok(memfd_create("plug-in", flags)?),
        made => Ok(made?),
    }
}
