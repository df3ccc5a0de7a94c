//! The real memcached, asked the same.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};

use support::{Case, Running};

use super::drawn::{self, Numbers};
use super::scripts::{CHANGES, ERRORS, FLUSH, NUMBERS, TIMES, keys};
use super::stats;
use crate::memcached::memcached;
use crate::memcached::scripts::{self, BLOCKS, DELETE, LINES, NOREPLY, VALUES};
use crate::talk::{Talk, play, shown};

/// Where memcached writes the port that the kernel gave it.
const PORTS: &str = "memcached.ports";

/// Starts the real memcached and waits until it listens.
fn real(case: &mut Case) -> (Running, SocketAddr) {
    let ports = case.dir().join(PORTS);
    let _ = fs::remove_file(&ports);
    let mut running = case
        .peer("memcached", "memcached")
        // Whoever is root must say who it is to become.
        .args(["-l", "127.0.0.1", "-p", "-1", "-U", "0", "-t", "1", "-u", "root"])
        .env("MEMCACHED_PORT_FILENAME", &ports)
        .spawn();
    let mut port = None;
    running.wait_until("wrote its port into a file", || {
        let text = fs::read_to_string(&ports).unwrap_or_default();
        port = text
            .lines()
            .find_map(|line| line.strip_prefix("TCP INET: ")?.parse().ok());
        port.is_some()
    });
    (
        running,
        SocketAddr::from((Ipv4Addr::LOCALHOST, port.unwrap_or_default())),
    )
}

/// Sends `bytes` and returns everything that comes back.
fn answer(address: SocketAddr, bytes: &[u8]) -> String {
    let mut talk = Talk::to(address);
    talk.send(bytes);
    talk.send("quit\r\n");
    shown("", &talk.until_end_of_connection())
}

/// Lets `speak` speak to both, fresh as they are, and expects the same answers.
fn compare(case: &mut Case, what: &str, speak: impl Fn(SocketAddr) -> String) {
    let (running, address) = real(case);
    let expected = speak(address);
    drop(running);
    let mut server = memcached(case, &[]);
    let actual = speak(server.address);
    server.expect_same(
        case,
        &format!("what memcached answers: {what}"),
        &expected,
        &actual,
    );
}

pub(super) fn memcached_counts_the_same(case: &mut Case) {
    let (running, address) = real(case);
    let mut talk = Talk::to(address);
    stats::do_all(&mut talk);
    let expected = stats::told(&stats::stats(&mut talk));
    drop(running);
    let mut server = memcached(case, &[]);
    let mut talk = server.talk();
    stats::do_all(&mut talk);
    let actual = stats::told(&stats::stats(&mut talk));
    server.expect_same(case, "what memcached counts", &expected, &actual);
}

pub(super) fn memcached_answers_the_same(case: &mut Case) {
    let tables = [
        VALUES,
        BLOCKS,
        DELETE,
        NOREPLY,
        scripts::ERRORS,
        LINES,
        CHANGES,
        NUMBERS,
        TIMES,
        FLUSH,
        ERRORS,
    ];
    // One command after the other: of several at once, memcached may forget answers when it refuses a key.
    let step_by_step = |script: &str| {
        let script = script.to_owned();
        move |address| play(address, &script).actual
    };
    for (what, script) in tables.concat() {
        compare(case, what, step_by_step(script));
    }
    compare(case, "keys of 250 and 251 bytes", step_by_step(&scripts::keys()));
    compare(case, "keys of 251 bytes", step_by_step(&keys()));
    // Always the same ones, unless a seed is given.
    for round in 0..4 {
        let mut rng = case.rng(round);
        let draw = |_| drawn::command(&mut rng, Numbers::Growing);
        let commands: Vec<u8> = (0..200).flat_map(draw).collect();
        let what = format!("200 drawn commands, round {round}");
        compare(case, &what, |address| answer(address, &commands));
    }
}
