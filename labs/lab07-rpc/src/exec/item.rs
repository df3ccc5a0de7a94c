//! Pieces of a command's output: an item begins with a byte that says which stream it is of.

/// The longest piece, in bytes.
pub const LONGEST: usize = 32 << 10;

/// Which stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

impl Stream {
    /// Both of them.
    pub const BOTH: [Self; 2] = [Self::Out, Self::Err];

    /// Returns the byte that an item of it begins with.
    pub const fn mark(self) -> u8 {
        match self {
            Self::Out => 1,
            Self::Err => 2,
        }
    }
}

/// Reads an item, if it is one.
///
/// ```
/// use rpc::exec::item::{Stream, read};
///
/// assert_eq!(read(b"\x02oops\n"), Some((Stream::Err, b"oops\n".as_slice())));
/// assert_eq!(read(b"\x03"), None);
/// ```
pub fn read(item: &[u8]) -> Option<(Stream, &[u8])> {
    let (mark, bytes) = item.split_first()?;
    let stream = Stream::BOTH.into_iter().find(|stream| stream.mark() == *mark)?;
    Some((stream, bytes))
}
