/// Why bytes are no request. Each says where, in bytes from the message's begin, if there is a where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The block is none of Snappy.
    #[error("the body is no block of Snappy: {0}")]
    Block(String),
    /// It says that it holds more than such a block can.
    #[error("the block of {bytes} bytes says that it holds {holds}, which none can")]
    Lie {
        /// How large it is.
        bytes: usize,
        /// How much it says that it holds.
        holds: usize,
    },
    /// It holds more than is read.
    #[error("the block holds {holds} bytes, and at most {most} are read")]
    TooLarge {
        /// How much.
        holds: usize,
        /// How much is read.
        most: usize,
    },
    /// A message ends before it is over.
    #[error("the message ends in the middle, at byte {at}")]
    Cut {
        /// Where.
        at: usize,
    },
    /// A number has more than 64 bits.
    #[error("a number of more than 64 bits, at byte {at}")]
    Number {
        /// Where.
        at: usize,
    },
    /// A field's number or type is one that there is not.
    #[error("field {field} of type {kind}, at byte {at}: there is no such thing in this message")]
    Field {
        /// Its number.
        field: u64,
        /// Its type on the wire.
        kind: u8,
        /// Where.
        at: usize,
    },
    /// A label is no UTF-8.
    #[error("a text that is no UTF-8, at byte {at}")]
    Text {
        /// Where.
        at: usize,
    },
    /// There are more than are read.
    #[error("more than {most} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many are read.
        most: usize,
    },
}

impl Malformed {
    /// Says whether it is not wrong but more than is taken.
    pub fn is_too_large(&self) -> bool {
        matches!(self, Self::TooLarge { .. } | Self::TooMany { .. })
    }
}

/// Why there can be no client.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL is none.
    #[error("{url:?} is no URL of a receiver: {why}")]
    Url {
        /// As it was given.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The certificates are none.
    #[error("the certificates for {url}: {why}")]
    Certificates {
        /// Whose.
        url: String,
        /// What is wrong with them.
        why: String,
    },
}
