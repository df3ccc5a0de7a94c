//! Stage 5: several stores.

use std::collections::BTreeMap;

use support::{Case, Stage, stage};

use crate::harness::{Sender, Server, check_stored, count, drawn, drill, transfer, word};

pub(crate) const STAGE: Stage = stage!("route":
    a_source_has_a_home_and_another_store_only_while_that_is_down,
    with_wait_nothing_goes_elsewhere,
    no_store_has_far_more_sources_than_others,
    what_is_bound_to_a_store_and_not_settled_is_its_own,
    what_a_store_may_have_waits_for_it,
    a_home_comes_and_goes_and_nothing_is_in_two_stores;
    seeded: drawn_routes_are_those_of_the_reference
);

fn a_source_has_a_home_and_another_store_only_while_that_is_down(case: &mut Case) {
    let ended = case
        .program("transfer")
        .args(["drill", "route", "a:1", "b:1", "c:1"])
        .stdin("place web01 0\n")
        .run();
    let home: usize = ended.stdout_text().trim().parse().unwrap_or(9);
    case.expect(&ended, home < 3, "one of the three", home);
    let ended = case
        .program("transfer")
        .args(["drill", "route", "a:1", "b:1", "c:1"])
        .stdin(format!(
            "up 0\nup 1\nup 2\nlost {home} 5000\nplace web01 6000\nplace web01 6001\ndown 6001\nlost {home} 9000\nplace web01 6001\nup {home}\nplace web01 6002\n"
        ))
        .run();
    let text = ended.stdout_text();
    let lines: Vec<&str> = text.lines().collect();
    let home = home.to_string();
    let holds = lines.len() == 11
        && lines[4] == home
        && lines[5] != home
        && lines[5] != "it waits"
        && lines[6].matches("true").count() == 1
        && lines[8] == lines[5]
        && lines[10] == home;
    case.expect(
        &ended,
        holds,
        "home, another, one that is down, the same other, home",
        &text,
    );
}

fn with_wait_nothing_goes_elsewhere(case: &mut Case) {
    drill(
        case,
        &["route", "--failover", "wait", "a:1"],
        "place web01 0 => 0
         place web01 5000 => 0
         down 1000 => [false]
         down 1001 => [true]",
    );
    drill(
        case,
        &["route", "a:1"],
        "place web01 1000 => 0
         place web01 1001 => it waits
         up 0 => up
         place web01 99999 => 0
         place web01 99999 a:1 => 0
         place web01 99999 b:1 => it waits",
    );
}

fn no_store_has_far_more_sources_than_others(case: &mut Case) {
    let script: String = (0..200).map(|host| format!("place host{host} 0\n")).collect();
    let placed = |case: &Case, stores: &[&str]| {
        case.program("transfer")
            .args(["drill", "route"])
            .args(stores)
            .stdin(script.clone())
            .run()
    };
    let four = placed(case, &["a:1", "b:1", "c:1", "d:1"]);
    for store in ["0", "1", "2", "3"] {
        let sources = four.stdout_text().lines().filter(|line| *line == store).count();
        // A quarter more than a quarter, rounded up.
        case.expect(
            &four,
            (20..=63).contains(&sources),
            &format!("20 to 63 sources of store {store}"),
            sources,
        );
    }
    let five = placed(case, &["a:1", "b:1", "c:1", "d:1", "e:1"]);
    let (before, after) = (four.stdout_text(), five.stdout_text());
    let moved = before.lines().zip(after.lines()).filter(|(a, b)| a != b).count();
    case.expect(
        &five,
        moved < 110,
        "fewer than 110 of 200 that have moved with a fifth store",
        moved,
    );
}

fn what_is_bound_to_a_store_and_not_settled_is_its_own(case: &mut Case) {
    drill(
        case,
        &["spool", "sp"],
        "append a => 1
         append b => 2
         append c => 3
         append d => 4
         append e => 5
         sync => durable 5
         ack 1,3 => noted
         bind a:1 1-3 => bound
         bound => a:1 2; 0 released
         bind b:1 3-4 => bound
         bind a:1 5 => bound
         bound => a:1 2,5, b:1 4; 0 released
         reopen => closed
         bound => a:1 2,5, b:1 4; 0 released
         ack 5 => noted
         bound => a:1 2, b:1 4; 0 released
         release c:1 => released 0
         release a:1 => released 1
         bound => b:1 4; 1 released
         kill => killed
         release b:1 => released 1
         bound => none; 2 released
         read => 2 b|4 d|-",
    );
}

fn what_a_store_may_have_waits_for_it(case: &mut Case) {
    // A server that takes a batch, and never says so: it is there, and it is not a store.
    let held = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let silent = held.local_addr().expect("its address").to_string();
    let sink = Server::sink(case, "127.0.0.1:0", "out");
    let to = format!("{silent},{}", sink.address);
    // Which sources are at home at the silent one?
    let names: Vec<String> = (0..20).map(|number| format!("host{number}")).collect();
    let mut found = None;
    for name in names {
        let ended = case
            .program("transfer")
            .args(["drill", "route", &silent, &sink.address])
            .stdin(format!("place {name} 0\n"))
            .run();
        if ended.stdout_text() == "0\n" {
            found = Some(name);
            break;
        }
    }
    let name = found.unwrap_or_default();
    let mut durable = BTreeMap::new();
    let mut sender = Sender::start(case, "sp", &name, &to, &["--patience", "100", "--batch", "1"]);
    sender.give("first".to_owned());
    sender.until_durable(&mut durable, 1);
    let book = case.dir().join("sp/book");
    sender
        .running
        .wait_until("noted which store may have the record", || {
            std::fs::read(&book)
                .is_ok_and(|bytes| bytes.windows(silent.len()).any(|part| part == silent.as_bytes()))
        });
    sender.kill(&mut durable);
    drop(held);
    // It is gone, and the other is there: what was never sent goes there, and only that.
    let mut sender = Sender::start(case, "sp", &name, &to, &["--patience", "100", "--batch", "1"]);
    sender.give("second".to_owned());
    sender
        .running
        .wait_until("sent what may go elsewhere", || count(case, "out", &name) > 0);
    let ended = transfer(case, &["spool", "info", "sp"]);
    let info = ended.stdout_text();
    let bound = info.contains(&format!("bound {silent} 1\n"));
    case.expect(&ended, bound, &format!("the line \"bound {silent} 1\""), &info);
    sender.running.kill();
    let texts: Vec<String> = crate::harness::stored(case, "out")
        .into_iter()
        .map(|record| record.3)
        .collect();
    case.expect_same(&ended, "what out has", "second", &texts.join(" "));
    // It is gone for good, and somebody says so.
    let ended = transfer(case, &["spool", "release", "sp", "nobody:1"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, &silent);
    crate::harness::check(case, &["spool", "release", "sp", &silent], "released 1\n");
    let ended = transfer(case, &["send", "--spool", "sp", "--to", &to, "--patience", "100"]);
    case.expect_status(&ended, 0);
    let texts: Vec<String> = crate::harness::stored(case, "out")
        .into_iter()
        .map(|record| record.3)
        .collect();
    case.expect_same(&ended, "what out has then", "second first", &texts.join(" "));
    sink.end(case);
}

fn a_home_comes_and_goes_and_nothing_is_in_two_stores(case: &mut Case) {
    let outs = ["out0", "out1"];
    let mut sinks: Vec<Option<Server>> = outs
        .iter()
        .map(|out| Some(Server::sink(case, "127.0.0.1:0", out)))
        .collect();
    let addresses: Vec<String> = sinks.iter().flatten().map(|sink| sink.address.clone()).collect();
    let to = addresses.join(",");
    let mut sender = Sender::start(case, "sp", "web01", &to, &["--patience", "200", "--batch", "10"]);
    let mut durable = BTreeMap::new();
    let mut line = 0;
    // Gives lines until a store has so many, and never many more than are stored: what waits for a store that is away is at most a window.
    let mut feed = |case: &Case,
                    sender: &mut Sender,
                    durable: &mut BTreeMap<u64, String>,
                    enough: &dyn Fn(&Case) -> bool| {
        while !enough(case) {
            let there: usize = outs.iter().map(|out| count(case, out, "web01")).sum();
            if line < there + 200 {
                for _ in 0..10 {
                    line += 1;
                    sender.give(format!("line {line}"));
                }
                sender.until_durable(durable, line);
            }
            std::thread::sleep(std::time::Duration::from_millis(3));
        }
    };
    feed(case, &mut sender, &mut durable, &|case| {
        outs.iter().any(|out| count(case, out, "web01") > 20)
    });
    let home = usize::from(count(case, outs[0], "web01") <= 20);
    let other = 1 - home;
    for _ in 0..2 {
        if let Some(sink) = sinks[home].take() {
            sink.kill();
        }
        let before = count(case, outs[other], "web01");
        feed(case, &mut sender, &mut durable, &|case| {
            count(case, outs[other], "web01") > before + 20
        });
        let before = count(case, outs[home], "web01");
        sinks[home] = Some(Server::sink(case, &addresses[home], outs[home]));
        feed(case, &mut sender, &mut durable, &|case| {
            count(case, outs[home], "web01") > before + 20
        });
    }
    sender.finish(case, &mut durable);
    for sink in sinks.into_iter().flatten() {
        sink.end(case);
    }
    check_stored(case, &outs, "web01", &durable);
}

fn drawn_routes_are_those_of_the_reference(case: &mut Case) {
    case.seeded(12, |rng| {
        let count = rng.usize(1..6);
        let stores: Vec<String> = (0..count)
            .map(|store| format!("{}{store}:1", word(rng, 4)))
            .collect();
        let sources: Vec<String> = (0..rng.usize(1..15)).map(|_| word(rng, 6)).collect();
        let mut script = String::new();
        let mut now = 0;
        for _ in 0..rng.u32(20..80) {
            now += rng.u64(0..700);
            let store = rng.usize(0..count);
            script += &match rng.u32(0..8) {
                0..4 => format!("place {} {now}\n", sources[rng.usize(0..sources.len())]),
                4 => format!(
                    "place {} {now} {}\n",
                    sources[rng.usize(0..sources.len())],
                    stores[store]
                ),
                5 => format!("up {store}\n"),
                6 => format!("lost {store} {now}\n"),
                _ => format!("down {now}\n"),
            };
        }
        let failover = ["next", "wait"][rng.usize(0..2)];
        let names: Vec<&str> = stores.iter().map(String::as_str).collect();
        drawn(&[&["route", "--failover", failover][..], &names].concat(), script)
    });
}
