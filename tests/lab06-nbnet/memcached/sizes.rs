//! How large things may be, and what they cost.

use std::sync::atomic::{AtomicBool, Ordering};

use support::Case;

use super::memcached;
use crate::peers::{LEVEL, Server, number_in_status};

const MIB: usize = 1 << 20;

/// What a server may hold beside what it stores: buffers, threads, its own tables.
const OVERHEAD_KIB: u64 = 32 << 10;

/// Bytes of which each says where it stands, and which hold line ends.
fn value(length: usize) -> Vec<u8> {
    let line = |number: usize| format!("{number:014}\r\n").into_bytes();
    (0..=length / 16).flat_map(line).take(length).collect()
}

fn set(key: &str, value: &[u8]) -> Vec<u8> {
    let head = format!("set {key} 0 0 {}\r\n", value.len());
    [head.as_bytes(), value, b"\r\n"].concat()
}

fn found(key: &str, value: &[u8]) -> Vec<u8> {
    let head = format!("VALUE {key} 0 {}\r\n", value.len());
    [head.as_bytes(), value, b"\r\nEND\r\n"].concat()
}

pub(super) fn a_value_of_one_mebibyte_comes_back(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let mut peer = server.peer();
    for length in [MIB - 1, MIB] {
        let value = value(length);
        peer.send(&set("large", &value));
        let what = format!("a set of {length} bytes");
        server.expect_answer(case, &mut peer, b"STORED\r\n", &what);
        peer.send(b"get large\r\n");
        let what = format!("a get of {length} bytes");
        server.expect_answer(case, &mut peer, &found("large", &value), &what);
    }
}

pub(super) fn a_value_has_as_many_bytes_as_max_item_and_no_more(case: &mut Case) {
    const REFUSED: &[u8] = b"SERVER_ERROR object too large for cache\r\n";
    for (options, limit) in [(&[][..], MIB), (&["--max-item", "1000"][..], 1000)] {
        let mut server = memcached(case, options);
        let mut peer = server.peer();
        let (fits, too_large) = (value(limit), value(limit + 1));
        peer.send(&set("a", &fits));
        server.expect_answer(case, &mut peer, b"STORED\r\n", &format!("a set of {limit} bytes"));
        peer.send(&set("b", &too_large));
        let what = format!("a set of {} bytes", limit + 1);
        server.expect_answer(case, &mut peer, REFUSED, &what);
        // Its data were read over, and no line of them was taken for a command.
        peer.send(b"get b a\r\n");
        let what = "a get of what was refused, and of what was not";
        server.expect_answer(case, &mut peer, &found("a", &fits), what);
    }
}

/// Questions are short and answers are long. Whoever reads questions as fast as answers go out has soon read very many.
pub(super) fn who_asks_faster_than_answers_go_out_costs_little(case: &mut Case) {
    const LENGTH: usize = 60_000;
    const READ: usize = 100;
    const MOST_KIB: u64 = 16 << 10;
    for kind in [LEVEL[0], &["--poller", "epoll", "--trigger", "edge"]] {
        let mut server = Server::start(case, "memcached", kind, &[]);
        let mut peer = server.peer();
        peer.send(format!("set k 0 0 {LENGTH}\r\n{}\r\n", "v".repeat(LENGTH)).as_bytes());
        server.expect_answer(case, &mut peer, b"STORED\r\n", "a set");
        let over = AtomicBool::new(false);
        let mut writing = peer.twin();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let questions = "get k\r\n".repeat(10_000);
                while !over.load(Ordering::Relaxed) {
                    writing.send(questions.as_bytes());
                }
            });
            let read: usize = (0..READ).map(|_| peer.read(MIB).len()).sum();
            let held = number_in_status(server.pid, "RssAnon:");
            over.store(true, Ordering::Relaxed);
            server.expect(
                case,
                read == READ * MIB,
                "100 MiB of answers to a peer that asks faster than it is answered",
                format!("{read} bytes; {}", peer.state()),
            );
            server.expect(
                case,
                held < MOST_KIB,
                &format!(
                    "less than {MOST_KIB} KiB of memory for a peer that asks faster than it is answered"
                ),
                format!("{held} KiB"),
            );
            // It may be in the middle of a write that nobody takes any more.
            drop(server);
        });
    }
}

pub(super) fn of_an_item_that_is_too_large_nothing_is_kept(case: &mut Case) {
    const ANNOUNCED: usize = 200 << 20;
    let mut server = memcached(case, &[]);
    let mut peer = server.peer();
    peer.send(format!("set a 0 0 {ANNOUNCED}\r\n").as_bytes());
    let piece = vec![b'x'; MIB];
    for _ in 0..ANNOUNCED / MIB {
        peer.send(&piece);
    }
    peer.wait_until_taken();
    let held = number_in_status(server.pid, "RssAnon:");
    peer.send(b"\r\nget a\r\n");
    let expected = b"SERVER_ERROR object too large for cache\r\nEND\r\n";
    let what = "a set of 200 MiB, and a get";
    server.expect_answer(case, &mut peer, expected, what);
    server.expect(
        case,
        held < OVERHEAD_KIB,
        "less than 32 MiB of memory for an item of 200 MiB that is refused",
        format!("{held} KiB"),
    );
}

pub(super) fn a_line_without_an_end_is_the_end_of_the_connection(case: &mut Case) {
    // A command without keys needs some hundred bytes at most, and many keys some hundred thousand.
    for (begin, length) in [("set ", 1 << 20), ("get ", 64 << 20)] {
        let mut server = memcached(case, &[]);
        let mut peer = server.peer();
        peer.send(begin.as_bytes());
        let piece = vec![b'k'; 64 << 10];
        for _ in 0..length / piece.len() {
            peer.send(&piece);
        }
        let (_, end) = peer.read_to_end();
        let what = format!("the end of a connection on which a line of {length} bytes has no end");
        server.expect(case, end.is_an_end(), &what, end);
        server.expect_said(&peer.name());
        let held = number_in_status(server.pid, "RssAnon:");
        let what = format!("less than 32 MiB of memory after a line of {length} bytes that has no end");
        server.expect(case, held < OVERHEAD_KIB, &what, format!("{held} KiB"));
        let answer = server.talk().set("a", 0, "x");
        server.expect_same(case, "what another connection is answered", "STORED", &answer);
    }
}

pub(super) fn a_line_that_is_too_long_is_none_even_if_it_comes_whole(case: &mut Case) {
    let spaces = |count: usize| " ".repeat(count);
    for (line, answer) in [
        (format!("delete a{}", spaces(2000)), "NOT_FOUND\r\n"),
        (format!("get a{}", spaces(3000)), "END\r\n"),
        (format!("delete a{}", spaces(3000)), ""),
        (format!("set a 0 0 1{}\r\nx", spaces(3000)), ""),
    ] {
        let name = line.split(' ').next().unwrap_or_default();
        let shown = format!("{name}, padded with spaces to {} bytes", line.len());
        let mut server = memcached(case, &[]);
        let mut peer = server.peer();
        // One write, and less than a segment: the server finds the line with its end.
        peer.send(format!("{line}\r\n").as_bytes());
        if !answer.is_empty() {
            server.expect_answer(case, &mut peer, answer.as_bytes(), &format!("a {shown}"));
            continue;
        }
        peer.shut();
        let (said, end) = peer.read_to_end();
        let what = format!("the end of the connection, and no answer, for a {shown}");
        server.expect(
            case,
            end.is_an_end() && said.is_empty(),
            &what,
            String::from_utf8_lossy(&said),
        );
        server.expect_said(&peer.name());
    }
}

pub(super) fn who_asks_for_much_and_reads_late_costs_little(case: &mut Case) {
    const TIMES: usize = 100;
    let stored = value(MIB);
    let one = format!("VALUE a 0 {MIB}\r\n");
    let one = [one.as_bytes(), &stored, b"\r\n"].concat();
    for (what, question, end) in [
        ("100 gets in one write", "get a\r\n".repeat(TIMES), true),
        (
            "one get of 100 keys",
            format!("get{}\r\n", " a".repeat(TIMES)),
            false,
        ),
    ] {
        let mut server = memcached(case, &[]);
        let mut peer = server.peer();
        peer.send(&set("a", &stored));
        server.expect_answer(case, &mut peer, b"STORED\r\n", "a set of 1 MiB");
        peer.send(question.as_bytes());
        server.settle(case);
        let held = number_in_status(server.pid, "RssAnon:");
        server.expect(
            case,
            held < OVERHEAD_KIB,
            &format!("less than 32 MiB of memory while nobody reads the answer to {what} of 1 MiB each"),
            format!("{held} KiB"),
        );
        for number in 1..=TIMES {
            let last = number == TIMES;
            let expected = match end || last {
                true => [&one[..], b"END\r\n"].concat(),
                false => one.clone(),
            };
            let what = format!("{what}, value {number}");
            server.expect_answer(case, &mut peer, &expected, &what);
        }
    }
}
