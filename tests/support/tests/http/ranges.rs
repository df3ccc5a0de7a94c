//! Parts of a body.

use support::http::{Body, Response, Server, Site};

use crate::client::{Answer, get, send};

const LEN: u64 = 300_000;

fn file(version: u64) -> Response {
    Response::ok(Body::pattern(LEN, version))
        .ranges()
        .header("ETag", format!("\"v{version}\""))
}

fn part(server: &Server, headers: &str) -> Answer {
    send(server, &get("/f", headers))
}

#[test]
fn a_part_is_206_with_its_place_and_its_bytes() {
    let server = Server::start(Site::new().at("/f", file(1)));
    for (range, from, to) in [
        ("0-0", 0, 1),
        ("100000-199999", 100_000, 200_000),
        ("299999-", LEN - 1, LEN),
        ("-1000", LEN - 1000, LEN),
    ] {
        let answer = part(&server, &format!("Range: bytes={range}\r\n"));
        let place = format!("bytes {from}-{}/{LEN}", to - 1);
        assert_eq!(
            (answer.status, answer.header("Content-Range")),
            (206, Some(&*place))
        );
        assert_eq!(answer.header("Content-Length"), Some(&*(to - from).to_string()));
        assert!(answer.body == Body::pattern(LEN, 1).bytes(from..to), "{range}");
    }
}

#[test]
fn a_part_behind_the_end_is_416_with_the_length() {
    let server = Server::start(Site::new().at("/f", file(1)));
    let answer = part(&server, "Range: bytes=300000-\r\n");
    assert_eq!(
        (answer.status, answer.header("Content-Range")),
        (416, Some("bytes */300000"))
    );
    assert!(answer.body.is_empty());
}

#[test]
fn a_whole_file_says_that_it_has_parts_and_one_that_has_none_ignores_the_wish() {
    let plain = Response::ok(Body::pattern(LEN, 1));
    let server = Server::start(Site::new().at("/f", file(1).times(1)).at("/f", plain));
    let whole = part(&server, "");
    assert_eq!(
        (whole.status, whole.header("Accept-Ranges")),
        (200, Some("bytes"))
    );
    let ignored = part(&server, "Range: bytes=5-\r\n");
    assert_eq!((ignored.status, ignored.body.len() as u64), (200, LEN));
    assert_eq!(ignored.header("Accept-Ranges"), None);
}

#[test]
fn a_file_that_changed_is_sent_whole() {
    let server = Server::start(Site::new().at("/f", file(1).times(2)).at("/f", file(2)));
    let wish = "Range: bytes=5-\r\nIf-Range: \"v1\"\r\n";
    for (status, etag) in [(206, "\"v1\""), (206, "\"v1\""), (200, "\"v2\"")] {
        let answer = part(&server, wish);
        assert_eq!((answer.status, answer.header("ETag")), (status, Some(etag)));
    }
}

#[test]
fn a_place_that_the_case_sets_stands() {
    let lie = file(1).header("Content-Range", "bytes 7-9/10");
    let server = Server::start(Site::new().at("/f", lie));
    let answer = part(&server, "Range: bytes=0-2\r\n");
    assert_eq!(
        (answer.status, answer.header("Content-Range")),
        (206, Some("bytes 7-9/10"))
    );
    assert_eq!(answer.head.matches("Content-Range").count(), 1);
}

#[test]
fn ten_gibibytes_have_a_last_byte() {
    let server = Server::start(Site::new().at("/f", Response::ok(Body::pattern(10 << 30, 1)).ranges()));
    let answer = part(&server, "Range: bytes=-1\r\n");
    assert_eq!(
        answer.header("Content-Range"),
        Some("bytes 10737418239-10737418239/10737418240")
    );
    assert_eq!(
        answer.body,
        Body::pattern(10 << 30, 1).bytes((10 << 30) - 1..10 << 30)
    );
}
