//! Several sinks, some of them away.

use std::collections::BTreeMap;

use crate::harness::{Folder, Process, Sender, check_ledger, check_stored, server, stored, until};

struct Sinks {
    folder: Folder,
    outs: Vec<String>,
    addresses: Vec<String>,
    processes: Vec<Option<Process>>,
}

impl Sinks {
    fn start(count: usize) -> Self {
        let folder = Folder::new();
        let mut sinks = Self {
            outs: (0..count)
                .map(|number| folder.at(&format!("out{number}")))
                .collect(),
            folder,
            addresses: Vec::new(),
            processes: Vec::new(),
        };
        for number in 0..count {
            let args = ["sink", "--listen", "127.0.0.1:0", "--out", &sinks.outs[number]];
            let (process, address) = server(&args);
            sinks.processes.push(Some(process));
            sinks.addresses.push(address);
        }
        sinks
    }

    fn kill(&mut self, number: usize) {
        self.processes[number].take().unwrap().kill();
    }

    fn again(&mut self, number: usize) {
        let args = [
            "sink",
            "--listen",
            &self.addresses[number],
            "--out",
            &self.outs[number],
        ];
        self.processes[number] = Some(server(&args).0);
    }

    fn count(&self, number: usize, source: &str) -> usize {
        stored(&self.outs[number], source).len()
    }

    fn outs(&self) -> Vec<&str> {
        self.outs.iter().map(String::as_str).collect()
    }
}

#[test]
fn a_source_goes_to_the_next_store_while_its_own_is_down_and_home_again_and_nothing_to_both() {
    let mut sinks = Sinks::start(3);
    let spool = sinks.folder.at("spool");
    let to = sinks.addresses.join(",");
    let mut sender = Sender::start(&spool, "web01", &to, &["--patience", "300", "--batch", "10"]);
    let mut durable = BTreeMap::new();
    let mut line = 0;
    let mut feed = |sender: &mut Sender, durable: &mut BTreeMap<u64, String>| {
        for _ in 0..10 {
            line += 1;
            sender.give(format!("line {line}"));
        }
        sender.note(durable);
    };
    let home = until("a store has some", || {
        feed(&mut sender, &mut durable);
        (0..3).find(|&number| sinks.count(number, "web01") > 50)
    });
    for _ in 0..3 {
        let elsewhere = |sinks: &Sinks| {
            let counts = (0..3).filter(|&number| number != home);
            counts.map(|number| sinks.count(number, "web01")).sum::<usize>()
        };
        let before = elsewhere(&sinks);
        sinks.kill(home);
        until("another store has more", || {
            feed(&mut sender, &mut durable);
            (elsewhere(&sinks) > before + 50).then_some(())
        });
        let before = sinks.count(home, "web01");
        sinks.again(home);
        until("it comes home again", || {
            feed(&mut sender, &mut durable);
            (sinks.count(home, "web01") > before + 50).then_some(())
        });
    }
    sender.finish(&mut durable);
    for process in &mut sinks.processes {
        process.take().unwrap().end();
    }
    check_stored(&sinks.outs(), "web01", &durable);
    check_ledger(&[&[spool.as_str()][..], &sinks.outs()].concat());
}

#[test]
fn with_wait_nothing_goes_elsewhere() {
    let mut sinks = Sinks::start(2);
    let spool = sinks.folder.at("spool");
    let to = sinks.addresses.join(",");
    let more = ["--patience", "0", "--failover", "wait"];
    let mut durable = BTreeMap::new();
    let mut sender = Sender::start(&spool, "web01", &to, &more);
    sender.give("first".to_owned());
    let home = until("a store has it", || {
        (0..2).find(|&number| sinks.count(number, "web01") == 1)
    });
    sinks.kill(home);
    for line in 0..100 {
        sender.give(format!("line {line}"));
    }
    until("all are durable", || {
        sender.note(&mut durable);
        (durable.len() == 101).then_some(())
    });
    sinks.again(home);
    sender.finish(&mut durable);
    assert_eq!(
        (sinks.count(home, "web01"), sinks.count(1 - home, "web01")),
        (101, 0)
    );
}

#[test]
fn a_relay_gives_each_of_many_sources_one_store_and_none_has_far_more_than_others() {
    let mut sinks = Sinks::start(3);
    let relay_spool = sinks.folder.at("relay");
    let to = sinks.addresses.join(",");
    let head = [
        "relay",
        "--listen",
        "127.0.0.1:0",
        "--spool",
        &relay_spool,
        "--source",
        "r1",
    ];
    let (relay, relay_at) = server(&[&head[..], &["--to", &to]].concat());
    let names: Vec<String> = (0..12).map(|number| format!("host{number:02}")).collect();
    let mut all = BTreeMap::new();
    let mut spools = Vec::new();
    for name in &names {
        let spool = sinks.folder.at(name);
        let mut sender = Sender::start(&spool, name, &relay_at, &[]);
        for line in 0..20 {
            sender.give(format!("{name} {line}"));
        }
        let mut durable = BTreeMap::new();
        sender.finish(&mut durable);
        all.insert(name.clone(), durable);
        spools.push(spool);
    }
    until("everything is in a store", || {
        let count = |name| (0..3).map(|number| sinks.count(number, name)).sum::<usize>();
        names.iter().all(|name| count(name) == 20).then_some(())
    });
    relay.end();
    for process in &mut sinks.processes {
        process.take().unwrap().end();
    }
    for (name, durable) in &all {
        check_stored(&sinks.outs(), name, durable);
        let stores = (0..3).filter(|&number| sinks.count(number, name) > 0);
        assert_eq!(stores.count(), 1, "{name}");
    }
    for number in 0..3 {
        let sources = names.iter().filter(|name| sinks.count(number, name) > 0).count();
        assert!(sources <= 5, "{sources} of 12");
    }
    let mut paths: Vec<&str> = spools.iter().map(String::as_str).collect();
    paths.push(&relay_spool);
    paths.extend(sinks.outs());
    check_ledger(&paths);
}
