//! The same commands, however their bytes arrive.

use std::fmt::Write;

use support::Case;

use super::memcached;
use super::scripts::{BLOCKS, DELETE, ERRORS, LINES, NOREPLY, VALUES};
use crate::peers::{Peer, Server, Split};
use crate::talk::{answers, sent};

/// Says as many things as possible in few bytes, and the same a second time.
const MIXED: &str = r#"
    > delete a noreply
    > set a 0 0 4
    > \r\nEN
    < STORED
    > get b a b
    < VALUE a 0 4
    < \r\nEN
    < END
    > set a 0 0 x
    < CLIENT_ERROR bad command line format
    > oops
    < ERROR
    > set a 1 0 0 noreply
    >
    > get a
    < VALUE a 1 0
    <
    < END
    > delete a
    < DELETED
    "#;

/// Sends `bytes` cut by `split`, says that there is no more, and expects `expected`.
fn expect(case: &mut Case, server: &mut Server, what: &str, bytes: &[u8], split: Split, expected: &[u8]) {
    let mut peer = server.peer();
    peer.send_in(bytes, split, server.pid);
    peer.shut();
    expect_all(case, server, &mut peer, what, expected);
}

fn expect_all(case: &mut Case, server: &mut Server, peer: &mut Peer, what: &str, expected: &[u8]) {
    server.expect_answer(case, peer, expected, what);
    server.expect_closed(case, peer, "the end of the connection behind the last answer");
}

pub(super) fn a_byte_at_a_time_is_enough(case: &mut Case) {
    for (what, script) in [VALUES, BLOCKS, DELETE, NOREPLY, ERRORS, LINES].concat() {
        let mut server = memcached(case, &[]);
        let what = format!("a script that came byte by byte ({what})");
        expect(
            case,
            &mut server,
            &what,
            &sent(script),
            Split::Bytes,
            &answers(script),
        );
    }
}

pub(super) fn a_script_may_be_cut_anywhere(case: &mut Case) {
    let (bytes, expected) = (sent(MIXED), answers(MIXED));
    let mut server = memcached(case, &[]);
    for at in 1..bytes.len() {
        let mut peer = server.peer();
        let (head, rest) = bytes.split_at(at);
        peer.send_in(head, Split::Whole, server.pid);
        peer.send(rest);
        peer.shut();
        let what = format!("a script that was cut behind byte {at} of {}", bytes.len());
        expect_all(case, &mut server, &mut peer, &what, &expected);
    }
}

pub(super) fn a_pipeline_of_10000_commands_is_answered_in_order(case: &mut Case) {
    const COMMANDS: usize = 10_000;
    let (mut bytes, mut expected) = (String::new(), String::new());
    for number in 0..COMMANDS / 2 {
        // Values of all lengths up to 99 bytes, so that no buffer ends where a command does.
        let value = number.to_string().repeat(20);
        let value = &value[..number % 100 % (value.len() + 1)];
        let length = value.len();
        let _ = write!(
            bytes,
            "set k{number} {number} 0 {length}\r\n{value}\r\nget k{number}\r\n"
        );
        let _ = write!(
            expected,
            "STORED\r\nVALUE k{number} {number} {length}\r\n{value}\r\nEND\r\n"
        );
    }
    let mut server = memcached(case, &[]);
    let mut peer = server.peer();
    let mut writing = peer.twin();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            writing.send(bytes.as_bytes());
            writing.shut();
        });
        let what = format!("{COMMANDS} commands in one write");
        expect_all(case, &mut server, &mut peer, &what, expected.as_bytes());
    });
}

pub(super) fn who_has_said_all_is_answered(case: &mut Case) {
    const TIMES: usize = 300;
    let mut server = memcached(case, &[]);
    let set = format!("set a 0 0 100000\r\n{}\r\n", "v".repeat(100_000));
    let gets = "get a\r\n".repeat(TIMES);
    let value = format!("VALUE a 0 100000\r\n{}\r\nEND\r\n", "v".repeat(100_000));
    let expected = format!("STORED\r\n{}", value.repeat(TIMES));
    let mut peer = server.peer();
    peer.send(set.as_bytes());
    peer.send(gets.as_bytes());
    peer.shut();
    // 30 MB are far more than the kernel keeps on the way, so most of it is written after the peer has said its last word.
    server.settle(case);
    let what = "300 questions of a peer that then shut down its writing side";
    expect_all(case, &mut server, &mut peer, what, expected.as_bytes());
}
