//! Opens paths beneath a folder, and nothing else, whatever symbolic links say.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::Path;

use rustix::fs::{self, CWD, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

/// How files are opened. A pipe in the folder must not block, nor a terminal become this process's own.
const FLAGS: OFlags = OFlags::RDONLY
    .union(OFlags::CLOEXEC)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY);

/// How often a path is resolved again when folders were moved meanwhile.
const TRIES: usize = 8;

/// A folder whose files may be read.
#[derive(Debug)]
pub struct Root {
    folder: OwnedFd,
    /// The kernel has openat2(2).
    modern: bool,
}

/// What a path leads to.
#[derive(Debug)]
pub enum Found {
    /// A file.
    File {
        /// It, to be read.
        file: File,
        /// Its length, in bytes.
        length: u64,
        /// When it was changed, in seconds since 1970, in UTC.
        modified: i64,
    },
    /// A folder.
    Folder,
    /// Something else: a pipe, a device.
    Other,
}

impl Root {
    /// Opens the folder.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> io::Result<Self> {
        let folder = fs::openat(
            CWD,
            path,
            OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        // Kernels before 5.6 do not know the call, and some containers forbid it.
        let modern = beneath(&folder, b".").is_ok();
        Ok(Self { folder, modern })
    }

    /// Opens what is at `path`, a relative path without `..`.
    ///
    /// The kernel itself makes sure that no symbolic link leads out of the folder, neither a relative nor an absolute one. Where it cannot, no
    /// link is followed at all.
    ///
    /// # Errors
    /// What the system says; `EXDEV` or `ELOOP` where a link leads out.
    ///
    /// Source: openat2(2), `RESOLVE_BENEATH`
    pub fn find(&self, path: &[u8]) -> io::Result<Found> {
        let path = if path.is_empty() { b"." } else { path };
        let file = if self.modern {
            beneath(&self.folder, path)?
        } else {
            step_by_step(&self.folder, path)?
        };
        let stat = fs::fstat(&file)?;
        Ok(match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Found::File {
                file: file.into(),
                length: stat.st_size.try_into().unwrap_or(0),
                modified: stat.st_mtime,
            },
            FileType::Directory => Found::Folder,
            _ => Found::Other,
        })
    }
}

/// Opens a path by openat2(2).
fn beneath(folder: &OwnedFd, path: &[u8]) -> rustix::io::Result<OwnedFd> {
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    for _ in 1..TRIES {
        match fs::openat2(folder, path, FLAGS, Mode::empty(), resolve) {
            // Something was renamed while the kernel walked, so that it cannot tell whether it left.
            Err(Errno::AGAIN | Errno::INTR) => {}
            other => return other,
        }
    }
    fs::openat2(folder, path, FLAGS, Mode::empty(), resolve)
}

/// Opens a path name by name, and follows no link.
fn step_by_step(folder: &OwnedFd, path: &[u8]) -> rustix::io::Result<OwnedFd> {
    let mut names = path.split(|&byte| byte == b'/').peekable();
    let mut at: Option<OwnedFd> = None;
    while let Some(name) = names.next() {
        let from = at.as_ref().map_or(folder.as_fd(), OwnedFd::as_fd);
        let flags = if names.peek().is_none() {
            FLAGS | OFlags::NOFOLLOW
        } else {
            OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC
        };
        let next = fs::openat(from, name, flags, Mode::empty())?;
        at = Some(next);
    }
    at.ok_or(Errno::NOENT)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_do_not_lead_out() {
        let folder = std::env::temp_dir().join(format!("nbnet-root-{}", std::process::id()));
        let inside = folder.join("inside");
        std::fs::create_dir_all(inside.join("sub")).expect("a folder");
        std::fs::write(folder.join("secret"), "s").expect("a file");
        std::fs::write(inside.join("sub/a"), "a").expect("a file");
        symlink("../secret", inside.join("out")).expect("a link");
        symlink(folder.join("secret"), inside.join("absolute")).expect("a link");
        symlink("..", inside.join("sub/up-and-out")).expect("a link");
        symlink("sub/a", inside.join("in")).expect("a link");
        let mut root = Root::open(&inside).expect("it is there");
        for modern in [root.modern, false] {
            root.modern = modern;
            for (path, found) in [
                ("sub/a", true),
                ("in", modern),
                ("out", false),
                ("absolute", false),
                ("sub/up-and-out/../secret", false),
                ("missing", false),
                ("sub/a/b", false),
            ] {
                let file = matches!(root.find(path.as_bytes()), Ok(Found::File { .. }));
                assert_eq!(file, found, "{path}, openat2: {modern}");
            }
            assert!(matches!(root.find(b""), Ok(Found::Folder)));
            assert!(matches!(root.find(b"sub"), Ok(Found::Folder)));
        }
        std::fs::remove_dir_all(&folder).expect("it is there");
    }
}
