//! The 24 bytes before every payload.

use super::{Kind, Wrong};

/// The version that is spoken here.
pub const VERSION: u8 = 1;

/// How long a header is, in bytes.
pub const LENGTH: usize = 24;

/// The flag of the last ITEM of a client's input.
pub const LAST: u16 = 0x0001;

/// The flag of a frame that a receiver skips if it does not know its kind.
pub const MAY_SKIP: u16 = 0x8000;

/// How many bytes the check is about.
#[expect(dead_code, reason = "`encode` and `decode` will use it")]
const CHECKED: usize = 20;

/// What stands before a payload.
///
/// ```
/// use rpc::frame::{Header, Kind};
///
/// let header = Header { kind: Kind::Call, flags: 0, id: 7, length: 100 };
/// assert_eq!(Header::decode(&header.encode(), 100), Ok(header));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// What the frame is for.
    pub kind: Kind,
    /// [`LAST`], [`MAY_SKIP`].
    pub flags: u16,
    /// The call it belongs to; 0 for the connection.
    pub id: u64,
    /// How long the payload is, in bytes.
    pub length: u32,
}

impl Header {
    /// Returns it as it stands on the wire.
    pub fn encode(&self) -> [u8; LENGTH] {
        todo!(
            "frame: Magic, version, kind, flags, id, length, all big-endian, and the CRC-32 of these 20 bytes behind them. `crc32fast::hash` computes it."
        )
    }

    /// Reads what [`Header::encode`] writes, and judges it: by the magic, the check, the version, the length, the kind, the id, in this order.
    ///
    /// # Errors
    /// The first of these that is wrong. The payload may have `limit` bytes.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn decode(bytes: &[u8; LENGTH], limit: u32) -> Result<Self, Wrong> {
        todo!(
            "frame: Read the fields with `from_be_bytes`. Nothing that the check does not vouch for is looked at, but the magic: of what is no frame at all, the check says nothing."
        )
    }

    /// Returns how long the frame is, header and payload, in bytes.
    pub fn size(&self) -> usize {
        LENGTH + self.length as usize
    }
}
