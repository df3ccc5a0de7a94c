//! Start, stop, status: what they say and with which exit status they end.

use support::Case;

use crate::supervised::{
    LIVES, act, children, command, configure, daemon, expect_well, is_alive, is_there, pid_of_daemon, start,
    stop,
};

pub(super) fn a_daemon_is_started_found_and_stopped(case: &mut Case) {
    configure(case, LIVES, "");
    let (pid, started) = start(case);
    case.expect_quiet(&started);
    case.expect_stdout(&started, "");
    let of_command = command(case, &started, pid);
    let status = act(case, "status");
    case.expect_status(&status, 0);
    case.expect_stdout(&status, format!("server is running, pid {pid}\n"));
    let stopped = stop(case);
    case.expect_stdout(&stopped, "");
    for (pid, whose) in [(pid, "the daemon"), (of_command, "its command")] {
        case.expect(
            &stopped,
            !is_alive(pid),
            &format!("{whose} has ended when stop has"),
            format!("process {pid} is running"),
        );
    }
    case.expect(
        &stopped,
        !is_there(case, "d.pid"),
        "no d.pid when it has stopped",
        "it is there",
    );
    let again = act(case, "stop");
    case.expect_status(&again, 0);
    case.expect_stdout(&again, "server is not running\n");
}

pub(super) fn what_is_not_running_has_status_3(case: &mut Case) {
    configure(case, LIVES, "");
    let status = act(case, "status");
    case.expect_status(&status, 3);
    case.expect_stdout(&status, "server is not running\n");
}

pub(super) fn status_is_told_by_numbers(case: &mut Case) {
    configure(case, LIVES, "");
    let file = case.dir().join("d.pid").display().to_string();
    for (status, state, sentence) in [
        (3, "stopped", "server is not running".to_owned()),
        (1, "dead", format!("server is not running, but {file} is there")),
    ] {
        if state == "dead" {
            case.file("d.pid", "");
        }
        let plain = act(case, "status");
        case.expect_status(&plain, status);
        case.expect_stdout(&plain, format!("{sentence}\n"));
        let json = daemon(case, "status", &["--json"]).run();
        case.expect_status(&json, status);
        case.expect_stdout(
            &json,
            format!("{{\"name\":\"server\",\"state\":\"{state}\",\"pid\":null,\"pid_file\":\"{file}\"}}\n"),
        );
        let reload = act(case, "reload");
        case.expect_status(&reload, 7);
        case.expect_stderr_names(&reload, "server is not running");
    }
    let (pid, _) = start(case);
    let json = daemon(case, "status", &["--json"]).run();
    case.expect_status(&json, 0);
    case.expect_stdout(
        &json,
        format!("{{\"name\":\"server\",\"state\":\"running\",\"pid\":{pid},\"pid_file\":\"{file}\"}}\n"),
    );
    let unknown = case
        .program("daemon")
        .args(["status", "--config", "other.toml"])
        .run();
    case.expect_status(&unknown, 4);
    case.expect_stderr_names(&unknown, "other.toml");
    stop(case);
}

pub(super) fn restart_stops_and_starts(case: &mut Case) {
    configure(case, LIVES, "");
    let first = act(case, "restart");
    expect_well(case, &first);
    let before = pid_of_daemon(case, &first);
    let of_before = command(case, &first, before);
    let second = act(case, "restart");
    expect_well(case, &second);
    let after = pid_of_daemon(case, &second);
    let old = [before, of_before].map(is_alive);
    case.expect(
        &second,
        old == [false, false] && before != after && children(after).len() == 1,
        "the old daemon and its command have ended, and there are new ones",
        format!("{before} and {of_before} are alive: {old:?}; the new one is {after}"),
    );
    stop(case);
}

pub(super) fn mistakes_of_the_configuration_are_named_by_line(case: &mut Case) {
    for (line, expected) in [
        ("comand = []", "d.toml:5: unknown key `comand`"),
        ("ready = \"soon\"", "d.toml:5: `ready` must be"),
        ("umask = 22", "d.toml:5: `umask` must be"),
        ("grace_ms = = 2", "d.toml:5: "),
        (
            "environment = { \"A=B\" = \"C\" }",
            "d.toml:5: `environment` must be",
        ),
    ] {
        configure(case, LIVES, line);
        for (action, status) in [("start", 1), ("run", 1), ("status", 4)] {
            let ended = act(case, action);
            case.expect_status(&ended, status);
            case.expect_stderr_names(&ended, expected);
        }
    }
    case.file("d.toml", "command = [\"true\"]\npid_file = \"d.pid\"\n");
    let ended = act(case, "start");
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "log");
    case.expect(&ended, !is_there(case, "d.pid"), "no d.pid", "it is there");
}

pub(super) fn mistakes_of_the_command_line_are_named(case: &mut Case) {
    configure(case, LIVES, "");
    for (args, expected) in [
        (&["start"][..], "--config"),
        (&["begin", "--config", "d.toml"], "begin"),
        (&["start", "--config", "d.toml", "--json"], "--json"),
        (&["stop", "--config", "d.toml", "--timeout", "soon"], "--timeout"),
        (&["status", "--config", "d.toml", "more"], "more"),
    ] {
        let ended = case.program("daemon").args(args).run();
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, expected);
    }
}
