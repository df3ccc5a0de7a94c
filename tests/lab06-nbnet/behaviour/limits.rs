//! More peers than there is room for.

use std::time::Duration;

use support::Case;

use crate::peers::{Kind, Peer, Protocol, Server};

/// More peers than descriptors: they wait, the server sleeps meanwhile, and each is served when others have left.
pub(crate) fn no_free_descriptor(case: &mut Case, kind: Kind) {
    const DESCRIPTORS: u64 = 40;
    let protocol = Protocol::Frame;
    let mut server = Server::start_with_limit(case, DESCRIPTORS, protocol.command(), kind, &[]);
    let mut peers: Vec<Peer> = (0..DESCRIPTORS + 10).map(|_| server.peer()).collect();
    let request = protocol.request(b"is there room?");
    for peer in &mut peers {
        peer.send(&request);
    }
    server.expect_said("nbnet: no descriptor is free: connections wait\n");
    let rest = server.rest_in_percent(Duration::from_millis(700));
    server.expect(
        case,
        rest >= 25,
        "a server that sleeps while it cannot accept",
        format!("it slept at {rest} of 100 looks"),
    );
    // Whoever is answered leaves, and makes room for the next.
    let mut number = 0;
    for mut peer in peers {
        number += 1;
        let what = format!("peer {number}, when those in front of it had left");
        server.expect_answer(case, &mut peer, &request, &what);
    }
    let said = server.said().lines().count();
    server.expect(
        case,
        said < 50,
        "one line on standard error for each time that no descriptor is free",
        format!("{said} lines"),
    );
    drop(server.expect_service(case, protocol));
}
