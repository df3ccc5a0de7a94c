//! What a fuzzer has found.

use support::Case;

use super::broken::expect_violation;
use crate::wire::{Frame, kind};

/// PINGs and PONGs have eight bytes.
pub(super) fn a_ping_has_eight_bytes(case: &mut Case) {
    for (kind, length, sentence) in [
        (kind::PING, 7, "the payload of PING is too short"),
        (kind::PING, 9, "the payload of PING is too long"),
        (kind::PONG, 0, "the payload of PONG is too short"),
        (kind::PONG, 9, "the payload of PONG is too long"),
    ] {
        expect_violation(case, &[Frame::new(kind, 0, vec![b'p'; length])], sentence);
    }
}
