//! Peers that are refused.

use support::Case;

use crate::peers::{Kind, Protocol, Server};

/// A length above the limit, behind a request that is whole.
pub(crate) fn lengths_above_the_limit(case: &mut Case, kind: Kind) {
    const LIMIT: u64 = 1000;
    for protocol in Protocol::BOTH {
        let lengths: &[u64] = match protocol {
            Protocol::Frame => &[LIMIT + 1, u32::MAX as u64],
            // The second would be 5 in 32 bits.
            Protocol::Ten => &[LIMIT + 1, (1 << 32) + 5, 9_999_999_999],
        };
        let limit = LIMIT.to_string();
        let mut server = Server::start(case, protocol.command(), kind, &["--max-frame", &limit]);
        let whole = protocol.request(&[b'w'; LIMIT as usize]);
        for &length in lengths {
            let mut peer = server.peer();
            peer.send(&[whole.clone(), protocol.header(length)].concat());
            server.expect_answer(
                case,
                &mut peer,
                &whole,
                "the request of just the limit in front of a longer one",
            );
            server.expect_ended(
                case,
                &mut peer,
                &format!("the connection ended at a length of {length}"),
            );
            server.expect_said(&format!(
                "nbnet: {}: a frame of {length} bytes is longer than the limit of {LIMIT}\n",
                peer.name()
            ));
        }
    }
}

/// Headers of echo10 that are no ten digits.
pub(crate) fn headers_that_are_no_digits(case: &mut Case, kind: Kind) {
    let protocol = Protocol::Ten;
    let mut server = Server::start(case, protocol.command(), kind, &[]);
    let whole = protocol.request(b"whole");
    let headers: [&[u8]; 6] = [
        b"000000000a",
        b"+000000005",
        b"-000000005",
        b"         5",
        b"5\r\nhello!!",
        b"\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5",
    ];
    for header in headers {
        let mut peer = server.peer();
        peer.send(&[&whole[..], header].concat());
        server.expect_answer(case, &mut peer, &whole, "the request in front of a bad header");
        server.expect_ended(case, &mut peer, "the connection ended at a bad header");
        server.expect_said(&format!(
            "nbnet: {}: a header must be ten decimal digits\n",
            peer.name()
        ));
    }
}
