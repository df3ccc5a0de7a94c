//! A server of a case.

use std::fmt::Display;
use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::Signal;
use support::{Case, Ended, Program, Running};

use super::{End, PATIENCE, Peer, observed};

/// Options that choose how the loop of a server waits.
pub(crate) type Kind = &'static [&'static str];

/// The three that are there from the first stage on, level triggered.
pub(crate) const LEVEL: [Kind; 3] = [
    &["--poller", "epoll"],
    &["--poller", "poll"],
    &["--poller", "select"],
];

/// Plays `with` against each of the three kinds of poller.
pub(crate) fn everywhere(case: &mut Case, with: impl Fn(&mut Case, Kind)) {
    for kind in LEVEL {
        with(case, kind);
    }
}

/// A server that runs, on a port that the kernel chose. Dropping it kills it.
pub(crate) struct Server {
    running: Option<Running>,
    pub(crate) pid: u32,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts `nbnet COMMAND --listen 127.0.0.1:0 KIND… ARGS…` and waits until it serves.
    pub(crate) fn start(case: &mut Case, command: &str, kind: Kind, args: &[&str]) -> Self {
        let program = case
            .program("nbnet")
            .args([command, "--listen", "127.0.0.1:0"])
            .args(kind)
            .args(args);
        Self::spawn(case, program)
    }

    /// As [`Server::start`], with at most `descriptors` open descriptors.
    pub(crate) fn start_with_limit(
        case: &mut Case,
        descriptors: u64,
        command: &str,
        kind: Kind,
        args: &[&str],
    ) -> Self {
        let nbnet = case.program_path("nbnet");
        let script = format!("ulimit -n {descriptors}; exec \"$0\" \"$@\"");
        let program = case
            .peer("sh", "dash")
            .args(["-c", &script])
            .args([nbnet.as_os_str()])
            .args([command, "--listen", "127.0.0.1:0"])
            .args(kind)
            .args(args);
        Self::spawn(case, program)
    }

    fn spawn(case: &mut Case, program: Program) -> Self {
        let mut running = program.spawn();
        let pid = running.pid();
        let said = running.wait_for_stdout("printed a first line", |stdout| stdout.contains(&b'\n'));
        let line = String::from_utf8_lossy(&said);
        let line = line.lines().next().unwrap_or_default();
        let address = line
            .strip_prefix("listening on ")
            .and_then(|address| address.parse::<SocketAddr>().ok())
            .filter(|address| address.port() != 0);
        let Some(address) = address else {
            let ended = running.kill();
            case.expect(
                &ended,
                false,
                "`listening on 127.0.0.1:PORT` as the first line on standard output",
                line,
            );
            unreachable!("an expectation that does not hold ends the case");
        };
        Self {
            running: Some(running),
            pid,
            address,
        }
    }

    fn running(&mut self) -> &mut Running {
        self.running
            .as_mut()
            .expect("a server is taken only where its case ends")
    }

    /// Connects a peer.
    pub(crate) fn peer(&self) -> Peer {
        Peer::connect(self.address)
    }

    /// Connects a peer whose kernel keeps only some kilobytes of what it has not read yet.
    pub(crate) fn narrow_peer(&self) -> Peer {
        Peer::narrow(self.address)
    }

    /// Expects `holds`; `what` is the sentence that failed, `found` what was seen. The server is ended only if the case is.
    pub(crate) fn expect(&mut self, case: &mut Case, holds: bool, what: &str, found: impl Display) {
        if holds {
            return;
        }
        if let Some(running) = self.running.take() {
            let ended = running.kill();
            case.expect(&ended, false, what, found);
        }
    }

    /// Expects `actual`, which the case made from what it saw, to be `expected`; `what` says what both are. As [`Server::expect`].
    pub(crate) fn expect_same(&mut self, case: &mut Case, what: &str, expected: &str, actual: &str) {
        if expected == actual {
            return;
        }
        if let Some(running) = self.running.take() {
            let ended = running.kill();
            case.expect_same(&ended, what, expected, actual);
        }
    }

    /// Expects that `peer` is sent exactly `expected` next. `what` completes "the answer to …".
    pub(crate) fn expect_answer(&mut self, case: &mut Case, peer: &mut Peer, expected: &[u8], what: &str) {
        let found = peer.read(expected.len());
        if found == expected {
            return;
        }
        let (wanted, seen) = around_difference(expected, &found);
        let what = format!("the answer to {what}: {} bytes{wanted}", expected.len());
        let state = peer.state();
        self.expect(
            case,
            false,
            &what,
            format!("{} bytes{seen}; {state}", found.len()),
        );
    }

    /// Expects that the server closes the connection in order, with nothing more in front of the end.
    pub(crate) fn expect_closed(&mut self, case: &mut Case, peer: &mut Peer, what: &str) {
        let (rest, end) = peer.read_to_end();
        self.expect(
            case,
            rest.is_empty() && end == End::Closed,
            what,
            format!("{} more bytes, and then {end}", rest.len()),
        );
    }

    /// Expects that the server ends the connection, in order or by a reset, with nothing more in front of the end.
    ///
    /// A server that closes with bytes of the peer unread resets the connection, which is no fault.
    pub(crate) fn expect_ended(&mut self, case: &mut Case, peer: &mut Peer, what: &str) {
        let (rest, end) = peer.read_to_end();
        self.expect(
            case,
            rest.is_empty() && end.is_an_end(),
            what,
            format!("{} more bytes, and then {end}", rest.len()),
        );
    }

    /// Waits until standard error holds `what`.
    pub(crate) fn expect_said(&mut self, what: &str) {
        let needle = what.to_owned();
        self.running()
            .wait_for_stderr(&format!("said `{what}`"), |stderr| {
                String::from_utf8_lossy(stderr).contains(&needle)
            });
    }

    /// What standard error holds so far.
    pub(crate) fn said(&mut self) -> String {
        String::from_utf8_lossy(&self.running().stderr()).into_owned()
    }

    /// Expects a new peer to be answered, and returns it.
    pub(crate) fn expect_service(&mut self, case: &mut Case, protocol: super::Protocol) -> Peer {
        let mut peer = self.peer();
        let request = protocol.request(b"are you there?");
        peer.send(&request);
        self.expect_answer(case, &mut peer, &request, "a new peer");
        peer
    }

    /// Waits until `ready` holds of something outside; `what` completes the sentence "it never …".
    pub(crate) fn wait_until(&mut self, what: &str, ready: impl FnMut() -> bool) {
        self.running().wait_until(what, ready);
    }

    /// Waits until every thread sleeps and goes on sleeping for `nap`, and returns whether that came.
    ///
    /// A server that turns round and round without rest never does. While it has work to do, only the time counts that it had a processor
    /// for: a busy machine gives it little.
    pub(crate) fn sleeps_for(&mut self, nap: Duration) -> bool {
        let mut spent = Duration::ZERO;
        while spent < PATIENCE {
            let (before, worked, since) = (
                observed::Threads::of(self.pid),
                observed::processor_time(self.pid),
                std::time::Instant::now(),
            );
            std::thread::sleep(nap);
            let after = observed::Threads::of(self.pid);
            if before.all_sleep() && before == after {
                return true;
            }
            spent += match after.all_sleep() {
                true => since.elapsed(),
                false => observed::processor_time(self.pid).saturating_sub(worked),
            };
        }
        false
    }

    /// Waits until every thread sleeps, for a second at most: then what was sent has been read, if it was wanted.
    pub(crate) fn falls_asleep(&self) {
        observed::falls_asleep(self.pid);
    }

    /// Looks at the server for about `time`, and returns in how many of a hundred looks every thread slept.
    ///
    /// A thread that waits for a processor does not sleep, so that a busy machine is no excuse for one that turns round and round.
    pub(crate) fn rest_in_percent(&mut self, time: Duration) -> usize {
        const LOOKS: u32 = 100;
        let pid = self.pid;
        (0..LOOKS)
            .filter(|_| {
                std::thread::sleep(time / LOOKS);
                observed::Threads::of(pid).all_sleep()
            })
            .count()
    }

    /// Waits until nothing moves in the server: what it has not read by then it does not want to read.
    pub(crate) fn settle(&mut self, case: &mut Case) {
        let settled = self.sleeps_for(Duration::from_millis(40));
        self.expect(
            case,
            settled,
            "a server that sleeps when there is nothing to do",
            "its threads wake up again and again",
        );
    }

    /// Sends a signal.
    pub(crate) fn signal(&mut self, signal: Signal) {
        self.running().signal(signal);
    }

    /// Waits for the end, however it came about.
    pub(crate) fn wait(mut self) -> Ended {
        let running = self.running.take();
        running
            .expect("a server is taken only where its case ends")
            .wait()
    }
}

/// Shows some bytes of both from where they differ.
fn around_difference(expected: &[u8], found: &[u8]) -> (String, String) {
    const SHOWN: usize = 48;
    let same = expected.iter().zip(found).take_while(|(a, b)| a == b).count();
    let show = |bytes: &[u8]| match bytes.get(same..bytes.len().min(same + SHOWN)) {
        Some(part) if !part.is_empty() => {
            format!(", from byte {} on `{}`", same + 1, support::text::visible(part))
        }
        _ => String::new(),
    };
    (show(expected), show(found))
}
