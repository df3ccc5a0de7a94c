//! MySQL's protocol, written down packet by packet.

use super::scripted::Step;

/// The salt of every greeting, in its two parts.
const SALT: [&[u8]; 2] = [b"8 bytes!", b"and twelve.."];

/// A packet with this number.
pub(super) fn packet(number: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("it is short").to_le_bytes();
    [&length[..3], &[number], body].concat()
}

/// What a server begins with.
pub(super) fn greeting() -> Vec<u8> {
    let body = [
        &b"\x0a10.11.6-MariaDB\0"[..],
        &[7, 0, 0, 0],
        SALT[0],
        &[0, 0xfe, 0xf7, 45, 2, 0, 0xff, 0x81, 21],
        &[0; 10],
        SALT[1],
        b"\0mysql_native_password\0",
    ]
    .concat();
    packet(0, &body)
}

pub(super) const OK: &[u8] = &[0, 0, 0, 2, 0, 0, 0];
pub(super) const END: &[u8] = &[0xfe, 0, 0, 2, 0];

/// A text in front of which its length stands.
pub(super) fn text(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).expect("it is short");
    let mut bytes = match length {
        0..=250 => vec![length as u8],
        _ => [&[252][..], &length.to_le_bytes()].concat(),
    };
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// The answer to the query, up to the rows; and the number of the next packet.
pub(super) fn head() -> (Vec<u8>, u8) {
    // What a column is called, and a dozen bytes more, is of no use here; some begin with 254 too.
    let columns = [
        packet(1, &[2]),
        packet(
            2,
            &[&b"\x03def"[..], &text("STATUS"), &text("Variable_name")].concat(),
        ),
        packet(3, b"\xfe a description that is longer than an end"),
        packet(4, END),
    ];
    (columns.concat(), 5)
}

/// The answer to the query.
pub(super) fn rows(rows: &[(&str, &str)]) -> Vec<u8> {
    let (mut answer, mut number) = head();
    for (name, value) in rows {
        answer.extend(packet(number, &[text(name), text(value)].concat()));
        number = number.wrapping_add(1);
    }
    answer.extend(packet(number, END));
    answer
}

/// The steps of a server that lets anybody in and answers the query so.
pub(super) fn session(answer: Vec<u8>) -> Vec<Step> {
    vec![
        Step::Say(greeting()),
        Step::Hear,
        Step::Say(packet(2, OK)),
        Step::Hear,
        Step::Say(answer),
        Step::Hold,
    ]
}
