//! Scripts for `frame`, and what it prints.

use support::{Case, Ended};

use crate::wire::{Frame, Split};

/// Lines that feed `bytes` in pieces.
pub(super) fn feed(bytes: &[u8], split: Split) -> String {
    let pieces = split.pieces(bytes);
    pieces
        .iter()
        .map(|piece| format!("feed {}\n", hex(piece)))
        .collect()
}

/// Lines that feed `frames` whole, one after the other.
pub(super) fn feed_all<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> String {
    let frames = frames.into_iter();
    frames.map(|frame| feed(&frame.bytes(), Split::Whole)).collect()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn play(case: &Case, script: impl Into<Vec<u8>>) -> Ended {
    case.program("frame").stdin(script).run()
}

/// The frames that were found, which must not depend on the pieces: all lines but those that say what is missing.
pub(super) fn found(ended: &Ended) -> String {
    let text = ended.stdout_text();
    let lines = text.lines().filter(|line| !line.starts_with("need "));
    lines.map(|line| format!("{line}\n")).collect()
}
