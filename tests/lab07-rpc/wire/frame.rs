//! Frames as they are on the wire.

/// Bytes of a header.
pub(crate) const HEADER: usize = 24;

/// Bytes of ITEMs that each direction of a call may send at first.
pub(crate) const CREDIT: i64 = 65_536;

/// The payload that everybody takes, before a HELLO has said more.
pub(crate) const MUST_TAKE: u32 = 65_536;

/// Flag: the last ITEM of a client's input.
pub(crate) const LAST: u16 = 1;

/// Flag: who does not know the kind skips the frame.
pub(crate) const MAY_SKIP: u16 = 0x8000;

const MAGIC: &[u8; 4] = b"nbrp";

/// The kinds of frames.
pub(crate) mod kind {
    pub(crate) const HELLO: u8 = 1;
    pub(crate) const CALL: u8 = 2;
    pub(crate) const REPLY: u8 = 3;
    pub(crate) const ERROR: u8 = 4;
    pub(crate) const ITEM: u8 = 5;
    pub(crate) const CREDIT: u8 = 6;
    pub(crate) const CANCEL: u8 = 7;
    pub(crate) const PUSH: u8 = 8;
    pub(crate) const PING: u8 = 9;
    pub(crate) const PONG: u8 = 10;
    pub(crate) const GOAWAY: u8 = 11;
}

/// The codes of errors.
pub(crate) mod code {
    pub(crate) const UNKNOWN_METHOD: u16 = 1;
    pub(crate) const BAD_PARAMS: u16 = 2;
    pub(crate) const DEADLINE: u16 = 3;
    pub(crate) const CANCELLED: u16 = 4;
    pub(crate) const OVERLOADED: u16 = 5;
    pub(crate) const GOING_AWAY: u16 = 6;
    pub(crate) const TOO_LARGE: u16 = 7;
    pub(crate) const FAILED: u16 = 8;
    pub(crate) const REFUSED: u16 = 9;
    pub(crate) const INTERNAL: u16 = 10;
    pub(crate) const PROTOCOL: u16 = 11;
}

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) flags: u16,
    pub(crate) id: u64,
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    /// Makes a frame of any kind.
    pub(crate) fn new(kind: u8, id: u64, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            kind,
            flags: 0,
            id,
            payload: payload.into(),
        }
    }

    /// Sets flags.
    pub(crate) fn flags(mut self, flags: u16) -> Self {
        self.flags |= flags;
        self
    }

    pub(crate) fn hello(max_payload: u32, ping_ms: u32) -> Self {
        Self::new(
            kind::HELLO,
            0,
            [max_payload.to_be_bytes(), ping_ms.to_be_bytes()].concat(),
        )
    }

    /// `left_ms` is the time left, 0 for no limit.
    pub(crate) fn call(id: u64, left_ms: u32, method: &str, body: impl AsRef<[u8]>) -> Self {
        let length = u16::try_from(method.len()).unwrap_or(u16::MAX);
        let payload = [
            &left_ms.to_be_bytes()[..],
            &length.to_be_bytes(),
            method.as_bytes(),
            body.as_ref(),
        ];
        Self::new(kind::CALL, id, payload.concat())
    }

    pub(crate) fn reply(id: u64, body: impl AsRef<[u8]>) -> Self {
        Self::new(kind::REPLY, id, body.as_ref())
    }

    pub(crate) fn error(id: u64, code: u16, message: &str) -> Self {
        Self::new(
            kind::ERROR,
            id,
            [&code.to_be_bytes()[..], message.as_bytes()].concat(),
        )
    }

    pub(crate) fn item(id: u64, bytes: impl AsRef<[u8]>) -> Self {
        Self::new(kind::ITEM, id, bytes.as_ref())
    }

    pub(crate) fn credit(id: u64, bytes: u32) -> Self {
        Self::new(kind::CREDIT, id, bytes.to_be_bytes())
    }

    pub(crate) fn cancel(id: u64) -> Self {
        Self::new(kind::CANCEL, id, [])
    }

    pub(crate) fn push(id: u64, seq: u64, body: impl AsRef<[u8]>) -> Self {
        Self::new(kind::PUSH, id, [&seq.to_be_bytes()[..], body.as_ref()].concat())
    }

    pub(crate) fn ping(bytes: [u8; 8]) -> Self {
        Self::new(kind::PING, 0, bytes)
    }

    pub(crate) fn pong(bytes: impl AsRef<[u8]>) -> Self {
        Self::new(kind::PONG, 0, bytes.as_ref())
    }

    pub(crate) fn goaway(last: u64, reason: &str) -> Self {
        Self::new(
            kind::GOAWAY,
            0,
            [&last.to_be_bytes()[..], reason.as_bytes()].concat(),
        )
    }

    /// Writes the frame.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let length = u32::try_from(self.payload.len()).unwrap_or(u32::MAX);
        let mut bytes = self.header(length).to_vec();
        bytes.extend_from_slice(&self.payload);
        bytes
    }

    /// Writes a header that announces `length` bytes, whatever the payload is.
    pub(crate) fn header(&self, length: u32) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        header[..4].copy_from_slice(MAGIC);
        header[4] = 1;
        header[5] = self.kind;
        header[6..8].copy_from_slice(&self.flags.to_be_bytes());
        header[8..16].copy_from_slice(&self.id.to_be_bytes());
        header[16..20].copy_from_slice(&length.to_be_bytes());
        checked(header)
    }

    /// Takes the first frame off `bytes`: the frame and its length, or `None` when it is not whole. A header that is none is an error.
    pub(crate) fn first(bytes: &[u8]) -> Result<Option<(Self, usize)>, String> {
        let Some(header) = bytes.first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let shown = || support::text::visible(header);
        if &header[..4] != MAGIC || header[4] != 1 {
            return Err(format!("24 bytes that are no header: `{}`", shown()));
        }
        if *header != checked(*header) {
            return Err(format!("a header whose check is wrong: `{}`", shown()));
        }
        let length = number(&header[16..20]) as usize;
        let Some(payload) = bytes.get(HEADER..HEADER + length) else {
            return Ok(None);
        };
        let frame = Self {
            kind: header[5],
            flags: number(&header[6..8]) as u16,
            id: number(&header[8..16]),
            payload: payload.to_vec(),
        };
        Ok(Some((frame, HEADER + length)))
    }

    /// The number in the payload's bytes from `at` on, and 0 where there are too few.
    pub(crate) fn number(&self, at: usize, bytes: usize) -> u64 {
        self.payload.get(at..at + bytes).map_or(0, number)
    }

    /// The payload from byte `at` on.
    pub(crate) fn rest(&self, at: usize) -> &[u8] {
        self.payload.get(at..).unwrap_or_default()
    }

    /// The method that a CALL names.
    pub(crate) fn method(&self) -> String {
        let length = self.number(4, 2) as usize;
        String::from_utf8_lossy(self.payload.get(6..6 + length).unwrap_or_default()).into_owned()
    }

    /// The body of a CALL.
    pub(crate) fn body(&self) -> &[u8] {
        self.rest(6 + self.number(4, 2) as usize)
    }

    /// Whether this is the ERROR of call `id` with `code`.
    pub(crate) fn is_error(&self, id: u64, code: u16) -> bool {
        self.kind == kind::ERROR && self.id == id && self.number(0, 2) == u64::from(code)
    }
}

/// Sets the check of a header.
pub(crate) fn checked(mut header: [u8; HEADER]) -> [u8; HEADER] {
    let check = crc(&header[..20]);
    header[20..].copy_from_slice(&check.to_be_bytes());
    header
}

/// Reads a number of up to eight bytes, the most significant first.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

/// CRC-32 bit by bit: slow, and short enough to be seen to be right.
///
/// Source: RFC 1952, section 8.
fn crc(bytes: &[u8]) -> u32 {
    let turn = |crc: u32| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| turn(crc))
    })
}
