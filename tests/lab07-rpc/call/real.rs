//! `rpc call` beside `rpc serve`.

use support::Case;

use crate::wire::Server;

pub(super) fn calls_are_made_from_the_command_line(case: &mut Case) {
    let server = Server::start(case, &[]);
    let address = server.address.to_string();
    for (args, stdout, stderr) in [
        (
            &["echo", "{\"text\": \"größer\"}"][..],
            "{\"text\": \"größer\"}\n",
            "",
        ),
        (&["echo", "[1, 2, 3]"], "[1, 2, 3]\n", ""),
        (&["sleep", "{\"ms\":1}"], "{\"slept\":1}\n", ""),
        (&["nosuch"], "", "unknown method (1): "),
        (&["sleep", "[]"], "", "bad params (2): "),
        (
            &["fail", "{\"code\":8,\"message\":\"so be it\"}"],
            "",
            "failed (8): so be it\n",
        ),
        (
            &["fail", "{\"code\":1000,\"message\":\"so be it\"}"],
            "",
            "application (1000): so be it\n",
        ),
        (&["panic"], "", "internal (10): "),
        (&["echo", "\"still there\""], "\"still there\"\n", ""),
    ] {
        let ended = case.program("rpc").args(["call", &address]).args(args).run();
        case.expect_stdout(&ended, stdout);
        match stderr {
            "" => {
                case.expect_quiet(&ended);
                case.expect_status(&ended, 0);
            }
            why => {
                case.expect_stderr_names(&ended, &format!("rpc: {address}: {}: {why}", args[0]));
                case.expect_status(&ended, 1);
            }
        }
    }
    server.stop(case);
}

pub(super) fn the_body_comes_from_standard_input(case: &mut Case) {
    let server = Server::start(case, &[]);
    let address = server.address.to_string();
    for body in [&b""[..], b"{\"a\":1}\n", b"\0\xff bytes", &[b'l'; 500_000]] {
        let ended = case
            .program("rpc")
            .args(["call", &address, "echo", "-"])
            .stdin(body)
            .run();
        case.expect_stdout(&ended, [body, b"\n"].concat());
        case.expect_status(&ended, 0);
    }
    // One that the server does not take fails here.
    let ended = case
        .program("rpc")
        .args(["call", &address, "echo", "-"])
        .stdin(vec![b'm'; 2_000_000])
        .run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, &format!("rpc: {address}: echo: too large (7): "));
    server.stop(case);
}

pub(super) fn many_threads_serve_as_one_does(case: &mut Case) {
    const PEERS: usize = 24;
    let mut server = Server::start(case, &["--threads", "3", "--workers", "3", "--spin", "100"]);
    let mut wires: Vec<_> = (0..PEERS).map(|_| server.greeted(case)).collect();
    for round in 1..=20 {
        for (number, wire) in wires.iter_mut().enumerate() {
            let method = ["echo", "sleep"][number % 2];
            let body = ["\"hi\"", "{\"ms\":0}"][number % 2];
            wire.send(&crate::wire::Frame::call(round, 0, method, body));
        }
        for (number, wire) in wires.iter_mut().enumerate() {
            let body = ["\"hi\"", "{\"slept\":0}"][number % 2];
            let expected = crate::wire::Frame::reply(round, body);
            server.expect_frame(case, wire, &expected, "the answer on each of 24 connections");
        }
    }
    // Those of all threads are ended.
    drop(wires);
    server.stop(case);
}
