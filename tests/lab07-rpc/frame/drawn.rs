//! Frames drawn from a seed: right ones, and those that somebody has changed on the way.

use support::Rng;

use crate::wire::{Frame, HEADER, LAST, MAY_SKIP, checked};

/// Draws a frame of any kind whose payload is as it must be.
pub(super) fn frame(rng: &mut Rng) -> Frame {
    let id = match rng.u8(..4) {
        0 => 1,
        1 => rng.u64(1 << 32..),
        _ => rng.u64(1..100),
    };
    let body = bytes(rng, 90);
    let text = ["", "shutting down", "größer als erlaubt", "日本", "a\tb\nc"][rng.usize(..5)];
    let number = [0, 1, 65_535, 65_536, u32::MAX][rng.usize(..5)];
    let frame = match rng.u8(..13) {
        0 => Frame::hello(number, rng.u32(..)),
        1 => Frame::call(id, number, ["echo", "", "größe"][rng.usize(..3)], body),
        2 => Frame::reply(id, body),
        3 => Frame::error(if rng.bool() { 0 } else { id }, rng.u16(..130), text),
        4 => Frame::item(id, body).flags(if rng.bool() { LAST } else { 0 }),
        5 => Frame::credit(id, number),
        6 => Frame::cancel(id),
        7 => Frame::push(id, rng.u64(..), body),
        8 => Frame::ping(rng.u64(..).to_be_bytes()),
        9 => Frame::pong(rng.u64(..).to_be_bytes()),
        10 => Frame::goaway(rng.u64(..), text),
        11 => Frame::new(rng.u8(12..), rng.u64(..2), body).flags(MAY_SKIP),
        _ => Frame::reply(id, "").flags(rng.u16(..) & !(LAST | MAY_SKIP)),
    };
    match rng.u8(..12) {
        // A payload that is cut, with a header that says so.
        0 if !frame.payload.is_empty() => {
            let length = rng.usize(..frame.payload.len());
            let payload = frame.payload[..length].to_vec();
            Frame { payload, ..frame }
        }
        _ => frame,
    }
}

pub(super) fn bytes(rng: &mut Rng, longest: usize) -> Vec<u8> {
    let length = rng.usize(..=longest);
    (0..length).map(|_| rng.u8(..)).collect()
}

/// Draws bytes of some frames, of which one is perhaps broken.
pub(super) fn stream(rng: &mut Rng) -> Vec<u8> {
    let count = rng.usize(1..8);
    let mut all = Vec::new();
    for _ in 0..count {
        let mut bytes = frame(rng).bytes();
        match rng.u8(..20) {
            // Damaged on the way: the check tells.
            0 => {
                let at = rng.usize(..bytes.len().min(HEADER));
                bytes[at] ^= 1 << rng.u8(..8);
            }
            // Wrong, and said in good order.
            1 => {
                let mut header = [0; HEADER];
                header.copy_from_slice(&bytes[..HEADER]);
                let at = [4, 5, 8, 15, 16, 17][rng.usize(..6)];
                header[at] = rng.u8(..);
                bytes[..HEADER].copy_from_slice(&checked(header));
            }
            _ => {}
        }
        all.extend(bytes);
    }
    all
}
