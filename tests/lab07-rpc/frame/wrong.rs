//! Bytes that are no frames, and payloads that are not what their kind says.

use support::Case;

use super::script::{feed, feed_all, play};
use crate::wire::{Frame, HEADER, MAY_SKIP, Split, checked, kind};

/// A header with the bytes from `at` on replaced, and the check as it must be.
fn changed(header: [u8; HEADER], at: usize, with: &[u8]) -> [u8; HEADER] {
    let mut header = header;
    header[at..at + with.len()].copy_from_slice(with);
    checked(header)
}

pub(super) fn a_header_is_judged_in_order(case: &mut Case) {
    let good = Frame::reply(1, "").header(65_537);
    let short = Frame::reply(1, "").header(0);
    // Each is wrong in all that is judged behind the first mistake, too.
    let magic = changed([0xff; HEADER], 0, b"rpcx");
    let mut check = changed(good, 4, &[2, 200]);
    check[23] ^= 1;
    let rows: [(&str, [u8; HEADER]); 11] = [
        ("magic", magic),
        ("check", check),
        ("version", changed(changed(good, 4, &[2, 200]), 8, &[0; 8])),
        ("version 0", changed(short, 4, &[0])),
        ("length", changed(changed(good, 5, &[200]), 8, &[0; 8])),
        ("the longest length", changed(short, 16, &[0xff; 4])),
        ("kind", changed(changed(short, 5, &[200]), 8, &[0; 8])),
        ("kind 0", changed(short, 5, &[0])),
        ("kind 12", changed(short, 5, &[12])),
        ("id of a HELLO", Frame::new(kind::HELLO, 5, "").header(8)),
        ("id of a REPLY", Frame::new(kind::REPLY, 0, "").header(0)),
    ];
    let script: String = rows
        .iter()
        .map(|(_, header)| format!("limit 65536\n{}", feed(header, Split::Whole)))
        .collect();
    let ended = play(case, script);
    let text = ended.stdout_text();
    let shown: String = rows
        .iter()
        .zip(text.lines())
        .map(|((what, _), line)| format!("{what}: {line}\n"))
        .collect();
    case.snapshot_text(&ended, &shown);
}

pub(super) fn every_bit_of_a_header_is_checked(case: &mut Case) {
    let good = Frame::call(1, 0, "echo", "hi").header(12);
    let mut script = String::new();
    for bit in 0..HEADER * 8 {
        let mut header = good;
        header[bit / 8] ^= 1 << (bit % 8);
        script.push_str("limit 65536\n");
        script.push_str(&feed(&header, Split::Whole));
    }
    let ended = play(case, script);
    let text = ended.stdout_text();
    let lines: Vec<&str> = text.lines().collect();
    let expected = HEADER * 8;
    case.expect(
        &ended,
        lines.len() == expected,
        &format!("a line for each of {expected} headers"),
        lines.len(),
    );
    for (bit, line) in lines.iter().enumerate() {
        let sentence = match bit < 32 {
            true => "wrong no rpc frame: begins with ",
            false => "wrong header check failed",
        };
        let what = format!(
            "`{sentence}`, said of a header whose bit {} of byte {} was turned over",
            bit % 8,
            bit / 8
        );
        case.expect(&ended, line.starts_with(sentence), &what, line);
    }
}

pub(super) fn the_magic_is_judged_by_its_first_wrong_byte(case: &mut Case) {
    let script = [
        &b"GET / HTTP/1.1\r\n"[..],
        b"G",
        b"n",
        b"nbr",
        b"nbrq",
        b"nbR",
        b"\x00\x00\x00\x05hello",
        b"{\"jsonrpc\":\"2.0\"}",
    ]
    .map(|bytes| format!("limit 65536\n{}", feed(bytes, Split::Whole)))
    .concat();
    let ended = play(case, script);
    case.snapshot(&ended);
    // What comes later changes nothing.
    let ended = play(case, feed(b"nbrqx", Split::Every(1)));
    case.snapshot(&ended);
}

pub(super) fn what_is_wrong_stays_wrong(case: &mut Case) {
    let good = Frame::reply(1, "abc").bytes();
    let mut bad = Frame::reply(2, "def").bytes();
    bad[9] ^= 1;
    let bytes = [&good[..], &bad, &good, &good].concat();
    for split in [Split::Whole, Split::Every(27)] {
        let ended = play(case, feed(&bytes, split));
        case.snapshot(&ended);
    }
}

pub(super) fn payloads_that_are_none_are_told(case: &mut Case) {
    let cut = |frame: Frame, length: usize| Frame {
        payload: frame.payload[..length].to_vec(),
        ..frame
    };
    let frames = [
        cut(Frame::hello(65_536, 0), 7),
        Frame::hello(65_535, 0),
        Frame::hello(0, 0),
        Frame::new(
            kind::HELLO,
            0,
            [Frame::hello(65_536, 7).payload, vec![1, 2, 3]].concat(),
        ),
        cut(Frame::call(1, 0, "echo", ""), 0),
        cut(Frame::call(1, 0, "echo", ""), 5),
        cut(Frame::call(1, 0, "echo", ""), 9),
        Frame::new(kind::CALL, 1, b"\0\0\0\0\0\x03\xff\xfe\xfdbody"),
        Frame::error(1, 3, ""),
        cut(Frame::error(1, 3, ""), 1),
        Frame::new(kind::ERROR, 1, b"\0\x03\xc3"),
        cut(Frame::credit(1, 1), 3),
        Frame::new(kind::CREDIT, 1, [0; 5]),
        Frame::new(kind::CANCEL, 1, "x"),
        cut(Frame::push(1, 2, ""), 7),
        Frame::push(1, 2, ""),
        Frame::new(kind::PING, 0, [0; 7]),
        Frame::new(kind::PONG, 0, [0; 9]),
        cut(Frame::goaway(1, ""), 7),
        Frame::new(kind::GOAWAY, 0, b"\0\0\0\0\0\0\0\x01\x80"),
    ];
    let ended = play(case, feed_all(&frames));
    case.snapshot(&ended);
}

pub(super) fn an_id_is_where_it_belongs(case: &mut Case) {
    let whole = |kind, id| Frame::new(kind, id, [0, 0, 0, 0, 0, 0, 0, 0]);
    let rows = [
        whole(kind::HELLO, 1),
        whole(kind::CALL, 0),
        whole(kind::REPLY, 0),
        whole(kind::ITEM, 0),
        whole(kind::CREDIT, 0),
        whole(kind::CANCEL, 0),
        whole(kind::PUSH, 0),
        whole(kind::PING, 1 << 40),
        whole(kind::PONG, 2),
        whole(kind::GOAWAY, u64::MAX),
        // A frame that nobody knows may have any.
        whole(77, 0).flags(MAY_SKIP),
        whole(77, 5).flags(MAY_SKIP),
    ];
    let script = rows
        .map(|frame| format!("limit 65536\n{}", feed(&frame.header(0), Split::Whole)))
        .concat();
    let ended = play(case, script);
    case.snapshot(&ended);
}

pub(super) fn nothing_is_allocated_for_a_length_that_was_announced(case: &mut Case) {
    // Less room for addresses than was announced, and much more than a decoder needs.
    const ROOM_KIB: u32 = 1 << 20;
    let frame = Frame::reply(1, "");
    let mut script = String::new();
    for (limit, length) in [
        (u32::MAX, u32::MAX),
        (u32::MAX, 3 << 30),
        (1 << 30, (1 << 30) + 1),
        (65_536, u32::MAX),
    ] {
        script.push_str(&format!("limit {limit}\n"));
        script.push_str(&feed(&frame.header(length), Split::Every(5)));
        script.push_str(&feed(b"the beginning of it", Split::Every(7)));
    }
    let program = case.program_path("frame");
    let ended = case
        .peer("sh", "dash")
        .args(["-c", &format!("ulimit -v {ROOM_KIB}; exec \"$0\"")])
        .args([program.as_os_str()])
        .stdin(script)
        .run();
    case.snapshot(&ended);
}

pub(super) fn a_script_that_is_none_is_named(case: &mut Case) {
    for (script, line) in [
        ("feed 6e6\n", 1),
        ("limit 65536\nfeed xy\n", 2),
        ("limit\n", 1),
        ("limit -1\n", 1),
        ("\nspeak\n", 2),
        ("encode NOTHING 0 1 00\n", 1),
        ("encode REPLY 0 1 0\n", 1),
    ] {
        let ended = play(case, script);
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, &format!("frame: line {line}: "));
    }
}
