//! What is judged, who is told, and what operators can do about it.

use std::fs;

use muster::wire::Alarm;

use crate::harness::{Fleet, INTERVAL, text, until};
use crate::hook::Hook;

const RULES: &str = r#"
[[rule]]
name = "has-memory"
when = "last(memory.total) > 0"
breaches = 3
severity = "critical"
summary = "a test"

[[rule]]
name = "quiet"
when = "last(memory.total) > 0"
"#;

/// Starts a fleet whose hub has these rules, and tells a hook.
fn fleet(hook: &Hook) -> Fleet {
    let mut fleet = Fleet::new();
    let hub = fleet.files().join("hub");
    fs::write(hub.join("rules.toml"), RULES).unwrap();
    let receivers = format!("[[receiver]]\nname = \"hook\"\nwebhook = \"{}\"\n", hook.url);
    fs::write(hub.join("receivers.toml"), receivers).unwrap();
    fleet.kill_hub();
    fleet.start_hub();
    fleet
}

fn alarms(fleet: &Fleet) -> Vec<Alarm> {
    let output = fleet.muster(&["alarms", "--json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Returns what the hub would know after a `kill -9`.
fn kept(fleet: &Fleet) -> String {
    fs::read_to_string(fleet.files().join("hub/alarms.json")).unwrap()
}

fn said(fleet: &Fleet, args: &[&str]) -> String {
    let output = fleet.muster(args);
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn an_alarm_fires_after_n_breaches_is_explained_acknowledged_and_kept_over_a_restart() {
    let hook = Hook::start();
    let mut fleet = fleet(&hook);
    let silence = [
        "silence", "--for", "1h", "--rule", "quiet", "--id", "night", "a test",
    ];
    assert_eq!(said(&fleet, &silence), "night\n");
    fleet.add("web01");
    fleet.start_agent("web01");
    let key = hook.until("firing", "has-memory", "web01");
    assert_eq!(key.len(), 16, "{key}");

    until("the page shows it", || {
        let alarms = fleet.get("/api/v1/alarms")["alarms"].clone();
        let is_it = |alarm: &serde_json::Value| alarm["rule"] == "has-memory" && alarm["state"] == "firing";
        alarms.as_array().unwrap().iter().any(is_it).then_some(())
    });

    let why = said(&fleet, &["why", "web01", "has-memory"]);
    for part in [
        "has-memory [critical]: last(memory.total) > 0, 3 in a row\n",
        "web01 has-memory: firing since ",
        "ok -> breaching 1/3 value ",
        "breaching -> firing 3/3 value ",
        "notify firing has-memory web01 severity=critical\n",
    ] {
        assert!(why.contains(part), "{part}: {why}");
    }
    let why = said(&fleet, &["why", "web01", "quiet"]);
    assert!(
        why.contains("withhold firing web01 quiet by silence night\n"),
        "{why}"
    );

    // What is answered is kept, and not only soon: each of many, of which some would have to wait.
    for n in 0..5 {
        let id = format!("night{n}");
        said(
            &fleet,
            &[
                "silence", "--for", "1h", "--host", "nobody", "--id", &id, "a test",
            ],
        );
        assert!(kept(&fleet).contains(&id), "{id}");
    }
    assert!(said(&fleet, &["ack", "has-memory", "web01"]).contains("firing -> acknowledged"));
    assert!(kept(&fleet).contains("acknowledged"));
    let again = fleet.muster(&["ack", "has-memory", "web01"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(
        text(&again.stderr).contains("nothing fires"),
        "{}",
        text(&again.stderr)
    );
    let is_acknowledged = |fleet: &Fleet| {
        let alarms = alarms(fleet);
        let found = alarms.iter().find(|alarm| alarm.rule == "has-memory")?;
        (found.state == "acknowledged" && found.by.as_deref() == Some("operator")).then_some(())
    };
    until("it is acknowledged", || is_acknowledged(&fleet));
    fleet.kill_hub();
    fleet.start_hub();
    until("it is still acknowledged", || is_acknowledged(&fleet));
    assert_eq!(hook.count("firing", "has-memory"), 1);
    // The silence is kept as well, and when it is taken back, what still fires is told.
    assert_eq!(hook.count("firing", "quiet"), 0);
    assert!(said(&fleet, &["unsilence", "night"]).contains("notify firing quiet web01"));
    hook.until("firing", "quiet", "web01");
}

#[test]
fn one_series_is_acknowledged_or_silenced_by_its_labels_and_explained_in_utc() {
    let mut fleet = Fleet::new();
    let hub = fleet.files().join("hub");
    let rules = "[[rule]]\nname = \"net\"\nwhen = 'last(network.received_bytes) >= 0'\nhosts = [\"web01\"]\n\
                 [[rule]]\nname = \"other\"\nwhen = 'last(network.received_bytes) >= 0'\n";
    fs::write(hub.join("rules.toml"), rules).unwrap();
    fleet.kill_hub();
    fleet.start_hub();
    let silence = [
        "silence",
        "--for",
        "1h",
        "--label",
        "interface=l*",
        "--id",
        "night",
        "a test",
    ];
    assert_eq!(said(&fleet, &silence), "night\n");
    fleet.add("web01");
    fleet.start_agent("web01");
    let quiet = "withhold firing web01 other{interface=\"lo\"} by silence night\n";
    let why = until("it is silenced", || {
        let why = said(&fleet, &["why", "web01", "other"]);
        why.contains(quiet).then_some(why)
    });
    // The moment of each event, and how long ago it is.
    let event = why.lines().find(|line| line.contains("withhold")).unwrap();
    let (moment, rest) = event.split_once(' ').unwrap();
    assert!(
        moment.starts_with("20") && moment.ends_with('Z') && moment.contains('T'),
        "{why}"
    );
    assert!(
        rest.starts_with('(') && rest.contains(" ago) withhold firing "),
        "{why}"
    );

    let wrong = fleet.muster(&["ack", "net", "web01", "--label", "interface=none"]);
    assert_eq!(wrong.status.code(), Some(1));
    let ack = ["ack", "net", "web01", "--label", "interface=lo"];
    assert!(said(&fleet, &ack).contains(" net{interface=\"lo\"} firing -> acknowledged"));
    let acknowledged: Vec<_> = alarms(&fleet)
        .into_iter()
        .filter(|alarm| alarm.state == "acknowledged")
        .map(|alarm| format!("{}{}", alarm.rule, alarm.labels))
        .collect();
    assert_eq!(acknowledged, ["net{interface=\"lo\"}"]);
    for wrong in ["interface", "=lo"] {
        let output = fleet.muster(&["ack", "net", "web01", "--label", wrong]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn a_host_that_is_down_is_told_once_and_recovers_and_a_retired_one_is_not_told() {
    let hook = Hook::start();
    let mut fleet = fleet(&hook);
    for host in ["web01", "web02"] {
        fleet.add(host);
        fleet.start_agent(host);
    }
    fleet.until_all_up(2);
    hook.until("firing", "has-memory", "web01");
    hook.until("firing", "has-memory", "web02");
    fleet.kill_agent("web02");
    // Of other hosts something may happen at the same moment.
    let retired = said(&fleet, &["retire", "web02"]);
    assert!(!retired.contains("web02"), "{retired}");
    fleet.kill_agent("web01");
    hook.until("firing", "host-down", "web01");
    until("it is down", || {
        let down = alarms(&fleet);
        let is_it = |alarm: &Alarm| {
            alarm.rule == "host-down" && alarm.host == "web01" && alarm.severity == "critical"
        };
        down.iter().any(is_it).then_some(())
    });
    // Just three intervals after its last report, whenever anybody has looked.
    let why = said(&fleet, &["why", "web01", "host-down"]);
    let ms = |line: &str| -> u32 {
        let moment = line.split(' ').find(|word| word.ends_with('Z')).unwrap();
        let clock = moment.split_once('T').unwrap().1.trim_end_matches('Z');
        let parts: Vec<&str> = clock.split([':', '.']).collect();
        let number = |at: usize| parts.get(at).map_or(0, |part| part.parse::<u32>().unwrap());
        ((number(0) * 60 + number(1)) * 60 + number(2)) * 1000 + number(3)
    };
    let silent = ms(why
        .lines()
        .find(|line| line.starts_with("  silent since "))
        .unwrap());
    let told = ms(why.lines().rfind(|line| line.contains(" -> firing")).unwrap());
    // It may be midnight in between.
    let day = 86_400_000;
    let three = u32::try_from(INTERVAL.as_millis() * 3).unwrap();
    assert_eq!((told + day - silent) % day, three, "{why}");
    fleet.start_agent("web01");
    hook.until("recovered", "host-down", "web01");
    // What was told before the host was down is not told again because of that.
    assert_eq!(hook.count("firing", "has-memory"), 2);
    let told = hook.told();
    assert!(
        !told
            .iter()
            .any(|(_, message)| message["rule"] == "host-down" && message["alarms"][0]["host"] == "web02")
    );
}

#[test]
fn rules_that_are_wrong_keep_a_hub_from_starting_and_say_where() {
    let fleet = Fleet::new();
    let hub = fleet.files().join("hub");
    fs::write(
        hub.join("rules.toml"),
        "[[rule]]\nname = \"r\"\nwhen = 'last(m)'\n",
    )
    .unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_muster-hub"))
        .arg("--config")
        .arg(hub.join("hub.toml"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("rules.toml:3: r: when: at the end"), "{said}");
}
