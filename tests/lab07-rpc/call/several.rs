//! Several calls, one after the other: `rpc load --client blocking`.

use support::Case;

use crate::wire::{Frame, Host, Server, Subject, kind};

/// Starts `rpc load ADDR --client blocking ARGS…`.
fn start(case: &mut Case, address: &str, args: &[&str]) -> Subject {
    let program = case
        .program("rpc")
        .args(["load", address, "--client", "blocking"]);
    Subject::spawn(program.args(args))
}

pub(super) fn calls_follow_each_other_on_one_connection(case: &mut Case) {
    const CALLS: u64 = 30;
    let mut host = Host::listen();
    let mut client = start(case, &host.name(), &["--calls", "30", "--bytes", "50"]);
    let mut wire = client.welcome(case, &mut host);
    let mut before = 0;
    for number in 1..=CALLS {
        let what = format!("call {number} of {CALLS}");
        let call = client.expect_call(case, &mut wire, &what);
        client.expect(case, call.body().len() == 50, "50 bytes", call.body().len());
        client.settle(case);
        client.expect(
            case,
            wire.is_silent(),
            "one call at a time",
            "something more came",
        );
        // What belongs to the call before comes too late, and is nobody's.
        if before > 0 {
            wire.send_all(&[
                Frame::reply(before, "not this one"),
                Frame::item(before, "not this one"),
                Frame::error(before, 4, "cancelled"),
            ]);
        }
        wire.send(&Frame::reply(call.id, call.body()));
        before = call.id;
    }
    client.expect_ended(case, &mut wire, "the end of the connection behind the last call");
    let ended = client.wait();
    let text = ended.stdout_text();
    case.expect(&ended, text.starts_with("30 calls in "), "`30 calls in …`", &text);
    case.expect_status(&ended, 0);
    let found = host.connections();
    case.expect(&ended, found == 1, "one connection", found);
}

pub(super) fn short_connections_have_one_call_each(case: &mut Case) {
    let mut host = Host::listen();
    let mut client = start(case, &host.name(), &["--calls", "5", "--short"]);
    for _ in 0..5 {
        let mut wire = client.welcome(case, &mut host);
        let call = client.expect_call(case, &mut wire, "a CALL on each connection");
        wire.send(&Frame::reply(call.id, call.body()));
        client.expect_ended(case, &mut wire, "the end of the connection behind its call");
    }
    let ended = client.wait();
    let text = ended.stdout_text();
    case.expect(&ended, text.starts_with("5 calls in "), "`5 calls in …`", &text);
    case.expect_status(&ended, 0);
}

pub(super) fn a_call_that_is_late_is_taken_back(case: &mut Case) {
    let mut host = Host::listen();
    let mut client = start(case, &host.name(), &["--calls", "3", "--timeout", "300"]);
    let mut wire = client.welcome(case, &mut host);
    let call = client.expect_call(case, &mut wire, "a CALL");
    let cancel = client.expect_kind(case, &mut wire, kind::CANCEL, "CANCEL, 300 ms behind the CALL");
    client.expect(
        case,
        cancel.id == call.id,
        &format!("CANCEL {}", call.id),
        &cancel,
    );
    let ended = client.wait();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, &format!("rpc: {}: echo: deadline (3)", host.name()));
}

pub(super) fn many_clients_call_at_the_same_time(case: &mut Case) {
    let server = Server::start(case, &["--threads", "2"]);
    let address = server.address.to_string();
    let client = start(case, &address, &["--calls", "4000", "--connections", "20"]);
    let ended = client.wait();
    let text = ended.stdout_text();
    case.expect(
        &ended,
        text.starts_with("4000 calls in "),
        "`4000 calls in …`",
        &text,
    );
    case.expect_quiet(&ended);
    case.expect_status(&ended, 0);
    server.stop(case);
}
