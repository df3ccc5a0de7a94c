//! A hub in front of another: it keeps what its agents report until that one has it.

use muster::config;
use muster::wire::HostState;
use store::Reader;
use transfer::Origin;
use transfer::wire as batches;

use crate::certificates::call;
use crate::drill::moments::waiting;
use crate::harness::{Fleet, until};

/// Starts a hub with another in front of it, to which these hosts report.
fn fleet(hosts: &[&str]) -> Fleet {
    let mut fleet = Fleet::new();
    fleet.start_transfer();
    for host in hosts {
        fleet.add_behind(host);
        let before = fleet.before.clone();
        fleet.start_agent_of(host, &before);
    }
    fleet
}

/// Returns whether these are 1, 2, 3 and so on.
fn are_all(batches: &[f64]) -> bool {
    batches
        .iter()
        .zip(1_u32..)
        .all(|(batch, expected)| *batch == f64::from(expected))
}

#[test]
fn what_agents_report_goes_through_it_and_waits_there_while_the_hub_is_away() {
    let mut fleet = fleet(&["db01", "web01"]);
    until("both hosts are up at the hub, and not connected to it", || {
        let hosts = fleet.hosts();
        let up = hosts
            .iter()
            .filter(|host| host.state == HostState::Up && !host.connected);
        (up.count() == 2).then_some(())
    });
    fleet.kill_hub();
    let spool = fleet.transfer_spool();
    until("reports wait in front", || {
        (waiting(&spool) > 10 && waiting(&spool) < 1000).then_some(())
    });
    // The agents have nothing left: theirs are acknowledged.
    until("no agent has any", || {
        let own = |host| waiting(&fleet.files().join("agents").join(host).join("spool"));
        (own("db01") <= 1 && own("web01") <= 1).then_some(())
    });
    // Nor is anything lost with the one in front.
    fleet.transfer.take().unwrap().kill();
    fleet.start_transfer();
    fleet.start_hub();
    for host in ["db01", "web01"] {
        let before = fleet.batches(host).len();
        until("everything arrives, and more", || {
            (fleet.batches(host).len() > before + 10).then_some(())
        });
        let batches = fleet.batches(host);
        assert!(are_all(&batches), "{host}: {batches:?}");
    }
    // It has stored nothing itself.
    let own = Reader::open(&fleet.files().join("hubs/t1/muster.db")).unwrap();
    assert!(own.hosts().unwrap().is_empty());
    assert_eq!(store::check(fleet.database()).unwrap().findings, [""; 0]);
}

#[test]
fn what_is_no_report_of_a_host_is_refused_and_stops_nothing() {
    let fleet = fleet(&["web01"]);
    let hub = config::Hub::read(&fleet.files().join("hubs/t1/hub.toml")).unwrap();
    let origin = Origin {
        source: "x".to_owned(),
        epoch: 1,
        sequence: 1,
    };
    let mut body = batches::begin();
    for (number, record) in [
        (1, &b""[..]),
        (2, b"\x02..\x01"),
        (3, b"\x05web01"),
        (4, b"\xffweb01"),
    ] {
        batches::push(&mut body, number, &origin, record);
    }
    let tls = hub.upstream.unwrap().tls;
    let answer = call(&fleet.address, tls.clone(), batches::PUT, &body).unwrap();
    let answer: batches::Answer = serde_json::from_slice(&answer).unwrap();
    assert_eq!(
        (answer.refused.to_string(), answer.stored.to_string()),
        ("1-4".to_owned(), String::new())
    );
    let answer = call(&fleet.address, tls, batches::PUT, &batches::begin()).unwrap();
    assert_eq!(
        serde_json::from_slice::<batches::Answer>(&answer).unwrap(),
        batches::Answer::default()
    );
    until("reports go on", || {
        (fleet.batches("web01").len() > 3).then_some(())
    });
}
