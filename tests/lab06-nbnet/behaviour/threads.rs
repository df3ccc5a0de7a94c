//! Several loops. Stage memcached lists these cases, for there the loops get their threads.

use rustix::process::Signal;
use support::Case;

use super::answers;
use crate::peers::{Peer, Protocol, Server, everywhere};
use crate::timers::chat::{expect_line, join};

pub(crate) fn three_loops_share_the_peers(case: &mut Case) {
    everywhere(case, |case, kind| {
        answers::many_peers(case, kind, &["--threads", "3"]);
    });
    let edge = &["--poller", "epoll", "--trigger", "edge"];
    answers::many_peers(case, edge, &["--threads", "3"]);
}

/// Answers that are due are given, and idle peers closed, in every loop.
pub(crate) fn all_loops_end_in_order(case: &mut Case) {
    everywhere(case, |case, kind| {
        let args = [
            "--threads",
            "3",
            "--work",
            "300",
            "--workers",
            "3",
            "--grace",
            "600000",
        ];
        let mut server = Server::start(case, "echo", kind, &args);
        let request = Protocol::Frame.request(b"before the end");
        let mut idle: Vec<Peer> = (0..6).map(|_| server.peer()).collect();
        let mut peers: Vec<Peer> = (0..3).map(|_| server.peer()).collect();
        for peer in &mut peers {
            peer.send(&request);
        }
        for peer in &mut peers {
            let taken = peer.wait_until_taken();
            server.expect(case, taken, "the requests read", "one was not");
        }
        server.signal(Signal::TERM);
        for peer in &mut peers {
            server.expect_answer(case, peer, &request, "a request that came before SIGTERM");
            server.expect_closed(case, peer, "the connection closed when all was answered");
        }
        for peer in &mut idle {
            server.expect_closed(case, peer, "a peer closed at SIGTERM that has nothing under way");
        }
        let ended = server.wait();
        case.expect_status(&ended, 0);
    });
}

/// Peers leave at the very moment of the signal, so that now and then a loop hears of the end when it has nobody left. Whoever waits for
/// such a loop waits for the whole grace, in one round of five.
pub(crate) fn a_loop_without_peers_does_not_hold_up_the_end(case: &mut Case) {
    const ROUNDS: usize = 40;
    for _ in 0..ROUNDS {
        let args = ["--threads", "4", "--grace", "600000"];
        let mut server = Server::start(case, "echo", &[], &args);
        let peers: Vec<Peer> = (0..4)
            .map(|_| server.expect_service(case, Protocol::Frame))
            .collect();
        server.signal(Signal::TERM);
        drop(peers);
        let ended = server.wait();
        case.expect_status(&ended, 0);
    }
}

pub(crate) fn the_loops_of_a_chat_wake_each_other(case: &mut Case) {
    const PEERS: usize = 6;
    everywhere(case, |case, kind| {
        let mut server = Server::start(case, "chat", kind, &["--threads", "3"]);
        let mut peers: Vec<Peer> = Vec::new();
        for number in 0..PEERS {
            let peer = server.peer();
            let peer = join(case, &mut server, peer, &format!("p{number}"));
            for (earlier, other) in peers.iter_mut().enumerate() {
                expect_line(
                    case,
                    &mut server,
                    other,
                    &format!("* p{number} joined"),
                    &format!("p{earlier}"),
                );
            }
            peers.push(peer);
        }
        for speaker in 0..PEERS {
            // Loops with nothing to do sleep until another one wakes them.
            server.settle(case);
            peers[speaker].send(format!("I am {speaker}\n").as_bytes());
            for (number, peer) in peers.iter_mut().enumerate() {
                if number != speaker {
                    let line = format!("p{speaker}: I am {speaker}");
                    expect_line(case, &mut server, peer, &line, &format!("p{number}"));
                }
            }
        }
    });
}
