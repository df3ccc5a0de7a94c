//! nginx, and servers that pretend to be one.

use std::io::{Read, Write};
use std::net::TcpStream;

use support::{Case, Ended, Nginx};

use super::scripted::{Scripted, Step};
use super::{expect_quick, expect_small, value};
use crate::host::{expect_faults, expect_readings, put};

const PAGE: &str = "Active connections: 291 \nserver accepts handled requests\n 16630948 16630947 31070465 \nReading: 6 Writing: 179 Waiting: 106 \n";

const READINGS: &str = "nginx.up 1 count
     nginx.connections 291 count
     nginx.accepted 16630948 count
     nginx.handled 16630947 count
     nginx.requests 31070465 count
     nginx.reading 6 count
     nginx.writing 179 count
     nginx.waiting 106 count";

/// An answer with this page.
fn answer(page: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    )
    .into_bytes()
}

/// Asks a server that does this with each connection; the host has nothing else than a load.
fn ask(case: &mut Case, steps: Vec<Step>) -> (Ended, Scripted) {
    put(case, &[("proc/loadavg", "0.5\n")]);
    let server = Scripted::new(steps);
    let url = format!("http://{}/status", server.address());
    let ended = case
        .program("collect")
        .args(["--root", "host", "--nginx", &url])
        .run();
    (ended, server)
}

/// Expects what the page says, behind the host's load.
fn check(case: &mut Case, steps: Vec<Step>, rows: &str) {
    let (ended, _server) = ask(case, steps);
    expect_readings(case, &ended, &format!("load.1m 0.5 count\n{rows}"));
    expect_quick(case, &ended);
}

/// Expects that nginx is said not to be up, and why on one line; the host's load is there.
fn check_down(case: &mut Case, steps: Vec<Step>) -> Ended {
    let (ended, server) = ask(case, steps);
    let fault = format!("nginx at http://{}/status: ", server.address());
    expect_faults(
        case,
        &ended,
        "load.1m 0.5 count
         nginx.up 0 count",
        &[&fault],
    );
    expect_quick(case, &ended);
    ended
}

pub(super) fn nginx_is_read_from_its_status_page(case: &mut Case) {
    put(case, &[("proc/loadavg", "0.5\n")]);
    let server = Scripted::new(vec![Step::Hear, Step::Say(answer(PAGE))]);
    let url = format!("http://{}/status?a=b", server.address());
    let ended = case
        .program("collect")
        .args(["--root", "host", "--nginx", &url])
        .run();
    expect_readings(case, &ended, &format!("load.1m 0.5 count\n{READINGS}"));
    let heard = String::from_utf8_lossy(&server.heard()).into_owned();
    let host = format!("\r\nHost: {}\r\n", server.address());
    case.expect(
        &ended,
        heard.starts_with("GET /status?a=b HTTP/1.1\r\n") && heard.contains(&host),
        "a request `GET /status?a=b HTTP/1.1` with the host",
        &heard,
    );
    // Who does not ask has no readings of it.
    let ended = case.program("collect").args(["--root", "host"]).run();
    expect_readings(case, &ended, "load.1m 0.5 count");
}

pub(super) fn numbers_of_nginx_are_found_by_their_names(case: &mut Case) {
    let page = "server requests request_time accepts handled\n7 8 9 10\nWaiting: 1 Queueing: x Reading: 2\nActive connections: 3\n";
    check(
        case,
        vec![Step::Say(answer(page))],
        "nginx.up 1 count
         nginx.requests 7 count
         nginx.accepted 9 count
         nginx.handled 10 count
         nginx.waiting 1 count
         nginx.reading 2 count
         nginx.connections 3 count",
    );
    // An older one says less, and a page may say nothing.
    check(
        case,
        vec![Step::Say(answer("server accepts handled\n5 4\n"))],
        "nginx.up 1 count
         nginx.accepted 5 count
         nginx.handled 4 count",
    );
    check(case, vec![Step::Say(answer(""))], "nginx.up 1 count");
}

pub(super) fn what_is_no_number_of_nginx_is_a_fault(case: &mut Case) {
    for (page, rows, fault) in [
        (
            "Active connections: -1\nserver accepts handled requests\n1 x 3\nReading: 4 Writing: 5\n",
            "nginx.accepted 1 count
             nginx.requests 3 count
             nginx.reading 4 count
             nginx.writing 5 count",
            ", line 1: ",
        ),
        (
            "Reading: 7\n<html>\n\nwelcome\n",
            "nginx.reading 7 count",
            ", line 2: ",
        ),
        ("Reading:\n", "", ", line 1: "),
    ] {
        let (ended, server) = ask(case, vec![Step::Say(answer(page))]);
        let fault = format!("nginx at http://{}/status{fault}", server.address());
        expect_faults(
            case,
            &ended,
            &format!("load.1m 0.5 count\nnginx.up 1 count\n{rows}"),
            &[&fault],
        );
    }
}

pub(super) fn an_answer_ends_with_its_length(case: &mut Case) {
    let whole = answer(PAGE);
    let (first, rest) = whole.split_at(30);
    let (second, third) = rest.split_at(rest.len() - 40);
    // The server does not close what it was asked to close, and sends it in pieces.
    check(
        case,
        vec![
            Step::Say(first.to_vec()),
            Step::Hear,
            Step::Say(second.to_vec()),
            Step::Drip(third[..4].to_vec()),
            Step::Say(third[4..].to_vec()),
            Step::Hold,
        ],
        READINGS,
    );
    // What follows is none of it.
    check(
        case,
        vec![Step::Say([answer(PAGE), answer("Reading: 9\n")].concat())],
        READINGS,
    );
    // Names of headers are written in any case.
    let lower = String::from_utf8_lossy(&answer(PAGE)).replace("Content-Length:", "content-length:");
    check(case, vec![Step::Say(lower.into_bytes()), Step::Hold], READINGS);
    // Without a length it ends with the connection.
    let open = format!("HTTP/1.0 200 OK\r\n\r\n{PAGE}");
    check(case, vec![Step::Hear, Step::Say(open.into_bytes())], READINGS);
}

pub(super) fn an_answer_that_ends_too_early_is_none(case: &mut Case) {
    let whole = answer(PAGE);
    for length in [
        0,
        1,
        20,
        whole.len() - PAGE.len() - 1,
        whole.len() - PAGE.len(),
        whole.len() - 1,
    ] {
        check_down(case, vec![Step::Hear, Step::Say(whole[..length].to_vec())]);
    }
}

pub(super) fn an_answer_that_is_no_page_is_said(case: &mut Case) {
    for text in [
        "HTTP/1.1 404 Not Found\r\nContent-Length: 200\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "220 mail.example ESMTP\r\n\r\n",
        "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 2000 OK\r\nContent-Length: 200\r\n\r\n",
        "ICY 200 OK\r\n\r\n",
        "\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    ] {
        let page = format!("{text}{PAGE}");
        check_down(case, vec![Step::Say(page.into_bytes())]);
    }
    let chunked = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{PAGE}\r\n0\r\n\r\n",
        PAGE.len()
    );
    check_down(case, vec![Step::Say(chunked.into_bytes())]);
    let ended = check_down(
        case,
        vec![Step::Say(
            "HTTP/1.1 403 \u{1b}[2J\u{202e}no\r\n\r\n".to_owned().into_bytes(),
        )],
    );
    let said = ended.stderr_text();
    case.expect(
        &ended,
        said.contains("403") && !said.contains(['\u{1b}', '\u{202e}']),
        "a message that has the status, and no control character",
        &said,
    );
}

pub(super) fn an_nginx_that_hangs_costs_a_second(case: &mut Case) {
    // One that never says anything, and two that go on for ever, slowly.
    check_down(case, vec![Step::Hold]);
    check_down(case, vec![Step::Drip(answer(&PAGE.repeat(20)))]);
    let endless = [&b"HTTP/1.1 200 OK\r\n\r\n"[..], PAGE.as_bytes()].concat();
    check_down(case, vec![Step::Say(endless), Step::Drip(vec![b'x'; 10_000])]);
}

pub(super) fn an_answer_without_an_end_is_not_read(case: &mut Case) {
    let long = format!("Content-Length: {}\r\n\r\n", u64::MAX / 2);
    for head in ["", "X: ", "\r\n", &long] {
        let head = format!("HTTP/1.1 200 OK\r\n{head}");
        let ended = check_down(
            case,
            vec![
                Step::Say(head.into_bytes()),
                Step::Flood(b"Reading: 7\nReading: 8\n".repeat(100)),
            ],
        );
        expect_small(case, &ended);
    }
    // 16 KiB with the head are taken, and not a byte more.
    let page = |length: usize| {
        let page = "x: 1 ".repeat(length);
        answer(&page[..length])
    };
    let head = page(10_000).len() - 10_000;
    let (ended, _server) = ask(case, vec![Step::Say(page((16 << 10) - head))]);
    expect_readings(case, &ended, "load.1m 0.5 count\nnginx.up 1 count");
    check_down(case, vec![Step::Say(page((16 << 10) - head + 1))]);
}

pub(super) fn nobody_there_is_no_failure(case: &mut Case) {
    put(case, &[("proc/loadavg", "0.5\n")]);
    case.file("mysql.cnf", "[client]\nuser = a\nsocket = gone/socket\n");
    let ended = case
        .program("collect")
        .args([
            "--root",
            "host",
            "--nginx",
            "http://unix:/nowhere/nginx.sock:/status",
        ])
        .args(["--mysql", "mysql.cnf"])
        .run();
    expect_readings(
        case,
        &ended,
        "load.1m 0.5 count
         nginx.up 0 count
         mysql.up 0 count",
    );
}

pub(super) fn requests_to_the_real_nginx_are_counted(case: &mut Case) {
    put(case, &[("proc/loadavg", "0.5\n")]);
    case.file("www/a.html", "a\n");
    let nginx = case.nginx(
        Nginx::new()
            .root("www")
            .server("location = /status { stub_status; access_log off; }"),
    );
    let read = |case: &mut Case| {
        let ended = case
            .program("collect")
            .args(["--root", "host", "--nginx", &nginx.url("/status")])
            .run();
        case.expect_status(&ended, 0);
        case.expect_quiet(&ended);
        ended
    };
    let before = read(case);
    for n in 0..17 {
        let mut stream = TcpStream::connect(nginx.address()).expect("nginx listens");
        let target = if n % 2 == 0 { "/a.html" } else { "/gone" };
        write!(stream, "GET {target} HTTP/1.0\r\n\r\n").expect("a request");
        stream.read_to_end(&mut Vec::new()).expect("an answer");
    }
    let after = read(case);
    // Seventeen, and the second question.
    for name in ["nginx.accepted", "nginx.handled", "nginx.requests"] {
        let (one, other) = (value(&before, name), value(&after, name));
        case.expect(
            &after,
            other == one + 18.0,
            &format!(
                "{name} {}, since it was {one} and 17 requests and this one have come",
                one + 18.0
            ),
            other,
        );
    }
    let connections = value(&after, "nginx.connections");
    let states: f64 = ["reading", "writing", "waiting"]
        .iter()
        .map(|state| value(&after, &format!("nginx.{state}")))
        .sum();
    case.expect(
        &after,
        value(&after, "nginx.up") == 1.0 && connections >= 1.0 && states == connections,
        "a connection at least, and each in one of three states",
        format!("{connections} connections, {states} in the states"),
    );
}
