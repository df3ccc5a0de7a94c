//! Both sides in TLS, each with a certificate.

use std::io::{Read, Write};
use std::net::TcpStream;

use support::{Case, Ended, Program};

use super::authority::{self, Authority};
use super::batch::echo;
use crate::wire::{Frame, PATIENCE, Server, Subject};

/// An authority, a server of it, and a client of it.
fn prepare(case: &mut Case) -> Authority {
    let ours = Authority::new(case, "ours");
    ours.certify(case, "server", "IP:127.0.0.1,DNS:localhost", 1);
    ours.certify(case, "client", "DNS:client", 1);
    ours
}

fn serve(case: &mut Case, options: &[String], more: &[&str]) -> Server {
    let program = case.program("rpc").args(["serve", "--listen", "127.0.0.1:0"]);
    Server::spawn(case, program.args(options).args(more))
}

fn rpc(case: &Case, words: &[&str], options: &[String]) -> Program {
    case.program("rpc")
        .args(&words[..1])
        .args(options)
        .args(&words[1..])
}

/// Calls `echo`, as a blocking client does and as one on tokio.
fn calls(case: &Case, address: &str, options: &[String]) -> [Ended; 2] {
    let blocking = rpc(case, &["call", address, "echo", "[1]"], options).run();
    let multiplexed = rpc(case, &["batch", address], options).stdin(echo(1)).run();
    [blocking, multiplexed]
}

/// Expects both clients to be served.
fn expect_service(case: &mut Case, address: &str, options: &[String]) {
    let [blocking, multiplexed] = calls(case, address, options);
    case.expect_stdout(&blocking, "[1]\n");
    case.expect_status(&blocking, 0);
    case.expect_stdout(&multiplexed, "{\"line\":1,\"result\":1}\n");
    case.expect_status(&multiplexed, 0);
}

/// Expects both clients to fail, because of the server's refusal or their own.
fn expect_refusal(case: &mut Case, address: &str, options: &[String], what: &str) {
    for ended in calls(case, address, options) {
        let served = ended.stdout_text().contains("[1]") || ended.stdout_text().contains("result");
        case.expect(
            &ended,
            !served,
            &format!("no answer for {what}"),
            ended.stdout_text(),
        );
        case.expect_status(&ended, 1);
    }
}

pub(super) fn all_clients_speak_tls(case: &mut Case) {
    prepare(case);
    let options = authority::client("client", "ours");
    let mut server = serve(
        case,
        &authority::server("server", "ours"),
        &["--allow-exec", "--threads", "2"],
    );
    let other = serve(case, &authority::server("server", "ours"), &[]);
    let (address, second) = (server.address.to_string(), other.address.to_string());
    expect_service(case, &address, &options);
    // A megabyte each way, of items and of input.
    let large = format!("\"{}\"", "x".repeat(1_000_000));
    let ended = rpc(case, &["call", &address, "echo", "-"], &options)
        .stdin(large.clone())
        .run();
    case.expect_stdout(&ended, large + "\n");
    let count = r#"{"to":400,"bytes":10000}"#;
    let ended = rpc(case, &["call", &address, "count", count], &options).run();
    case.expect_status(&ended, 0);
    let lines = ended.stdout_text().lines().count();
    case.expect(&ended, lines == 401, "400 items and a reply", lines);
    let input = "0123456789".repeat(300_000);
    let ended = rpc(case, &["exec", &address, "--", "cat"], &options)
        .stdin(input.clone())
        .run();
    case.expect_status(&ended, 0);
    case.expect_stdout(&ended, input);
    // Several servers, and a subscription.
    for servers in [second.clone(), format!("{address},{second}")] {
        let lines: String = (0..200).map(|number| echo(number) + "\n").collect();
        let ended = rpc(case, &["batch", &servers], &options).stdin(lines).run();
        case.expect_status(&ended, 0);
        let text = ended.stdout_text();
        let from = |peer: &str| {
            text.lines()
                .filter(|line| line.contains(&format!("\"{peer}\"")))
                .count()
        };
        // Only of several is it said who has answered.
        let answers = match servers == second {
            true => text.lines().count(),
            false => from(&address) + from(&second),
        };
        // Of two, one may have answered all of them before the other one's handshake is over.
        case.expect(
            &ended,
            answers == 200,
            &format!("200 answers of {servers}"),
            answers,
        );
    }
    let mut subscriber = Subject::spawn(rpc(case, &["subscribe", &address, "t", "--count", "1"], &options));
    subscriber.expect_said("subscribed to t at 0\n");
    let ended = rpc(
        case,
        &["call", &address, "publish", r#"{"topic":"t","data":1}"#],
        &options,
    )
    .run();
    case.expect_stdout(&ended, "{\"seq\":1,\"subscribers\":1}\n");
    let ended = subscriber.wait();
    case.expect_stdout(&ended, "1 1\n");
    server.settle(case);
    server.stop(case);
}

pub(super) fn a_client_must_show_a_certificate(case: &mut Case) {
    let ours = prepare(case);
    let theirs = Authority::new(case, "theirs");
    theirs.certify(case, "stranger", "DNS:client", 1);
    ours.certify(case, "late", "DNS:client", -1);
    let server = serve(case, &authority::server("server", "ours"), &[]);
    let address = server.address.to_string();
    for (name, what) in [
        ("stranger", "a client of another authority"),
        ("late", "a client whose certificate has expired"),
    ] {
        expect_refusal(case, &address, &authority::client(name, "ours"), what);
    }
    expect_refusal(case, &address, &[], "a client without TLS");
    // One with no certificate at all, which the programs of this lab cannot be.
    let frames = [Frame::hello(1 << 20, 0), Frame::call(1, 0, "echo", "\"served\"")];
    let sent: Vec<u8> = frames.iter().flat_map(Frame::bytes).collect();
    let s_client = |case: &Case, more: &[&str]| {
        let args = [
            "s_client",
            "-connect",
            &address,
            "-quiet",
            "-verify_return_error",
            "-CAfile",
            "ours.pem",
        ];
        case.peer("openssl", "openssl").args(args).args(more)
    };
    let ended = s_client(case, &[]).stdin(sent.clone()).run();
    let served = ended.stdout.windows(6).any(|window| window == b"served");
    case.expect(
        &ended,
        !served,
        "no answer without a certificate",
        ended.stdout_text(),
    );
    // The same with one, and with each version of TLS that is still in use.
    for version in ["-tls1_2", "-tls1_3"] {
        let with = ["-cert", "client.pem", "-key", "client.key", version];
        let mut running = s_client(case, &with).stdin_piped().spawn();
        running.write(&sent);
        running.wait_for_stdout("printed the answer to a call", |stdout| {
            stdout.windows(6).any(|window| window == b"served")
        });
        drop(running);
    }
    expect_service(case, &address, &authority::client("client", "ours"));
    server.stop(case);
}

pub(super) fn a_server_must_be_who_it_says(case: &mut Case) {
    let ours = prepare(case);
    let theirs = Authority::new(case, "theirs");
    theirs.certify(case, "impostor", "IP:127.0.0.1,DNS:localhost", 1);
    ours.certify(case, "late", "IP:127.0.0.1", -1);
    ours.certify(case, "named", "DNS:db.example", 1);
    let options = authority::client("client", "ours");
    for (name, what) in [
        ("impostor", "a server of another authority"),
        ("late", "a server whose certificate has expired"),
        ("named", "a server with another name"),
    ] {
        let server = serve(case, &authority::server(name, "ours"), &[]);
        expect_refusal(case, &server.address.to_string(), &options, what);
    }
    let server = serve(case, &authority::server("named", "ours"), &[]);
    let address = server.address.to_string();
    let with = |name: &str| [&options[..], &["--name".to_owned(), name.to_owned()]].concat();
    expect_service(case, &address, &with("db.example"));
    expect_refusal(
        case,
        &address,
        &with("other.example"),
        "a server that is not other.example",
    );
    let server = serve(case, &authority::server("server", "ours"), &[]);
    let port = server.address.port();
    for host in ["127.0.0.1", "localhost"] {
        expect_service(case, &format!("{host}:{port}"), &options);
    }
    // One that does not speak TLS at all.
    let plain = Server::start(case, &[]);
    expect_refusal(case, &plain.address.to_string(), &options, "a server without TLS");
}

pub(super) fn a_handshake_that_does_not_end_holds_up_nobody(case: &mut Case) {
    prepare(case);
    let options = authority::client("client", "ours");
    let mut server = serve(case, &authority::server("server", "ours"), &["--ping", "2000"]);
    let address = server.address.to_string();
    // The beginning of a ClientHello, nothing at all, a browser's question, and frames without TLS.
    let openings: [&[u8]; 4] = [
        b"\x16\x03\x01\x02\0\x01",
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        b"nbrp\x01\x01\0\0\0\0\0\0\0\0",
    ];
    let mut held = Vec::new();
    for opening in openings {
        let stream = TcpStream::connect(server.address);
        let mut stream = stream.unwrap_or_else(|error| panic!("{address}: {error}"));
        let _ = stream.write_all(opening);
        held.push(stream);
    }
    server.settle(case);
    expect_service(case, &address, &options);
    // What cannot become a handshake is ended at once, and what does not become one after twice the time of --ping.
    for stream in held.iter_mut().rev() {
        let _ = stream.set_read_timeout(Some(PATIENCE));
        let mut rest = Vec::new();
        let ended = match stream.read_to_end(&mut rest) {
            Ok(_) => true,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        };
        server.expect(
            case,
            ended,
            "the end of a connection that does not become one of TLS",
            "it is open still",
        );
        let shown = support::text::visible(&rest);
        server.expect(
            case,
            !shown.contains("nbrp"),
            "nothing of the wire without TLS",
            shown,
        );
    }
    server.stop(case);
}

pub(super) fn files_that_are_none_are_named(case: &mut Case) {
    prepare(case);
    case.file("empty.pem", "");
    let server = serve(case, &authority::server("server", "ours"), &[]);
    let address = server.address.to_string();
    let with = |options: &[String], from: &str, to: &str| -> Vec<String> {
        options
            .iter()
            .map(|word| if word == from { to.to_owned() } else { word.clone() })
            .collect()
    };
    let options = authority::client("client", "ours");
    for (from, to) in [
        ("ours.pem", "none.pem"),
        ("client.pem", "none.pem"),
        ("client.key", "none.pem"),
        ("ours.pem", "empty.pem"),
        ("client.pem", "empty.pem"),
        ("client.key", "empty.pem"),
        ("client.key", "server.key"),
    ] {
        for ended in calls(case, &address, &with(&options, from, to)) {
            case.expect_status(&ended, 1);
            let said = ended.stderr_text() + &ended.stdout_text();
            case.expect(
                &ended,
                said.contains(to),
                &format!("a message that names {to}"),
                said,
            );
        }
    }
    let options = authority::server("server", "ours");
    for (from, to) in [
        ("server.pem", "none.pem"),
        ("server.key", "empty.pem"),
        ("ours.pem", "empty.pem"),
        ("server.key", "client.key"),
    ] {
        let ended = case
            .program("rpc")
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(with(&options, from, to))
            .run();
        case.expect(
            &ended,
            ended.code() == 1 || ended.code() == 2,
            "a status of 1 or 2",
            ended.code(),
        );
        case.expect_stderr_names(&ended, to);
        case.expect_stdout(&ended, "");
    }
    for options in [
        authority::client("client", "ours"),
        authority::server("server", "ours"),
    ] {
        let words: &[&str] = if options[0] == "--ca" {
            &["call", &address, "echo"]
        } else {
            &["serve", "--listen", "127.0.0.1:0"]
        };
        let ended = rpc(case, words, &options[..4]).run();
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
    }
}
