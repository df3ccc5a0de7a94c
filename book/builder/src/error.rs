//! What can go wrong while the book is built.

use std::io;
use std::path::PathBuf;

/// The result of an operation on the book.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Names the operation that failed and the file, chapter or line it failed on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A directive or a box of a chapter cannot be expanded.
    #[error("book/src/{chapter}:{line}")]
    Chapter {
        /// Path below `book/src`.
        chapter: String,
        /// Counted from 1.
        line: usize,
        /// Why not.
        source: Box<Error>,
    },
    /// A directive's name is not one of ours.
    #[error("unknown directive `{0}`; known are code, snapshot, bench and figure")]
    UnknownDirective(String),
    /// A directive's arguments do not fit.
    #[error("write it as `{0}`, alone on its line")]
    Usage(&'static str),
    /// A fence without a language, which rustdoc would take for Rust.
    #[error("name the language of this fence, as in ```console; without one it counts as Rust")]
    BareFence,
    /// A box's kind is not one of ours.
    #[error(
        "unknown box `[!{0}]`; ours are PREDICT, TRY, TASK, CHECKPOINT, mdBook's NOTE, TIP, IMPORTANT, WARNING, CAUTION"
    )]
    UnknownBox(String),
    /// A file or folder cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// What was to be read.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file cannot be written or removed.
    #[error("cannot write {path}")]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A source file has no region of that name.
    #[error("{path} has no region `{region}`; it has {known}")]
    NoRegion {
        /// The source file.
        path: PathBuf,
        /// The name asked for.
        region: String,
        /// The labels that the file does have.
        known: String,
    },
    /// Several regions of a source file answer to the name.
    #[error("{path} has {count} regions `{region}`; name the one you mean (`region:STAGE/NAME`)")]
    AmbiguousRegion {
        /// The source file.
        path: PathBuf,
        /// The name asked for.
        region: String,
        /// How many there are.
        count: usize,
    },
    /// A region has no end, an end has no region, or regions nest.
    #[error("{path}:{line}: `{mark}` has no partner")]
    UnpairedMark {
        /// The source file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The mark as written.
        mark: String,
    },
    /// A snapshot lacks the header that insta writes.
    #[error("{0} does not begin with insta's header")]
    SnapshotHeader(PathBuf),
    /// A bench result is no JSON.
    #[error("{path} is not JSON")]
    BenchJson {
        /// The result file.
        path: PathBuf,
        /// The parser's reason.
        source: serde_json::Error,
    },
    /// A bench result lacks a field or has it with another type.
    #[error("{path}: {field} is missing or has the wrong type")]
    BenchField {
        /// The result file.
        path: PathBuf,
        /// The field, as a path into the JSON.
        field: String,
    },
    /// The folder for the finished book holds something else, which building would remove.
    #[error("{0} holds something else than a book; building into it would remove that")]
    ForeignOut(PathBuf),
    /// A drawing is not an `<svg>` element.
    #[error("{0} holds no <svg> element")]
    NotSvg(PathBuf),
    /// No folder upwards of the start has a `book/book.toml`.
    #[error("no book/book.toml in {0} or above; name the course's folder with --root")]
    NoRoot(PathBuf),
    /// A program that the check needs cannot be run.
    #[error("cannot run {program}")]
    Run {
        /// Its name or path.
        program: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// mdBook refused the book.
    #[error("mdBook cannot build the book: {0}")]
    Mdbook(String),
}

impl Error {
    /// Adds the chapter and the line to a fault found while expanding it.
    pub(crate) fn at(self, chapter: &str, line: usize) -> Self {
        Self::Chapter {
            chapter: chapter.to_owned(),
            line,
            source: Box::new(self),
        }
    }
}

/// Reads a whole text file.
///
/// # Errors
/// [`Error::Read`], also when the file is not UTF-8.
pub(crate) fn read(path: &std::path::Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}
