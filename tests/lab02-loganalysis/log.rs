//! Lines of logs, for all stages.

use support::{Ended, Rng};

use crate::synthetic;

/// 2026-11-23T00:00:00Z.
pub(crate) const DAY: i64 = 1_795_392_000;

/// Makes a line: `client` asked for `target` at `time` (as the log writes it) and got `bytes` bytes with `status`.
pub(crate) fn line(client: &str, time: &str, target: &str, status: u16, bytes: u64) -> String {
    format!("{client} - - [{time}] \"GET {target} HTTP/1.1\" {status} {bytes} \"-\" \"curl/7.88.1\"\n")
}

/// Makes a line of a request for `target` at `unix` seconds since 1970.
pub(crate) fn at(unix: i64, target: &str) -> String {
    line("127.0.0.1", &synthetic::time(unix), target, 200, 5)
}

/// Makes a line that asks for `target`, as all that matters.
pub(crate) fn get(target: &str) -> String {
    at(DAY, target)
}

/// Draws a log of `lines` whole lines.
pub(crate) fn drawn(seed: u64, lines: usize) -> Vec<u8> {
    let mut log = synthetic::Log::new(seed, DAY, false);
    (0..lines).flat_map(|_| log.line().to_vec()).collect()
}

/// Draws a log of `lines` lines, some of them cut by a full disk.
pub(crate) fn rough(seed: u64, lines: usize) -> Vec<u8> {
    let mut log = synthetic::Log::new(seed, DAY, true);
    (0..lines).flat_map(|_| log.line().to_vec()).collect()
}

/// Draws a log of `lines` lines, among which some are no records at all.
pub(crate) fn spoiled(rng: &mut Rng, lines: usize) -> Vec<u8> {
    let mut log = synthetic::Log::new(rng.u64(..), DAY, false);
    let mut out = Vec::new();
    for number in 0..lines {
        if rng.u8(0..15) == 0 {
            out.extend_from_slice(format!("no record, number {number}\n").as_bytes());
        }
        out.extend_from_slice(log.line());
    }
    out
}

/// Damages a log here and there: bytes overwritten, removed, put in, and line feeds lost.
pub(crate) fn damaged(rng: &mut Rng, mut log: Vec<u8>, times: usize) -> Vec<u8> {
    for _ in 0..times {
        if log.is_empty() {
            break;
        }
        let at = rng.usize(0..log.len());
        match rng.u8(0..5) {
            0 => log[at] = rng.u8(..),
            1 => log.insert(at, *rng.choice(b"\"\\[] -\n\0").unwrap_or(&0)),
            2 => {
                let end = log.len().min(at + rng.usize(1..40));
                log.drain(at..end);
            }
            3 => {
                if let Some(feed) = log[at..].iter().position(|&byte| byte == b'\n') {
                    log.remove(at + feed);
                }
            }
            _ => drop(log.splice(at..at, [0; 7])),
        }
    }
    log
}

/// Reads a program's standard output as one JSON value.
pub(crate) fn json(ended: &Ended) -> serde_json::Value {
    serde_json::from_slice(&ended.stdout).unwrap_or(serde_json::Value::Null)
}
