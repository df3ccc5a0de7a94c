//! What is no call of exec, and what is wrong usage.

use support::Case;

use super::command::serve;
use crate::wire::{Frame, Server, code, kind};

pub(super) fn parameters_that_are_none_are_named(case: &mut Case) {
    let mut server = serve(case, &[]);
    let mut wire = server.greeted(case);
    for (id, (body, named)) in (1..).zip([
        ("", ""),
        ("[]", ""),
        (r#"["true"]"#, ""),
        ("{}", "argv"),
        (r#"{"argv":[]}"#, "argv"),
        (r#"{"argv":[""]}"#, "argv"),
        (r#"{"argv":"touch trace"}"#, ""),
        (r#"{"argv":["touch",7]}"#, ""),
        (r#"{"argv":["touch","trace"],"nice":5}"#, "nice"),
        (r#"{"argv":["touch","trace"],"Timeout_ms":5}"#, "Timeout_ms"),
        (r#"{"argv":["touch","trace"],"timeout_ms":-1}"#, ""),
        (r#"{"argv":["touch","trace"],"timeout_ms":"1"}"#, ""),
        (r#"{"argv":["touch","trace"],"limit":1.5}"#, ""),
        (r#"{"argv":["touch","trace"],"stdin":"yes"}"#, ""),
        (r#"{"argv":["touch","trace"],"env":["A=1"]}"#, ""),
        (r#"{"argv":["touch","trace"],"env":{"A":1}}"#, ""),
        (r#"{"argv":["touch","trace"],"env":{"":"1"}}"#, ""),
        (r#"{"argv":["touch","trace"],"env":{"A=B":"1"}}"#, "A=B"),
        (r#"{"argv":["touch","trace\u0000"]}"#, "NUL"),
        (r#"{"argv":["touch","trace"],"env":{"A":"\u0000"}}"#, "NUL"),
        (r#"{"argv":["touch","trace"],"cwd":"/\u0000"}"#, "NUL"),
        (r#"{"argv":["touch","trace"],"shell":true}"#, "shell"),
        (r#"{"argv":["touch","trace"],"argv":["true"]}"#, ""),
        (r#"{"argv":["touch","trace"]"#, ""),
    ]) {
        wire.send(&Frame::call(id, 0, "exec", body));
        let error = server.expect_kind(case, &mut wire, kind::ERROR, &format!("an error for `{body}`"));
        server.expect(
            case,
            error.is_error(id, code::BAD_PARAMS),
            &format!("code 2 for `{body}`"),
            &error,
        );
        let message = String::from_utf8_lossy(error.rest(2)).into_owned();
        server.expect(
            case,
            message.contains(named),
            &format!("a message for `{body}` that names `{named}`"),
            message,
        );
    }
    let trace = case.dir().join("trace").exists();
    server.expect(case, !trace, "nothing run", "it was run");
}

pub(super) fn wrong_usage_of_exec_is_status_2(case: &mut Case) {
    let server: Server = serve(case, &[]);
    let address = &*server.address.to_string();
    for (args, named) in [
        (&[][..], "ADDR"),
        (&["--", "true"], "true"),
        (&[address], ""),
        (&[address, "--"], ""),
        (&[address, "--shell", "--", "echo", "two"], "shell"),
        (&[address, "--env", "A", "--", "true"], "--env"),
        (&[address, "--env", "=x", "--", "true"], ""),
        (&[address, "--timeout", "soon", "--", "true"], "--timeout"),
        (&[address, "--timeout", "-1", "--", "true"], "--timeout"),
        (&[address, "--limit", "many", "--", "true"], "--limit"),
        (&[address, "--nice", "5", "--", "true"], "--nice"),
        (&["nowhere", "--", "true"], "nowhere"),
    ] {
        let ended = case.program("rpc").args(["exec"]).args(args).run();
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, named);
        case.expect_stdout(&ended, "");
    }
    for option in [["--exec-at-once", "0"], ["--exec-queue", "x"]] {
        let ended = case
            .program("rpc")
            .args(["serve", "--listen", "127.0.0.1:0", "--allow-exec"])
            .args(option)
            .run();
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, option[0]);
    }
}
