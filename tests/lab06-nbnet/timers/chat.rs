//! Lines that are pushed to those who did not ask.

use support::Case;

use crate::peers::{Peer, Server, everywhere, number_in_status};

/// Connects under a name, and reads that it has joined.
pub(crate) fn join(case: &mut Case, server: &mut Server, mut peer: Peer, name: &str) -> Peer {
    peer.send(format!("{name}\n").as_bytes());
    expect_line(case, server, &mut peer, &format!("* {name} joined"), name);
    peer
}

/// Expects a line next. `who` reads it.
pub(crate) fn expect_line(case: &mut Case, server: &mut Server, peer: &mut Peer, line: &str, who: &str) {
    let found = peer.read_until(b"\n");
    let expected = format!("{line}\n");
    server.expect(
        case,
        found == expected.as_bytes(),
        &format!("{who} reads `{line}` next"),
        format!("`{}`", support::text::visible(&found)),
    );
}

pub(super) fn lines_go_to_all_others(case: &mut Case) {
    everywhere(case, |case, kind| {
        let mut server = Server::start(case, "chat", kind, &[]);
        let first = server.peer();
        let mut ann = join(case, &mut server, first, "ann");
        // Who has no name yet is told nothing.
        let mut nameless = server.peer();
        nameless.send(b"c");
        let second = server.peer();
        let mut bob = join(case, &mut server, second, "bob");
        expect_line(case, &mut server, &mut ann, "* bob joined", "ann");
        ann.send(b"hel");
        let _ = ann.wait_until_taken();
        ann.send(b"lo\n  two  \n");
        for line in ["ann: hello", "ann:   two  "] {
            expect_line(case, &mut server, &mut bob, line, "bob");
        }
        bob.send(b"yes\n");
        // Her own lines do not come back to her.
        expect_line(case, &mut server, &mut ann, "bob: yes", "ann");
        nameless.send(b"yd\n");
        for (peer, who) in [(&mut ann, "ann"), (&mut bob, "bob"), (&mut nameless, "cyd")] {
            expect_line(case, &mut server, peer, "* cyd joined", who);
        }
    });
}

pub(super) fn those_who_leave_are_announced(case: &mut Case) {
    let mut server = Server::start(case, "chat", &[], &[]);
    let first = server.peer();
    let mut ann = join(case, &mut server, first, "ann");
    for way in 0..3 {
        let next = server.peer();
        let mut bob = join(case, &mut server, next, "bob");
        expect_line(case, &mut server, &mut ann, "* bob joined", "ann");
        match way {
            0 => {
                bob.send(b"bye\n");
                bob.shut();
                expect_line(case, &mut server, &mut ann, "bob: bye", "ann");
            }
            1 => drop(bob),
            _ => bob.reset(),
        }
        expect_line(case, &mut server, &mut ann, "* bob left", "ann");
    }
}

pub(super) fn names_that_are_none_are_refused(case: &mut Case) {
    const RULE: &str = "! a name is 1 to 32 printable characters without a space";
    let mut server = Server::start(case, "chat", &[], &[]);
    let first = server.peer();
    let mut ann = join(case, &mut server, first, "ann");
    let long = "n".repeat(33);
    let names: [&[u8]; 6] = [b"", b"a b", b"\x01", b"\xc3\xa4", b"tab\t", long.as_bytes()];
    for name in names {
        let mut peer = server.peer();
        peer.send(&[name, b"\n"].concat());
        let who = format!("who calls itself `{}`", support::text::visible(name));
        expect_line(case, &mut server, &mut peer, RULE, &who);
        server.expect_ended(case, &mut peer, "the connection ended after a name that is none");
    }
    let mut other = server.peer();
    other.send(b"ann\nhello\n");
    expect_line(case, &mut server, &mut other, "! ann is taken", "a second ann");
    server.expect_ended(
        case,
        &mut other,
        "the connection ended after a name that is taken",
    );
    // The first one heard nothing of them, and her name is hers alone as long as she is there.
    let longest = "n".repeat(32);
    let next = server.peer();
    let _next = join(case, &mut server, next, &longest);
    expect_line(case, &mut server, &mut ann, &format!("* {longest} joined"), "ann");
    drop(ann);
    let mut again = server.peer();
    loop {
        again.send(b"ann\n");
        let line = again.read_until(b"\n");
        if line == b"* ann joined\n" {
            break;
        }
        // That she has left may not have been noticed yet.
        server.expect(
            case,
            line == b"! ann is taken\n",
            "the name free again when its owner has left",
            format!("`{}`", support::text::visible(&line)),
        );
        again = server.peer();
    }
}

pub(super) fn a_flood_of_empty_lines_costs_little(case: &mut Case) {
    const PRESENT: usize = 100;
    const LINES: usize = 16 << 10;
    const LIMIT_KIB: u64 = 32 << 10;
    for threads in ["1", "2"] {
        let mut server = Server::start(case, "chat", &[], &["--threads", threads]);
        let mut present: Vec<Peer> = Vec::new();
        for number in 0..PRESENT {
            let peer = server.narrow_peer();
            present.push(join(case, &mut server, peer, &format!("n{number}")));
        }
        let peer = server.peer();
        let mut speaker = join(case, &mut server, peer, "speaker");
        speaker.send(&vec![b'\n'; LINES]);
        let _ = speaker.wait_until_taken();
        server.settle(case);
        let held = number_in_status(server.pid, "VmHWM:");
        server.expect(
            case,
            held < LIMIT_KIB,
            &format!(
                "never more than 32 MiB of memory for {LINES} empty lines and {PRESENT} who are told of each"
            ),
            format!("{held} KiB"),
        );
        let peer = server.peer();
        let _late = join(case, &mut server, peer, "late");
    }
}

pub(super) fn a_peer_that_does_not_read_is_dropped_and_the_others_go_on(case: &mut Case) {
    // Fewer bytes than a buffer at a time, and only when the last ones have arrived: who reads is never behind.
    const LINE: usize = 1000;
    const LINES: usize = 24;
    const ROUNDS: usize = 1000;
    let mut server = Server::start(case, "chat", &[], &["--buffer", "65536"]);
    let first = server.peer();
    let mut ann = join(case, &mut server, first, "ann");
    let next = server.peer();
    let mut bob = join(case, &mut server, next, "bob");
    let narrow = server.narrow_peer();
    let mut lazy = join(case, &mut server, narrow, "lazy");
    expect_line(case, &mut server, &mut bob, "* lazy joined", "bob");
    for line in ["* bob joined", "* lazy joined"] {
        expect_line(case, &mut server, &mut ann, line, "ann");
    }
    let spoken = format!("{}\n", "x".repeat(LINE - 1)).repeat(LINES);
    let heard = format!("ann: {}\n", "x".repeat(LINE - 1))
        .repeat(LINES)
        .into_bytes();
    let dropped = format!("nbnet: {}: does not read, dropped\n", lazy.name());
    let mut left = false;
    for _ in 0..ROUNDS {
        ann.send(spoken.as_bytes());
        let mut found = bob.read(heard.len());
        // That lazy has left comes between two lines, once.
        const LEFT: &[u8] = b"* lazy left\n";
        if found != heard && !left {
            found.extend(bob.read(LEFT.len()));
            if let Some(at) = found.windows(LEFT.len()).position(|part| part == LEFT) {
                left = true;
                found.drain(at..at + LEFT.len());
            }
        }
        server.expect(
            case,
            found == heard,
            "each line of ann's read by bob, whole and in order",
            format!("{} bytes of {}; {}", found.len(), heard.len(), bob.state()),
        );
        if server.said().contains(&dropped) {
            break;
        }
    }
    server.expect_said(&dropped);
    if !left {
        expect_line(case, &mut server, &mut bob, "* lazy left", "bob");
    }
    let (_, end) = lazy.read_to_end();
    server.expect(
        case,
        end.is_an_end(),
        "the connection of a peer that does not read ended",
        end,
    );
    bob.send(b"are we alone now?\n");
    expect_line(case, &mut server, &mut ann, "* lazy left", "ann");
    expect_line(case, &mut server, &mut ann, "bob: are we alone now?", "ann");
}
