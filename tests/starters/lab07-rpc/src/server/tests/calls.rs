//! Each call has one answer, whatever becomes of it.

use std::io::Write as _;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use super::peer::{Peer, serve};
use crate::code::Code;
use crate::frame::{Kind, append};
use crate::message::{Failure, Hello};
use crate::methods::{Method, Methods};
use crate::server::Settings;

/// Waits, in a pool's thread.
fn sleep() -> Method {
    Method::pooled(|call, body| {
        let ms = String::from_utf8_lossy(body).parse().unwrap_or_default();
        call.wait_until(Instant::now() + Duration::from_millis(ms));
        Ok(body.to_vec())
    })
}

fn echo(body: &[u8], reply: &mut Vec<u8>) -> Result<(), Failure> {
    reply.extend_from_slice(body);
    Ok(())
}

#[test]
fn every_call_has_one_answer() {
    let mut methods = Methods::default();
    methods.add("inline", Method::inline(echo));
    methods.add("pooled", Method::pooled(|_, body| Ok(body.to_vec())));
    methods.add(
        "deferred",
        Method::deferred(|call, body| {
            let body = body.to_vec();
            thread::spawn(move || call.reply(&body));
            Ok(None)
        }),
    );
    let mut peer = Peer::greeted(serve(Settings::default(), methods));
    for id in 1..=300 {
        let method = ["inline", "pooled", "deferred"][id as usize % 3];
        peer.call(id, method, 5000, id.to_string().as_bytes());
    }
    let mut ids: Vec<u64> = (1..=300)
        .map(|_| {
            let came = peer.hear().unwrap();
            assert_eq!(came.kind, Kind::Reply);
            assert_eq!(came.payload, came.id.to_string().as_bytes());
            came.id
        })
        .collect();
    ids.sort_unstable();
    assert!(ids.into_iter().eq(1..=300));
}

#[test]
fn a_method_with_a_mistake_fails_its_call_and_no_other() {
    fn panics() -> ! {
        // Without a word on standard error.
        panic::resume_unwind(Box::new("a mistake"))
    }
    let mut methods = Methods::default();
    methods.add("inline", Method::inline(|_, _| panics()));
    methods.add("pooled", Method::pooled(|_, _| panics()));
    methods.add("deferred", Method::deferred(|_, _| panics()));
    methods.add("forgotten", Method::deferred(|_, _| Ok(None)));
    methods.add("echo", Method::inline(echo));
    let settings = Settings {
        workers: 1,
        ..Settings::default()
    };
    let mut peer = Peer::greeted(serve(settings, methods));
    for (id, method) in (1..).zip(["inline", "pooled", "deferred", "forgotten", "pooled"]) {
        peer.call(id, method, 0, b"");
        assert_eq!(peer.hear_code(id), Code::INTERNAL, "{method}");
    }
    peer.call(9, "echo", 0, b"alive");
    assert_eq!(peer.hear().unwrap().payload, b"alive");
}

#[test]
fn a_call_that_is_late_before_it_begins_is_not_run() {
    let ran = Arc::new(AtomicBool::new(false));
    let runs = Arc::clone(&ran);
    let mut methods = Methods::default();
    methods.add("sleep", sleep());
    methods.add(
        "run",
        Method::pooled(move |_, _| {
            runs.store(true, SeqCst);
            Ok(Vec::new())
        }),
    );
    let settings = Settings {
        workers: 1,
        ..Settings::default()
    };
    let mut peer = Peer::greeted(serve(settings, methods));
    peer.call(1, "sleep", 0, b"300");
    peer.call(2, "run", 20, b"");
    let late = Failure::new(Code::DEADLINE, "not done within 20 ms");
    assert_eq!(peer.hear_failure(2), late);
    assert_eq!(peer.hear().unwrap().id, 1);
    // Whatever waited has had its turn when this one is answered.
    peer.call(3, "sleep", 0, b"0");
    assert_eq!(peer.hear().unwrap().id, 3);
    assert!(!ran.load(SeqCst));
}

#[test]
fn what_runs_too_long_is_answered_in_time_and_its_reply_is_dropped() {
    let mut methods = Methods::default();
    methods.add(
        "stubborn",
        Method::pooled(|call, _| {
            while !call.is_over() {
                thread::sleep(Duration::from_millis(1));
            }
            Ok(b"too late".to_vec())
        }),
    );
    let mut peer = Peer::greeted(serve(Settings::default(), methods));
    peer.call(1, "stubborn", 30, b"");
    assert_eq!(peer.hear_code(1), Code::DEADLINE);
    peer.call(2, "nobody", 0, b"");
    assert_eq!(peer.hear_code(2), Code::UNKNOWN_METHOD);
}

#[test]
fn too_much_is_refused() {
    let mut methods = Methods::default();
    methods.add("sleep", sleep());
    let settings = Settings {
        workers: 1,
        queue: 1,
        max_calls: 3,
        ..Settings::default()
    };
    let address = serve(settings, methods);
    let mut peer = Peer::greeted(address);
    peer.call(1, "sleep", 0, b"10000");
    // Nobody says that the first one has left the queue: until then, the second one finds no room.
    let mut id = 2;
    while {
        peer.call(id, "sleep", 1, b"10000");
        peer.hear_code(id) == Code::OVERLOADED
    } {
        id += 1;
    }
    // That one is late, and its place is free again.
    peer.call(id + 1, "sleep", 0, b"10000");
    peer.call(id + 2, "sleep", 0, b"10000");
    let full = Failure::new(Code::OVERLOADED, "1 calls wait already");
    assert_eq!(peer.hear_failure(id + 2), full);
}

#[test]
fn no_reply_is_larger_than_the_client_takes() {
    let mut methods = Methods::default();
    let large = || vec![0; 65_537];
    methods.add(
        "inline",
        Method::inline(move |_, reply| {
            reply.extend_from_slice(&large());
            Ok(())
        }),
    );
    methods.add("pooled", Method::pooled(move |_, _| Ok(large())));
    let mut peer = Peer::greeted(serve(Settings::default(), methods));
    for (id, method) in (1..).zip(["inline", "pooled"]) {
        peer.call(id, method, 0, b"");
        let message = "a reply of 65537 bytes, where the client takes 65536";
        assert_eq!(peer.hear_failure(id), Failure::new(Code::TOO_LARGE, message));
    }
}

#[test]
fn who_breaks_the_protocol_is_told_why() {
    let frame = |kind, id, payload: &[u8]| {
        let mut out = Vec::new();
        append(&mut out, kind, 0, id, |out| out.extend_from_slice(payload));
        out
    };
    let mut hello = Vec::new();
    append(&mut hello, Kind::Hello, 0, 0, |out| {
        Hello {
            max_payload: 65_536,
            ping_ms: 0,
        }
        .encode(out);
    });
    let call = frame(Kind::Call, 7, b"\0\0\0\0\0\x05sleep10000");
    let after = |frame: &[u8]| [&hello, frame].concat();
    let mut methods = Methods::default();
    methods.add("sleep", sleep());
    let address = serve(Settings::default(), methods);
    for (bytes, expected) in [
        (
            b"GET / HTTP/1.1\r\n".to_vec(),
            "no rpc frame: begins with 47455420",
        ),
        (call.clone(), "CALL before HELLO"),
        (after(&hello), "a second HELLO"),
        (
            frame(Kind::Hello, 0, b"\0\0\0\x05\0\0\0\0"),
            "max_payload 5 is below 65536",
        ),
        (after(&[&call[..], &call].concat()), "id 7 is in use"),
        (
            after(&[&call[..], &frame(Kind::Call, 6, b"\0\0\0\0\0\0")].concat()),
            "id 6 after 7",
        ),
        (after(&frame(Kind::Reply, 1, b"")), "REPLY is not for this side"),
        (
            after(&frame(Kind::Ping, 0, b"1")),
            "the payload of PING is too short",
        ),
        (
            after(&frame(Kind::Cancel, 1, b"1")),
            "the payload of CANCEL is too long",
        ),
    ] {
        let mut peer = Peer::connect(address);
        peer.stream.write_all(&bytes).unwrap();
        let said = std::iter::from_fn(|| peer.hear()).last().expect("an answer");
        assert_eq!((said.kind, said.id), (Kind::Error, 0), "{expected}");
        let violation = Failure::new(Code::PROTOCOL, expected);
        assert_eq!(Failure::decode(&said.payload), Ok(violation));
    }
}

#[test]
fn a_silent_client_is_asked_and_then_given_up() {
    let settings = Settings {
        ping: Some(Duration::from_millis(50)),
        ..Settings::default()
    };
    let mut peer = Peer::greeted(serve(settings, Methods::default()));
    for _ in 0..3 {
        let ping = peer.hear().unwrap();
        assert_eq!((ping.kind, ping.id), (Kind::Ping, 0));
        peer.say(Kind::Pong, 0, |out| out.extend_from_slice(&ping.payload));
    }
    assert_eq!(peer.hear().unwrap().kind, Kind::Ping);
    assert_eq!(peer.hear(), None);
}

#[test]
fn a_method_that_hangs_up_is_heard_and_ends_what_else_is_under_way() {
    let mut methods = Methods::default();
    let ended = Arc::new(AtomicBool::new(false));
    let ends = Arc::clone(&ended);
    methods.add(
        "wait",
        Method::pooled(move |call, _| {
            call.wait_until(Instant::now() + Duration::from_secs(60));
            ends.store(call.is_over(), SeqCst);
            Ok(Vec::new())
        }),
    );
    methods.add(
        "out",
        Method::deferred(|call, _| {
            let failure = Failure::new(Code::REFUSED, "out");
            call.fail(failure.clone());
            call.hang_up();
            Err(failure)
        }),
    );
    let mut peer = Peer::greeted(serve(Settings::default(), methods));
    peer.call(1, "wait", 0, b"");
    peer.call(2, "out", 0, b"");
    assert_eq!(peer.hear_code(2), Code::REFUSED);
    assert_eq!(peer.hear(), None);
    while !ended.load(SeqCst) {
        thread::yield_now();
    }
}
