//! What a fuzzer has found.

use support::Case;

use super::lines::{calls, line, start};
use crate::wire::{Frame, Host, kind};

/// PINGs and PONGs have eight bytes. Who sends back whatever comes sends a megabyte for one.
pub(super) fn a_ping_has_eight_bytes(case: &mut Case) {
    for (kind, length, sentence) in [
        (kind::PING, 7, "the payload of PING is too short"),
        (kind::PING, 100_000, "the payload of PING is too long"),
        (kind::PONG, 0, "the payload of PONG is too short"),
        (kind::PONG, 9, "the payload of PONG is too long"),
    ] {
        let mut host = Host::listen();
        let lines = line("m", serde_json::json!(1));
        let mut client = start(case, &host, &["--timeout", "0"], lines);
        let mut wire = client.welcome(case, &mut host);
        calls(case, &mut client, &mut wire, 1);
        drop(host);
        wire.send(&Frame::new(kind, 0, vec![b'p'; length]));
        let expected = Frame::error(0, 11, sentence);
        let what = format!("the answer to a PING or PONG of {length} bytes");
        client.expect_frame(case, &mut wire, &expected, &what);
        let ended = client.wait();
        case.expect_status(&ended, 1);
    }
}
