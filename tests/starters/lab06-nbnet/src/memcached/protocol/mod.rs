//! The text protocol: what a client may ask for. Nothing here copies a byte of what came.

mod line;
mod parse;
mod rest;
mod words;

pub use line::{Front, KEYS_LINE_LIMIT, LINE_LIMIT, is_http, limit, line};
pub use parse::parse;
pub use words::{Words, number};

/// The longest key, in bytes.
pub const KEY_LIMIT: usize = 250;

/// A command line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<'a> {
    /// What to do, or what is wrong with the line.
    pub command: Result<Command<'a>, Refusal>,
    /// The client wants no answer, not even that the line is wrong.
    pub noreply: bool,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command<'a> {
    /// `get`, `gets`, `gat`, `gats`: tell values.
    Get(Get<'a>),
    /// `set`, `add`, `replace`, `append`, `prepend`, `cas`: keep the value that follows the line.
    Keep(Keep<'a>),
    /// `delete`: forget an item.
    Delete {
        /// Whose.
        key: &'a [u8],
    },
    /// `incr`, `decr`: change a number.
    Count {
        /// Whose value is a number in decimal digits.
        key: &'a [u8],
        /// Up or down.
        way: Way,
        /// By how much.
        by: u64,
    },
    /// `touch`: change when an item expires.
    Touch {
        /// Whose.
        key: &'a [u8],
        /// When, as the client says it. See [`Clock`](super::Clock).
        exptime: i64,
    },
    /// `flush_all`: forget everything, now or later.
    Flush {
        /// When, as the client says it; 0 or less is now.
        exptime: i64,
    },
    /// `stats`: tell numbers.
    Stats {
        /// Which; empty for the general ones.
        about: &'a [u8],
    },
    /// `verbosity`: accepted, and without effect.
    Verbosity,
    /// `version`
    Version,
    /// `quit`
    Quit,
}

/// A command that tells values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Get<'a> {
    /// One or more keys, all of them valid.
    pub keys: Words<'a>,
    /// Each with its number, for `cas`.
    pub unique: bool,
    /// When the items shall expire from now on, as the client says it (`gat`, `gats`).
    pub exptime: Option<i64>,
}

/// A command that keeps a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep<'a> {
    /// On which condition, and how.
    pub verb: Verb,
    /// The item's name.
    pub key: &'a [u8],
    /// What the client keeps with the value, for itself.
    pub flags: u32,
    /// When it expires, as the client says it. See [`Clock`](super::Clock).
    pub exptime: i64,
    /// The length of the value, in bytes; `\r\n` follows it.
    pub bytes: usize,
}

/// On which condition a value is kept, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// In any case.
    Set,
    /// If there is none.
    Add,
    /// If there is one.
    Replace,
    /// Behind the one that is there.
    Append,
    /// Before the one that is there.
    Prepend,
    /// If the one that is there has this number still.
    Cas(u64),
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// `incr`
    Up,
    /// `decr`
    Down,
}

/// What is wrong with a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such command, or it has another number of arguments.
    Unknown,
    /// An argument is none.
    Format,
    /// `delete` has more arguments than it should.
    Delete,
    /// `incr` and `decr` need a number.
    Delta,
    /// `touch`, `gat` and `flush_all` need a number.
    Exptime,
}

impl Refusal {
    /// Returns what the client is told, without the line's end.
    pub fn answer(self) -> &'static str {
        match self {
            Self::Unknown => "ERROR",
            Self::Format => "CLIENT_ERROR bad command line format",
            Self::Delete => "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]",
            Self::Delta => "CLIENT_ERROR invalid numeric delta argument",
            Self::Exptime => "CLIENT_ERROR invalid exptime argument",
        }
    }
}
