//! Inode, size, blocks and holes of a file.

use std::fs::{File, Metadata};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::error::{Error, Result};
use crate::json::Object;

/// The unit of `st_blocks`, in bytes, whatever the file system's own block size is. Source: inode(7).
pub const BLOCK: u64 = 512;

/// What a part of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Bytes that were written, or at least blocks that are there for them.
    Data,
    /// Bytes that are 0 because nothing is there.
    Hole,
}

/// A part of a file, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: u64,
    /// The byte after its last.
    pub end: u64,
}

/// What a file is beneath its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The number of the file on its device; its names only point here.
    pub inode: u64,
    /// The device.
    pub device: u64,
    /// How many names the file has.
    pub links: u64,
    /// What `ls -l` shows: one more than the place of the last byte.
    pub size: u64,
    /// Blocks of [`BLOCK`] bytes that the file takes on the disk.
    pub blocks: u64,
    /// Data and holes, in turn, from 0 to the size.
    pub extents: Vec<Extent>,
}

impl Layout {
    /// Looks at the file at `path`.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be opened or asked.
    pub fn of(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(Error::io("open", path))?;
        let metadata = file.metadata().map_err(Error::io("inspect", path))?;
        let extents = extents(&file, metadata.size()).map_err(Error::io("find the holes of", path))?;
        Ok(Self::new(&metadata, extents))
    }

    fn new(metadata: &Metadata, extents: Vec<Extent>) -> Self {
        Self {
            inode: metadata.ino(),
            device: metadata.dev(),
            links: metadata.nlink(),
            size: metadata.size(),
            blocks: metadata.blocks(),
            extents,
        }
    }

    /// Returns the bytes that the file takes on the disk.
    pub fn allocated(&self) -> u64 {
        todo!("files: `st_blocks` counts units of 512 bytes.")
    }

    /// Returns the bytes that lie in holes.
    pub fn in_holes(&self) -> u64 {
        todo!("files: Add up the lengths of the holes among the extents.")
    }

    /// Writes the table that `loganalysis files` prints.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write_table(&self, name: &Path, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "file       {}", name.display())?;
        writeln!(out, "inode      {}", self.inode)?;
        writeln!(out, "links      {}", self.links)?;
        writeln!(out, "size       {} bytes", self.size)?;
        writeln!(
            out,
            "allocated  {} bytes, {} blocks of {BLOCK}",
            self.allocated(),
            self.blocks
        )?;
        writeln!(out, "in holes   {} bytes", self.in_holes())?;
        for extent in &self.extents {
            let kind = match extent.kind {
                Kind::Data => "data",
                Kind::Hole => "hole",
            };
            writeln!(out, "{kind}       {}..{}", extent.start, extent.end)?;
        }
        Ok(())
    }

    /// Writes the same as one JSON object on a line.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write_json(&self, name: &Path, out: &mut impl Write) -> io::Result<()> {
        let mut object = Object::start(out)?;
        object.string("file", name.as_os_str().as_encoded_bytes())?;
        object.number("inode", self.inode)?;
        object.number("device", self.device)?;
        object.number("links", self.links)?;
        object.number("size", self.size)?;
        object.number("blocks", self.blocks)?;
        object.number("allocated", self.allocated())?;
        object.number("in_holes", self.in_holes())?;
        object.list("extents", &self.extents, |object, extent| {
            let kind: &[u8] = match extent.kind {
                Kind::Data => b"data",
                Kind::Hole => b"hole",
            };
            object.string("kind", kind)?;
            object.number("start", extent.start)?;
            object.number("end", extent.end)
        })?;
        object.end()?;
        out.write_all(b"\n")
    }
}

/// Finds data and holes in turn, from 0 to `size`. Neighbours differ in kind, and none is empty.
///
/// A file system that knows no holes says that all is data. The end of every file counts as a hole to the kernel; it is none here.
///
/// # Errors
/// What lseek(2) says, other than ENXIO, which means that no data follows.
///
/// Source: lseek(2), "Seeking file data and holes".
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn extents(file: &File, size: u64) -> io::Result<Vec<Extent>> {
    todo!("files: From 0 on, ask in turn where the next data and the next hole begin.")
}

/// Gives the disk back what lies under `length` bytes from `offset` on; they read as 0 from then on, and the size stays.
///
/// Only whole blocks of the file system are given back; the rest of the range is overwritten with 0.
///
/// # Errors
/// [`Error::Outside`] when the range is empty or reaches beyond the file's end, [`Error::Io`] when the file system cannot do it.
///
/// Source: fallocate(2), `FALLOC_FL_PUNCH_HOLE`.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn punch(path: &Path, offset: u64, length: u64) -> Result<()> {
    todo!(
        "files: Open for writing, check the range against the size, and let fallocate do it without changing the size."
    )
}

/// Makes a file of `size` bytes that is one hole.
///
/// # Errors
/// [`Error::Io`] when there is a file at `path` already, or it cannot be made.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn sparse(path: &Path, size: u64) -> Result<()> {
    todo!("files: A file that must be new, and a length that nobody writes.")
}
