//! The wire as the page of the protocol says it, written once more and as simply as can be.

/// How long a header is, in bytes.
pub const HEADER: usize = 24;

/// A frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The number of its kind.
    pub kind: u8,
    /// Its flags.
    pub flags: u16,
    /// Its id.
    pub id: u64,
    /// Its payload.
    pub payload: Vec<u8>,
}

/// The names of the kinds, from 1 on.
const NAMES: [&str; 11] = [
    "HELLO", "CALL", "REPLY", "ERROR", "ITEM", "CREDIT", "CANCEL", "PUSH", "PING", "PONG", "GOAWAY",
];

/// Returns the name of a kind that is known.
pub fn name(kind: u8) -> &'static str {
    NAMES[usize::from(kind) - 1]
}

/// Returns the CRC-32 of zlib, bit by bit.
pub fn check(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    !crc
}

/// Writes a frame.
pub fn frame(kind: u8, flags: u16, id: u64, payload: &[u8]) -> Vec<u8> {
    let mut bytes = b"nbrp\x01".to_vec();
    bytes.push(kind);
    bytes.extend(flags.to_be_bytes());
    bytes.extend(id.to_be_bytes());
    bytes.extend((payload.len() as u32).to_be_bytes());
    bytes.extend(check(&bytes).to_be_bytes());
    bytes.extend(payload);
    bytes
}

fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// Reads the frame at the front: with its length on the wire, or nothing if it is not whole.
///
/// # Errors
/// The sentence that says what is wrong.
pub fn read(bytes: &[u8], limit: u32) -> Result<Option<(Frame, usize)>, String> {
    let magic = &bytes[..bytes.len().min(4)];
    if magic != &b"nbrp"[..magic.len()] {
        let hex: String = magic.iter().map(|byte| format!("{byte:02x}")).collect();
        return Err(format!("no rpc frame: begins with {hex}"));
    }
    if bytes.len() < HEADER {
        return Ok(None);
    }
    if u64::from(check(&bytes[..20])) != number(&bytes[20..24]) {
        return Err("header check failed".to_owned());
    }
    if bytes[4] != 1 {
        return Err(format!("version {} is not spoken here, 1 is", bytes[4]));
    }
    let (kind, flags, id) = (bytes[5], number(&bytes[6..8]) as u16, number(&bytes[8..16]));
    let length = number(&bytes[16..20]);
    if length > u64::from(limit) {
        return Err(format!("a payload of {length} bytes, where {limit} are allowed"));
    }
    match kind {
        1 | 9 | 10 | 11 if id != 0 => return Err(format!("{} with id {id}", name(kind))),
        2 | 3 | 5..=8 if id == 0 => return Err(format!("{} without an id", name(kind))),
        1..=11 => {}
        _ if flags & 0x8000 == 0 => return Err(format!("unknown kind {kind}")),
        _ => {}
    }
    let size = HEADER + length as usize;
    let Some(payload) = bytes.get(HEADER..size) else {
        return Ok(None);
    };
    let frame = Frame {
        kind,
        flags,
        id,
        payload: payload.to_vec(),
    };
    Ok(Some((frame, size)))
}

/// Reads frames that a side under test has written: all must be whole and right.
pub fn read_all(mut bytes: &[u8], limit: u32) -> Vec<Frame> {
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        let (frame, size) = read(bytes, limit).expect("a right frame").expect("a whole frame");
        frames.push(frame);
        bytes = &bytes[size..];
    }
    frames
}

/// Judges a payload by itself.
///
/// # Errors
/// The sentence that says what is wrong.
pub fn payload(kind: u8, payload: &[u8]) -> Result<(), String> {
    let long = |most| match payload.len() > most {
        true => Err(format!("the payload of {} is too long", name(kind))),
        false => Ok(()),
    };
    let short = |least| match payload.len() < least {
        true => Err(format!("the payload of {} is too short", name(kind))),
        false => Ok(()),
    };
    let text = |text: &[u8]| match String::from_utf8(text.to_vec()) {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("the text of {} is not UTF-8", name(kind))),
    };
    match kind {
        1 => {
            short(8)?;
            match number(&payload[..4]) {
                65_536.. => Ok(()),
                less => Err(format!("max_payload {less} is below 65536")),
            }
        }
        2 => {
            short(6)?;
            let length = number(&payload[4..6]) as usize;
            short(6 + length)?;
            text(&payload[6..6 + length])
        }
        4 => {
            short(2)?;
            text(&payload[2..])
        }
        6 => short(4).and_then(|()| long(4)),
        7 => long(0),
        8 => short(8),
        9 | 10 => short(8).and_then(|()| long(8)),
        11 => {
            short(8)?;
            text(&payload[8..])
        }
        _ => Ok(()),
    }
}

/// Returns the number at the front of a payload.
pub fn front(payload: &[u8], bytes: usize) -> u64 {
    number(&payload[..bytes])
}

/// Returns whether two sentences say the same: of what is no frame, one may have seen more bytes than the other.
pub fn same(one: &str, other: &str) -> bool {
    let magic = |sentence: &str| sentence.starts_with("no rpc frame: begins with ");
    one == other || magic(one) && magic(other) && (one.starts_with(other) || other.starts_with(one))
}
