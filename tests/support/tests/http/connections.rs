//! Connections, counted and ended.

use std::io::Read;
use std::time::{Duration, Instant};

use support::http::{Act, Body, Point, Response, Server, Site};

use crate::client::{ask, connect, get, read_one};

#[test]
fn requests_are_seen_in_order_with_their_headers_and_times() {
    let server = Server::start(Site::new().at("/*", Response::ok("x")));
    let started = Instant::now();
    for target in ["/1", "/2?a=b", "/3"] {
        ask(&server, target);
    }
    let log = server.wait_for("all are done", |log| log.open == 0 && log.requests.len() == 3);
    assert_eq!(log.targets(), ["/1", "/2?a=b", "/3"]);
    assert_eq!((log.connections, log.most_open, log.most_in_flight), (3, 1, 1));
    let times: Vec<Instant> = log.requests.iter().map(|seen| seen.came).collect();
    assert!(times.is_sorted() && times[0] >= started && times[2] <= Instant::now());
    assert_eq!(log.requests[1].header("HOST"), Some("x"));
    assert_eq!(
        log.of("/2?a=b").map(|seen| seen.connection).collect::<Vec<_>>(),
        [2]
    );
}

#[test]
fn an_open_connection_without_a_request_counts_as_open_and_not_in_flight() {
    let server = Server::start(Site::new().at("/", Response::ok("x")));
    let mut idle = connect(server.address(), "GET / HTTP/1.1\r\n\r\n");
    read_one(&mut idle);
    let log = server.wait_for("it is answered", |log| log.in_flight() == 0 && log.open == 1);
    assert_eq!(log.requests.len(), 1);
    drop(idle);
    server.wait_for("it is closed", |log| log.open == 0);
}

#[test]
fn the_end_of_a_server_ends_whatever_its_connections_do() {
    let site = Site::new()
        .at("/stall", Response::ok("x").at(Point::Head, Act::Stall))
        .at(
            "/late",
            Response::ok("x").at(Point::Head, Act::Wait(Duration::from_secs(3600))),
        )
        .at("/slow", Response::ok("xxx").drip(1, Duration::from_secs(3600)))
        .at("/unread", Response::ok(Body::endless("", "x")));
    let server = Server::start(site);
    let address = server.address();
    let mut streams: Vec<_> = ["/stall", "/late", "/slow", "/unread"]
        .map(|target| connect(address, &get(target, "")))
        .into();
    streams.push(connect(address, ""));
    streams.push(connect(address, "GET / HT"));
    server.wait_for("all are there", |log| log.open == 6 && log.in_flight() == 4);
    let started = Instant::now();
    drop(server);
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    assert!(std::net::TcpStream::connect(address).is_err());
    for stream in &mut streams {
        // The end comes, in good order or as a reset, behind what was sent before.
        let _ = stream.read_to_end(&mut Vec::new());
    }
}

#[test]
fn a_function_that_panics_is_the_fault_of_whoever_wrote_it() {
    let server = Server::start(Site::new().when("/", |_| panic!("a mistake of the suite")));
    assert_eq!(ask(&server, "/").head, "");
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(server)));
    let payload = panic.expect_err("it comes out at the server's end");
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"a mistake of the suite"));
}

#[test]
fn more_connections_than_a_server_bears_are_closed_at_once() {
    let server = Server::start(Site::new());
    let open: Vec<_> = (0..520).map(|_| connect(server.address(), "")).collect();
    let log = server.wait_for("some are refused", |log| log.open as u64 + log.refused == 520);
    assert_eq!((log.open, log.refused), (512, 8));
    drop(open);
    server.wait_for("all are closed", |log| log.open == 0);
    assert_eq!(ask(&server, "/").status, 404);
}
