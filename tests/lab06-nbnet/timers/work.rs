//! Workers, which take the time of a request that the loop has not.

use std::time::{Duration, Instant};

use support::Case;

use crate::behaviour::{answers, ends};
use crate::peers::{Peer, Protocol, Server, everywhere};

pub(super) fn answers_that_are_due_come_after_the_half_close(case: &mut Case) {
    everywhere(case, ends::half_closed_with_answers_due);
}

pub(super) fn answers_of_workers_keep_the_order_of_the_requests(case: &mut Case) {
    everywhere(case, answers::answers_in_order);
}

pub(super) fn a_busy_worker_stalls_no_other_peer(case: &mut Case) {
    everywhere(case, answers::a_busy_worker_stalls_nobody);
}

/// Jobs of which one alone is long: those of several workers, one after the other, would take many times as long.
pub(super) fn workers_work_at_the_same_time(case: &mut Case) {
    const WORK: Duration = Duration::from_millis(800);
    const WORKERS: u32 = 8;
    let args = ["--work", "800", "--workers", "8"];
    let mut server = Server::start(case, "echo", &[], &args);
    let request = Protocol::Frame.request(b"this takes a while");
    let mut peers: Vec<Peer> = (0..WORKERS).map(|_| server.peer()).collect();
    let since = Instant::now();
    for peer in &mut peers {
        peer.send(&request);
    }
    for peer in &mut peers {
        server.expect_answer(case, peer, &request, "one of eight peers, with eight workers");
    }
    let after = since.elapsed();
    server.expect(
        case,
        after < WORK * WORKERS,
        "eight answers of eight workers sooner than one worker would give them",
        format!(
            "the last came after {} ms, and each takes 800 ms",
            after.as_millis()
        ),
    );
}

pub(super) fn a_peer_that_is_gone_gets_no_answer_and_nobody_else_does(case: &mut Case) {
    everywhere(case, ends::gone_before_the_answer);
}
