//! Hosts report, and it shows when they do not.

use std::time::Instant;

use muster::wire::HostState;

use crate::harness::{Fleet, INTERVAL, text, until};

#[test]
fn three_hosts_report_and_the_dashboard_has_their_live_values() {
    let fleet = Fleet::with(&["db01", "web01", "web02"]);
    let hosts = || fleet.get("/api/v1/hosts")["hosts"].as_array().unwrap().clone();
    let first = until("all three have values", || {
        let hosts = hosts();
        let has_values = |host: &serde_json::Value| host["cpu"].is_number() && host["load"].is_number();
        (hosts.len() == 3 && hosts.iter().all(has_values)).then_some(hosts)
    });
    let names: Vec<&str> = first.iter().map(|host| host["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["db01", "web01", "web02"]);
    assert!(first.iter().all(|host| host["state"] == "up"), "{first:?}");
    until("they go on", || {
        let later = hosts();
        let newer = |(host, first): (&serde_json::Value, &serde_json::Value)| {
            host["seen_ms"].as_i64() > first["seen_ms"].as_i64()
        };
        later.iter().zip(&first).all(newer).then_some(())
    });
    let table = text(&fleet.muster(&["hosts"]).stdout);
    assert!(
        table.starts_with("HOST   STATE  LAST REPORT\ndb01   up "),
        "{table}"
    );
}

#[test]
fn a_host_whose_agent_is_killed_is_down_after_three_intervals_and_up_when_it_is_back() {
    let mut fleet = Fleet::with(&["web01", "web02"]);
    fleet.kill_agent("web01");
    let killed = Instant::now();
    let down = until("it is down", || {
        let host = fleet.host("web01");
        (host.state == HostState::Down).then_some(host)
    });
    // It may have reported an interval before it was killed.
    assert!(killed.elapsed() > INTERVAL * 2, "{:?}", killed.elapsed());
    assert!(
        down.silent_ms >= Some(3 * INTERVAL.as_millis() as u64),
        "{down:?}"
    );
    assert!(!down.connected);
    assert_eq!(fleet.host("web02").state, HostState::Up);
    until("the dashboard says so", || {
        let hosts = fleet.get("/api/v1/hosts");
        (hosts["hosts"][0]["state"] == "down" && hosts["hosts"][1]["state"] == "up").then_some(())
    });
    fleet.start_agent("web01");
    fleet.until_all_up(2);
}
