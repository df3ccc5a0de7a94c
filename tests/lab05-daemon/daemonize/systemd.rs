//! What systemd is told, and what it is given to read.

use std::fs;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::Signal;
use support::Case;

use crate::supervised::{act, configure, daemon, expect_well, read, until_number};

/// A socket as systemd makes it.
pub(crate) struct Manager {
    socket: UnixDatagram,
    /// What `NOTIFY_SOCKET` is to be.
    pub(crate) name: String,
    /// The file, if it is one.
    path: Option<PathBuf>,
}

impl Manager {
    /// Makes one in the abstract namespace.
    pub(crate) fn in_abstract() -> Self {
        let unique = format!("course-suite/{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&unique).expect("it is short enough");
        Self::bind(&address, format!("@{unique}"), None)
    }

    /// Makes one in the file system.
    pub(crate) fn in_folder() -> Self {
        // The path of a socket has at most 107 bytes, and the case's own folder may be deep.
        let path = std::env::temp_dir().join(format!("course-suite-{}", std::process::id()));
        let address =
            SocketAddr::from_pathname(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::bind(&address, path.display().to_string(), Some(path))
    }

    fn bind(address: &SocketAddr, name: String, path: Option<PathBuf>) -> Self {
        let socket = UnixDatagram::bind_addr(address).unwrap_or_else(|error| panic!("{name}: {error}"));
        let patience = Some(Duration::from_secs(5));
        socket
            .set_read_timeout(patience)
            .expect("5 seconds are a timeout");
        Self { socket, name, path }
    }

    /// Receives until `enough` says so of all that came, and returns it: lines.
    pub(crate) fn told(&self, enough: impl Fn(&str) -> bool) -> String {
        let mut all = String::new();
        let mut buffer = [0; 4096];
        while !enough(&all) {
            match self.socket.recv(&mut buffer) {
                Ok(length) => all += String::from_utf8_lossy(&buffer[..length]).trim_end(),
                Err(error) => return format!("{all}nothing more: {error}\n"),
            }
            all.push('\n');
        }
        all
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}

pub(super) fn systemd_is_told_how_it_goes(case: &mut Case) {
    for manager in [Manager::in_abstract(), Manager::in_folder()] {
        configure(
            case,
            "echo ${NOTIFY_SOCKET-none} >notify; echo $$ >pid; sleep 0.2; echo first line; exec sleep 1000",
            "directory = \".\"\nready = \"line\"",
        );
        let mut running = daemon(case, "run", &[])
            .env("NOTIFY_SOCKET", &manager.name)
            .spawn();
        let pid = running.pid();
        let of_command = until_number(&mut running, case, "pid");
        let at_start = manager.told(|all| all.contains("READY=1\n"));
        running.signal(Signal::TERM);
        let at_end = manager.told(|all| all.contains("STOPPING=1\n"));
        let ended = running.wait();
        expect_well(case, &ended);
        for line in [
            "READY=1\n".to_owned(),
            format!("MAINPID={pid}\n"),
            format!("STATUS=server[{of_command}] is running\n"),
        ] {
            case.expect(
                &ended,
                at_start.contains(&line),
                &format!("{} is sent to NOTIFY_SOCKET={}", line.trim_end(), manager.name),
                &at_start,
            );
        }
        case.expect(
            &ended,
            at_end.contains("STOPPING=1\n"),
            "STOPPING=1 after SIGTERM",
            &at_end,
        );
        let seen = read(case, "notify");
        case.expect(
            &ended,
            seen == "none\n",
            "the command does not get the NOTIFY_SOCKET of its supervisor",
            seen,
        );
        fs::remove_file(case.dir().join("pid")).expect("it was just read");
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
