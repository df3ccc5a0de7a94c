//! What systemd is told, and what it is given to read.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use rustix::process::Signal;
use support::Case;

use crate::supervised::{act, configure, daemon, expect_well, read, wait_for_number};

/// Waits for one datagram.
fn next(socket: &UnixDatagram) -> String {
    let mut buffer = [0; 4096];
    match socket.recv(&mut buffer) {
        Ok(length) => String::from_utf8_lossy(&buffer[..length]).into_owned(),
        Err(error) => format!("no message: {error}"),
    }
}

/// Receives what is told until `enough`, and returns it all.
pub(crate) fn told(socket: &UnixDatagram, enough: impl Fn(&str) -> bool) -> String {
    let mut all = String::new();
    while !enough(&all) {
        let message = next(socket);
        all.push_str(message.trim_end());
        all.push('\n');
        if message.starts_with("no message") {
            break;
        }
    }
    all
}

/// Makes a socket as systemd does, in the file system or in the abstract namespace, and returns what `NOTIFY_SOCKET` is to be.
pub(crate) fn socket(case: &Case, is_abstract: bool) -> (UnixDatagram, String) {
    let unique = format!("course-suite/{}", std::process::id());
    // The path of a socket has at most 107 bytes, and the case's folder may be deep.
    let path = std::env::temp_dir().join(format!("course-suite-{}", std::process::id()));
    let (address, name) = match is_abstract {
        true => (SocketAddr::from_abstract_name(&unique), format!("@{unique}")),
        false => (SocketAddr::from_pathname(&path), path.display().to_string()),
    };
    let address = address.unwrap_or_else(|error| panic!("{name}: {error}"));
    let socket = UnixDatagram::bind_addr(&address).unwrap_or_else(|error| panic!("{name}: {error}"));
    let _ = case;
    socket
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("20 seconds are a timeout");
    (socket, name)
}

pub(super) fn systemd_is_told_how_it_goes(case: &mut Case) {
    for is_abstract in [true, false] {
        let (socket, name) = socket(case, is_abstract);
        configure(
            case,
            "echo $$ >pid; echo ${NOTIFY_SOCKET-none} >notify; sleep 0.2; echo first line; exec sleep 1000",
            "directory = \".\"\nready = \"line\"",
        );
        let running = daemon(case, "run", &[]).env("NOTIFY_SOCKET", &name).spawn();
        let pid = running.pid();
        let of_command = wait_for_number(case, "pid");
        let told_at_start = told(&socket, |all| all.contains("READY=1\n"));
        running.signal(Signal::TERM);
        let told_at_end = told(&socket, |all| all.contains("STOPPING=1\n"));
        let ended = running.wait();
        if !is_abstract {
            let _ = std::fs::remove_file(&name);
        }
        expect_well(case, &ended);
        for line in [
            "READY=1\n".to_owned(),
            format!("MAINPID={pid}\n"),
            format!("STATUS=server[{of_command}] is running\n"),
        ] {
            case.expect(
                &ended,
                told_at_start.contains(&line),
                &format!("{} is sent to NOTIFY_SOCKET={name}", line.trim_end()),
                &told_at_start,
            );
        }
        case.expect(
            &ended,
            told_at_end.contains("STOPPING=1\n"),
            "STOPPING=1 after SIGTERM",
            &told_at_end,
        );
        let seen = read(case, "notify");
        case.expect(
            &ended,
            seen == "none\n",
            "the command does not get the NOTIFY_SOCKET of its supervisor",
            seen,
        );
    }
}

pub(super) fn a_unit_for_systemd_is_printed(case: &mut Case) {
    configure(case, "exit", "");
    let unit = act(case, "unit");
    expect_well(case, &unit);
    let text = unit.stdout_text();
    let config = case.dir().join("d.toml").display().to_string();
    for needed in [
        "[Unit]\n",
        "[Service]\nType=notify\n",
        " run --config ",
        &config,
        "[Install]\n",
    ] {
        case.expect(
            &unit,
            text.contains(needed),
            &format!("`{}` in the unit", needed.trim()),
            &text,
        );
    }
    let file = case.file("server.service", &unit.stdout);
    let verified = case
        .peer("systemd-analyze", "systemd")
        .args(["verify", "--man=no"])
        .args([&file])
        .run();
    expect_well(case, &verified);
    let said = verified.stderr_text();
    case.expect(
        &verified,
        !said.contains("server.service"),
        "nothing to say about server.service",
        said,
    );
}
