//! Each command, and what is wrong with one.

use support::Case;

use super::scripts::{BLOCKS, DELETE, ERRORS, LINES, NOREPLY, VALUES, keys};
use super::{memcached, play_all};

pub(super) fn values_are_stored_and_found(case: &mut Case) {
    play_all(case, VALUES);
}

pub(super) fn data_are_bytes(case: &mut Case) {
    play_all(case, BLOCKS);
}

pub(super) fn deleted_is_gone(case: &mut Case) {
    play_all(case, DELETE);
}

pub(super) fn noreply_is_silent(case: &mut Case) {
    play_all(case, NOREPLY);
    let mut server = memcached(case, &["--max-item", "10"]);
    server.play(
        case,
        "noreply is heard where a value is too large",
        "
        > set a 0 0 11 noreply
        > hello world
        > get a
        < END
        ",
    );
}

pub(super) fn what_is_wrong_is_said_and_the_connection_goes_on(case: &mut Case) {
    play_all(case, ERRORS);
    let mut server = memcached(case, &[]);
    // The real memcached takes them, and keeps the lower 32 bits.
    server.play(
        case,
        "flags have 32 bits",
        "
        > set a 4294967296 0 1
        < CLIENT_ERROR bad command line format
        ",
    );
    // The real memcached takes these, too.
    server.play(
        case,
        "keys hold no control characters",
        r"
        > set a\x09b 0 0 1
        < CLIENT_ERROR bad command line format
        > set a\x01 0 0 1
        < CLIENT_ERROR bad command line format
        > get a b\x09c
        < CLIENT_ERROR bad command line format
        > delete \x1b
        < CLIENT_ERROR bad command line format
        ",
    );
    // The real memcached says nothing before all of the value has come.
    server.play(
        case,
        "the largest length that can be announced is refused at once",
        "
        > set a 0 0 2147483645
        < SERVER_ERROR object too large for cache
        ",
    );
}

pub(super) fn words_and_lines_are_parted_as_memcached_does(case: &mut Case) {
    play_all(case, LINES);
}

pub(super) fn a_key_of_251_bytes_is_refused(case: &mut Case) {
    let mut server = memcached(case, &[]);
    server.play(case, "keys of 250 bytes, and of 251", &keys());
}

pub(super) fn a_line_with_many_keys_may_be_long(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let mut peer = server.peer();
    peer.send(b"set k0000 0 0 1\r\na\r\nset k0799 0 0 1\r\nb\r\n");
    server.expect_answer(case, &mut peer, b"STORED\r\nSTORED\r\n", "two sets");
    let keys: String = (0..800).map(|number| format!(" k{number:04}")).collect();
    let line = format!("get{keys}\r\n");
    let (front, rest) = line.as_bytes().split_at(line.len() - 10);
    for (what, in_pieces) in [("in one piece", false), ("in two pieces", true)] {
        peer.send(front);
        if in_pieces {
            peer.wait_until_taken();
        }
        peer.send(rest);
        let expected = b"VALUE k0000 0 1\r\na\r\nVALUE k0799 0 1\r\nb\r\nEND\r\n";
        let what = format!(
            "a get of 800 keys, a line of {} bytes that came {what}",
            line.len()
        );
        server.expect_answer(case, &mut peer, expected, &what);
    }
}

pub(super) fn a_whole_line_may_be_too_long(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let mut peer = server.peer();
    let line = format!("nonsense {}", "k".repeat(3000));
    peer.send(format!("{line}\r\nset a 0 0 1\r\nx\r\n").as_bytes());
    let what = format!(
        "the end of a connection on which a line of {} bytes came",
        line.len()
    );
    let (_, end) = peer.read_to_end();
    server.expect(case, end.is_an_end(), &what, end);
    server.expect_said(&peer.name());
    server.play(
        case,
        "what stood behind a line that is too long is not carried out",
        "
        > get a
        < END
        ",
    );
}

pub(super) fn a_browser_reaches_no_command(case: &mut Case) {
    for request in ["POST / HTTP/1.1", "GET /set HTTP/1.0", "HTTP/"] {
        let mut server = memcached(case, &[]);
        let mut peer = server.peer();
        peer.send(format!("{request}\r\nHost: a\r\n\r\nset a 0 0 1\r\nx\r\n").as_bytes());
        let what = format!("the end of a connection on which `{request}` came");
        let (_, end) = peer.read_to_end();
        server.expect(case, end.is_an_end(), &what, end);
        server.expect_said(&format!("{}: speaks HTTP", peer.name()));
        server.play(
            case,
            "what stands in the body of an HTTP request is not carried out",
            "
            > get a HTTP/1.1
            < END
            ",
        );
    }
}

/// Many of them share a chain of the table, whatever it does to part them.
pub(super) fn each_of_thousands_of_keys_has_its_own_value(case: &mut Case) {
    const KEYS: usize = 5000;
    let mut server = memcached(case, &[]);
    let mut peer = server.peer();
    let set = |number| {
        let value = format!("value-{number}");
        format!("set key-{number} 0 0 {} noreply\r\n{value}\r\n", value.len())
    };
    peer.send((0..KEYS).map(set).collect::<String>().as_bytes());
    for number in 0..KEYS {
        let value = format!("value-{number}");
        let expected = format!("VALUE key-{number} 0 {}\r\n{value}\r\nEND\r\n", value.len());
        peer.send(format!("get key-{number} other-{number}\r\n").as_bytes());
        let what = format!("a get of one key of {KEYS}, and of one that is not there");
        server.expect_answer(case, &mut peer, expected.as_bytes(), &what);
    }
}

pub(super) fn version_names_a_number(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let answer = server.talk().ask("version");
    let number = answer
        .strip_prefix("VERSION ")
        .filter(|number| number.starts_with(|first| matches!(first, '1'..='9')));
    server.expect(
        case,
        number.is_some(),
        "`VERSION` and a number from 1 on as the answer to `version`",
        &answer,
    );
}

pub(super) fn quit_closes(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let mut talk = server.talk();
    talk.send("set a 0 0 1\r\nx\r\nquit\r\nget a\r\n");
    let answer = talk.until_end_of_connection();
    let text = String::from_utf8_lossy(&answer).replace("\r\n", "\n");
    server.expect_same(
        case,
        "set, quit and what follows it",
        "STORED\n(the connection is closed)\n",
        &format!("{text}{}", talk.how_it_ended()),
    );
    server.play(
        case,
        "others go on after a quit",
        "
        > get a
        < VALUE a 0 1
        < x
        < END
        ",
    );
}
