//! Many requests on a connection, in one piece or in many.

use support::{Case, text};

use super::answer::{Answer, ask};
use super::{TRIGGERS, http, page};
use crate::peers::Split;

pub(crate) fn a_connection_is_kept_unless_somebody_says_close(case: &mut Case) {
    page(case, "a.txt", "hello");
    let mut server = http(case, &[]);
    for (version, field, kept) in [
        ("HTTP/1.1", "", true),
        ("HTTP/1.1", "Connection: close\r\n", false),
        // Several fields of a name are one list: RFC 9110, section 5.3.
        (
            "HTTP/1.1",
            "Connection: close\r\nConnection: keep-alive\r\n",
            false,
        ),
        ("HTTP/1.0", "", false),
        ("HTTP/1.0", "Connection: keep-alive\r\n", true),
    ] {
        let mut talk = server.talk();
        let request = format!("GET /a.txt {version}\r\nHost: x\r\n{field}\r\n");
        talk.send(&request);
        let answer = Answer::read(&mut talk);
        let what = format!("the answer to {version} {field:?}");
        server.expect_same(case, &what, "hello", &text::visible(&answer.body));
        match kept {
            true => {
                talk.send(&request);
                let again = Answer::read(&mut talk);
                let what = format!("the second answer to {version} {field:?}");
                server.expect_same(case, &what, "hello", &text::visible(&again.body));
            }
            false => {
                let rest = talk.until_end_of_connection();
                let closed = talk.closed && rest.is_empty();
                let what = format!("the end of the connection behind the answer to {version} {field:?}");
                server.expect(case, closed, &what, talk.how_it_ended().trim_end());
            }
        }
    }
}

pub(crate) fn a_pipeline_of_requests_is_answered_in_order(case: &mut Case) {
    const REQUESTS: usize = 400;
    for number in 0..10 {
        page(
            case,
            &format!("{number}.txt"),
            number.to_string().repeat(number * 3000),
        );
    }
    for trigger in TRIGGERS {
        let mut server = http(case, trigger);
        let mut talk = server.talk();
        let requests: String = (0..REQUESTS)
            .map(|number| format!("GET /{}.txt HTTP/1.1\r\nHost: x\r\n\r\n", number % 10))
            .collect();
        // All of it leaves before any answer is read: 5 MB, and more than fits into the server's buffer.
        talk.send(&requests);
        talk.finish();
        for number in 0..REQUESTS {
            let answer = Answer::read(&mut talk);
            let digit = number % 10;
            let expected = digit.to_string().repeat(digit * 3000);
            let right = answer.status == 200 && answer.body == expected.as_bytes();
            server.expect(
                case,
                right,
                &format!(
                    "200 and {} bytes as answer {number} of {REQUESTS}",
                    expected.len()
                ),
                format!("{} and {} bytes", answer.status, answer.body.len()),
            );
        }
        let rest = talk.until_end_of_connection();
        server.expect(
            case,
            rest.is_empty() && talk.closed,
            "nothing behind the last answer but the end of the connection",
            format!("{} bytes, {}", rest.len(), talk.how_it_ended().trim_end()),
        );
    }
}

pub(crate) fn a_request_for_a_file_may_come_in_pieces(case: &mut Case) {
    page(case, "a.txt", "hello");
    let request = b"GET /a.txt HTTP/1.1\r\nHost: x\r\nX: 1\r\n\r\nHEAD /a.txt HTTP/1.1\r\nHost: x\r\n\r\n";
    for trigger in TRIGGERS {
        let mut server = http(case, trigger);
        let mut talk = server.talk();
        let whole = ask(&mut talk, "GET /a.txt", "X: 1\r\n");
        server.expect_same(
            case,
            "the answer to a request in one piece",
            "hello",
            &text::visible(&whole.body),
        );
        // A body is read over, also one that comes in many reads.
        let body = "b".repeat(200_000);
        let length = body.len();
        talk.send(format!(
            "GET /a.txt HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}"
        ));
        let read_over = Answer::read(&mut talk);
        server.expect_same(
            case,
            "the answer to a request with a body",
            "hello",
            &text::visible(&read_over.body),
        );
        let next = ask(&mut talk, "GET /a.txt", "");
        server.expect_same(
            case,
            "the answer to the request behind a body",
            "hello",
            &text::visible(&next.body),
        );
        let mut peer = server.peer();
        peer.send_in(request, Split::Bytes, server.pid);
        peer.shut();
        let (bytes, _) = peer.read_to_end();
        let found = String::from_utf8_lossy(&bytes).into_owned();
        let right = found.matches("HTTP/1.1 200 ").count() == 2 && found.matches("hello").count() == 1;
        let what = "two answers of status 200, and one body, to two requests that came byte by byte";
        server.expect(case, right, what, found);
    }
}
