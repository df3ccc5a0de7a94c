//! Commands as they are drawn, some of them wrong.

use support::{Case, Exchange, Rng};

/// Keys that are drawn: few, so that they meet again.
const KEYS: u8 = 12;

/// What no command should be.
const GARBAGE: &[&str] = &[
    "",
    " ",
    "get",
    "set",
    "set a",
    "set a 0 0",
    "set a 0 0 1 2 3 4",
    "sett a 0 0 1",
    "set a 0 0 x",
    "set a x 0 1",
    "set a 0 0 -1",
    "set a 0 0 99999999999999999999",
    "delete",
    "delete a 1",
    "Get a",
    "VALUE a 0 1",
    "END",
    "STORED",
    "\u{e9}\u{e9}",
];

pub(crate) fn key(rng: &mut Rng) -> String {
    format!("k{}", rng.u8(..KEYS))
}

/// A value of up to `longest` bytes, in which line ends are frequent.
pub(crate) fn value(rng: &mut Rng, longest: usize) -> Vec<u8> {
    let length = match rng.u8(..4) {
        0 => 0,
        1 => rng.usize(..=longest),
        _ => rng.usize(..=longest.min(40)),
    };
    let byte = |rng: &mut Rng| match rng.u8(..4) {
        0 => b"\r\n"[rng.usize(..2)],
        1 => rng.u8(..),
        _ => rng.u8(b'a'..=b'z'),
    };
    (0..length).map(|_| byte(rng)).collect()
}

/// A line and the data behind it; the length is right, unless the data are to be wrong.
pub(crate) fn with_data(head: &str, data: &[u8], behind: &str) -> Vec<u8> {
    let line = format!("{head} {}{behind}\r\n", data.len());
    [line.as_bytes(), data, b"\r\n"].concat()
}

fn set(rng: &mut Rng) -> Vec<u8> {
    let head = format!("set {} {} 0", key(rng), rng.u32(..));
    let data = value(rng, 3000);
    let behind = if rng.u8(..6) == 0 { " noreply" } else { "" };
    with_data(&head, &data, behind)
}

/// Data that do not end where they should: a line end follows, so that nothing is waited for.
fn torn(rng: &mut Rng) -> Vec<u8> {
    let length = rng.usize(1..20);
    let more = "x".repeat(length + rng.usize(3..10));
    format!("set {} 0 0 {length}\r\n{more}\r\n", key(rng)).into_bytes()
}

pub(crate) fn command(rng: &mut Rng) -> Vec<u8> {
    match rng.u8(..20) {
        0..7 => set(rng),
        7..13 => {
            let keys: String = (0..rng.usize(1..6)).map(|_| format!(" {}", key(rng))).collect();
            format!("get{keys}\r\n").into_bytes()
        }
        13..16 => format!("delete {}\r\n", key(rng)).into_bytes(),
        16 => format!("delete {} noreply\r\n", key(rng)).into_bytes(),
        17 => torn(rng),
        _ => format!("{}\r\n", GARBAGE[rng.usize(..GARBAGE.len())]).into_bytes(),
    }
}

/// Cuts `bytes` into pieces: few large ones or many small ones.
pub(crate) fn cut(rng: &mut Rng, bytes: &[u8]) -> Vec<Vec<u8>> {
    let longest = [3, 50, 1500, 100_000][rng.usize(..4)];
    let mut rest = bytes;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(rng.usize(1..=longest).min(rest.len()));
        pieces.push(piece.to_vec());
        rest = behind;
    }
    pieces
}

pub(super) fn drawn_commands_are_answered_like_the_reference_does(case: &mut Case) {
    case.seeded(8, |rng| {
        let commands: Vec<u8> = (0..300).flat_map(|_| command(rng)).collect();
        let threads = rng.usize(1..4).to_string();
        Exchange::of("nbnet")
            .args(["memcached", "--listen", "127.0.0.1:0", "--threads", &threads])
            .sends(cut(rng, &commands))
    });
}
