//! What is answered to what.

use std::fs;
use std::os::unix::fs::symlink;

use support::{Case, text};

use super::answer::{Answer, ask};
use super::{CHANGED_TEXT, http, page};

const TEXT: &str = "0123456789abcdefghij";

pub(crate) fn a_file_comes_with_its_length_its_type_and_its_time(case: &mut Case) {
    page(case, "a.txt", TEXT);
    page(case, "empty.html", "");
    page(case, "über uns.css", "p { }");
    let mut server = http(case, &[]);
    let mut talk = server.talk();
    for (target, kind, body) in [
        ("/a.txt", "text/plain", TEXT),
        ("/a.txt?query", "text/plain", TEXT),
        ("/%61.t%78t", "text/plain", TEXT),
        ("/empty.html", "text/html", ""),
        ("/%C3%BCber%20uns.css", "text/css", "p { }"),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = ask(&mut talk, &format!("{method} {target}"), "");
            let kind_found = answer
                .field("content-type")
                .split(';')
                .next()
                .unwrap_or("")
                .to_owned();
            let found = format!(
                "{}content-type: {kind_found}\n{}",
                answer.summary(&["content-length", "last-modified"]),
                text::visible(&answer.body)
            );
            let shown = if method == "GET" { body } else { "" };
            let length = body.len();
            let expected = format!(
                "200\ncontent-length: {length}\nlast-modified: {CHANGED_TEXT}\ncontent-type: {kind}\n{shown}"
            );
            server.expect_same(
                case,
                &format!("the answer to {method} {target}"),
                &expected,
                &found,
            );
        }
    }
}

pub(crate) fn a_part_of_a_file_is_206(case: &mut Case) {
    page(case, "a.txt", TEXT);
    page(case, "empty", "");
    let mut server = http(case, &[]);
    let mut talk = server.talk();
    for (range, status, content_range, body) in [
        ("bytes=0-0", 206, "bytes 0-0/20", "0"),
        ("bytes=2-4", 206, "bytes 2-4/20", "234"),
        ("bytes=15-", 206, "bytes 15-19/20", "fghij"),
        ("bytes=-3", 206, "bytes 17-19/20", "hij"),
        ("bytes=-100", 206, "bytes 0-19/20", TEXT),
        ("bytes=18-1000", 206, "bytes 18-19/20", "ij"),
        ("bytes=20-", 416, "bytes */20", ""),
        ("bytes=20-30", 416, "bytes */20", ""),
        ("bytes=-0", 416, "bytes */20", ""),
        ("bytes=4-2", 200, "", TEXT),
        ("lines=1-2", 200, "", TEXT),
        ("bytes=x", 200, "", TEXT),
    ] {
        let answer = ask(&mut talk, "GET /a.txt", &format!("Range: {range}\r\n"));
        let shown = match answer.status {
            416 => String::new(),
            _ => text::visible(&answer.body),
        };
        let found = format!("{}{shown}", answer.summary(&["content-range"]));
        let expected = format!("{status}\ncontent-range: {content_range}\n{body}");
        server.expect_same(
            case,
            &format!("the answer to `Range: {range}`"),
            &expected,
            &found,
        );
    }
}

pub(crate) fn what_has_not_changed_is_not_sent_again(case: &mut Case) {
    page(case, "a.txt", TEXT);
    let mut server = http(case, &[]);
    let mut talk = server.talk();
    for (since, status) in [
        (CHANGED_TEXT, 304),
        ("Thu, 29 Feb 2024 12:34:57 GMT", 304),
        ("Thu, 29 Feb 2024 12:34:55 GMT", 200),
        ("Sat, 01 Jan 2000 00:00:00 GMT", 200),
        // The two forms that are obsolete and must be read: RFC 9110, section 5.6.7.
        ("Thursday, 29-Feb-24 12:34:56 GMT", 304),
        ("Thursday, 29-Feb-24 12:34:55 GMT", 200),
        // Two digits of a year: what would be far ahead is in the past.
        ("Thursday, 01-Jan-70 00:00:00 GMT", 200),
        ("Tuesday, 31-Dec-69 00:00:00 GMT", 304),
        ("Thu Feb 29 12:34:56 2024", 304),
        ("yesterday", 200),
    ] {
        let answer = ask(
            &mut talk,
            "GET /a.txt",
            &format!("If-Modified-Since: {since}\r\n"),
        );
        let what = format!("the status for `If-Modified-Since: {since}`");
        server.expect_same(case, &what, &status.to_string(), &answer.status.to_string());
    }
    let answer = ask(&mut talk, "GET /a.txt", "");
    server.expect_same(case, "the next answer", TEXT, &text::visible(&answer.body));
}

pub(crate) fn a_folder_is_its_index(case: &mut Case) {
    page(case, "index.html", "the root");
    page(case, "folder/index.html", "a folder");
    page(case, "bare/file", "x");
    let mut server = http(case, &[]);
    let mut talk = server.talk();
    for (target, status, location, body) in [
        ("/", 200, "", "the root"),
        ("/folder/", 200, "", "a folder"),
        ("/folder", 301, "/folder/", ""),
        ("http://x/folder/", 200, "", "a folder"),
        ("http://x?/folder/", 200, "", "the root"),
        ("/bare/", 404, "", ""),
    ] {
        let answer = ask(&mut talk, &format!("GET {target}"), "");
        let shown = match answer.status {
            200 => text::visible(&answer.body),
            _ => String::new(),
        };
        let found = format!("{}{shown}", answer.summary(&["location"]));
        let expected = format!("{status}\nlocation: {location}\n{body}");
        server.expect_same(case, &format!("the answer to GET {target}"), &expected, &found);
    }
}

pub(crate) fn nothing_outside_of_the_root_is_served(case: &mut Case) {
    const SECRET: &str = "a secret";
    page(case, "inside/a.txt", "inside");
    let secret = case.file("secret.txt", SECRET);
    let link = |target: &std::path::Path, name: &str| {
        symlink(target, case.dir().join("www").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    };
    link(&secret, "link.txt");
    link(case.dir(), "up");
    link("inside/a.txt".as_ref(), "kept.txt");
    let name = secret.display().to_string();
    let mut server = http(case, &[]);
    for target in [
        "/../secret.txt",
        "/inside/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2E%2Fsecret.txt",
        "/..%2fsecret.txt",
        "/inside/%2e%2e/%2e%2e/secret.txt",
        "/link.txt",
        "/up/secret.txt",
        "//../secret.txt",
        "/./../secret.txt",
        "/secret.txt%00",
        &name,
        &format!("/{name}"),
    ] {
        // Some servers close after a request like this one.
        let mut talk = server.talk();
        let answer = ask(&mut talk, &format!("GET {target}"), "Connection: close\r\n");
        let leaked = String::from_utf8_lossy(&answer.body).contains(SECRET);
        let found = format!("{}\n{}", answer.status, text::visible(&answer.body));
        let what = format!("400, 403 or 404 as the answer to GET {target}");
        server.expect(
            case,
            matches!(answer.status, 400 | 403 | 404) && !leaked,
            &what,
            found,
        );
    }
    let mut talk = server.talk();
    for target in ["/inside/../inside/a.txt", "/kept.txt"] {
        let answer = ask(&mut talk, &format!("GET {target}"), "");
        let what = format!("what is inside, by GET {target}");
        server.expect_same(case, &what, "inside", &text::visible(&answer.body));
    }
    let _ = fs::remove_file(case.dir().join("www/up"));
}

pub(crate) fn what_cannot_be_answered_has_a_status(case: &mut Case) {
    page(case, "a.txt", TEXT);
    let mut server = http(case, &[]);
    let long = format!(
        "GET /a.txt HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n",
        "x".repeat(100_000)
    );
    let long_line = format!("GET /a.txt?{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(9000));
    for (request, status) in [
        ("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        ("GET /a.txt/ HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        ("DELETE /a.txt HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        ("nonsense\r\n\r\n", 400),
        ("GET /a.txt HTTP/1.1\r\nno field\r\n\r\n", 400),
        ("GET /a.txt HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        (
            "POST /a.txt HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            501,
        ),
        (&long, 431),
        (&long_line, 414),
    ] {
        let mut talk = server.talk();
        talk.send(request);
        let answer = Answer::read(&mut talk);
        let line: String = request.chars().take(60).collect();
        let what = format!("the status for {line:?}");
        server.expect_same(case, &what, &status.to_string(), &answer.status.to_string());
    }
}
