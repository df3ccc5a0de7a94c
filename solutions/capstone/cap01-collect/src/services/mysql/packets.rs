use crate::services::{Failure, line::Line};

/// Reads and writes packets: a length of three bytes, a number that counts them, and so many bytes.
///
/// Source: <https://mariadb.com/kb/en/0-packet/>
#[derive(Debug)]
pub(super) struct Packets {
    line: Line,
    /// What has been received and not been taken yet.
    buffer: Vec<u8>,
    /// The number of the next packet, whoever sends it.
    next: u8,
}

impl Packets {
    /// The longest packet that is read, in bytes: a row of the status has less than 100.
    const LIMIT: usize = 16 << 10;

    pub(super) fn new(line: Line) -> Packets {
        Packets {
            line,
            buffer: Vec::new(),
            next: 0,
        }
    }

    /// Begins another exchange: packets are counted from 0 again.
    pub(super) fn begin(&mut self) {
        self.next = 0;
    }

    /// Sends a packet.
    pub(super) fn write(&mut self, body: &[u8]) -> Result<(), Failure> {
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes();
        let mut packet = length[..3].to_vec();
        packet.push(self.next);
        packet.extend_from_slice(body);
        self.next = self.next.wrapping_add(1);
        Ok(self.line.send(&packet)?)
    }

    /// Receives a packet, and returns what it holds.
    pub(super) fn read(&mut self) -> Result<Vec<u8>, Failure> {
        // region:services/packet Four bytes of head: the length, and the number, which must be the next one. A length above LIMIT is refused before anything is read for it.
        self.receive(4)?;
        let head: Vec<u8> = self.buffer.drain(..4).collect();
        let length = usize::from(head[0]) | usize::from(head[1]) << 8 | usize::from(head[2]) << 16;
        if length > Self::LIMIT {
            return Err(Failure::Wrong(format!("a packet of {length} bytes is too long")));
        }
        if head[3] != self.next {
            return Err(Failure::wrong("a packet is missing"));
        }
        self.next = self.next.wrapping_add(1);
        self.receive(length)?;
        Ok(self.buffer.drain(..length).collect())
        // endregion:services/packet
    }

    /// Receives until so many bytes are there.
    fn receive(&mut self, length: usize) -> Result<(), Failure> {
        while self.buffer.len() < length {
            if self.line.read(&mut self.buffer)? == 0 {
                return Err(Failure::wrong("the server has ended the connection"));
            }
        }
        Ok(())
    }
}

/// Takes the parts of a packet from its front. Whatever is not there is `None`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts<'a>(pub(super) &'a [u8]);

impl<'a> Parts<'a> {
    /// Takes so many bytes.
    pub(super) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Takes what there is up to a byte 0, which goes as well.
    pub(super) fn until_0(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let bytes = self.bytes(end)?;
        self.bytes(1)?;
        Some(bytes)
    }

    /// Takes a number of so many bytes, 8 at most, the lowest first.
    pub(super) fn number(&mut self, length: usize) -> Option<u64> {
        let bytes = self.bytes(length)?;
        Some(
            bytes
                .iter()
                .rev()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        )
    }

    /// Takes a number that says its own length in its first byte.
    ///
    /// Source: <https://mariadb.com/kb/en/protocol-data-types/>
    pub(super) fn length(&mut self) -> Option<u64> {
        // region:services/length Up to 250 the byte is the number; 252, 253 and 254 say that 2, 3 and 8 bytes follow; 251 and 255 are none.
        match self.number(1)? {
            small @ 0..=250 => Some(small),
            252 => self.number(2),
            253 => self.number(3),
            254 => self.number(8),
            _ => None,
        }
        // endregion:services/length
    }

    /// Takes a text in front of which its length stands. What the server calls NULL is empty.
    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        // region:services/text A byte 251 is NULL. Else a length, which may be any number, and so many bytes.
        if let Some((251, rest)) = self.0.split_first() {
            self.0 = rest;
            return Some(&[]);
        }
        let length = self.length()?;
        self.bytes(usize::try_from(length).ok()?)
        // endregion:services/text
    }
}

#[cfg(test)]
mod tests {
    use super::Parts;

    #[test]
    fn lengths_are_numbers_of_several_sizes() {
        for (bytes, expected) in [
            (&[0][..], Some(0)),
            (&[250], Some(250)),
            (&[252, 1, 2], Some(0x0201)),
            (&[253, 1, 2, 3], Some(0x030201)),
            (&[254, 1, 0, 0, 0, 0, 0, 0, 1], Some(0x0100000000000001)),
            (&[251], None),
            (&[255], None),
            (&[252, 1], None),
            (&[], None),
        ] {
            assert_eq!(Parts(bytes).length(), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_text_is_not_longer_than_its_packet() {
        for (bytes, expected) in [
            (&b"\x03abcd"[..], Some(&b"abc"[..])),
            (b"\xfbx", Some(b"")),
            (b"\x03ab", None),
            (b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff", None),
            (b"", None),
        ] {
            assert_eq!(Parts(bytes).text(), expected, "{bytes:?}");
        }
    }
}
