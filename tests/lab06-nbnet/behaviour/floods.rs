//! Output that does not go out at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::Case;

use crate::peers::{Kind, PATIENCE, Protocol, Server, number_in_status};

/// A peer that asks and asks, reads nothing until nothing moves any more, and then everything.
pub(crate) fn output_that_blocks_goes_on(case: &mut Case, kind: Kind) {
    let protocol = Protocol::Frame;
    let request = protocol.request(&[b'x'; 20_000]);
    let mut server = Server::start(case, protocol.command(), kind, &[]);
    let mut peer = server.narrow_peer();
    // Less than a server holds that reads on, and more than what the kernel does not take is for a while.
    let sent = peer.flood(&request, 6 << 20, || server.sleeps_for(Duration::from_millis(40)));
    let whole = (sent / request.len() as u64) as usize;
    let rest = request.len() - (sent % request.len() as u64) as usize;
    server.settle(case);
    let expected = request.repeat(whole + 1);
    let mut writer = peer.twin();
    let tail = request[request.len() - rest..].to_vec();
    let sending = thread::spawn(move || {
        writer.send(&tail);
        writer.shut();
    });
    server.expect_answer(
        case,
        &mut peer,
        &expected,
        "requests whose answers were not read for a while",
    );
    let _ = sending.join();
    server.expect_closed(case, &mut peer, "the connection closed when all was answered");
}

/// A peer that always has more to say, beside one that says little.
pub(crate) fn a_greedy_peer_is_not_alone(case: &mut Case, kind: Kind) {
    let protocol = Protocol::Frame;
    let request = protocol.request(&[b'x'; 60_000]);
    let mut server = Server::start(case, protocol.command(), kind, &[]);
    let mut greedy = server.peer();
    greedy.send(&request);
    server.expect_answer(case, &mut greedy, &request, "the first request of a greedy peer");
    let mut writer = greedy.twin();
    let flow = Arc::new(AtomicBool::new(true));
    let flows = Arc::clone(&flow);
    let more = request.clone();
    // Its requests are there before anybody else comes.
    writer.send(&more);
    let sending = thread::spawn(move || {
        while flows.load(Ordering::Relaxed) {
            writer.send(&more);
        }
        writer.shut();
    });
    let reading = thread::spawn(move || greedy.count_to_end());
    for _ in 0..20 {
        drop(server.expect_service(case, protocol));
    }
    flow.store(false, Ordering::Relaxed);
    let _ = sending.join();
    let answered = reading.join().unwrap_or(0);
    server.expect(
        case,
        answered.is_multiple_of(request.len() as u64),
        "whole answers to the peer that asked without rest",
        format!("{answered} bytes of answers of {} bytes each", request.len()),
    );
}

/// Requests that cost more to answer than to send: there is always something to read, so the others have their turn only if the server gives it.
pub(crate) fn a_greedy_peer_gets_one_turn_at_a_time(case: &mut Case, kind: Kind) {
    /// Some rounds of reads, and far more than one.
    const MOST: u64 = 6 << 20;
    let protocol = Protocol::Frame;
    let requests = protocol.request(b"").repeat(64 << 10);
    let mut server = Server::start(case, protocol.command(), kind, &[]);
    let mut greedy = server.expect_service(case, protocol);
    let mut other = server.expect_service(case, protocol);
    server.settle(case);
    server.signal(Signal::STOP);
    let (mut sent, mut answered) = (0, 0);
    loop {
        let (more, _) = greedy.exchange(&requests, sent);
        sent += more;
        if more == 0 {
            break;
        }
    }
    let request = protocol.request(b"and I?");
    other.send(&request);
    let _ = other.wait_until_queued(request.len() as u64);
    server.signal(Signal::CONT);
    let since = Instant::now();
    while other.is_silent() && answered < MOST && since.elapsed() < PATIENCE {
        let (more, read) = greedy.exchange(&requests, sent);
        sent += more;
        answered += read;
    }
    let silent = other.is_silent();
    server.expect(
        case,
        !silent,
        "a peer answered that asks once, beside one that always has more to say",
        format!("{answered} bytes of answers went to the other one meanwhile"),
    );
    drop(greedy);
    server.expect_answer(case, &mut other, &request, "a peer beside a greedy one");
}

/// A peer that asks without end and never reads: it is read no further, costs a bounded amount of memory, and the others are served.
pub(crate) fn no_more_than_its_buffer(case: &mut Case, kind: Kind) {
    const MOST: u64 = 96 << 20;
    const MEMORY_KIB: u64 = 12 << 10;
    let protocol = Protocol::Frame;
    let mut server = Server::start(case, protocol.command(), kind, &["--buffer", "65536"]);
    let request = protocol.request(&[b'x'; 50_000]);
    let mut peer = server.narrow_peer();
    let sent = peer.flood(&request, MOST, || server.sleeps_for(Duration::from_millis(40)));
    server.expect(
        case,
        sent < MOST,
        "a server that reads no further when a peer does not read",
        format!("it has read {} MiB of requests", sent >> 20),
    );
    drop(server.expect_service(case, protocol));
    server.settle(case);
    let memory = number_in_status(server.pid, "RssAnon:");
    server.expect(
        case,
        memory < MEMORY_KIB,
        &format!("less than {MEMORY_KIB} KiB of anonymous memory, with --buffer 65536 and one peer that does not read"),
        format!("{memory} KiB"),
    );
}

/// A stream of requests without a pause, all answers of which are read: what was answered is kept by nobody.
pub(crate) fn a_long_stream_takes_little_memory(case: &mut Case, kind: Kind) {
    const REQUESTS: usize = 800;
    const MEMORY_KIB: u64 = 12 << 10;
    let protocol = Protocol::Frame;
    let request = protocol.request(&[b'x'; 50_000]);
    let mut server = Server::start(case, protocol.command(), kind, &[]);
    let mut peer = server.peer();
    let mut writer = peer.twin();
    let sent = request.clone();
    let sending = thread::spawn(move || {
        for _ in 0..REQUESTS {
            writer.send(&sent);
        }
        // Never whole: what is kept for it shows what is kept.
        writer.send(&sent[..10]);
    });
    for number in 1..=REQUESTS {
        server.expect_answer(
            case,
            &mut peer,
            &request,
            &format!("request {number} of {REQUESTS}"),
        );
    }
    let _ = sending.join();
    let _ = peer.wait_until_taken();
    let memory = number_in_status(server.pid, "RssAnon:");
    server.expect(
        case,
        memory < MEMORY_KIB,
        &format!("less than {MEMORY_KIB} KiB of anonymous memory when 40 MB were answered"),
        format!("{memory} KiB"),
    );
}
