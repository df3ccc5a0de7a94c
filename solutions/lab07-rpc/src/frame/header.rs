//! The 24 bytes before every payload.

// region:frame
use super::MAGIC;
// endregion:frame
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
//~frame #[expect(dead_code, reason = "`encode` and `decode` will use it")]
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
        // region:frame Magic, version, kind, flags, id, length, all big-endian, and the CRC-32 of these 20 bytes behind them. `crc32fast::hash` computes it.
        let mut bytes = [0; LENGTH];
        bytes[0..4].copy_from_slice(&MAGIC);
        bytes[4] = VERSION;
        bytes[5] = self.kind.number();
        bytes[6..8].copy_from_slice(&self.flags.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.id.to_be_bytes());
        bytes[16..20].copy_from_slice(&self.length.to_be_bytes());
        let check = crc32fast::hash(&bytes[..CHECKED]);
        bytes[20..24].copy_from_slice(&check.to_be_bytes());
        bytes
        // endregion:frame
    }

    /// Reads what [`Header::encode`] writes, and judges it: by the magic, the check, the version, the length, the kind, the id, in this order.
    ///
    /// # Errors
    /// The first of these that is wrong. The payload may have `limit` bytes.
    pub fn decode(bytes: &[u8; LENGTH], limit: u32) -> Result<Self, Wrong> {
        // region:frame Read the fields with `from_be_bytes`. Nothing that the check does not vouch for is looked at, but the magic: of what is no frame at all, the check says nothing.
        let [
            m0,
            m1,
            m2,
            m3,
            version,
            kind,
            f0,
            f1,
            id @ ..,
            l0,
            l1,
            l2,
            l3,
            c0,
            c1,
            c2,
            c3,
        ] = *bytes;
        if [m0, m1, m2, m3] != MAGIC {
            return Err(Wrong::Magic(vec![m0, m1, m2, m3]));
        }
        if crc32fast::hash(&bytes[..CHECKED]) != u32::from_be_bytes([c0, c1, c2, c3]) {
            return Err(Wrong::Check);
        }
        if version != VERSION {
            return Err(Wrong::Version(version));
        }
        let header = Self {
            kind: Kind::from_number(kind),
            flags: u16::from_be_bytes([f0, f1]),
            id: u64::from_be_bytes(id),
            length: u32::from_be_bytes([l0, l1, l2, l3]),
        };
        if header.length > limit {
            return Err(Wrong::Length {
                length: header.length.into(),
                limit,
            });
        }
        header.judged()
        // endregion:frame
    }

    /// Returns how long the frame is, header and payload, in bytes.
    pub fn size(&self) -> usize {
        LENGTH + self.length as usize
    }

    // region:frame
    /// Returns it if its kind is known or may be skipped, and its id is one that this kind has.
    fn judged(self) -> Result<Self, Wrong> {
        match (self.kind, self.kind.has_id()) {
            (Kind::Other(number), _) if self.flags & MAY_SKIP == 0 => Err(Wrong::Kind(number)),
            (kind, Some(true)) if self.id == 0 => Err(Wrong::NoId(kind)),
            (kind, Some(false)) if self.id != 0 => Err(Wrong::Id(kind, self.id)),
            _ => Ok(self),
        }
    }
    // endregion:frame
}

// region:frame
#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: Header = Header {
        kind: Kind::Item,
        flags: LAST,
        id: 0x0102_0304_0506_0708,
        length: 9,
    };

    #[test]
    fn a_header_is_what_the_table_says() {
        let bytes = HEADER.encode();
        assert_eq!(bytes[..8], *b"nbrp\x01\x05\x00\x01");
        assert_eq!(bytes[8..20], [1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 9]);
        assert_eq!(Header::decode(&bytes, 9), Ok(HEADER));
    }

    #[test]
    fn no_bit_can_change_unnoticed() {
        for bit in 0..8 * LENGTH {
            let mut bytes = HEADER.encode();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let expected = match bit {
                0..32 => Wrong::Magic(bytes[..4].to_vec()),
                _ => Wrong::Check,
            };
            assert_eq!(Header::decode(&bytes, 9), Err(expected), "bit {bit}");
        }
    }

    #[test]
    fn what_is_wrong_is_found_in_the_order_of_the_protocol() {
        let wrong = |header: Header, limit| {
            Header::decode(&header.encode(), limit).map_err(|wrong| wrong.to_string())
        };
        let long = "a payload of 9 bytes, where 8 are allowed";
        let unknown = Header {
            kind: Kind::Other(200),
            ..HEADER
        };
        for (header, limit, expected) in [
            (HEADER, 8, long),
            (unknown, 8, long),
            (unknown, 9, "unknown kind 200"),
            (Header { id: 0, ..HEADER }, 9, "ITEM without an id"),
            (
                Header {
                    kind: Kind::Ping,
                    id: 5,
                    ..HEADER
                },
                9,
                "PING with id 5",
            ),
        ] {
            assert_eq!(wrong(header, limit), Err(expected.to_owned()));
        }
        let skipped = Header {
            flags: MAY_SKIP,
            ..unknown
        };
        assert_eq!(Header::decode(&skipped.encode(), 9), Ok(skipped));
    }

    #[test]
    fn another_version_is_told_from_damage() {
        let mut bytes = HEADER.encode();
        bytes[4] = 2;
        let check = crc32fast::hash(&bytes[..CHECKED]);
        bytes[CHECKED..].copy_from_slice(&check.to_be_bytes());
        assert_eq!(Header::decode(&bytes, 9), Err(Wrong::Version(2)));
    }
}
// endregion:frame
