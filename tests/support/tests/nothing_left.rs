//! What a server leaves behind. The only test of its process, so that threads and descriptors can be counted.

use std::io::{Read, Write};
use std::net::TcpStream;

use support::http::{Act, Body, Gate, Point, Response, Server, Site};

fn count(what: &str) -> usize {
    let entries = std::fs::read_dir(format!("/proc/self/{what}")).expect("a folder of /proc");
    entries.count()
}

#[test]
fn a_server_that_is_dropped_leaves_no_thread_and_no_descriptor() {
    let before = (count("task"), count("fd"));
    for _ in 0..20 {
        let gate = Gate::new();
        let site = Site::new()
            .at("/", Response::ok("x"))
            .at("/reset", Response::ok("x").at(Point::Head, Act::Reset))
            .at("/endless", Response::ok(Body::endless("", "x")))
            .at(
                "/held",
                Response::ok("x").at(Point::Head, Act::Hold(gate.clone())),
            );
        let server = Server::start(site);
        let streams = ["/", "/reset", "/endless", "/held"].map(|target| {
            let mut stream = TcpStream::connect(server.address()).expect("the server listens");
            write!(stream, "GET {target} HTTP/1.1\r\n\r\n").expect("a request");
            stream
        });
        server.wait_for("all have come", |log| log.requests.len() == 4);
        drop(server);
        for mut stream in streams {
            // What came before the end is of no interest, nor is how it ended.
            let _ = stream.read_to_end(&mut Vec::new());
        }
    }
    assert_eq!((count("task"), count("fd")), before);
}
