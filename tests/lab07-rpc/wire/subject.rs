//! Programs of the subject that run.

use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::{Case, Ended, Program, Running};

use super::end::End;
use super::frame::{Frame, kind};
use super::host::Host;
use super::observed::{Threads, processor_time};
use super::script;
use super::socket::Wire;
use super::{MUST_TAKE, PATIENCE};

/// What the suite says in its HELLO, unless a case says otherwise: payloads of a megabyte, and no question however long it is silent.
const HELLO: (u32, u32) = (1 << 20, 0);

/// A program of the subject that runs. Dropping it kills it.
///
/// It fails the case with what it has printed and said, so that everything that is expected while it runs is expected here.
pub(crate) struct Subject {
    running: Option<Running>,
    pub(crate) pid: u32,
}

/// A program that listens.
pub(crate) struct Server {
    subject: Subject,
    pub(crate) address: SocketAddr,
}

impl Deref for Server {
    type Target = Subject;

    fn deref(&self) -> &Subject {
        &self.subject
    }
}

impl DerefMut for Server {
    fn deref_mut(&mut self) -> &mut Subject {
        &mut self.subject
    }
}

impl Server {
    /// Starts `rpc serve --listen 127.0.0.1:0 ARGS…` and waits until it listens.
    pub(crate) fn start(case: &mut Case, args: &[&str]) -> Self {
        let program = case.program("rpc").args(["serve", "--listen", "127.0.0.1:0"]);
        Self::spawn(case, program.args(args))
    }

    /// Starts a program that says where it listens.
    pub(crate) fn spawn(case: &mut Case, program: Program) -> Self {
        let mut subject = Subject::spawn(program);
        let running = subject.running();
        let said = running.wait_for_stdout("printed a first line", |stdout| stdout.contains(&b'\n'));
        let line = String::from_utf8_lossy(&said);
        let line = line.lines().next().unwrap_or_default();
        let address = line
            .strip_prefix("listening on ")
            .and_then(|address| address.parse::<SocketAddr>().ok())
            .filter(|address| address.port() != 0);
        subject.expect(
            case,
            address.is_some(),
            "`listening on 127.0.0.1:PORT` as the first line on standard output",
            line,
        );
        let address = address.expect("an expectation that does not hold ends the case");
        Self { subject, address }
    }

    /// Connects without a HELLO.
    pub(crate) fn connect(&self) -> Wire {
        Wire::connect(self.address).with_process(self.pid)
    }

    /// Connects and exchanges HELLOs; [`HELLO`] is what it says.
    pub(crate) fn greeted(&mut self, case: &mut Case) -> Wire {
        let wire = self.connect();
        self.greet(case, wire)
    }

    /// Exchanges HELLOs on a connection that was opened.
    pub(crate) fn greet(&mut self, case: &mut Case, mut wire: Wire) -> Wire {
        wire.send(&Frame::hello(HELLO.0, HELLO.1));
        self.expect_kind(case, &mut wire, kind::HELLO, "the server's HELLO");
        wire
    }

    /// Plays `script` over connections that are opened as they occur ([`script`]); `what` says what it shows.
    pub(crate) fn play(&mut self, case: &mut Case, what: &str, script: &str) {
        let played = script::play_all(self.address, script);
        self.expect_same(case, what, &played.expected, &played.actual);
    }

    /// Sends a call and returns the body of its REPLY.
    pub(crate) fn ask(
        &mut self,
        case: &mut Case,
        wire: &mut Wire,
        id: u64,
        method: &str,
        body: &str,
    ) -> String {
        wire.send(&Frame::call(id, 0, method, body));
        let what = format!("the reply to {method}, call {id}");
        let reply = self.expect_kind(case, wire, kind::REPLY, &what);
        self.expect(case, reply.id == id, &what, &reply);
        String::from_utf8_lossy(&reply.payload).into_owned()
    }

    /// Sends SIGTERM and expects exit status 0.
    pub(crate) fn stop(mut self, case: &mut Case) -> Ended {
        self.signal(Signal::TERM);
        let ended = self.subject.wait();
        case.expect_status(&ended, 0);
        ended
    }

    /// Waits for the end, however it came about.
    pub(crate) fn wait(self) -> Ended {
        self.subject.wait()
    }
}

impl Subject {
    /// Starts a program.
    pub(crate) fn spawn(program: Program) -> Self {
        let running = program.spawn();
        Self {
            pid: running.pid(),
            running: Some(running),
        }
    }

    /// The program, for what only [`Running`] can do.
    pub(crate) fn running(&mut self) -> &mut Running {
        self.running
            .as_mut()
            .expect("a program is taken only where its case ends")
    }

    /// Expects `holds`; `what` is the sentence that failed, `found` what was seen. The program is ended only if the case is.
    pub(crate) fn expect(&mut self, case: &mut Case, holds: bool, what: &str, found: impl Display) {
        if holds {
            return;
        }
        if let Some(running) = self.running.take() {
            let ended = running.kill();
            case.expect(&ended, false, what, found);
        }
    }

    /// Expects `actual`, which the case made from what it saw, to be `expected`; `what` says what both are. As [`Subject::expect`].
    pub(crate) fn expect_same(&mut self, case: &mut Case, what: &str, expected: &str, actual: &str) {
        if expected == actual {
            return;
        }
        if let Some(running) = self.running.take() {
            let ended = running.kill();
            case.expect_same(&ended, what, expected, actual);
        }
    }

    /// Plays `script`, whose lines are all of one connection, and leaves that as it is.
    pub(crate) fn play_on(&mut self, case: &mut Case, wire: &mut Wire, what: &str, script: &str) {
        let played = script::play_on(wire, script);
        self.expect_same(case, what, &played.expected, &played.actual);
    }

    /// Expects another frame, whichever; `what` says what it was to be.
    pub(crate) fn expect_next(&mut self, case: &mut Case, wire: &mut Wire, what: &str) -> Frame {
        let frame = wire.next();
        self.expect(case, frame.is_some(), what, wire.state());
        frame.expect("an expectation that does not hold ends the case")
    }

    /// Expects another frame, of this kind.
    pub(crate) fn expect_kind(&mut self, case: &mut Case, wire: &mut Wire, kind: u8, what: &str) -> Frame {
        let frame = self.expect_next(case, wire, what);
        self.expect(case, frame.kind == kind, what, &frame);
        frame
    }

    /// Expects `frame` to be next.
    pub(crate) fn expect_frame(&mut self, case: &mut Case, wire: &mut Wire, frame: &Frame, what: &str) {
        let next = self.expect_next(case, wire, what);
        self.expect_same(case, what, &frame.to_string(), &next.to_string());
        self.expect(
            case,
            next == *frame,
            what,
            "another of which the beginning is the same",
        );
    }

    /// Expects the ERROR of call `id` with `code` to be next.
    pub(crate) fn expect_error(&mut self, case: &mut Case, wire: &mut Wire, id: u64, code: u16, what: &str) {
        let next = self.expect_next(case, wire, what);
        let what = format!("{what}: `ERROR {id} {code} …`");
        self.expect(case, next.is_error(id, code), &what, &next);
    }

    /// Expects that the program ends the connection, in order or by a reset, with nothing more in front of the end.
    ///
    /// Whoever closes with bytes of the peer unread resets the connection, which is no fault.
    pub(crate) fn expect_ended(&mut self, case: &mut Case, wire: &mut Wire, what: &str) {
        let next = wire.next();
        let (end, state) = (wire.end(), wire.state());
        let found = next.map_or(state, |frame| format!("`{frame}`"));
        self.expect(case, end.is_some_and(End::is_an_end), what, found);
    }

    /// Waits until the program has connected, and takes the connection in.
    pub(crate) fn accept(&mut self, host: &mut Host) -> Wire {
        let mut wire = None;
        self.running().wait_until("connected", || {
            wire = host.try_accept();
            wire.is_some()
        });
        wire.expect("it was waited for").with_process(self.pid)
    }

    /// As [`Subject::accept`], and exchanges HELLOs. A client may send calls right behind its own.
    pub(crate) fn welcome(&mut self, case: &mut Case, host: &mut Host) -> Wire {
        let mut wire = self.accept(host);
        self.expect_kind(case, &mut wire, kind::HELLO, "the client's HELLO");
        wire.send(&Frame::hello(HELLO.0, HELLO.1));
        wire
    }

    /// Expects a CALL to be next.
    pub(crate) fn expect_call(&mut self, case: &mut Case, wire: &mut Wire, what: &str) -> Frame {
        self.expect_kind(case, wire, kind::CALL, what)
    }

    /// Waits until standard error holds `what`.
    pub(crate) fn expect_said(&mut self, what: &str) {
        let needle = what.to_owned();
        self.running()
            .wait_for_stderr(&format!("said `{what}`"), |stderr| {
                String::from_utf8_lossy(stderr).contains(&needle)
            });
    }

    /// Waits until standard output has `count` lines, and returns them.
    pub(crate) fn lines(&mut self, count: usize) -> Vec<String> {
        self.running().wait_for_lines(count)
    }

    /// Waits until `ready` holds of something outside; `what` completes the sentence "it never …".
    pub(crate) fn wait_until(&mut self, what: &str, ready: impl FnMut() -> bool) {
        self.running().wait_until(what, ready);
    }

    /// Waits until every thread sleeps and goes on sleeping for `nap`, and returns whether that came.
    ///
    /// A program that turns round and round without rest never does. While it has work to do, only the time counts that it had a processor
    /// for: a busy machine gives it little.
    pub(crate) fn sleeps_for(&mut self, nap: Duration) -> bool {
        let mut spent = Duration::ZERO;
        while spent < PATIENCE {
            let (before, worked, since) = (Threads::of(self.pid), processor_time(self.pid), Instant::now());
            std::thread::sleep(nap);
            let after = Threads::of(self.pid);
            if before.all_sleep() && before == after {
                return true;
            }
            spent += match after.all_sleep() {
                true => since.elapsed(),
                false => processor_time(self.pid).saturating_sub(worked),
            };
        }
        false
    }

    /// Waits until nothing moves in the program: what it has not read by then it does not want to read.
    pub(crate) fn settle(&mut self, case: &mut Case) {
        let settled = self.sleeps_for(Duration::from_millis(40));
        self.expect(
            case,
            settled,
            "a program that sleeps when there is nothing to do",
            "its threads wake up again and again",
        );
    }

    /// Returns the next frame, or nothing when nothing moves in the program any more and nothing is on its way.
    pub(crate) fn next_unless_settled(&mut self, case: &mut Case, wire: &mut Wire) -> Option<Frame> {
        loop {
            let next = wire.next_within(Duration::from_millis(20));
            if next.is_some() || wire.end().is_some() {
                return next;
            }
            self.settle(case);
            if wire.is_silent() {
                return None;
            }
        }
    }

    /// Sends a signal.
    pub(crate) fn signal(&mut self, signal: Signal) {
        self.running().signal(signal);
    }

    /// Waits for the end, however it came about.
    pub(crate) fn wait(mut self) -> Ended {
        let running = self.running.take();
        running
            .expect("a program is taken only where its case ends")
            .wait()
    }

    /// Kills the program with its children.
    pub(crate) fn kill(mut self) -> Ended {
        let running = self.running.take();
        running
            .expect("a program is taken only where its case ends")
            .kill()
    }
}

/// The payload that everybody takes fits into what the suite says.
const _: () = assert!(HELLO.0 >= MUST_TAKE);
