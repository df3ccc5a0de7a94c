//! What goes wrong on the way.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use support::http::{Act, Body, End, Gate, Point, Response, Server, Site};

use crate::client::{ask, connect, get};

#[test]
fn a_body_is_cut_after_as_many_bytes_as_was_said() {
    let body = Body::pattern(100_000, 1);
    let site = Site::new()
        .at(
            "/close",
            Response::ok(body.clone()).at(Point::Body(70_000), Act::Close),
        )
        .at(
            "/reset",
            Response::ok(body.clone()).at(Point::Body(70_000), Act::Reset),
        );
    let server = Server::start(site);
    let closed = ask(&server, "/close");
    assert_eq!(
        (closed.header("Content-Length"), closed.end),
        (Some("100000"), Ok(()))
    );
    assert!(closed.body == body.bytes(0..70_000));
    assert_eq!(ask(&server, "/reset").end, Err(ErrorKind::ConnectionReset));
    for seen in server.wait_for("both are done", |log| log.open == 0).requests {
        assert_eq!((seen.sent, seen.end), (70_000, Some(End::Cut)));
    }
}

#[test]
fn a_connection_may_end_before_the_first_byte() {
    let site = Site::new()
        .at("/close", Response::ok("x").at(Point::Head, Act::Close))
        .at("/reset", Response::ok("x").at(Point::Head, Act::Reset));
    let server = Server::start(site);
    let closed = ask(&server, "/close");
    assert_eq!((&*closed.head, closed.end), ("", Ok(())));
    assert_eq!(ask(&server, "/reset").end, Err(ErrorKind::ConnectionReset));
    assert_eq!(server.log().requests[0].status, 0);
}

#[test]
fn the_head_comes_as_late_as_was_said() {
    let late = Response::ok("x").at(Point::Head, Act::Wait(Duration::from_millis(60)));
    let server = Server::start(Site::new().at("/", late));
    let started = Instant::now();
    assert_eq!(ask(&server, "/").text(), "x");
    assert!(
        started.elapsed() >= Duration::from_millis(60),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn the_head_comes_before_a_body_that_is_late() {
    let late = Response::ok("x").at(Point::Body(0), Act::Wait(Duration::from_secs(3600)));
    let server = Server::start(Site::new().at("/", late));
    let mut stream = connect(server.address(), &get("/", ""));
    let mut head = [0; 15];
    stream.read_exact(&mut head).expect("the beginning of a head");
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    let log = server.log();
    assert_eq!(
        (log.requests[0].status, log.requests[0].sent, log.in_flight()),
        (200, 0, 1)
    );
}

#[test]
fn a_response_is_held_until_its_gate_opens() {
    let gate = Gate::new();
    let held = Response::ok("0123456789").at(Point::Body(4), Act::Hold(gate.clone()));
    let server = Server::start(Site::new().at("/", held));
    let mut streams: Vec<_> = (0..3).map(|_| connect(server.address(), &get("/", ""))).collect();
    let log = server.wait_for("all are held", |log| {
        log.requests.iter().filter(|seen| seen.sent == 4).count() == 3
    });
    assert_eq!((log.in_flight(), log.most_in_flight, log.most_open), (3, 3, 3));
    gate.open();
    for stream in &mut streams {
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("a response");
        assert!(text.ends_with("\r\n\r\n0123456789"), "{text}");
    }
    // It stays open.
    assert_eq!(ask(&server, "/").text(), "0123456789");
    assert_eq!(server.log().in_flight(), 0);
}

#[test]
fn a_stall_lasts_until_the_client_leaves() {
    let stalled = Response::ok("0123456789").at(Point::Body(4), Act::Stall);
    let server = Server::start(Site::new().at("/", stalled));
    let stream = connect(server.address(), &get("/", ""));
    let log = server.wait_for("it stalls", |log| log.requests.iter().any(|seen| seen.sent == 4));
    assert_eq!((log.requests[0].end, log.open), (None, 1));
    drop(stream);
    let log = server.wait_for("the client left", |log| log.open == 0);
    assert_eq!(log.requests[0].end, Some(End::ClientLeft));
}

#[test]
fn an_early_hint_may_come_before_the_head() {
    let hint = Act::Send(b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec());
    let server = Server::start(Site::new().at("/", Response::ok("x").at(Point::Head, hint)));
    let answer = ask(&server, "/");
    assert_eq!(answer.status, 103);
    assert!(answer.text().starts_with("HTTP/1.1 200 OK\r\n"));
}

#[test]
fn a_gzip_bomb_of_ten_gibibytes_is_sent_in_ten_mebibytes() {
    let bomb = Response::html(Body::gzip_bomb(10 << 30)).header("Content-Encoding", "gzip");
    let server = Server::start(Site::new().at("/", bomb));
    let answer = ask(&server, "/");
    assert_eq!(
        answer.header("Content-Length"),
        Some(&*answer.body.len().to_string())
    );
    let mut decoder = flate2::read::GzDecoder::new(&*answer.body);
    let mut first = vec![1; 1 << 20];
    decoder.read_exact(&mut first).expect("gzip");
    assert!(answer.body.len() < 10 << 20 && first.iter().all(|&byte| byte == 0));
}
