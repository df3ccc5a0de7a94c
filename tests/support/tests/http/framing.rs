//! Heads and bodies, right ones and lies.

use std::time::Duration;

use support::http::{Act, Body, End, Point, Response, Server, Site};

use crate::client::{ask, connect, get, read_one, send};

#[test]
fn a_page_has_a_type_a_length_and_a_date() {
    let server = Server::start(Site::new().at("/", Response::html("<p>é</p>")));
    let answer = ask(&server, "/");
    assert!(answer.head.starts_with("HTTP/1.1 200 OK\r\n"), "{}", answer.head);
    assert_eq!(answer.header("Content-Type"), Some("text/html; charset=utf-8"));
    assert_eq!(answer.header("Content-Length"), Some("9"));
    assert!(answer.header("Date").is_some_and(|date| date.ends_with(" GMT")));
    assert_eq!((answer.text(), answer.end), ("<p>é</p>", Ok(())));
}

#[test]
fn head_gets_the_head_alone() {
    let server = Server::start(Site::new().at("/", Response::ok("12345")));
    let answer = send(&server, "HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n");
    assert_eq!(
        (answer.header("Content-Length"), &*answer.body),
        (Some("5"), &b""[..])
    );
    assert_eq!(server.log().requests[0].sent, 0);
}

#[test]
fn a_connection_serves_one_request_after_the_other() {
    let site = Site::new()
        .at("/a", Response::ok("first"))
        .at("/b", Response::ok("second").header("Connection", "close"));
    let server = Server::start(site);
    // The second one comes before the first one is answered.
    let mut stream = connect(server.address(), "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n");
    assert_eq!(read_one(&mut stream), "first");
    assert_eq!(read_one(&mut stream), "second");
    assert_eq!(std::io::Read::read(&mut stream, &mut [0]).expect("an end"), 0);
    let log = server.wait_for("it is closed", |log| log.open == 0);
    assert_eq!((log.connections, log.targets()), (1, vec!["/a", "/b"]));
    assert_eq!([log.requests[0].connection, log.requests[1].connection], [1, 1]);
}

#[test]
fn chunks_are_whole_unless_something_is_sent_between_them() {
    let torn = Act::Send(b"zz\r\n".to_vec());
    let site = Site::new()
        .at("/", Response::ok("abcde").chunked())
        .at("/torn", Response::ok("abcde").chunked().at(Point::Body(2), torn));
    let server = Server::start(site);
    let answer = ask(&server, "/");
    assert_eq!(answer.header("Transfer-Encoding"), Some("chunked"));
    assert_eq!(
        (answer.header("Content-Length"), answer.text()),
        (None, "5\r\nabcde\r\n0\r\n\r\n")
    );
    assert_eq!(
        ask(&server, "/torn").text(),
        "2\r\nab\r\nzz\r\n3\r\ncde\r\n0\r\n\r\n"
    );
}

#[test]
fn a_length_that_the_case_sets_stands_and_ends_the_connection() {
    let keep = "GET / HTTP/1.1\r\n\r\n";
    for length in ["3", "99", "-1", "many"] {
        let server =
            Server::start(Site::new().at("/", Response::ok("12345").header("Content-Length", length)));
        let answer = send(&server, keep);
        assert_eq!(
            (answer.header("Content-Length"), answer.text()),
            (Some(length), "12345")
        );
    }
    let server = Server::start(Site::new().at("/", Response::ok("12345").without("content-length")));
    let answer = send(&server, keep);
    assert_eq!((answer.header("Content-Length"), answer.text()), (None, "12345"));
}

#[test]
fn what_is_raw_is_sent_as_it_is() {
    let server = Server::start(Site::new().at("/", Response::raw("SSH-2.0-x\r\n\r\n")));
    assert_eq!(ask(&server, "/").head, "SSH-2.0-x\r\n\r\n");
    assert_eq!(server.log().requests[0].status, 0);
}

#[test]
fn headers_and_bodies_without_an_end_go_on_until_the_client_leaves() {
    let site = Site::new()
        .at("/headers", Response::endless_headers())
        .at("/body", Response::ok(Body::endless("", "<p>")));
    let server = Server::start(site);
    for target in ["/headers", "/body"] {
        let mut stream = connect(server.address(), &get(target, ""));
        let mut bytes = vec![0; 1 << 20];
        std::io::Read::read_exact(&mut stream, &mut bytes).expect("a megabyte");
        assert!(bytes.starts_with(b"HTTP/1.1 200 OK\r\n"));
        drop(stream);
        server.wait_for("the client left", |log| {
            log.of(target).any(|seen| seen.end == Some(End::ClientLeft))
        });
    }
    assert!(server.log().requests[1].sent > 1 << 19);
}

#[test]
fn a_drip_takes_its_time() {
    let drip = Response::ok("123456789").drip(3, Duration::from_millis(30));
    let server = Server::start(Site::new().at("/", drip));
    let started = std::time::Instant::now();
    assert_eq!(ask(&server, "/").text(), "123456789");
    assert!(
        started.elapsed() >= Duration::from_millis(60),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn a_rate_is_kept_by_each_connection() {
    let file = Response::ok(Body::pattern(1 << 20, 1)).rate(4 << 20);
    let server = Server::start(Site::new().at("/", file));
    let started = std::time::Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(ask(&server, "/").body.len(), 1 << 20));
        }
    });
    // A quarter of a second each, the first turn being free, and all at once: one after the other they would take two.
    let took = started.elapsed();
    assert!(
        (Duration::from_millis(225)..Duration::from_millis(1900)).contains(&took),
        "{took:?}"
    );
}
