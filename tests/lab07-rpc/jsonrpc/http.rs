//! Over HTTP.
//!
//! Source: RFC 9110 and RFC 9112.

use support::Case;

use super::serve;
use super::talk::{Response, Talk};
use crate::wire::Server;

pub(super) const CALL: &str = r#"{"jsonrpc":"2.0","method":"subtract","params":[42,23],"id":1}"#;
pub(super) const ANSWER: &str = r#"{"jsonrpc":"2.0","result":19,"id":1}"#;

/// Writes a request with a body whose length is said.
pub(super) fn post(body: &str) -> String {
    request("POST / HTTP/1.1", &[], body)
}

/// Writes a request with these fields more.
pub(super) fn request(line: &str, fields: &[&str], body: &str) -> String {
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    let length = body.len();
    format!(
        "{line}\r\nHost: a\r\nContent-Type: application/json\r\n{fields}Content-Length: {length}\r\n\r\n{body}"
    )
}

/// Expects a response with this status, and returns it.
pub(super) fn expect_status(
    case: &mut Case,
    server: &mut Server,
    talk: &mut Talk,
    status: u16,
    what: &str,
) -> Response {
    let response = talk.response(false);
    let found = match &response {
        Some(response) => format!("status {}, body `{}`", response.status, response.text()),
        None => talk.state(),
    };
    let what = format!("status {status} for {what}");
    server.expect(
        case,
        response
            .as_ref()
            .is_some_and(|response| response.status == status),
        &what,
        found,
    );
    response.expect("an expectation that does not hold ends the case")
}

/// Expects status 200 and the answer to [`CALL`].
pub(super) fn expect_answer(case: &mut Case, server: &mut Server, talk: &mut Talk, what: &str) -> Response {
    let response = expect_status(case, server, talk, 200, what);
    server.expect_same(
        case,
        &format!("the body of the answer to {what}"),
        &super::comparable(ANSWER),
        &super::comparable(&response.text()),
    );
    response
}

/// Expects that nothing more comes but the end.
pub(super) fn expect_over(case: &mut Case, server: &mut Server, talk: &mut Talk, what: &str) {
    let over = talk.is_over();
    server.expect(
        case,
        over,
        &format!("the end of the connection behind {what}"),
        talk.state(),
    );
}

pub(super) fn a_call_is_a_post_to_any_path(case: &mut Case) {
    let mut server = serve(case, &["--http"]);
    let mut talk = Talk::connect(server.address);
    for path in ["/", "/rpc", "/a/b?c=d", "/%00/..", "http://a/", "*"] {
        let line = format!("POST {path} HTTP/1.1");
        talk.send(request(&line, &[], CALL));
        let response = expect_answer(case, &mut server, &mut talk, &format!("`{line}`"));
        let content = response.field("content-type").unwrap_or("none");
        server.expect(
            case,
            content == "application/json",
            "Content-Type: application/json",
            content,
        );
    }
    // Errors are answers like others: that the call came is all that HTTP has to say.
    talk.send(post("["));
    let response = expect_status(case, &mut server, &mut talk, 200, "a body that is no JSON");
    let found = super::comparable(&response.text());
    server.expect_same(
        case,
        "the body",
        &super::comparable(&super::error(-32_700, "null")),
        &found,
    );
    talk.send(post(""));
    let response = expect_status(case, &mut server, &mut talk, 200, "an empty body");
    let found = super::comparable(&response.text());
    server.expect_same(
        case,
        "the body",
        &super::comparable(&super::error(-32_700, "null")),
        &found,
    );
}

pub(super) fn a_notification_is_answered_with_an_empty_body(case: &mut Case) {
    let mut server = serve(case, &["--http"]);
    let mut talk = Talk::connect(server.address);
    let quiet = r#"{"jsonrpc":"2.0","method":"update"}"#;
    for body in [
        quiet.to_owned(),
        format!("[{quiet},{quiet}]"),
        r#"{"jsonrpc":"2.0","method":"fail","params":[1,"no"]}"#.to_owned(),
    ] {
        talk.send(post(&body));
        let response = expect_status(case, &mut server, &mut talk, 200, &format!("`{body}`"));
        let length = response.field("content-length").unwrap_or_default();
        server.expect(
            case,
            length == "0",
            "Content-Length: 0, for nothing is said",
            length,
        );
        // Were there a body, this would not be next.
        talk.send(post(CALL));
        expect_answer(case, &mut server, &mut talk, "a call behind a notification");
    }
}

pub(super) fn what_is_no_post_is_not_allowed(case: &mut Case) {
    let mut server = serve(case, &["--http"]);
    for method in [
        "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "post", "POSTED",
    ] {
        let mut talk = Talk::connect(server.address);
        talk.send(format!(
            "{method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        ));
        let response = talk.response(method == "HEAD");
        let found = response
            .as_ref()
            .map_or_else(|| talk.state(), |response| format!("status {}", response.status));
        let is_405 = response.as_ref().is_some_and(|response| response.status == 405);
        server.expect(case, is_405, &format!("status 405 for {method}"), found);
        let allow = response
            .as_ref()
            .and_then(|response| response.field("allow"))
            .unwrap_or("none");
        server.expect(
            case,
            allow == "POST",
            &format!("`Allow: POST` in the answer to {method}"),
            allow,
        );
        expect_over(case, &mut server, &mut talk, &format!("the answer to {method}"));
    }
}

pub(super) fn a_connection_goes_on_until_someone_ends_it(case: &mut Case) {
    let mut server = serve(case, &["--http"]);
    let mut talk = Talk::connect(server.address);
    for number in 1..=5 {
        talk.send(post(CALL));
        expect_answer(
            case,
            &mut server,
            &mut talk,
            &format!("request {number} on one connection"),
        );
    }
    talk.send(request("POST / HTTP/1.1", &["Connection: close"], CALL));
    let response = expect_answer(case, &mut server, &mut talk, "a request with Connection: close");
    let connection = response.field("connection").unwrap_or("none");
    server.expect(
        case,
        connection.eq_ignore_ascii_case("close"),
        "Connection: close in the answer",
        connection,
    );
    expect_over(case, &mut server, &mut talk, "it");
    // One of HTTP/1.0 is over after one request, unless the client says otherwise.
    let mut talk = Talk::connect(server.address);
    talk.send(request("POST / HTTP/1.0", &["Connection: keep-alive"], CALL));
    expect_answer(
        case,
        &mut server,
        &mut talk,
        "HTTP/1.0 with Connection: keep-alive",
    );
    talk.send(request("POST / HTTP/1.0", &[], CALL));
    expect_answer(case, &mut server, &mut talk, "HTTP/1.0");
    expect_over(case, &mut server, &mut talk, "a request of HTTP/1.0");
    // Who has said all is answered.
    let mut talk = Talk::connect(server.address);
    talk.send(post(CALL));
    talk.finish();
    expect_answer(
        case,
        &mut server,
        &mut talk,
        "a client that then shut down its writing side",
    );
    expect_over(case, &mut server, &mut talk, "the last answer");
}

pub(super) fn requests_that_come_together_are_answered_in_order(case: &mut Case) {
    const REQUESTS: usize = 300;
    let mut server = serve(case, &["--http"]);
    let mut talk = Talk::connect(server.address);
    let call = |id: usize| match id % 3 {
        0 => format!(r#"{{"jsonrpc":"2.0","method":"sum","params":[{id},1],"id":{id}}}"#),
        1 => r#"{"jsonrpc":"2.0","method":"update"}"#.to_owned(),
        _ => format!(r#"[{{"jsonrpc":"2.0","method":"none","id":{id}}}]"#),
    };
    let sent: String = (0..REQUESTS).map(|id| post(&call(id))).collect();
    let mut writing = talk.twin();
    std::thread::scope(|scope| {
        scope.spawn(|| writing.send(sent));
        for id in 0..REQUESTS {
            let (status, expected) = match id % 3 {
                0 => (
                    200,
                    format!(r#"{{"jsonrpc":"2.0","result":{},"id":{id}}}"#, id + 1),
                ),
                1 => (200, String::new()),
                _ => (200, format!("[{}]", super::error(-32_601, &id.to_string()))),
            };
            let what = format!("request {id} of {REQUESTS} that came together");
            let response = expect_status(case, &mut server, &mut talk, status, &what);
            let found = super::comparable(&response.text());
            server.expect_same(
                case,
                &format!("the body of the answer to {what}"),
                &super::comparable(&expected),
                &found,
            );
        }
    });
}

pub(super) fn a_head_that_is_none_is_refused(case: &mut Case) {
    let mut server = serve(case, &["--http"]);
    let long = format!("POST / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(200_000));
    for (sent, status, what) in [
        (CALL.to_owned() + "\r\n\r\n", 400, "a line of JSON without HTTP"),
        (
            "\x16\x03\x01\x02\0\r\n\r\n".to_owned(),
            400,
            "the beginning of TLS",
        ),
        (
            "POST / HTTP/1.1\r\nHost a\r\n\r\n".to_owned(),
            400,
            "a field without a colon",
        ),
        (
            format!("POST / HTTP/1.1\r\nContent-Length: 61\r\n\r\n{CALL}"),
            400,
            "HTTP/1.1 without Host",
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(),
            400,
            "two fields Host",
        ),
        ("POST / HTTP/2.0\r\nHost: a\r\n\r\n".to_owned(), 505, "HTTP/2.0"),
        (long, 431, "a head of 200000 bytes"),
    ] {
        let mut talk = Talk::connect(server.address);
        talk.send(post(CALL) + &sent);
        expect_answer(
            case,
            &mut server,
            &mut talk,
            &format!("the request in front of {what}"),
        );
        expect_status(case, &mut server, &mut talk, status, what);
        expect_over(case, &mut server, &mut talk, &format!("the answer to {what}"));
    }
}
