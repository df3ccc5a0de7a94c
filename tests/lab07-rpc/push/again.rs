//! A subscription that survives its connection.

use support::Case;

use super::client::{subscribe, welcome};
use super::topics::Publisher;
use crate::wire::{Frame, Host, Server, Subject, code};

/// What a client has said, with `_` for each wait, and the waits in ms.
fn waits(said: &str) -> (String, Vec<u64>) {
    let (mut out, mut waits) = (String::new(), Vec::new());
    for line in said.lines() {
        match line.split_once("; again in ") {
            Some((why, wait)) => {
                waits.extend(wait.strip_suffix(" ms").and_then(|wait| wait.parse::<u64>().ok()));
                // Why a connection was lost is said in many ways.
                let name = why.split(": ").take(2).collect::<Vec<_>>().join(": ");
                out.push_str(&format!("{name}: …; again in _ ms\n"));
            }
            None => out.push_str(&format!("{line}\n")),
        }
    }
    (out, waits)
}

/// Waits until the client has said so often that it will try again.
fn said_again(client: &mut Subject, count: usize) {
    let what = format!("said {count} times that it will try again");
    client.running().wait_for_stderr(&what, |said| {
        String::from_utf8_lossy(said).matches("; again in ").count() >= count
    });
}

pub(super) fn a_lost_connection_is_made_again(case: &mut Case) {
    let mut host = Host::listen();
    let address = host.name();
    let mut client = Subject::spawn(subscribe(case, &address, "t", &["--count", "6"]));
    // Where the topic is, which messages come, how it ends.
    let (mut wire, id) = welcome(case, &mut client, &mut host, "t", 5);
    wire.send(&Frame::push(id, 6, "6"));
    client.lines(1);
    drop(wire);
    let (mut wire, id) = welcome(case, &mut client, &mut host, "t", 9);
    wire.send(&Frame::push(id, 10, "10"));
    client.lines(2);
    wire.reset();
    // Nothing was missed; and this server says that it goes away.
    let (mut wire, id) = welcome(case, &mut client, &mut host, "t", 10);
    wire.send(&Frame::push(id, 11, "11"));
    client.lines(3);
    wire.send(&Frame::goaway(id, "the case says so"));
    wire.send(&Frame::error(id, code::GOING_AWAY, "the case says so"));
    drop(wire);
    // A server that has forgotten everything.
    let (mut wire, id) = welcome(case, &mut client, &mut host, "t", 2);
    wire.send(&Frame::push(id, 3, "3"));
    wire.send(&Frame::push(id, 4, "4"));
    client.lines(5);
    drop(wire);
    let (mut wire, id) = welcome(case, &mut client, &mut host, "t", 0);
    wire.send(&Frame::push(id, 1, "1"));
    let ended = client.wait();
    case.expect_status(&ended, 0);
    case.expect_stdout(&ended, "6 6\n10 10\n11 11\n3 3\n4 4\n1 1\n");
    let (said, waits) = waits(&ended.stderr_text());
    let again = format!("rpc: {address}: …; again in _ ms\n");
    let expected = format!(
        "subscribed to t at 5\n{again}subscribed to t at 9\nrpc: {address}: t: missed 3\n{again}subscribed to t at 10\n{again}subscribed to t at 2\nrpc: {address}: t begins anew at 2\n{again}subscribed to t at 0\nrpc: {address}: t begins anew at 0\n"
    );
    case.expect_same(&ended, "standard error", &expected, &said);
    // Each subscription that was answered begins the waits anew: 100 ms, less a half at most.
    let first = waits.iter().all(|wait| (50..=100).contains(wait));
    case.expect(&ended, first, "four waits of 50 to 100 ms", format!("{waits:?}"));
}

pub(super) fn waits_double_and_are_drawn(case: &mut Case) {
    const TRIES: usize = 5;
    let mut host = Host::listen();
    let mut client = Subject::spawn(subscribe(case, &host.name(), "t", &[]));
    for _ in 0..TRIES {
        // A server that says HELLO and nothing more is no subscription.
        drop(client.welcome(case, &mut host));
    }
    said_again(&mut client, TRIES);
    let ended = client.kill();
    let (_, found) = waits(&ended.stderr_text());
    let mut most = 100;
    for (number, wait) in found.iter().take(TRIES).enumerate() {
        let fits = (most / 2..=most).contains(wait);
        case.expect(
            &ended,
            fits,
            &format!("wait {} to be {} to {most} ms", number + 1, most / 2),
            format!("{found:?}"),
        );
        most *= 2;
    }
}

pub(super) fn no_two_clients_wait_the_same_time(case: &mut Case) {
    const ROUNDS: usize = 12;
    let mut host = Host::listen();
    let mut client = Subject::spawn(subscribe(case, &host.name(), "t", &[]));
    for round in 0..ROUNDS {
        let (wire, _) = welcome(case, &mut client, &mut host, "t", 0);
        drop(wire);
        said_again(&mut client, round + 1);
    }
    let ended = client.kill();
    let (_, mut found) = waits(&ended.stderr_text());
    let first = found.iter().all(|wait| (50..=100).contains(wait));
    case.expect(
        &ended,
        first && found.len() >= ROUNDS,
        &format!("{ROUNDS} waits of 50 to 100 ms"),
        format!("{found:?}"),
    );
    found.sort_unstable();
    found.dedup();
    // Twelve times the same of 51 is not drawn.
    case.expect(&ended, found.len() > 2, "waits that differ", format!("{found:?}"));
}

pub(super) fn a_server_may_come_later(case: &mut Case) {
    let nobody = Host::nobody();
    let mut client = Subject::spawn(subscribe(case, &nobody.to_string(), "t", &["--count", "1"]));
    client.expect_said("; again in ");
    let mut host = Host::on(&nobody.to_string());
    let (mut wire, id) = welcome(case, &mut client, &mut host, "t", 7);
    // Whatever came before the first subscription was not missed.
    wire.send(&Frame::push(id, 8, "8"));
    let ended = client.wait();
    case.expect_status(&ended, 0);
    case.expect_stdout(&ended, "8 8\n");
    let missed = ended.stderr_text().contains("missed") || ended.stderr_text().contains("anew");
    case.expect(
        &ended,
        !missed,
        "nothing missed before the first subscription",
        ended.stderr_text(),
    );
}

pub(super) fn a_server_that_starts_again_is_subscribed_to_again(case: &mut Case) {
    let pid = std::process::id();
    // Nobody else gets the port in between.
    let own = format!(
        "127.{}.{}.{}",
        100 + pid / 62_500 % 100,
        1 + pid / 250 % 250,
        1 + pid % 250
    );
    let serve = |case: &mut Case, address: &str| {
        let program = case.program("rpc").args(["serve", "--listen", address]);
        Server::spawn(case, program)
    };
    let mut server = serve(case, &format!("{own}:0"));
    let address = server.address.to_string();
    let mut client = Subject::spawn(subscribe(case, &address, "t", &["--count", "4"]));
    client.expect_said("subscribed to t at 0\n");
    let mut publisher = Publisher::new(case, &mut server);
    for (printed, data) in (1..).zip(["\"a\"", "\"b\""]) {
        publisher.publish(case, &mut server, "t", data);
        client.lines(printed);
    }
    drop((publisher, server));
    let mut server = serve(case, &address);
    client.expect_said("t begins anew at 0\n");
    let mut publisher = Publisher::new(case, &mut server);
    publisher.publish(case, &mut server, "t", "\"c\"");
    client.lines(3);
    // One that ends in order is no different.
    drop(publisher);
    server.stop(case);
    let mut server = serve(case, &address);
    let mut publisher = Publisher::new(case, &mut server);
    publisher.publish_until(case, &mut server, "t", 1);
    client.lines(4);
    let ended = client.wait();
    case.expect_status(&ended, 0);
    let text = ended.stdout_text();
    let first: Vec<&str> = text.lines().take(3).collect();
    case.expect_same(
        &ended,
        "the first three messages",
        "1 \"a\"\n2 \"b\"\n1 \"c\"",
        &first.join("\n"),
    );
}
