//! The real memcached, asked the same.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};

use support::{Case, Running, text};

use super::drawn::{self, Numbers};
use super::scripts::{CHANGES, ERRORS, FLUSH, NUMBERS, TIMES, keys};
use super::stats;
use crate::memcached::memcached;
use crate::memcached::scripts::{self, BLOCKS, DELETE, LINES, NOREPLY, VALUES};
use crate::talk::{Talk, play, shown};

/// Where memcached writes the port that the kernel gave it.
const PORTS: &str = "memcached.ports";

/// Where the commands are kept of which the last one is not answered as it should be.
const SESSION: &str = "session";

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

/// Sends one command after the other, and returns each with its answer.
fn ask_all(address: SocketAddr, commands: &[Vec<u8>]) -> Vec<String> {
    let mut talk = Talk::to(address);
    let mut ask = |command: &Vec<u8>| {
        talk.send(command);
        // Whatever the answer is, it ends where this one begins.
        talk.send("version\r\n");
        let answer = talk.until_end("VERSION ");
        talk.until_end("\r\n");
        let answer = answer.strip_suffix("VERSION ").unwrap_or("(no answer)\n");
        format!("> {}{}", text::visible(command), shown("", answer.as_bytes()))
    };
    commands.iter().map(&mut ask).collect()
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
        let commands: Vec<Vec<u8>> = (0..200)
            .map(|_| drawn::command(&mut rng, Numbers::Growing))
            .collect();
        let (running, address) = real(case);
        let expected = ask_all(address, &commands);
        drop(running);
        let mut server = memcached(case, &[]);
        let actual = ask_all(server.address, &commands);
        let same = expected.iter().zip(&actual).take_while(|(a, b)| a == b).count();
        if same == commands.len() {
            continue;
        }
        // What stands in front of the first difference may be the cause of it, wherever that is.
        case.file(SESSION, commands[..=same].concat());
        let from = same.saturating_sub(20);
        let part = |steps: &[String]| steps[from..=same].concat();
        let what = format!(
            "what memcached answers to drawn commands, round {round} (the last of {} commands; `nc -N 127.0.0.1 PORT < {SESSION}` \
             plays them all to a server that was just started)",
            same + 1
        );
        server.expect_same(case, &what, &part(&expected), &part(&actual));
    }
}
