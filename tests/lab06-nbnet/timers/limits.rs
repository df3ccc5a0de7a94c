//! More peers than there is room for.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::Case;

use crate::behaviour::limits;
use crate::peers::{Peer, Protocol, Server, Split, everywhere, number_in_status, sockets};

pub(super) fn beyond_the_most_connections_peers_are_turned_away(case: &mut Case) {
    everywhere(case, |case, kind| {
        let protocol = Protocol::Frame;
        let mut server = Server::start(case, protocol.command(), kind, &["--max-connections", "3"]);
        let pid = server.pid;
        let none = sockets(pid);
        let mut peers: Vec<Peer> = (0..3).map(|_| server.expect_service(case, protocol)).collect();
        for _ in 0..2 {
            let mut fourth = server.peer();
            server.expect_ended(case, &mut fourth, "the fourth of at most 3 peers turned away");
        }
        let request = protocol.request(b"still here");
        for peer in &mut peers {
            peer.send(&request);
            server.expect_answer(case, peer, &request, "one of the three peers that are there");
        }
        server.expect_said("nbnet: ");
        peers.pop();
        server.wait_until("closed the socket of a peer that left", || {
            sockets(pid) == none + 2
        });
        drop(server.expect_service(case, protocol));
    });
}

pub(super) fn without_a_free_descriptor_peers_wait_and_nothing_turns(case: &mut Case) {
    everywhere(case, limits::no_free_descriptor);
}

pub(super) fn ten_thousand_idle_peers_are_cheap(case: &mut Case) {
    const WANTED: u64 = 10_000;
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            ..limit
        },
    );
    // Where so many are not allowed, what each costs can be told of fewer.
    let count = limit
        .maximum
        .map_or(WANTED, |most| most.saturating_sub(200).min(WANTED));
    cheap(case, count, 1000);
}

pub(super) fn idle_peers_hold_no_buffer(case: &mut Case) {
    cheap(case, 500, 20_000);
}

/// Peers that were answered each, after a request that came in two halves, and then say nothing.
fn cheap(case: &mut Case, count: u64, body: usize) {
    const BYTES_EACH: u64 = 2048;
    let protocol = Protocol::Frame;
    let mut server = Server::start(case, protocol.command(), &["--poller", "epoll"], &[]);
    let pid = server.pid;
    let request = protocol.request(&vec![b'x'; body]);
    let two_halves = Split::Every(request.len() / 2 + 1);
    let ask = |case: &mut Case, server: &mut Server, number: u64| {
        let mut peer = server.peer();
        peer.send_in(&request, two_halves, pid);
        let what = format!("peer {number} of {count}");
        server.expect_answer(case, &mut peer, &request, &what);
        peer
    };
    drop(ask(case, &mut server, 0));
    let before = number_in_status(pid, "RssAnon:");
    let mut peers: Vec<Peer> = (1..=count).map(|number| ask(case, &mut server, number)).collect();
    server.settle(case);
    let grown = (number_in_status(pid, "RssAnon:").saturating_sub(before)) << 10;
    server.expect(
        case,
        grown < count * BYTES_EACH,
        &format!("less than {BYTES_EACH} bytes of anonymous memory for each of {count} idle peers"),
        format!("{} bytes", grown / count.max(1)),
    );
    for number in [0, count / 2, count - 1] {
        if let Some(peer) = peers.get_mut(number as usize) {
            peer.send(&request);
            let what = format!("peer {number} among {count} idle ones");
            server.expect_answer(case, peer, &request, &what);
        }
    }
    // Closed in order, the kernel would remember each of them for a minute.
    for peer in peers {
        peer.reset();
    }
    server.wait_until("closed the sockets of all", || sockets(pid) < 10);
}
