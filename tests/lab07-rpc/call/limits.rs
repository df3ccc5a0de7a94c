//! More than there is room for.

use support::Case;

use super::answers::FOR_EVER;
use crate::wire::{Frame, Probe, Server, Wire, code, kind};

pub(super) fn so_many_calls_run_at_a_time(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "2"]);
    let mut wires = [server.greeted(case), server.greeted(case)];
    for wire in &mut wires {
        wire.send_all(&[
            Frame::call(1, 0, "sleep", FOR_EVER),
            Frame::call(2, 0, "sleep", FOR_EVER),
        ]);
    }
    let mut probe = Probe::of(case, &mut server);
    probe.wait_for(case, &mut server, "waiting", 2);
    probe.wait_for(case, &mut server, "running", 2);
    let connections = probe.ask(case, &mut server, "connections");
    server.expect_same(case, "connections", "3", &connections.to_string());
    for wire in &mut wires {
        server.expect(case, wire.is_silent(), "no answer yet", "something came");
    }
}

pub(super) fn an_overloaded_server_says_so_at_once(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "1", "--queue", "2"]);
    let mut wire = server.greeted(case);
    let mut other = server.greeted(case);
    let mut probe = Probe::of(case, &mut server);
    wire.send(&Frame::call(1, 3000, "sleep", FOR_EVER));
    probe.wait_for(case, &mut server, "running", 1);
    wire.send_all(&[
        Frame::call(2, 0, "sleep", r#"{"ms":0}"#),
        Frame::call(3, 0, "sleep", r#"{"ms":0}"#),
        Frame::call(4, 0, "sleep", r#"{"ms":0}"#),
    ]);
    server.play_on(
        case,
        &mut wire,
        "a third call that wants to wait, where two may, and one that needs no thread",
        "< ERROR 4 5 …
         > CALL 5 0 echo quick
         < REPLY 5 quick",
    );
    // The places are the server's, not a connection's.
    other.send(&Frame::call(1, 0, "sleep", r#"{"ms":0}"#));
    server.expect_error(
        case,
        &mut other,
        1,
        code::OVERLOADED,
        "a call of another connection",
    );
    let refused = probe.ask(case, &mut server, "refused");
    server.expect_same(case, "calls that were refused", "2", &refused.to_string());
    // When the first is over there is room again.
    server.play_on(
        case,
        &mut wire,
        "the calls that were let in",
        r#"< ERROR 1 3 …
           < REPLY 2 {"slept":0}
           < REPLY 3 {"slept":0}"#,
    );
    let reply = server.ask(case, &mut other, 2, "sleep", r#"{"ms":0}"#);
    server.expect_same(case, "the reply when there is room", r#"{"slept":0}"#, &reply);
    server.stop(case);
}

pub(super) fn a_connection_has_so_many_calls_and_no_more(case: &mut Case) {
    let mut server = Server::start(case, &["--max-calls", "3", "--workers", "1"]);
    let mut wire = server.greeted(case);
    wire.send_all(&[
        Frame::call(1, 2000, "sleep", FOR_EVER),
        Frame::call(2, 0, "sleep", r#"{"ms":0}"#),
        Frame::call(3, 0, "sleep", r#"{"ms":0}"#),
        Frame::call(4, 0, "sleep", r#"{"ms":0}"#),
    ]);
    server.expect_error(
        case,
        &mut wire,
        4,
        code::OVERLOADED,
        "the fourth call of a connection",
    );
    // Another connection counts for itself.
    let mut other = server.greeted(case);
    other.send(&Frame::call(4, 0, "sleep", r#"{"ms":0}"#));
    server.play_on(
        case,
        &mut wire,
        "the calls that were let in",
        r#"< ERROR 1 3 …
           < REPLY 2 {"slept":0}
           < REPLY 3 {"slept":0}
           > CALL 5 0 sleep {"ms":0}
           < REPLY 5 {"slept":0}"#,
    );
    let expected = Frame::reply(4, r#"{"slept":0}"#);
    server.expect_frame(case, &mut other, &expected, "the answer on another connection");
    server.stop(case);
}

pub(super) fn a_reply_too_long_for_the_client_is_an_error(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut wire = server.connect();
    wire.send(&Frame::hello(65_536, 0));
    server.expect_kind(case, &mut wire, kind::HELLO, "the server's HELLO");
    let longest = "x".repeat(65_536);
    let reply = server.ask(case, &mut wire, 1, "echo", &longest);
    server.expect(case, reply == longest, "65536 bytes back", reply.len());
    wire.send(&Frame::call(2, 0, "echo", format!("{longest}x")));
    server.expect_error(case, &mut wire, 2, code::TOO_LARGE, "a reply of 65537 bytes");
    let reply = server.ask(case, &mut wire, 3, "echo", "short");
    server.expect_same(case, "the next reply", "short", &reply);
    server.stop(case);
}

pub(super) fn the_largest_payload_is_the_servers(case: &mut Case) {
    // What stands in front of a body in a CALL of `echo`.
    const FRONT: usize = 4 + 2 + 4;
    for limit in [65_536, 1 << 20, 3 << 20] {
        let mut server = Server::start(case, &["--max-payload", &limit.to_string()]);
        let mut wire = server.connect();
        wire.send(&Frame::hello(u32::MAX, 0));
        server.expect_kind(case, &mut wire, kind::HELLO, "the server's HELLO");
        let longest = "y".repeat(limit - FRONT);
        let reply = server.ask(case, &mut wire, 1, "echo", &longest);
        let what = format!("a payload of {limit} bytes to be taken");
        server.expect(
            case,
            reply == longest,
            &what,
            format!("{} bytes back", reply.len()),
        );
        wire.send_bytes(&Frame::call(2, 0, "echo", "").header(limit as u32 + 1));
        let error = server.expect_kind(case, &mut wire, kind::ERROR, "the answer to a longer one");
        let sentence = format!("a payload of {} bytes, where {limit} are allowed", limit + 1);
        let expected = Frame::error(0, code::PROTOCOL, &sentence);
        server.expect_same(
            case,
            "the answer to a longer one",
            &expected.to_string(),
            &error.to_string(),
        );
        server.stop(case);
    }
}

pub(super) fn an_announced_payload_is_not_allocated(case: &mut Case) {
    // Room for the addresses of what the server needs, and not of what is announced.
    const ROOM_KIB: u32 = 4 << 20;
    let rpc = case.program_path("rpc");
    let program = case
        .peer("sh", "dash")
        .args(["-c", &format!("ulimit -v {ROOM_KIB}; exec \"$0\" \"$@\"")])
        .args([rpc.as_os_str()])
        .args(["serve", "--listen", "127.0.0.1:0", "--max-payload", "4294967295"]);
    let mut server = Server::spawn(case, program);
    let mut announced: Vec<Wire> = (0..20).map(|_| server.greeted(case)).collect();
    for wire in &mut announced {
        wire.send_bytes(&Frame::call(1, 0, "echo", "").header(2_000_000_000));
        wire.send_bytes(&[b'x'; 1000]);
    }
    let mut wire = server.greeted(case);
    let reply = server.ask(case, &mut wire, 1, "echo", "hi");
    server.expect_same(case, "the answer to somebody else", "hi", &reply);
    for wire in &mut announced {
        server.expect(
            case,
            wire.is_silent(),
            "a server that waits for the rest",
            wire.state(),
        );
    }
    server.stop(case);
}

pub(super) fn a_client_that_reads_nothing_costs_a_buffer(case: &mut Case) {
    const BODY: usize = 50_000;
    let mut server = Server::start(case, &[]);
    let wire = Wire::narrow(server.address);
    let mut wire = server.greet(case, wire);
    let body = vec![b'z'; BODY];
    // Two gigabytes, should anybody take them: memory is limited meanwhile.
    let calls = (1..=40_000).map(|id| Frame::call(id, 0, "echo", &body));
    let ahead = wire.send_ahead(calls);
    server.expect(
        case,
        ahead.frames < 4000,
        "a server that reads no more calls when its answers are not read",
        format!("it has read {} calls of {BODY} bytes", ahead.frames),
    );
    let mut other = server.greeted(case);
    let reply = server.ask(case, &mut other, 1, "echo", "hi");
    server.expect_same(case, "the answer to somebody who reads", "hi", &reply);
    // All of it is there when it is read at last.
    let mut writer = wire.writer();
    let finish = std::thread::spawn(move || writer.write_all(&ahead.rest));
    for id in 1..=ahead.frames as u64 {
        let reply = server.expect_kind(
            case,
            &mut wire,
            kind::REPLY,
            "the answers to all calls that were sent",
        );
        server.expect(
            case,
            reply.id == id && reply.payload == body,
            &format!("the answer to call {id}"),
            &reply,
        );
    }
    let _ = finish.join();
    server.stop(case);
}

pub(super) fn a_listener_is_local_without_certificates(case: &mut Case) {
    for (address, shown) in [
        ("0.0.0.0:0", "0.0.0.0"),
        ("192.0.2.1:4000", "192.0.2.1"),
        ("[::]:0", "::"),
    ] {
        let ended = case.program("rpc").args(["serve", "--listen", address]).run();
        case.expect_status(&ended, 2);
        let sentence = format!(
            "rpc: --listen: {shown} is no loopback address: give --tls-cert, --tls-key and --client-ca\n"
        );
        case.expect_stderr_names(&ended, &sentence);
    }
    for address in ["127.0.0.1:0", "127.9.8.7:0"] {
        let program = case.program("rpc").args(["serve", "--listen", address]);
        Server::spawn(case, program).stop(case);
    }
    // One port, two servers.
    let server = Server::start(case, &[]);
    let taken = server.address.to_string();
    let ended = case.program("rpc").args(["serve", "--listen", &taken]).run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, &taken);
    server.stop(case);
}

pub(super) fn wrong_usage_is_status_2(case: &mut Case) {
    for args in [
        &[][..],
        &["speak"],
        &["serve"],
        &["serve", "--listen", "nowhere"],
        &["serve", "--listen", "127.0.0.1:0", "--workers", "0"],
        &["serve", "--listen", "127.0.0.1:0", "--threads", "0"],
        &["serve", "--listen", "127.0.0.1:0", "--max-payload", "65535"],
        &["serve", "--listen", "127.0.0.1:0", "--queue", "many"],
        &["serve", "--listen", "127.0.0.1:0", "--nosuch"],
        &["call"],
        &["call", "127.0.0.1:1"],
        &["call", "127.0.0.1:1", "echo", "--timeout", "soon"],
        &["call", "127.0.0.1:1", "echo", "1", "2"],
        &["call", "127.0.0.1", "echo"],
    ] {
        let ended = case.program("rpc").args(args).run();
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, "rpc: ");
    }
    let ended = case.program("rpc").args(["--help"]).run();
    case.expect_status(&ended, 0);
}
