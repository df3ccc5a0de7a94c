//! Bodies of requests, and where they end.
//!
//! Source: RFC 9112, sections 6 and 7; RFC 9110, section 10.1.1.

use support::Case;

use super::http::{CALL, expect_answer, expect_over, expect_status, post, request};
use super::serve;
use super::talk::Talk;

/// Writes `body` in chunks of so many bytes, with what may stand behind a size or at the end.
pub(super) fn chunked(body: &str, size: usize, behind: &str, trailer: &str) -> String {
    let mut out = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned();
    for chunk in body.as_bytes().chunks(size) {
        out.push_str(&format!(
            "{:x}{behind}\r\n{}\r\n",
            chunk.len(),
            String::from_utf8_lossy(chunk)
        ));
    }
    out + &format!("0\r\n{trailer}\r\n")
}

pub(super) fn a_body_comes_in_chunks(case: &mut Case) {
    let mut server = serve(case, &["--http"]);
    let mut talk = Talk::connect(server.address);
    for (size, behind, trailer) in [
        (1, "", ""),
        (7, "", ""),
        (1000, "", ""),
        (10, ";name=value", ""),
        (11, ";a=\"b;c\"", "X-Check: 1\r\nY: 2\r\n"),
    ] {
        talk.send(chunked(CALL, size, behind, trailer));
        let what = format!(
            "a body in chunks of {size} bytes (`{behind}`, `{}`)",
            trailer.escape_debug()
        );
        expect_answer(case, &mut server, &mut talk, &what);
    }
    // Upper case, zeros in front, and each byte in a write of its own.
    let odd = format!(
        "POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: Chunked\r\n\r\n000{:X}\r\n{CALL}\r\n00\r\n\r\n",
        CALL.len()
    );
    for byte in odd.as_bytes() {
        talk.send([*byte]);
    }
    expect_answer(
        case,
        &mut server,
        &mut talk,
        "a chunked request that came byte by byte",
    );
    for (size, what) in [
        ("x", "no number"),
        ("-1", "a negative number"),
        ("0x3d", "a number with 0x in front"),
        ("", "nothing at all"),
        ("5", "a number that is less than what comes"),
    ] {
        let mut talk = Talk::connect(server.address);
        talk.send(format!(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n{CALL}\r\n0\r\n\r\n"
        ));
        let what = format!("a chunk whose size is {what}");
        expect_status(case, &mut server, &mut talk, 400, &what);
        expect_over(case, &mut server, &mut talk, &format!("the answer to {what}"));
    }
}

pub(super) fn a_client_that_waits_is_told_to_go_on(case: &mut Case) {
    let mut server = serve(case, &["--http", "--max-body", "1000"]);
    let mut talk = Talk::connect(server.address);
    for round in 1..=2 {
        let whole = request("POST / HTTP/1.1", &["Expect: 100-continue"], CALL);
        let (head, body) = whole.split_at(whole.len() - CALL.len());
        talk.send(head);
        let what = format!("a head with Expect: 100-continue, number {round}");
        expect_status(case, &mut server, &mut talk, 100, &what);
        talk.send(body);
        expect_answer(case, &mut server, &mut talk, "the body that was waited for");
    }
    let chunked = chunked(CALL, 10, "", "").replace("Host: a\r\n", "Host: a\r\nExpect: 100-Continue\r\n");
    let (head, body) = chunked.split_at(chunked.find("\r\n\r\n").map_or(0, |at| at + 4));
    talk.send(head);
    expect_status(
        case,
        &mut server,
        &mut talk,
        100,
        "a chunked request with Expect: 100-continue",
    );
    talk.send(body);
    expect_answer(case, &mut server, &mut talk, "the chunks that were waited for");
    // One that sends already does not wait, and one of HTTP/1.0 would not understand.
    talk.send(request("POST / HTTP/1.1", &["Expect: 100-continue"], CALL));
    expect_answer(
        case,
        &mut server,
        &mut talk,
        "a request with Expect: 100-continue whose body came along with its head",
    );
    let whole = request("POST / HTTP/1.0", &["Expect: 100-continue"], CALL);
    let (head, body) = whole.split_at(whole.len() - CALL.len());
    talk.send(head);
    server.settle(case);
    talk.send(body);
    expect_answer(
        case,
        &mut server,
        &mut talk,
        "a request of HTTP/1.0 with Expect: 100-continue",
    );
    // Who is refused is not told to go on.
    for (line, fields, status) in [
        (
            "POST / HTTP/1.1",
            &["Expect: 100-continue", "Content-Length: 1001"][..],
            413,
        ),
        (
            "PUT / HTTP/1.1",
            &["Expect: 100-continue", "Content-Length: 61"],
            405,
        ),
        (
            "POST / HTTP/1.1",
            &["Expect: the unexpected", "Content-Length: 61"],
            417,
        ),
    ] {
        let mut talk = Talk::connect(server.address);
        talk.send(format!("{line}\r\nHost: a\r\n{}\r\n\r\n", fields.join("\r\n")));
        let what = format!("`{line}` with {}", fields.join(", "));
        expect_status(case, &mut server, &mut talk, status, &what);
        expect_over(case, &mut server, &mut talk, &format!("the answer to {what}"));
    }
}

pub(super) fn a_body_that_is_too_long_is_refused_before_it_comes(case: &mut Case) {
    const LIMIT: usize = 500;
    let mut server = serve(case, &["--http", "--max-body", &LIMIT.to_string()]);
    let whole = format!("{CALL}{}", " ".repeat(LIMIT - CALL.len()));
    let mut talk = Talk::connect(server.address);
    talk.send(post(&whole));
    expect_answer(case, &mut server, &mut talk, "a body of just the limit");
    talk.send(chunked(&whole, 100, "", ""));
    expect_answer(case, &mut server, &mut talk, "chunks of just the limit");
    for length in [LIMIT as u64 + 1, 1 << 32, (1 << 32) + 61, u64::MAX] {
        let mut talk = Talk::connect(server.address);
        talk.send(format!(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n"
        ));
        let what = format!("Content-Length: {length}, of which nothing came yet");
        expect_status(case, &mut server, &mut talk, 413, &what);
        expect_over(case, &mut server, &mut talk, "the answer to it");
    }
    for size in ["1f5", "ffffffff", "10000003d", "ffffffffffffffff"] {
        let mut talk = Talk::connect(server.address);
        talk.send(format!(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n"
        ));
        expect_status(
            case,
            &mut server,
            &mut talk,
            413,
            &format!("a chunk of size {size}, of which nothing came yet"),
        );
        expect_over(case, &mut server, &mut talk, "the answer to it");
    }
    let mut talk = Talk::connect(server.address);
    let sum = chunked(&format!("{whole} "), 100, "", "");
    talk.send(sum.strip_suffix("0\r\n\r\n").unwrap_or(&sum));
    expect_status(
        case,
        &mut server,
        &mut talk,
        413,
        "chunks that are too long together",
    );
}

pub(super) fn a_request_that_ends_in_two_ways_is_none(case: &mut Case) {
    let mut server = serve(case, &["--http"]);
    // Whoever believes the other one of two ends takes what is behind it for another request.
    let hidden = post(CALL);
    for (fields, status) in [
        (&["Content-Length: 5", "Transfer-Encoding: chunked"][..], 400),
        (&["Transfer-Encoding: chunked", "Content-Length: 5"], 400),
        (&["Content-Length: 5", "Content-Length: 0"], 400),
        (&["Content-Length: +5"], 400),
        (&["Content-Length: 0x5"], 400),
        (&["Content-Length: -5"], 400),
        (&["Content-Length:"], 400),
        (&["Content-Length: 5 0"], 400),
        (&["Transfer-Encoding: gzip, chunked"], 501),
        (&["Transfer-Encoding: identity"], 501),
    ] {
        let mut talk = Talk::connect(server.address);
        talk.send(format!(
            "POST / HTTP/1.1\r\nHost: a\r\n{}\r\n\r\n0\r\n\r\n{hidden}",
            fields.join("\r\n")
        ));
        let what = format!("a request with {}", fields.join(" and "));
        expect_status(case, &mut server, &mut talk, status, &what);
        expect_over(case, &mut server, &mut talk, &format!("the answer to {what}"));
    }
    let mut talk = Talk::connect(server.address);
    talk.send(format!(
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"
    ));
    expect_status(
        case,
        &mut server,
        &mut talk,
        400,
        "chunks in HTTP/1.0, which has none",
    );
}
