//! The stream of all hosts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use support::Case;

use crate::client::{Event, Stream, get};
use crate::samples::{gauge, now_ms};
use crate::site::{Site, TOKEN};

pub(super) fn report(host: &str, load: f64) -> String {
    gauge("load.1m").of(host).at_ms(&[(now_ms(), load)])
}

/// Opens the stream of all hosts, and expects that it is one.
pub(super) fn open(case: &mut Case, site: &mut Site) -> Stream {
    let stream = Stream::open(&get("/api/v1/events").bearer(TOKEN), site.address);
    let kind = stream.head.header("content-type").unwrap_or_default().to_owned();
    site.expect_same(
        case,
        "the kind of /api/v1/events",
        "200 text/event-stream",
        &format!("{} {kind}", stream.head.status),
    );
    stream
}

fn hosts(event: &Event) -> Vec<&Value> {
    event.data["hosts"].as_array().into_iter().flatten().collect()
}

/// Reads events until enough hosts have been told, and returns what was last told of each.
fn told(
    case: &mut Case,
    site: &mut Site,
    stream: &mut Stream,
    count: usize,
    what: &str,
) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    while all.len() < count {
        let Some(event) = stream.next() else {
            site.expect(case, false, what, format!("the stream is over, behind {all:?}"));
            return all;
        };
        site.expect_same(case, "the name of an event", "hosts", &event.name);
        for host in hosts(&event) {
            all.insert(host["name"].as_str().unwrap_or_default().to_owned(), host.clone());
        }
    }
    all
}

pub(super) fn the_fleet_is_told_of_hosts_that_report(case: &mut Case) {
    let mut site = Site::new(case, &(report("web1", 1.0) + &report("web2", 2.0)));
    let mut stream = open(case, &mut site);
    site.report(&report("web1", 42.0));
    let all = told(case, &mut site, &mut stream, 1, "an event of web1");
    let seen = format!(
        "{:?}",
        all.iter()
            .map(|(name, host)| (name, &host["load"]))
            .collect::<Vec<_>>()
    );
    site.expect_same(case, "who is told", "[(\"web1\", Number(42.0))]", &seen);
    // Also of one that nobody has ever heard of.
    site.report(&report("new", 7.0));
    let all = told(case, &mut site, &mut stream, 1, "an event of the new host");
    let seen = format!(
        "{:?}",
        all.iter()
            .map(|(name, host)| (name, &host["load"]))
            .collect::<Vec<_>>()
    );
    site.expect_same(case, "who is told next", "[(\"new\", Number(7.0))]", &seen);
    drop(stream);
    site.end(case);
}

pub(super) fn many_reports_are_gathered(case: &mut Case) {
    let mut site = Site::new(case, "");
    let mut stream = open(case, &mut site);
    // Two hundred reports, all within a moment.
    let crowd: String = (0..200)
        .map(|n| report(&format!("node{n}"), f64::from(n)))
        .collect();
    site.report(&crowd);
    let mut events = 0;
    let mut names = BTreeSet::new();
    while names.len() < 200 {
        let Some(event) = stream.next() else { break };
        events += 1;
        names.extend(hosts(&event).iter().map(|host| host["name"].to_string()));
    }
    site.expect_same(case, "how many hosts are told", "200", &names.len().to_string());
    site.expect(
        case,
        events <= 50,
        "an event a second at most, and not one for each of 200 reports",
        format!("{events} events"),
    );
    drop(stream);
    site.end(case);
}

pub(super) fn a_host_that_falls_silent_is_told(case: &mut Case) {
    let mut site = Site::with(case, "500ms", "");
    let mut stream = open(case, &mut site);
    site.report(&report("web1", 1.0));
    let mut states = Vec::new();
    // It reports no more: nothing but its silence tells that it is down.
    while states.last().is_none_or(|state| state != "down") {
        let Some(event) = stream.next() else { break };
        states.extend(
            hosts(&event)
                .iter()
                .map(|host| host["state"].as_str().unwrap_or_default().to_owned()),
        );
    }
    site.expect_same(
        case,
        "the last state",
        "down",
        states.last().map_or("(none)", String::as_str),
    );
    // That it is still down is no news; that it is back is.
    site.report(&report("web1", 2.0));
    let back = stream
        .next()
        .map_or(Value::Null, |event| event.data["hosts"][0]["state"].clone());
    site.expect_same(
        case,
        "the state behind the next report",
        "\"up\"",
        &back.to_string(),
    );
    drop(stream);
    site.end(case);
}

pub(super) fn a_crowd_that_reports_at_once_is_told_whole(case: &mut Case) {
    let mut site = Site::new(case, "");
    let mut stream = open(case, &mut site);
    let crowd: String = (0..1100)
        .map(|n| report(&format!("node{n}"), f64::from(n)))
        .collect();
    site.report(&crowd);
    let all = told(case, &mut site, &mut stream, 1100, "all 1100 hosts in the stream");
    let last = all.get("node1099").map(|host| host["load"].to_string());
    site.expect_same(case, "the load of the last", "1099.0", &last.unwrap_or_default());
    drop(stream);
    site.end(case);
}
