//! How a command ends, and how that is told.

use std::os::unix::fs::PermissionsExt;

use serde_json::json;
use support::Case;

use super::command::{call_shell, call_with, exec, expect, expect_outcome, serve, shell};
use crate::wire::{Frame, Host, Server, code};

pub(super) fn the_status_is_the_commands(case: &mut Case) {
    let mut server = serve(case, &[]);
    let mut wire = server.greeted(case);
    for status in 0..=255 {
        let call = call_shell(status + 1, &format!("exit {status}"));
        let expected = format!(r#"{{"status":{status}}}"#);
        expect_outcome(case, &mut server, &mut wire, &call, &expected);
    }
    // 124 to 127 are also what the client itself says.
    for status in [0, 1, 2, 100, 124, 125, 126, 127, 128, 255] {
        let ended = shell(case, &server, &[], &format!("exit {status}")).run();
        expect(case, &ended, "a command that ends by itself", status, "", "");
    }
}

pub(super) fn a_signal_is_told_by_its_number(case: &mut Case) {
    let mut server = serve(case, &[]);
    let mut wire = server.greeted(case);
    for (id, signal) in (1..).zip([1, 2, 6, 9, 11, 13, 14, 15, 31]) {
        let call = call_shell(id, &format!("kill -{signal} $$; sleep 1000"));
        let expected = format!(r#"{{"signal":{signal}}}"#);
        expect_outcome(case, &mut server, &mut wire, &call, &expected);
        let ended = shell(case, &server, &[], &format!("kill -{signal} $$; sleep 1000")).run();
        expect(
            case,
            &ended,
            &format!("a command that signal {signal} ends"),
            128 + signal,
            "",
            "",
        );
    }
}

pub(super) fn what_cannot_be_started_is_told(case: &mut Case) {
    let mut server = serve(case, &[]);
    let file = case.file("no program", "echo x\n");
    let mode = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&file, mode).unwrap_or_else(|error| panic!("chmod: {error}"));
    let address = server.address;
    for (command, status, said) in [
        (
            "nosuchprogram",
            127,
            "cannot start nosuchprogram: No such file or directory",
        ),
        ("./none", 127, "cannot start ./none: No such file or directory"),
        ("no program/x", 126, "cannot start no program/x: Not a directory"),
        (
            "./no program",
            126,
            "cannot start ./no program: Permission denied",
        ),
        ("/", 126, "cannot start /: Permission denied"),
    ] {
        let ended = exec(case, &server, &[], &[command, "x"])
            .stdin("input that nobody reads\n")
            .run();
        case.expect_status(&ended, status);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, &format!("rpc: {address}: exec: "));
        case.expect_stderr_names(&ended, said);
    }
    let mut wire = server.greeted(case);
    for (id, command, code) in [(1, "nosuchprogram", 100), (2, "./no program", 101)] {
        wire.send(&call_with(id, json!({ "argv": [command] })));
        server.expect_error(case, &mut wire, id, code, "a program that cannot be started");
    }
    // The server goes on.
    expect_outcome(
        case,
        &mut server,
        &mut wire,
        &call_shell(3, "exit 1"),
        r#"{"status":1}"#,
    );
}

pub(super) fn commands_are_off_if_nobody_says_otherwise(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let ended = exec(case, &server, &[], &["touch", "trace"]).run();
    case.expect_status(&ended, 125);
    case.expect_stdout(&ended, "");
    case.expect_stderr_names(
        &ended,
        "exec: refused (9): exec is off: start the server with --allow-exec",
    );
    let trace = case.dir().join("trace").exists();
    case.expect(&ended, !trace, "nothing run", "it was run");
    let mut wire = server.greeted(case);
    wire.send(&Frame::call(1, 0, "exec", r#"{"argv":["true"]}"#));
    server.expect_error(
        case,
        &mut wire,
        1,
        code::REFUSED,
        "exec of a server without --allow-exec",
    );
}

pub(super) fn what_is_wrong_with_the_call_is_status_125(case: &mut Case) {
    let nobody = Host::nobody().to_string();
    let ended = case.program("rpc").args(["exec", &nobody, "--", "true"]).run();
    case.expect_status(&ended, 125);
    case.expect_stderr_names(&ended, &nobody);
    // A server that is gone while the command runs.
    let mut host = Host::listen();
    let program = case.program("rpc").args(["exec", &host.name(), "--", "true"]);
    let mut client = crate::wire::Subject::spawn(program);
    let mut wire = client.welcome(case, &mut host);
    let call = client.expect_call(case, &mut wire, "the call of exec");
    client.expect_same(case, "the method", "exec", &call.method());
    wire.send(&Frame::item(call.id, b"\x01partial\n"));
    client.lines(1);
    drop(wire);
    let ended = client.wait();
    case.expect_status(&ended, 125);
    case.expect_stdout(&ended, "partial\n");
    case.expect_stderr_names(&ended, &host.name());
}
