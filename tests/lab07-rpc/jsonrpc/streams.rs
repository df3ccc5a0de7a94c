//! The same lines, however their bytes arrive.

use std::time::{Duration, Instant};

use support::Case;

use super::talk::Talk;
use super::{answers, comparable, serve};
use crate::wire::{Server, Threads};

/// Two calls and a notification between them, a blank line, and ends of lines of both kinds.
const SENT: &str = "{\"jsonrpc\":\"2.0\",\"method\":\"sum\",\"params\":[1,2],\"id\":\"\u{e9}\\n\"}\r\n{\"jsonrpc\":\"2.0\",\"method\":\"update\"}\n\r\n[{\"jsonrpc\":\"2.0\",\"method\":\"none\",\"id\":2}]\n";

const EXPECTED: [&str; 2] = [
    "{\"jsonrpc\":\"2.0\",\"result\":3,\"id\":\"\u{e9}\\n\"}",
    "[{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32601,\"message\":\"Method not found\"},\"id\":2}]",
];

/// Waits until no thread of the server runs or wants to, for a second at most: then it has read what was sent.
fn falls_asleep(server: &Server) -> bool {
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(1) {
        if Threads::of(server.pid).all_sleep() {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

/// Sends pieces, each when the server has read the one before, and returns the lines that come back.
fn in_pieces<'a>(server: &Server, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
    let mut talk = Talk::connect(server.address);
    // One that has ended never sleeps: it is not waited for again with each piece.
    let mut sleeps = true;
    for piece in pieces {
        talk.send(piece);
        sleeps = sleeps && falls_asleep(server);
    }
    talk.finish();
    let text = String::from_utf8_lossy(&talk.rest()).into_owned();
    text.lines().map(str::to_owned).collect()
}

fn expect_lines(case: &mut Case, server: &mut Server, what: &str, expected: &[&str], found: &[String]) {
    let lines = |answers: Vec<String>| answers.join("\n");
    let expected = lines(expected.iter().map(|line| comparable(line)).collect());
    let found = lines(found.iter().map(|line| comparable(line)).collect());
    server.expect_same(case, what, &expected, &found);
}

pub(super) fn a_line_may_come_in_any_pieces(case: &mut Case) {
    let mut server = serve(case, &[]);
    let bytes = SENT.as_bytes();
    let found = in_pieces(&server, bytes.chunks(1));
    expect_lines(
        case,
        &mut server,
        "the answers to lines that came byte by byte",
        &EXPECTED,
        &found,
    );
    for at in 1..bytes.len() {
        let (head, rest) = bytes.split_at(at);
        let found = in_pieces(&server, [head, rest]);
        let what = format!(
            "the answers to lines that were cut behind byte {at} of {}",
            bytes.len()
        );
        expect_lines(case, &mut server, &what, &EXPECTED, &found);
    }
}

pub(super) fn many_lines_at_once_are_answered_in_order(case: &mut Case) {
    const LINES: usize = 20_000;
    let mut server = serve(case, &[]);
    let (mut sent, mut expected) = (String::new(), Vec::new());
    for id in 0..LINES {
        match id % 3 {
            0 => {
                sent.push_str(&format!(
                    "{{\"jsonrpc\":\"2.0\",\"method\":\"sum\",\"params\":[{id},1],\"id\":{id}}}\n"
                ));
                expected.push(format!(
                    "{{\"jsonrpc\":\"2.0\",\"result\":{},\"id\":{id}}}",
                    id + 1
                ));
            }
            1 => sent.push_str(&format!(
                "{{\"jsonrpc\":\"2.0\",\"method\":\"update\",\"params\":[{id}]}}\n"
            )),
            _ => {
                sent.push_str(&format!("[{id}]\n"));
                expected.push(format!("[{}]", super::error(-32_600, "null")));
            }
        }
    }
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    let found = answers(&server, sent.as_bytes());
    expect_lines(
        case,
        &mut server,
        &format!("the answers to {LINES} lines"),
        &expected,
        &found,
    );
}

pub(super) fn the_last_line_may_do_without_its_end(case: &mut Case) {
    let mut server = serve(case, &[]);
    let answer = "{\"jsonrpc\":\"2.0\",\"result\":null,\"id\":1}";
    let call = "{\"jsonrpc\":\"2.0\",\"method\":\"update\",\"id\":1}";
    for (sent, expected) in [
        (call.to_owned(), vec![answer]),
        (format!("{call}\n{call}"), vec![answer, answer]),
        (format!("\n\n{call}\r\n \t \r\n"), vec![answer]),
        (String::new(), vec![]),
        ("   ".to_owned(), vec![]),
        (
            "{\"jsonrpc\":".to_owned(),
            vec!["{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,\"message\":\"Parse error\"},\"id\":null}"],
        ),
    ] {
        let found = answers(&server, sent.as_bytes());
        let what = format!(
            "the answers to all that a peer says before it shuts down its writing side: `{}`",
            support::text::visible(sent.as_bytes())
        );
        expect_lines(case, &mut server, &what, &expected, &found);
    }
}

pub(super) fn peers_do_not_mix(case: &mut Case) {
    const PEERS: usize = 20;
    let mut server = serve(case, &["--threads", "3"]);
    let mut talks: Vec<Talk> = (0..PEERS).map(|_| Talk::connect(server.address)).collect();
    for part in [
        "{\"jsonrpc\":\"2.0\",\"method\":\"echo\",",
        "\"params\":[",
        "ID",
        "],\"id\":",
        "ID",
        "}\n",
    ] {
        for (id, talk) in talks.iter_mut().enumerate() {
            talk.send(part.replace("ID", &id.to_string()));
        }
        falls_asleep(&server);
    }
    for (id, talk) in talks.iter_mut().enumerate() {
        let line = talk.line().unwrap_or_else(|| talk.state());
        let expected = format!("{{\"jsonrpc\":\"2.0\",\"result\":[{id}],\"id\":{id}}}");
        expect_lines(
            case,
            &mut server,
            &format!("the answer to peer {id} of {PEERS}"),
            &[&expected],
            &[line],
        );
    }
}
