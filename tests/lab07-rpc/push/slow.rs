//! Subscribers that do not read.

use support::Case;

use super::topics::{Publisher, expect_push, subscribe};
use crate::wire::{Frame, MUST_TAKE, Server, Wire, kind, number_in_status};

/// Bytes of a message.
const SIZE: usize = 10_000;

/// How much is published while nobody of the slow ones reads: more than any kernel keeps on the way.
const MESSAGES: u64 = 2500;

fn message(seq: u64) -> String {
    format!("\"{seq:0>width$}\"", width = SIZE - 2)
}

/// Subscribes one that reads, and some that do not, and publishes far more than can wait for them. The one that reads gets every message.
fn flood(case: &mut Case, server: &mut Server, slow: usize) -> (Publisher, Wire, Vec<Wire>) {
    let mut publisher = Publisher::new(case, server);
    let mut reader = server.greeted(case);
    subscribe(case, server, &mut reader, 1, "t", 0);
    let mut lazy = Vec::new();
    for _ in 0..slow {
        let wire = Wire::narrow(server.address);
        let mut wire = server.greet(case, wire);
        subscribe(case, server, &mut wire, 1, "t", 0);
        lazy.push(wire);
    }
    for seq in 1..=MESSAGES {
        let published = publisher.publish(case, server, "t", &message(seq));
        let expected = (seq, 1 + slow as u64);
        server.expect(
            case,
            published == expected,
            &format!("number {seq}, and {} subscribers", expected.1),
            format!("{published:?}"),
        );
        expect_push(case, server, &mut reader, 1, seq, &message(seq));
    }
    (publisher, reader, lazy)
}

pub(super) fn who_does_not_read_misses_messages_and_holds_up_nobody(case: &mut Case) {
    const BUFFER: usize = 100_000;
    let mut server = Server::start(case, &["--buffer", &BUFFER.to_string()]);
    let (mut publisher, mut reader, mut lazy) = flood(case, &mut server, 1);
    let wire = &mut lazy[0];
    // What it gets is the beginning without a gap, and then nothing: nothing is kept for it beyond its buffer.
    let mut last = 0;
    while let Some(frame) = server.next_unless_settled(case, wire) {
        let seq = frame.number(0, 8);
        let fits = frame.kind == kind::PUSH && seq == last + 1 && frame.rest(8) == message(seq).as_bytes();
        server.expect(
            case,
            fits,
            &format!("message {}, since nothing was missed before", last + 1),
            &frame,
        );
        last = seq;
    }
    server.expect(
        case,
        wire.end().is_none(),
        "a subscriber that stays connected",
        wire.state(),
    );
    server.expect(
        case,
        (1..MESSAGES).contains(&last),
        &format!("some of {MESSAGES} messages of {SIZE} bytes, with --buffer {BUFFER}, and not all of them"),
        last,
    );
    // Now that it has read everything it gets the next one, whose number tells what it has missed.
    publisher.publish(case, &mut server, "t", "\"after\"");
    expect_push(case, &mut server, &mut reader, 1, MESSAGES + 1, "\"after\"");
    expect_push(case, &mut server, wire, 1, MESSAGES + 1, "\"after\"");
    let reply = server.ask(case, wire, 2, "echo", "1");
    server.expect_same(case, "the answer to a call of it", "1", &reply);
}

pub(super) fn those_who_do_not_read_cost_a_buffer_each(case: &mut Case) {
    const BUFFER: usize = 50_000;
    const SLOW: usize = 40;
    /// A few megabytes for the program, and what each of them may hold, which is a message more.
    const MEMORY_KIB: u64 = 10 << 10;
    let mut server = Server::start(case, &["--buffer", &BUFFER.to_string()]);
    let (_publisher, _reader, _lazy) = flood(case, &mut server, SLOW);
    server.settle(case);
    let memory = number_in_status(server.pid, "RssAnon:");
    server.expect(
        case,
        memory < MEMORY_KIB,
        &format!("less than {MEMORY_KIB} KiB of anonymous memory with {SLOW} subscribers that do not read and --buffer {BUFFER}"),
        format!("{memory} KiB"),
    );
}

pub(super) fn a_large_message_goes_to_who_has_read_everything(case: &mut Case) {
    let mut server = Server::start(case, &["--buffer", "5000"]);
    let mut publisher = Publisher::new(case, &mut server);
    let mut wire = server.greeted(case);
    subscribe(case, &mut server, &mut wire, 1, "t", 0);
    for seq in 1..=20 {
        // Larger than the buffer; but nothing waits for the subscriber, so that it may have it.
        let data = format!("\"{}\"", "x".repeat(50_000 * seq as usize));
        let published = publisher.publish(case, &mut server, "t", &data);
        server.expect(
            case,
            published == (seq, 1),
            &format!("number {seq}"),
            format!("{published:?}"),
        );
        expect_push(case, &mut server, &mut wire, 1, seq, &data);
    }
}

pub(super) fn a_message_longer_than_a_client_takes_is_missed_by_it_alone(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut publisher = Publisher::new(case, &mut server);
    let mut large = server.greeted(case);
    subscribe(case, &mut server, &mut large, 1, "t", 0);
    let mut small = server.connect();
    small.send(&Frame::hello(MUST_TAKE, 0));
    server.expect_kind(case, &mut small, kind::HELLO, "the server's HELLO");
    subscribe(case, &mut server, &mut small, 1, "t", 0);
    // A message is its number, of eight bytes, and what was published.
    let most = MUST_TAKE as usize - 8;
    for (seq, length) in (1..).zip([10, most, most + 1, 10, 500_000, 10]) {
        let data = format!("\"{}\"", "x".repeat(length - 2));
        publisher.publish(case, &mut server, "t", &data);
        expect_push(case, &mut server, &mut large, 1, seq, &data);
        if length <= most {
            expect_push(case, &mut server, &mut small, 1, seq, &data);
        }
    }
}

pub(super) fn a_subscriber_needs_no_credit(case: &mut Case) {
    const COUNT: u64 = 300;
    let mut server = Server::start(case, &[]);
    let mut publisher = Publisher::new(case, &mut server);
    let mut wire = server.greeted(case);
    subscribe(case, &mut server, &mut wire, 1, "t", 0);
    // Far more than the credit of a call; and an answer of many items on the same connection, which waits for credit meanwhile.
    wire.send(&Frame::call(2, 0, "count", r#"{"to":1000,"bytes":1000}"#));
    let mut items = 0;
    let mut seq = 0;
    for number in 1..=COUNT {
        publisher.publish(case, &mut server, "t", &message(number));
        while seq < number {
            let frame = server.expect_next(case, &mut wire, &format!("message {number}"));
            match frame.kind {
                kind::ITEM => items += frame.payload.len(),
                _ => {
                    seq += 1;
                    server.expect_same(
                        case,
                        "a message",
                        &Frame::push(1, seq, message(seq)).to_string(),
                        &frame.to_string(),
                    );
                }
            }
        }
    }
    server.expect(
        case,
        items > 0 && items < 70_000,
        "no more items than there is credit for",
        format!("{items} bytes"),
    );
}
