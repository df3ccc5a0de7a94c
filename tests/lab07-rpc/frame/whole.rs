//! Frames that are as they must be.

use support::{Case, Exchange};

use super::drawn;
use super::script::{feed, feed_all, found, hex, play};
use crate::wire::{Frame, HEADER, LAST, MAY_SKIP, Split, kind};

/// One frame of each kind, with numbers whose bytes cannot be taken for each other's.
fn one_of_each() -> Vec<Frame> {
    let id = 0x0102_0304_0506_0708;
    vec![
        Frame::hello(0x0012_3456, 10_000),
        Frame::call(1, 5000, "echo", "{\"a\":[1,2]}"),
        Frame::reply(1, "{\"a\":[1,2]}"),
        Frame::error(2, 3, "time is over"),
        Frame::error(0, 11, "größer"),
        Frame::item(id, b"\x00\xff\n"),
        Frame::item(id, "the last one").flags(LAST),
        Frame::credit(3, 65_536),
        Frame::cancel(3),
        Frame::push(4, 0x1122_3344_5566, "{\"n\":1}"),
        Frame::ping(*b"are you?"),
        Frame::pong(*b"are you?"),
        Frame::goaway(0xfedc_ba98, "shutting down"),
    ]
}

pub(super) fn a_frame_of_each_kind_is_read(case: &mut Case) {
    let ended = play(case, feed_all(&one_of_each()));
    case.snapshot(&ended);
}

pub(super) fn frames_are_written_as_they_are_read(case: &mut Case) {
    let frames = one_of_each();
    let script: String = frames
        .iter()
        .map(|frame| {
            format!(
                "encode {} {} {} {}\n",
                name(frame.kind),
                frame.flags,
                frame.id,
                hex(&frame.payload)
            )
        })
        .collect();
    let ended = play(case, script);
    let expected: String = frames
        .iter()
        .map(|frame| format!("{}\n", hex(&frame.bytes())))
        .collect();
    case.expect_stdout(&ended, expected);
    case.expect_status(&ended, 0);
}

fn name(kind: u8) -> &'static str {
    match kind {
        kind::HELLO => "HELLO",
        kind::CALL => "CALL",
        kind::REPLY => "REPLY",
        kind::ERROR => "ERROR",
        kind::ITEM => "ITEM",
        kind::CREDIT => "CREDIT",
        kind::CANCEL => "CANCEL",
        kind::PUSH => "PUSH",
        kind::PING => "PING",
        kind::PONG => "PONG",
        _ => "GOAWAY",
    }
}

pub(super) fn what_is_missing_is_told_byte_by_byte(case: &mut Case) {
    let bytes: Vec<u8> = [Frame::reply(1, "abc"), Frame::cancel(2)]
        .iter()
        .flat_map(Frame::bytes)
        .collect();
    let ended = play(case, feed(&bytes, Split::Every(1)));
    case.snapshot(&ended);
    let ended = play(case, feed(&bytes, Split::Every(30)));
    case.snapshot(&ended);
}

pub(super) fn frames_are_the_same_whatever_the_pieces_are(case: &mut Case) {
    let bytes: Vec<u8> = one_of_each().iter().flat_map(Frame::bytes).collect();
    let at_once = play(case, feed(&bytes, Split::Whole));
    let whole = found(&at_once);
    let lines = whole.lines().count();
    case.expect(&at_once, lines > 0, "lines of frames", "none");
    for (split, what) in [
        (Split::Every as fn(usize) -> Split, "pieces of"),
        (Split::At, "a cut behind"),
    ] {
        // One decoder after the other: what one piece leaves behind must not disturb the next frame.
        let script: String = (1..bytes.len()).map(|size| feed(&bytes, split(size))).collect();
        let ended = play(case, script);
        let text = found(&ended);
        let found: Vec<&str> = text.lines().collect();
        for (size, found) in (1..bytes.len()).zip(found.chunks(lines)) {
            let what = format!("the frames of {} bytes with {what} {size} bytes", bytes.len());
            case.expect_same(&ended, &what, &whole, &(found.join("\n") + "\n"));
        }
        let expected = lines * (bytes.len() - 1);
        let count = found.len();
        case.expect(
            &ended,
            count == expected,
            &format!("{expected} lines of frames"),
            count,
        );
    }
}

pub(super) fn a_payload_may_be_as_long_as_the_limit(case: &mut Case) {
    let mut script = String::new();
    for (limit, length) in [
        (65_536, 65_536),
        (65_537, 65_537),
        (70_000, 0),
        (1 << 20, 1 << 20),
    ] {
        let bytes = Frame::reply(9, vec![b'x'; length]).bytes();
        script.push_str(&format!("limit {limit}\n"));
        script.push_str(&feed(&bytes, Split::Every(50_000)));
    }
    let ended = play(case, script);
    // A body of so many bytes is shown by its length.
    let shown: String = found(&ended)
        .lines()
        .map(|line| match line.strip_prefix("  body ") {
            Some(body) => format!("  {} times 78\n", body.matches("78").count()),
            None => format!("{line}\n"),
        })
        .collect();
    case.snapshot_text(&ended, &shown);
}

pub(super) fn a_kind_that_nobody_knows_may_be_skipped(case: &mut Case) {
    let frames = [
        Frame::new(12, 0, "").flags(MAY_SKIP),
        Frame::new(200, 7, "whatever it is").flags(MAY_SKIP | 0x0ffe),
        Frame::new(0, 0, "zero is no kind either").flags(MAY_SKIP),
        // Who knows the kind does not skip it.
        Frame::cancel(7).flags(MAY_SKIP),
    ];
    let ended = play(case, feed_all(&frames));
    case.snapshot(&ended);
    let last = Frame::reply(7, "behind them").bytes();
    let bytes: Vec<u8> = frames.iter().flat_map(Frame::bytes).chain(last).collect();
    let expected = found(&play(case, feed(&bytes, Split::Whole)));
    for size in 1..HEADER * 2 {
        let ended = play(case, feed(&bytes, Split::Every(size)));
        let what = format!("frames of which some are skipped, in pieces of {size} bytes");
        case.expect_same(&ended, &what, &expected, &found(&ended));
    }
}

pub(super) fn flags_that_nobody_knows_are_ignored(case: &mut Case) {
    let frames = [
        Frame::call(1, 0, "echo", "x").flags(0x7ffe),
        Frame::ping(*b"01234567").flags(0x0100),
    ];
    let ended = play(case, feed_all(&frames));
    case.snapshot(&ended);
}

pub(super) fn drawn_bytes_are_read_like_the_reference_does(case: &mut Case) {
    case.seeded(12, |rng| {
        let mut script = String::new();
        for _ in 0..rng.usize(1..6) {
            script.push_str(&format!(
                "limit {}\n",
                [70, 200, 65_536, 20_000_000][rng.usize(..4)]
            ));
            let bytes = drawn::stream(rng);
            let split = Split::Drawn(rng.u64(..), rng.usize(1..60));
            script.push_str(&feed(&bytes, split));
        }
        Exchange::of("frame").stdin(script)
    });
}

pub(super) fn drawn_frames_are_written_like_the_reference_does(case: &mut Case) {
    case.seeded(4, |rng| {
        let mut script = String::new();
        for _ in 0..rng.usize(1..20) {
            let frame = drawn::frame(rng);
            let (kind, flags, id) = (frame.kind, frame.flags, frame.id);
            script.push_str(&format!("encode {kind} {flags} {id} {}\n", hex(&frame.payload)));
        }
        Exchange::of("frame").stdin(script)
    });
}
