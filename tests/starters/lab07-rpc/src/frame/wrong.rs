//! What is wrong with what came.

use super::{Kind, VERSION};

/// Why what came breaks the protocol. Its text is what the other side is told.
///
/// ```
/// use rpc::frame::Wrong;
///
/// assert_eq!(Wrong::Version(2).to_string(), "version 2 is not spoken here, 1 is");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// It is no frame.
    #[error("no rpc frame: begins with {}", hex(.0))]
    Magic(Vec<u8>),
    /// A header was damaged on its way.
    #[error("header check failed")]
    Check,
    /// It is of another version.
    #[error("version {0} is not spoken here, {VERSION} is")]
    Version(u8),
    /// A payload is announced that is too long.
    #[error("a payload of {length} bytes, where {limit} are allowed")]
    Length {
        /// How long, in bytes.
        length: u64,
        /// How long it may be.
        limit: u32,
    },
    /// Nobody here knows what it is for, and it may not be skipped.
    #[error("unknown kind {0}")]
    Kind(u8),
    /// It belongs to the connection, and names a call.
    #[error("{0} with id {1}")]
    Id(Kind, u64),
    /// It belongs to a call, and names none.
    #[error("{0} without an id")]
    NoId(Kind),
    /// The other side never sends this.
    #[error("{0} is not for this side")]
    Side(Kind),
    /// The first frame was not HELLO.
    #[error("{0} before HELLO")]
    BeforeHello(Kind),
    /// Another HELLO came.
    #[error("a second HELLO")]
    SecondHello,
    /// Everybody must take payloads of 65,536 bytes.
    #[error("max_payload {0} is below 65536")]
    Limit(u32),
    /// Its payload ends too early.
    #[error("the payload of {0} is too short")]
    Short(Kind),
    /// Its payload has something behind what belongs there.
    #[error("the payload of {0} is too long")]
    Long(Kind),
    /// What must be UTF-8 is not.
    #[error("the text of {0} is not UTF-8")]
    Text(Kind),
    /// A call has the id of one that is under way.
    #[error("id {0} is in use")]
    IdInUse(u64),
    /// Ids of calls count up.
    #[error("id {id} after {last}")]
    IdOrder {
        /// The id of the call.
        id: u64,
        /// The id of the call before.
        last: u64,
    },
    /// An item was sent that nobody has allowed.
    #[error("item without credit")]
    NoCredit,
    /// More was allowed than can be counted.
    #[error("credit overflow")]
    CreditOverflow,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
