//! `rpc subscribe`: what it prints, what it says, and how it ends.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

use rustix::fs::{CWD, Mode, OFlags, mkfifoat};
use support::{Case, Program};

use super::topics::Publisher;
use crate::wire::{Frame, Host, Server, Subject, Wire, code, kind, number_in_status};

/// Prepares `rpc subscribe`.
pub(super) fn subscribe(case: &Case, address: &str, topic: &str, options: &[&str]) -> Program {
    case.program("rpc")
        .args(["subscribe", address, topic])
        .args(options)
}

/// Takes a subscriber in, and answers that its topic is at `seq`. Returns the connection and the number of its call.
pub(super) fn welcome(
    case: &mut Case,
    client: &mut Subject,
    host: &mut Host,
    topic: &str,
    seq: u64,
) -> (Wire, u64) {
    let mut wire = client.welcome(case, host);
    let call = client.expect_call(case, &mut wire, "a call of subscribe");
    let found = format!("{} {}", call.method(), String::from_utf8_lossy(call.body()));
    client.expect_same(
        case,
        "method and body",
        &format!("subscribe {{\"topic\":\"{topic}\"}}"),
        &found,
    );
    let left = call.number(0, 4);
    client.expect(case, left == 0, "no limit of time for a subscription", left);
    wire.send(&Frame::item(call.id, format!(r#"{{"seq":{seq}}}"#)));
    (wire, call.id)
}

pub(super) fn messages_are_printed_as_they_come(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let address = server.address.to_string();
    let mut publisher = Publisher::new(case, &mut server);
    for _ in 0..4 {
        publisher.publish(case, &mut server, "news", "0");
    }
    let mut client = Subject::spawn(subscribe(case, &address, "news", &["--count", "3"]));
    client.expect_said("subscribed to news at 4\n");
    for (printed, data) in (1..).zip(["{\"a\": [1, 2.50]}", "\"\u{e9}\"", "null"]) {
        publisher.publish(case, &mut server, "news", data);
        client.lines(printed);
    }
    let ended = client.wait();
    case.expect_status(&ended, 0);
    case.expect_stdout(&ended, "5 {\"a\": [1, 2.50]}\n6 \"\u{e9}\"\n7 null\n");
    case.expect_same(
        &ended,
        "standard error",
        "subscribed to news at 4\n",
        &ended.stderr_text(),
    );
    // It has taken its subscription back, or left.
    publisher.publish_until(case, &mut server, "news", 0);
}

pub(super) fn what_was_missed_is_told(case: &mut Case) {
    let mut host = Host::listen();
    let address = host.name();
    let mut client = Subject::spawn(subscribe(case, &address, "t", &["--count", "7"]));
    let (mut wire, id) = welcome(case, &mut client, &mut host, "t", 10);
    let mut said = "subscribed to t at 10\n".to_owned();
    client.expect_said(&said);
    for (printed, (seq, note)) in (1..).zip([
        (11, None),
        (15, Some("t: missed 3")),
        (16, None),
        (18, Some("t: missed 1")),
        (3, Some("t begins anew at 3")),
        (4, None),
        (1_000_000_000_004, Some("t: missed 999999999999")),
    ]) {
        wire.send(&Frame::push(id, seq, format!("\"m{seq}\"")));
        client.lines(printed);
        said.extend(note.map(|note| format!("rpc: {address}: {note}\n")));
    }
    let ended = client.wait();
    case.expect_status(&ended, 0);
    case.expect_stdout(&ended, "11 \"m11\"\n15 \"m15\"\n16 \"m16\"\n18 \"m18\"\n3 \"m3\"\n4 \"m4\"\n1000000000004 \"m1000000000004\"\n");
    case.expect_same(&ended, "standard error", &said, &ended.stderr_text());
}

pub(super) fn what_will_not_pass_is_an_end(case: &mut Case) {
    for (code, name) in [
        (code::REFUSED, "refused (9)"),
        (code::BAD_PARAMS, "bad params (2)"),
        (code::UNKNOWN_METHOD, "unknown method (1)"),
        (code::FAILED, "failed (8)"),
    ] {
        let mut host = Host::listen();
        let address = host.name();
        let mut client = Subject::spawn(subscribe(case, &address, "t", &[]));
        let mut wire = client.welcome(case, &mut host);
        let call = client.expect_call(case, &mut wire, "a call of subscribe");
        wire.send(&Frame::error(call.id, code, "no such luck"));
        let ended = client.wait();
        case.expect_status(&ended, 1);
        case.expect_stderr_names(
            &ended,
            &format!("rpc: {address}: subscribe: {name}: no such luck"),
        );
        case.expect_stdout(&ended, "");
    }
}

pub(super) fn who_reads_no_more_ends_it_quietly(case: &mut Case) {
    let mut host = Host::listen();
    let address = host.name();
    let program = subscribe(case, &address, "t", &[]).close_stdout_after(1);
    let mut client = Subject::spawn(program);
    let (mut wire, id) = welcome(case, &mut client, &mut host, "t", 0);
    let pid = client.pid;
    let mut seq = 0;
    client.wait_until("ended although nobody reads its messages", || {
        seq += 1;
        wire.send(&Frame::push(id, seq, "1"));
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(") ")
            .is_none_or(|(_, rest)| rest.starts_with(['Z', 'X']))
    });
    let ended = client.wait();
    case.expect_status(&ended, 0);
    case.expect_same(
        &ended,
        "standard error",
        "subscribed to t at 0\n",
        &ended.stderr_text(),
    );
}

pub(super) fn a_client_that_is_not_read_keeps_little(case: &mut Case) {
    const MEMORY_KIB: u64 = 16 << 10;
    let mut server = Server::start(case, &[]);
    let address = server.address.to_string();
    // Somebody holds the other end, and never reads; it is full from the start.
    let fifo = case.dir().join("output");
    mkfifoat(CWD, &fifo, Mode::RUSR | Mode::WUSR).unwrap_or_else(|error| panic!("a pipe: {error}"));
    let open = |options: &mut std::fs::OpenOptions| {
        options
            .open(&fifo)
            .unwrap_or_else(|error| panic!("a pipe: {error}"))
    };
    let held = open(File::options().read(true).write(true));
    let mut full = open(
        File::options()
            .write(true)
            .custom_flags(OFlags::NONBLOCK.bits().cast_signed()),
    );
    while full.write(&[b'\n'; 4096]).is_ok() {}
    drop(full);
    let mut client = Subject::spawn(subscribe(case, &address, "t", &[]).stdout_to("output"));
    client.expect_said("subscribed to t at 0\n");
    let mut publisher = Publisher::new(case, &mut server);
    let data = format!("\"{}\"", "x".repeat(20_000));
    for seq in 1..=2000 {
        let published = publisher.publish(case, &mut server, "t", &data);
        server.expect(
            case,
            published == (seq, 1),
            &format!("number {seq}"),
            format!("{published:?}"),
        );
    }
    client.settle(case);
    server.settle(case);
    for (who, subject) in [("client", &mut client), ("server", &mut *server)] {
        let memory = number_in_status(subject.pid, "RssAnon:");
        subject.expect(
            case,
            memory < MEMORY_KIB,
            &format!("less than {MEMORY_KIB} KiB of anonymous memory in the {who} when 40 MB were published and nobody reads the client's output"),
            format!("{memory} KiB"),
        );
    }
    drop(client.kill());
    drop(held);
}

pub(super) fn a_server_that_is_silent_is_left(case: &mut Case) {
    let mut host = Host::listen();
    let address = host.name();
    let mut client = Subject::spawn(subscribe(case, &address, "t", &["--ping", "400", "--count", "1"]));
    let (mut wire, _) = welcome(case, &mut client, &mut host, "t", 0);
    wire.keeps_pings();
    // A message is a word as well.
    client.expect_kind(case, &mut wire, kind::PING, "a PING after 400 ms without a word");
    client.expect_said("silent for 800 ms; again in ");
    let (mut wire, id) = welcome(case, &mut client, &mut host, "t", 0);
    wire.send(&Frame::push(id, 1, "1"));
    let ended = client.wait();
    case.expect_status(&ended, 0);
    case.expect_stdout(&ended, "1 1\n");
}

pub(super) fn wrong_usage_of_subscribe_is_status_2(case: &mut Case) {
    for (args, named) in [
        (&[][..], "ADDR"),
        (&["127.0.0.1:1"], "TOPIC"),
        (&["nowhere", "t"], "nowhere"),
        (&["127.0.0.1:1", "t", "more"], ""),
        (&["127.0.0.1:1", "t", "--count", "many"], "--count"),
        (&["127.0.0.1:1", "t", "--all"], "--all"),
    ] {
        let ended = case.program("rpc").args(["subscribe"]).args(args).run();
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, named);
        case.expect_stdout(&ended, "");
    }
}
