//! What is judged, who is told, and what operators can do about it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use muster::wire::Alarm;

use crate::harness::{Fleet, text, until};

/// A receiver of webhooks: it takes what comes, and remembers each body with its key.
pub(crate) struct Hook {
    pub(crate) url: String,
    pub(crate) told: Arc<Mutex<Vec<(String, serde_json::Value)>>>,
}

impl Hook {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let told: Arc<Mutex<Vec<_>>> = Arc::default();
        let to = Arc::clone(&told);
        // It ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut from = BufReader::new(&stream);
                let (mut length, mut key) = (0, String::new());
                loop {
                    let mut line = String::new();
                    if from.read_line(&mut line).unwrap() == 0 || line == "\r\n" {
                        break;
                    }
                    match line.trim().split_once(": ") {
                        Some(("Content-Length", value)) => length = value.parse().unwrap(),
                        Some(("Idempotency-Key", value)) => value.clone_into(&mut key),
                        _ => {}
                    }
                }
                let mut body = vec![0; length];
                from.read_exact(&mut body).unwrap();
                to.lock()
                    .unwrap()
                    .push((key, serde_json::from_slice(&body).unwrap()));
                (&stream).write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
            }
        });
        Self { url, told }
    }

    /// Waits until somebody was told of this kind, rule and host; returns the key.
    pub(crate) fn until(&self, kind: &str, rule: &str, host: &str) -> String {
        until(&format!("{kind} {rule} {host} is told"), || {
            let told = self.told.lock().unwrap();
            let is_it = |message: &serde_json::Value| {
                message["kind"] == kind && message["rule"] == rule && message["alarms"][0]["host"] == host
            };
            told.iter()
                .find(|(_, message)| is_it(message))
                .map(|(key, _)| key.clone())
        })
    }

    pub(crate) fn count(&self, kind: &str, rule: &str) -> usize {
        let told = self.told.lock().unwrap();
        let is_it = |message: &serde_json::Value| message["kind"] == kind && message["rule"] == rule;
        told.iter().filter(|(_, message)| is_it(message)).count()
    }
}

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

    assert!(said(&fleet, &["ack", "has-memory", "web01"]).contains("firing -> acknowledged"));
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
    until("that is kept", || {
        let kept = fs::read_to_string(fleet.files().join("hub/alarms.json")).unwrap();
        kept.contains("acknowledged").then_some(())
    });

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
    assert_eq!(said(&fleet, &["retire", "web02"]), "");
    fleet.kill_agent("web01");
    hook.until("firing", "host-down", "web01");
    let down = alarms(&fleet);
    assert!(
        down.iter()
            .any(|alarm| alarm.rule == "host-down" && alarm.host == "web01" && alarm.severity == "critical"),
        "{down:?}"
    );
    fleet.start_agent("web01");
    hook.until("recovered", "host-down", "web01");
    // What was told before the host was down is not told again because of that.
    assert_eq!(hook.count("firing", "has-memory"), 2);
    let told = hook.told.lock().unwrap();
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
