//! What all payloads have in common.

use std::time::Duration;

use super::{Call, Credit, Failure, GoAway, Hello, Push, left_ms, ping};
use crate::code::Code;
use crate::frame::{Kind, Wrong};

/// Returns a payload of each kind.
fn payloads() -> [(Kind, Vec<u8>); 6] {
    let payload = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        write(&mut out);
        out
    };
    let hello = Hello {
        max_payload: 1 << 20,
        ping_ms: 10_000,
    };
    let call = Call {
        left_ms: 5000,
        method: "écho",
        body: b"[1]",
    };
    [
        (Kind::Hello, payload(&|out| hello.encode(out))),
        (Kind::Call, payload(&|out| call.encode(out))),
        (
            Kind::Error,
            payload(&|out| Failure::new(Code(100), "né").encode(out)),
        ),
        (Kind::Credit, payload(&|out| Credit(7).encode(out))),
        (
            Kind::Push,
            payload(&|out| Push { seq: 3, body: b"x" }.encode(out)),
        ),
        (
            Kind::GoAway,
            payload(&|out| {
                GoAway {
                    last: 9,
                    reason: "end",
                }
                .encode(out)
            }),
        ),
    ]
}

/// Returns what reading a payload says, if it says anything.
fn read(kind: Kind, payload: &[u8]) -> Result<(), Wrong> {
    match kind {
        Kind::Hello => Hello::decode(payload).map(drop),
        Kind::Call => Call::decode(payload).map(drop),
        Kind::Error => Failure::decode(payload).map(drop),
        Kind::Credit => Credit::decode(payload).map(drop),
        Kind::Push => Push::decode(payload).map(drop),
        Kind::GoAway => GoAway::decode(payload).map(drop),
        _ => ping(kind, payload).map(drop),
    }
}

#[test]
fn a_payload_that_is_cut_is_too_short_or_another_one() {
    for (kind, payload) in payloads() {
        assert_eq!(read(kind, &payload), Ok(()), "{kind}");
        // What ends in text or a body may end anywhere in it, but not within a character.
        let fixed = match kind {
            Kind::Hello | Kind::Push | Kind::GoAway => 8,
            Kind::Call => 11,
            Kind::Error => 2,
            _ => 4,
        };
        for length in 0..fixed {
            assert_eq!(
                read(kind, &payload[..length]),
                Err(Wrong::Short(kind)),
                "{kind} {length}"
            );
        }
    }
}

#[test]
fn no_payload_is_a_panic() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..20_000 {
        let (kind, mut payload) = random.choice(payloads()).unwrap();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(..payload.len());
            payload[at] = random.u8(..);
        }
        payload.truncate(random.usize(..=payload.len()));
        let _ = read(kind, &payload);
    }
}

#[test]
fn texts_are_utf_8() {
    assert_eq!(
        Call::decode(b"\0\0\0\0\0\x02\xc3\x28"),
        Err(Wrong::Text(Kind::Call))
    );
    assert_eq!(Failure::decode(b"\0\x01\xff"), Err(Wrong::Text(Kind::Error)));
    assert_eq!(
        GoAway::decode(b"\0\0\0\0\0\0\0\x01\xff"),
        Err(Wrong::Text(Kind::GoAway))
    );
}

#[test]
fn what_is_known_of_a_hello_is_read_and_the_rest_is_for_later_versions() {
    let payload = b"\0\x01\0\0\0\0\0\x05later";
    let hello = Hello {
        max_payload: 65_536,
        ping_ms: 5,
    };
    assert_eq!(Hello::decode(payload), Ok(hello));
    assert_eq!(
        Hello::decode(b"\0\0\xff\xff\0\0\0\x05"),
        Err(Wrong::Limit(65_535))
    );
}

#[test]
fn fixed_payloads_have_nothing_behind_them() {
    assert_eq!(Credit::decode(b"\0\0\0\x01\0"), Err(Wrong::Long(Kind::Credit)));
    assert_eq!(ping(Kind::Ping, b"123456789"), Err(Wrong::Long(Kind::Ping)));
    assert_eq!(ping(Kind::Pong, b"1234567"), Err(Wrong::Short(Kind::Pong)));
}

#[test]
fn time_that_is_left_is_never_no_limit() {
    for (left, expected) in [
        (None, 0),
        (Some(Duration::ZERO), 1),
        (Some(Duration::from_nanos(1)), 1),
        (Some(Duration::from_millis(5)), 5),
        (Some(Duration::from_micros(5001)), 6),
        (Some(Duration::MAX), u32::MAX),
    ] {
        assert_eq!(left_ms(left), expected, "{left:?}");
    }
}
