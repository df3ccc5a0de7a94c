//! Files, sockets and processes that are not the student's.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::net::{TcpStream, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::{Tries, at, target, with_namespaces};

/// What every program has to be able to do in a cell.
pub(super) fn ordinary(tries: &mut Tries) {
    let written = fs::write("own", "text").and_then(|()| fs::read_to_string("own"));
    let thread = std::thread::Builder::new()
        .spawn(|| 1)
        .is_ok_and(|thread| thread.join().is_ok());
    let lists = Path::new("/proc/self/stat").exists() && Path::new("/bin/sh").exists();
    let seen = format!("folder {:?}, thread {thread}, system {lists}", written.as_deref());
    let holds = written.is_ok_and(|text| text == "text") && thread && lists;
    tries.say(
        "an ordinary program runs: its folder, a thread, /proc, /bin/sh",
        holds,
        seen,
    );
}

pub(super) fn reach(tries: &mut Tries) {
    let secret = at(target::SECRET);
    let beside = Path::new(&secret).with_file_name("written");
    let program = std::env::current_exe().unwrap_or_default();
    tries.refused("reading a file of the course", fs::read(&secret));
    tries.refused(
        "writing a file of the course",
        OpenOptions::new().append(true).open(&secret),
    );
    match (File::create(&beside), with_namespaces()) {
        // What looks like that place may be its own view; the prober looks whether anything came to be.
        (Ok(_), true) => tries.say("making a file beside it", true, "made in a view of its own"),
        (made, _) => tries.refused("making a file beside it", made),
    }
    tries.refused("reading the report", fs::read(at(target::REPORT)));
    tries.refused(
        "writing the report",
        OpenOptions::new().append(true).open(at(target::REPORT)),
    );
    tries.refused(
        "listing the folder above its own",
        fs::read_dir("..")
            .map(|dir| dir.count())
            .and_then(only(tries_above())),
    );
    tries.refused(
        "changing its own program",
        OpenOptions::new().append(true).open(&program),
    );
    tries.refused(
        "changing another program of its own",
        OpenOptions::new()
            .append(true)
            .open(program.with_file_name("other")),
    );
    tries.refused("making a program", File::create(program.with_file_name("new")));
    tries.refused(
        "changing a program of the system",
        OpenOptions::new().append(true).open("/usr/bin/env"),
    );
    tries.refused(
        "writing to a terminal of the caller's",
        OpenOptions::new().write(true).open(at(target::TERMINAL)),
    );
    tries.refused(
        "opening the terminal that the caller was started from",
        OpenOptions::new().write(true).open("/dev/tty"),
    );
    tries.refused("reading /etc/shadow", fs::read("/etc/shadow"));
    tries.refused(
        "writing to /sys",
        OpenOptions::new().write(true).open("/sys/kernel/profiling"),
    );
    tries.refused(
        "making a file in /var/tmp",
        File::create("/var/tmp/probe-of-the-cell"),
    );

    let wait = Duration::from_millis(500);
    let address = at(target::TCP).parse().map_err(io::Error::other);
    tries.refused(
        "TCP to the machine",
        address.and_then(|address| TcpStream::connect_timeout(&address, wait)),
    );
    let sent = UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.send_to(b"probe", at(target::UDP)));
    match (sent, with_namespaces()) {
        // It reaches a loopback of its own, where nobody listens; the prober looks whether anything came.
        (Ok(_), true) => tries.say("UDP to the machine", true, "sent to a network of its own"),
        (sent, _) => tries.refused("UDP to the machine", sent),
    }
    tries.refused(
        "a Unix socket of the machine",
        UnixStream::connect(at(target::UNIX)),
    );
    let address = SocketAddr::from_abstract_name(at(target::ABSTRACT));
    tries.refused(
        "an abstract socket of the machine",
        address.and_then(|address| UnixStream::connect_addr(&address)),
    );
}

/// In the view of tier A the folder above holds the case's folder and that of the programs, and no file.
fn tries_above() -> usize {
    match with_namespaces() {
        true => 2,
        false => 0,
    }
}

/// Seeing `usual` names or fewer is as good as seeing nothing.
fn only(usual: usize) -> impl Fn(usize) -> io::Result<usize> {
    move |count| match count <= usual {
        true => Err(io::Error::other(format!("{count} names"))),
        false => Ok(count),
    }
}

pub(super) fn signals(tries: &mut Tries) {
    let suite: i32 = at(target::SUITE).parse().unwrap_or(0);
    let path = format!("/proc/{suite}");
    tries.refused(
        "reading the suite's environment",
        fs::read(format!("{path}/environ")),
    );
    tries.refused("opening the suite's memory", File::open(format!("{path}/mem")));
    tries.refused(
        "looking through the suite's descriptors",
        fs::read_link(format!("{path}/fd/2")),
    );
    if with_namespaces() {
        tries.refused(
            "reading the suite's command line",
            fs::read(format!("{path}/cmdline")),
        );
    }
    // The kernel may well answer that the signal was sent. Whether the suite lives is seen by whether it goes on.
    for (what, sent) in [
        (
            "SIGKILL to the suite",
            Pid::from_raw(suite).map(|pid| kill_process(pid, Signal::KILL)),
        ),
        (
            "SIGSTOP to the suite",
            Pid::from_raw(suite).map(|pid| kill_process(pid, Signal::STOP)),
        ),
        (
            "SIGKILL to the suite's group",
            Pid::from_raw(suite).map(|pid| kill_process_group(pid, Signal::KILL)),
        ),
    ] {
        tries.say(what, true, format!("{sent:?}"));
    }
    // Everything that this user may reach: it would end the prober, too.
    let sent = super::super::sys::ask(libc::SYS_kill, [-1, libc::SIGKILL.into(), 0, 0]);
    tries.say(
        "SIGKILL to every process",
        true,
        format!("{:?}", sent.map_err(|error| error.to_string())),
    );
}
