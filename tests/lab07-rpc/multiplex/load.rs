//! `rpc load`, whose calls have no items.

use std::thread;
use std::time::{Duration, Instant};

use support::Case;

use super::lines::calls;
use crate::wire::{Frame, Host, Server, Subject};

/// Starts `rpc load ADDR ARGS…`.
fn start(case: &mut Case, address: &str, args: &[&str]) -> Subject {
    Subject::spawn(case.program("rpc").args(["load", address]).args(args))
}

pub(super) fn load_has_so_many_calls_in_flight(case: &mut Case) {
    const IN_FLIGHT: usize = 7;
    let mut host = Host::listen();
    let mut client = start(case, &host.name(), &["--calls", "40", "--in-flight", "7"]);
    let mut wire = client.welcome(case, &mut host);
    let mut waiting = calls(case, &mut client, &mut wire, IN_FLIGHT);
    for done in 1..=40 {
        client.settle(case);
        let silent = wire.is_silent();
        client.expect(
            case,
            silent,
            &format!("{} calls in flight", waiting.len()),
            "one more came",
        );
        let call = waiting.swap_remove(waiting.len() / 2);
        // An item, which nobody wanted, does no harm.
        wire.send_all(&[
            Frame::item(call.id, "an item"),
            Frame::reply(call.id, call.body()),
        ]);
        if done + IN_FLIGHT <= 40 {
            waiting.push(client.expect_call(case, &mut wire, "another CALL when one was answered"));
        }
    }
    client.expect_ended(
        case,
        &mut wire,
        "the end of the connection behind the last answer",
    );
    let ended = client.wait();
    let text = ended.stdout_text();
    case.expect(&ended, text.starts_with("40 calls in "), "`40 calls in …`", &text);
    case.expect_status(&ended, 0);
}

pub(super) fn load_tells_the_usual_call_from_the_slowest(case: &mut Case) {
    const CALLS: usize = 20;
    const USUAL: Duration = Duration::from_millis(20);
    const SLOW: Duration = Duration::from_millis(600);
    let mut host = Host::listen();
    let mut client = start(case, &host.name(), &["--calls", "20"]);
    let mut wire = client.welcome(case, &mut host);
    // A call lies between the answer to the one before and the moment when the next one comes.
    let mut bounds = vec![Instant::now()];
    for number in 1..=CALLS {
        let call = client.expect_call(case, &mut wire, "a CALL when the one before was answered");
        bounds.push(Instant::now());
        thread::sleep(match number {
            1..=7 => Duration::ZERO,
            8 => SLOW,
            _ => USUAL,
        });
        bounds.push(Instant::now());
        wire.send(&Frame::reply(call.id, call.body()));
    }
    client.expect_ended(
        case,
        &mut wire,
        "the end of the connection behind the last answer",
    );
    bounds.push(Instant::now());
    let ended = client.wait();
    let mut most: Vec<Duration> = bounds
        .windows(4)
        .step_by(2)
        .map(|around| around[3] - around[0])
        .collect();
    most.sort_unstable();
    let text = ended.stdout_text();
    let [half, slowest] = ["p50 ", "slowest "].map(|word| micros_behind(&text, word));
    case.expect(
        &ended,
        slowest.is_some_and(|slowest| slowest >= micros(SLOW)),
        "a slowest call of 600 ms or more, as one of 20 was answered so late",
        &text,
    );
    // What load tells may be a 64th more than it was; that much is rounded here, and some more.
    let most = micros(most[CALLS / 2]) * 1.05;
    case.expect(
        &ended,
        half.is_some_and(|half| (micros(USUAL)..=most).contains(&half)),
        &format!("a p50 of 20 ms or more, as 12 of 20 took so long, and of {most:.1} µs at most"),
        &text,
    );
    case.expect_status(&ended, 0);
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The number in µs behind a word.
fn micros_behind(text: &str, word: &str) -> Option<f64> {
    let (_, rest) = text.split_once(word)?;
    rest.split_once(" µs")?.0.parse().ok()
}

pub(super) fn load_finds_a_connection_that_is_cut(case: &mut Case) {
    let mut host = Host::listen();
    let mut client = start(case, &host.name(), &["--calls", "40", "--in-flight", "7"]);
    let mut wire = client.welcome(case, &mut host);
    let calls = calls(case, &mut client, &mut wire, 7);
    wire.send(&Frame::reply(calls[3].id, calls[3].body()));
    drop(wire);
    let ended = client.wait();
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
    case.expect_stderr_names(&ended, &format!("rpc: {}: echo: ", host.name()));
}

pub(super) fn load_calls_the_real_server(case: &mut Case) {
    let server = Server::start(case, &["--threads", "2"]);
    let address = server.address.to_string();
    for args in [
        &["--calls", "10000", "--in-flight", "100", "--connections", "3"][..],
        &["--calls", "300", "--bytes", "100000", "--in-flight", "4"],
        &["--calls", "50", "--short"],
    ] {
        let ended = start(case, &address, args).wait();
        let text = ended.stdout_text();
        let expected = format!("{} calls in ", args[1]);
        case.expect(
            &ended,
            text.starts_with(&expected),
            &format!("`{expected}…`"),
            &text,
        );
        case.expect_quiet(&ended);
        case.expect_status(&ended, 0);
    }
    server.stop(case);
}
