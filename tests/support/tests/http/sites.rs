//! What a site says to whom.

use std::time::{Duration, SystemTime};

use support::http::{Response, Server, Site, http_date};

use crate::client::{ask, send};

#[test]
fn a_redirect_names_its_target_on_this_site_or_another() {
    let other = Server::start(Site::new().on("127.0.0.2").at("/there", Response::ok("other")));
    let mut site = Site::new().at("/loop", Response::redirect(302, "/loop"));
    for status in [301, 302, 303, 307, 308] {
        site = site.at(
            &format!("/{status}"),
            Response::redirect(status, &other.url("/there")),
        );
    }
    let server = Server::start(site);
    assert!(other.url("/there").starts_with("http://127.0.0.2:"));
    for status in [301, 302, 303, 307, 308] {
        let answer = ask(&server, &format!("/{status}"));
        assert_eq!(
            (answer.status, answer.header("Location")),
            (status, Some(&*other.url("/there")))
        );
    }
    assert_eq!(ask(&server, "/loop").header("Location"), Some("/loop"));
    assert_eq!(ask(&other, "/there").text(), "other");
}

#[test]
fn ipv6_is_spoken_where_the_machine_does() {
    if std::net::TcpListener::bind("[::1]:0").is_err() {
        return;
    }
    let server = Server::start(Site::new().on("::1").at("/", Response::ok("six")));
    assert!(server.url("/").starts_with("http://[::1]:"));
    assert_eq!(ask(&server, "/").text(), "six");
}

#[test]
#[should_panic(expected = "leaves this machine")]
fn an_address_of_the_world_is_refused() {
    let _ = Site::new().on("192.0.2.1");
}

#[test]
fn some_failures_come_before_a_success() {
    let site = Site::new()
        .at("/", Response::status(503).header("Retry-After", "1").times(1))
        .when("/", |_| {
            let soon = http_date(SystemTime::now() + Duration::from_secs(2));
            Response::status(429).header("Retry-After", soon)
        });
    let server = Server::start(site);
    assert_eq!(ask(&server, "/").header("Retry-After"), Some("1"));
    let second = ask(&server, "/");
    assert_eq!(second.status, 429);
    assert!(
        second
            .header("Retry-After")
            .is_some_and(|date| date.ends_with(" GMT"))
    );
    server.set("/", Response::ok("at last"));
    assert_eq!(ask(&server, "/").text(), "at last");
}

#[test]
fn a_function_sees_the_request() {
    let site = Site::new().when("/echo/*", |request| {
        let name = request.header("x-name").unwrap_or("nobody");
        let body = String::from_utf8_lossy(&request.body);
        Response::ok(format!(
            "{} {} {} {name} {body} {}",
            request.method,
            request.path(),
            request.query(),
            request.before
        ))
    });
    let server = Server::start(site);
    let request =
        "POST /echo/a?b HTTP/1.1\r\nX-Name: n\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody";
    assert_eq!(send(&server, request).text(), "POST /echo/a b n body 0");
    assert_eq!(ask(&server, "/echo/").text(), "GET /echo/  nobody  1");
}

#[test]
fn what_is_no_http_is_answered_by_400_and_seen() {
    let server = Server::start(Site::new());
    assert_eq!(send(&server, "\x16\x03\x01\r\n\r\n").status, 400);
    let seen = &server.log().requests[0];
    assert_eq!((&*seen.method, seen.status), ("", 400));
}
