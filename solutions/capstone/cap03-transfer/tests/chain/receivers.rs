//! What receivers do with what is strange, and with what they have no room for.

use std::collections::BTreeMap;

use rpc::Code;
use rpc::client::{Multiplex, Options};
use tokio::runtime;
use transfer::wire::{self, Answer};
use transfer::{Origin, Ranges};

use crate::harness::{Folder, Sender, check_ledger, check_stored, run, server, stored, until};

/// Sends a batch, whatever it is.
fn put(address: &str, body: &[u8]) -> Result<Answer, rpc::Error> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = Multiplex::connect(address, &Options::default()).await?;
        let reply = client.call(wire::PUT, body).await?;
        Ok(serde_json::from_slice(&reply).unwrap())
    })
}

/// Makes a batch of these: the sender's number, epoch, sequence.
fn batch(records: &[(u64, u64, u64)]) -> Vec<u8> {
    let mut body = wire::begin();
    for &(number, epoch, sequence) in records {
        let origin = Origin {
            source: "a".to_owned(),
            epoch,
            sequence,
        };
        let text = format!("{epoch}/{sequence}");
        wire::push(&mut body, number, &origin, text.as_bytes());
    }
    body
}

fn ranges(text: &str) -> Ranges {
    text.parse().unwrap()
}

#[test]
fn numbers_that_come_again_are_known_those_that_jump_are_new_and_an_epoch_has_its_own() {
    for kind in ["sink", "relay"] {
        let folder = Folder::new();
        let (out, spool) = (folder.at("out"), folder.at("relay"));
        let args: Vec<&str> = match kind {
            "sink" => vec!["sink", "--listen", "127.0.0.1:0", "--out", &out],
            // It passes on to nobody.
            _ => vec![
                "relay",
                "--listen",
                "127.0.0.1:0",
                "--spool",
                &spool,
                "--to",
                "127.0.0.1:1",
            ],
        };
        let (mut process, mut address) = server(&args);
        for (records, stored, known) in [
            (&[(1, 7, 1), (2, 7, 2), (3, 7, 5)][..], "1-3", ""),
            (&[(4, 7, 2), (5, 7, 3)], "5", "4"),
            // Twice in one batch.
            (&[(1, 7, 4), (2, 7, 4)], "1", "2"),
            (&[(9, 7, u64::MAX), (8, 7, 6)], "8-9", ""),
            (&[(1, 6, 1), (2, 8, 1), (3, 7, 1)], "1-2", "3"),
        ] {
            let answer = put(&address, &batch(records)).unwrap();
            assert_eq!(
                (&answer.stored, &answer.known),
                (&ranges(stored), &ranges(known)),
                "{kind}"
            );
            assert!(answer.refused.is_empty());
            // It is so in its next life too.
            process.kill();
            (process, address) = server(&args);
            let again = put(&address, &batch(records)).unwrap();
            assert!(again.stored.is_empty(), "{kind}: {records:?}");
            assert_eq!(again.known.count(), records.len() as u64);
        }
        for (body, code) in [
            (&b"\x02\0\0\0\0"[..], Code::BAD_PARAMS),
            (&b""[..], Code::BAD_PARAMS),
            (&batch(&[(1, 7, 0)]), Code::BAD_PARAMS),
            (&[1, 255, 255, 255, 255], Code::BAD_PARAMS),
        ] {
            match put(&address, body) {
                Err(rpc::Error::Failed(why)) => assert_eq!(why.code, code),
                other => panic!("{other:?}"),
            }
        }
        // An epoch too many is refused, and said.
        for epoch in 100..161 {
            put(&address, &batch(&[(1, epoch, 1)])).unwrap();
        }
        let answer = put(&address, &batch(&[(1, 999, 1), (2, 7, 1)])).unwrap();
        assert_eq!((answer.refused, answer.known), (ranges("1"), ranges("2")));
        assert!(!answer.why.is_empty());
        process.end();
    }
}

#[test]
fn a_spool_that_is_made_anew_has_numbers_of_its_own() {
    let folder = Folder::new();
    let (spool, out) = (folder.at("spool"), folder.at("out"));
    let (sink, sink_at) = server(&["sink", "--listen", "127.0.0.1:0", "--out", &out]);
    for life in 0..3 {
        let mut durable = BTreeMap::new();
        let mut sender = Sender::start(&spool, "a", &sink_at, &[]);
        for line in 0..10 {
            sender.give(format!("{life} {line}"));
        }
        sender.finish(&mut durable);
        assert_eq!(durable.len(), 10);
        std::fs::remove_dir_all(&spool).unwrap();
    }
    sink.end();
    let stored = stored(&out, "a");
    assert!(
        stored.len() == 10 && stored.values().all(|bodies| bodies.len() == 3),
        "{stored:?}"
    );
    check_ledger(&[&out]);
}

#[test]
fn a_relay_without_room_takes_nothing_more_and_the_sender_keeps_it() {
    let folder = Folder::new();
    let (spool, relay_spool, out) = (folder.at("spool"), folder.at("relay"), folder.at("out"));
    let (sink, sink_at) = server(&["sink", "--listen", "127.0.0.1:0", "--out", &out]);
    sink.kill();
    let head = [
        "relay",
        "--listen",
        "127.0.0.1:0",
        "--spool",
        &relay_spool,
        "--source",
        "r",
    ];
    let (relay, relay_at) = server(&[&head[..], &["--to", &sink_at, "--most", "20000"]].concat());
    let mut durable = BTreeMap::new();
    let mut sender = Sender::start(&spool, "a", &relay_at, &["--batch", "50"]);
    for line in 0..2000 {
        sender.give(format!("line {line}"));
    }
    until("all lines are durable", || {
        sender.note(&mut durable);
        (durable.len() == 2000).then_some(())
    });
    let bytes = || -> u64 {
        let files = std::fs::read_dir(&relay_spool).unwrap().map_while(Result::ok);
        let segments = files.filter(|file| file.path().extension().is_some_and(|end| end == "seg"));
        segments
            .map(|file| file.metadata().map_or(0, |data| data.len()))
            .sum()
    };
    until("the relay is full", || (bytes() > 19_000).then_some(()));
    assert!(bytes() <= 20_000);
    let (sink, _) = server(&["sink", "--listen", &sink_at, "--out", &out]);
    sender.finish(&mut durable);
    until("everything has arrived", || {
        (stored(&out, "a").len() == 2000).then_some(())
    });
    relay.end();
    sink.end();
    check_stored(&[&out], "a", &durable);
    let text = check_ledger(&[&spool, &relay_spool, &out]);
    assert!(
        text.contains("2000 acknowledged + 0 dropped + 0 waiting"),
        "{text}"
    );
}

#[test]
fn a_relay_that_drops_the_oldest_says_whose_they_were() {
    let folder = Folder::new();
    let (spool, relay_spool, out) = (folder.at("spool"), folder.at("relay"), folder.at("out"));
    let (sink, sink_at) = server(&["sink", "--listen", "127.0.0.1:0", "--out", &out]);
    sink.kill();
    let head = [
        "relay",
        "--listen",
        "127.0.0.1:0",
        "--spool",
        &relay_spool,
        "--source",
        "r",
    ];
    let more = ["--to", &sink_at, "--most", "20000", "--full", "drop"];
    let (relay, relay_at) = server(&[&head[..], &more].concat());
    let mut durable = BTreeMap::new();
    let mut sender = Sender::start(&spool, "a", &relay_at, &["--batch", "50"]);
    for line in 0..2000 {
        sender.give(format!("line {line}"));
    }
    sender.finish(&mut durable);
    // In its next life it still knows what it has had, and what it has dropped.
    relay.kill();
    let (relay, _) = server(&[&head[..], &more].concat());
    let (sink, _) = server(&["sink", "--listen", &sink_at, "--out", &out]);
    until("what was not dropped has arrived", || {
        let (_, book) = transfer::spool::peek(relay_spool.as_ref()).unwrap();
        (stored(&out, "a").len() as u64 + book.dropped() == 2000).then_some(())
    });
    relay.end();
    sink.end();
    let count = stored(&out, "a").len();
    assert!((100..1000).contains(&count), "{count}");
    let text = check_ledger(&[&spool, &relay_spool, &out]);
    assert!(
        text.contains(&format!("+ {} dropped ({} bound)", 2000 - count, 2000 - count)),
        "{text}"
    );
    // Without the relay's own word for it, they would be lost.
    let output = run(&["ledger", &spool, &out]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("acknowledged and nowhere: 1-"), "{text}");
}

#[test]
fn what_the_command_line_is_told_wrong_is_said_with_a_status_of_its_own() {
    for args in [
        &[][..],
        &["nothing"],
        &["spool"],
        &["spool", "append"],
        &["spool", "ack", "x"],
        &["spool", "ack", "x", "3-1"],
        &["spool", "read", "x", "y"],
        &["send", "--spool", "x"],
        &["send", "--spool", "x", "--to", "nowhere"],
        &["relay", "--listen", "127.0.0.1:0"],
        &["sink", "--listen", "127.0.0.1:0"],
        &["sink", "--out", "x", "--listen", "here"],
        &["ledger"],
        &["send", "--most", "1"],
        &["send", "--full", "perhaps"],
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty());
    }
    let folder = Folder::new();
    for args in [
        &["ledger", &folder.at("nothing")][..],
        &["spool", "read", &folder.at("nothing")],
        &["sink", "--listen", "0.0.0.0:0", "--out", &folder.at("out")],
    ] {
        assert_eq!(run(args).status.code(), Some(1), "{args:?}");
    }
    assert_eq!(run(&["--help"]).status.code(), Some(0));
}
