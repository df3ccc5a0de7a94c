//! Many loops behind one listener.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use support::Case;

use super::memcached;
use crate::peers::{PATIENCE, Peer};

pub(super) fn all_loops_share_what_is_stored(case: &mut Case) {
    const CONNECTIONS: usize = 16;
    let mut server = memcached(case, &["--threads", "4"]);
    let mut talks: Vec<_> = (0..CONNECTIONS).map(|_| server.talk()).collect();
    for (number, talk) in talks.iter_mut().enumerate() {
        let answer = talk.set(&format!("k{number}"), 0, &format!("v{number}"));
        let what = format!("the answer to a set on connection {number} of {CONNECTIONS}");
        server.expect_same(case, &what, "STORED", &answer);
    }
    let question: String = (0..CONNECTIONS).map(|number| format!(" k{number}")).collect();
    let expected: String = (0..CONNECTIONS)
        .map(|number| {
            format!(
                "VALUE k{number} 0 {}\r\nv{number}\r\n",
                number.to_string().len() + 1
            )
        })
        .collect();
    for (number, talk) in talks.iter_mut().enumerate() {
        let answer = talk.ask_values(&format!("get{question}"));
        let what = format!("what connection {number} finds of what {CONNECTIONS} connections have stored");
        server.expect_same(case, &what, &format!("{expected}END\r\n"), &answer);
    }
}

/// How long each thread of a process has been on a processor.
fn times(pid: u32) -> Vec<Duration> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let time = |path: std::path::PathBuf| {
        let text = fs::read_to_string(path.join("schedstat")).ok()?;
        text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    };
    tasks.filter_map(|task| time(task.path())).collect()
}

/// Asks for `k`, which is there or not, in pipelines until `over`.
fn ask_until(mut peer: Peer, over: &AtomicBool) {
    let question = "get k\r\n".repeat(500);
    while !over.load(Ordering::Relaxed) {
        peer.send(question.as_bytes());
        if peer.read("END\r\n".len() * 500).is_empty() {
            return;
        }
    }
}

pub(super) fn every_loop_has_its_share_of_the_work(case: &mut Case) {
    /// More than a thread needs that starts and waits, and a small part of what it gets in the time that a peer waits.
    const BUSY: Duration = Duration::from_millis(30);
    for loops in [2, 3] {
        let mut server = memcached(case, &["--threads", &loops.to_string()]);
        let over = AtomicBool::new(false);
        let pid = server.pid;
        std::thread::scope(|scope| {
            for _ in 0..2 * loops {
                let peer = server.peer();
                let over = &over;
                scope.spawn(move || ask_until(peer, over));
            }
            let since = std::time::Instant::now();
            let busy = || times(pid).into_iter().filter(|&time| time >= BUSY).count();
            while busy() < loops && since.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(10));
            }
            over.store(true, Ordering::Relaxed);
        });
        let times = times(pid);
        let busy = times.iter().filter(|&&time| time >= BUSY).count();
        server.expect(
            case,
            busy >= loops,
            &format!(
                "{loops} threads at work for {} connections that ask without a pause",
                2 * loops
            ),
            format!("time on a processor, thread by thread: {times:?}"),
        );
    }
}

pub(super) fn one_connection_that_never_pauses_holds_up_no_other(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let over = AtomicBool::new(false);
    let answers = std::thread::scope(|scope| {
        let greedy = server.peer();
        let over = &over;
        scope.spawn(move || ask_without_end(greedy, over));
        let mut talk = server.talk();
        let answers: Vec<String> = (0..50)
            .map(|number| talk.set(&format!("a{number}"), 0, "x"))
            .collect();
        over.store(true, Ordering::Relaxed);
        answers
    });
    let expected = vec!["STORED"; 50].join("\n");
    let what = "what one connection is answered while another asks without a pause";
    server.expect_same(case, what, &expected, &answers.join("\n"));
}

/// Keeps more questions on the way than the server can answer, until `over`.
fn ask_without_end(mut peer: Peer, over: &AtomicBool) {
    let question = "get k\r\n".repeat(2000);
    let mut reading = peer.twin();
    std::thread::scope(|scope| {
        scope.spawn(move || while !reading.read(1 << 16).is_empty() {});
        while !over.load(Ordering::Relaxed) {
            peer.send(question.as_bytes());
        }
        peer.shut();
    });
}
