//! kill -9, at any moment.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use crate::harness::{Folder, Sender, check_ledger, check_stored, run, server, stored, until};

/// How often something is killed.
const KILLS: usize = 50;

#[test]
fn sender_relay_and_sink_are_killed_fifty_times_and_every_durable_line_is_stored_once() {
    let folder = Folder::new();
    let (spool, relay_spool, out) = (folder.at("spool"), folder.at("relay"), folder.at("out"));
    let mut rng = fastrand::Rng::with_seed(3);
    let (mut sink, sink_at) = server(&["sink", "--listen", "127.0.0.1:0", "--out", &out]);
    // Small files, so that many are removed.
    let start_relay = |listen: &str| {
        let args = ["--segment", "4096", "--most", "1000000", "--batch", "20"];
        let head = [
            "relay",
            "--listen",
            listen,
            "--spool",
            &relay_spool,
            "--to",
            &sink_at,
            "--source",
            "r1",
        ];
        server(&[&head[..], &args].concat())
    };
    let (mut relay, relay_at) = start_relay("127.0.0.1:0");
    let start_sender = || {
        Sender::start(
            &spool,
            "web01",
            &relay_at,
            &["--segment", "4096", "--batch", "20"],
        )
    };
    let mut sender = start_sender();
    let mut durable = BTreeMap::new();
    let mut line = 0_u64;
    for kill in 0..KILLS {
        // Under load, and only after something has gone through.
        let before = durable.len();
        let more = rng.usize(20..200);
        until("lines become durable", || {
            for _ in 0..20 {
                line += 1;
                sender.give(format!("line {line} {}", "x".repeat(rng.usize(0..200))));
            }
            sender.note(&mut durable);
            (durable.len() >= before + more).then_some(())
        });
        thread::sleep(Duration::from_micros(rng.u64(0..8000)));
        match kill % 3 {
            0 => {
                sender.kill(&mut durable);
                sender = start_sender();
            }
            1 => {
                relay.kill();
                relay = start_relay(&relay_at).0;
            }
            _ => {
                sink.kill();
                sink = server(&["sink", "--listen", &sink_at, "--out", &out]).0;
            }
        }
    }
    sender.finish(&mut durable);
    assert!(durable.len() > 20 * KILLS);
    until("the relay has passed on everything", || {
        let stored = stored(&out, "web01");
        durable
            .keys()
            .all(|number| stored.contains_key(number))
            .then_some(())
    });
    relay.end();
    sink.end();
    check_stored(&[&out], "web01", &durable);
    let text = check_ledger(&[&spool, &relay_spool, &out]);
    assert!(!text.contains("(") || text.contains("torn"), "{text}");
}

#[test]
fn everything_waits_while_the_store_is_away_and_a_ledger_says_where() {
    let folder = Folder::new();
    let (spool, out) = (folder.at("spool"), folder.at("out"));
    let (sink, sink_at) = server(&["sink", "--listen", "127.0.0.1:0", "--out", &out]);
    sink.kill();
    let mut durable = BTreeMap::new();
    let mut sender = Sender::start(&spool, "web01", &sink_at, &[]);
    for line in 0..5000 {
        sender.give(format!("line {line}"));
    }
    // Nobody takes them, and nobody who appends waits for that.
    until("all lines are durable", || {
        sender.note(&mut durable);
        (durable.len() == 5000).then_some(())
    });
    sender.kill(&mut durable);
    let text = check_ledger(&[&spool, &out]);
    assert!(
        text.contains("5000 taken = 0 acknowledged + 0 dropped + 5000 waiting: OK"),
        "{text}"
    );
    let (sink, _) = server(&["sink", "--listen", &sink_at, "--out", &out]);
    Sender::start(&spool, "web01", &sink_at, &[]).finish(&mut durable);
    sink.end();
    check_stored(&[&out], "web01", &durable);
    let text = check_ledger(&[&spool, &out]);
    assert!(
        text.contains("5000 acknowledged + 0 dropped + 0 waiting: OK"),
        "{text}"
    );
}

#[test]
fn a_ledger_finds_what_is_missing_and_what_is_there_twice() {
    let folder = Folder::new();
    let (spool, out) = (folder.at("spool"), folder.at("out"));
    let (sink, sink_at) = server(&["sink", "--listen", "127.0.0.1:0", "--out", &out]);
    let mut durable = BTreeMap::new();
    let mut sender = Sender::start(&spool, "web01", &sink_at, &[]);
    for line in 0..20 {
        sender.give(format!("line {line}"));
    }
    sender.finish(&mut durable);
    sink.end();
    check_ledger(&[&spool, &out]);
    let bytes = std::fs::read(&out).unwrap();
    let ends: Vec<usize> = bytes
        .split_inclusive(|&byte| byte == b'\n')
        .scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        })
        .collect();
    // A record is two lines here. The fifth one is taken out, and the sixth is there once more.
    let spoilt = [&bytes[..ends[7]], &bytes[ends[9]..], &bytes[ends[9]..ends[11]]].concat();
    std::fs::write(&out, spoilt).unwrap();
    let output = run(&["ledger", &spool, &out]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("acknowledged and nowhere: 5\n"), "{text}");
    assert!(text.contains("stored twice: 6\n"), "{text}");
    assert!(text.ends_with("NOT balanced\n"), "{text}");
}
