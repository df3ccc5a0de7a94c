//! Real Alertmanagers are sent what fires.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::harness::{Fleet, Process, until};

/// One of a cluster.
struct Member {
    address: String,
    gossip: String,
    process: Process,
}

fn free() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Starts one, which knows nothing, at an address or at one that is free.
fn start(folder: &Path, name: &str, at: Option<&str>, peer: Option<&str>) -> Member {
    let config = folder.join("alertmanager.yml");
    fs::write(&config, "route: {receiver: none}\nreceivers: [{name: none}]\n").unwrap();
    let mut started: Option<Member> = None;
    until("an Alertmanager is ready", || {
        // Another test may have taken the port: then another is tried.
        let is_over = |member: &mut Member| member.process.0.try_wait().unwrap().is_some();
        if started.as_mut().is_none_or(is_over) {
            let (address, gossip) = (at.map_or_else(free, str::to_owned), free());
            let data = folder.join(format!("{name}-{gossip}"));
            let mut command = Command::new("prometheus-alertmanager");
            command
                .arg(format!("--config.file={}", config.display()))
                .arg(format!("--storage.path={}", data.display()))
                .arg(format!("--web.listen-address={address}"))
                .arg(format!("--cluster.listen-address={gossip}"))
                .args(peer.map(|peer| format!("--cluster.peer={peer}")))
                .stdout(Stdio::null())
                .stderr(File::create(folder.join(format!("{name}.log"))).unwrap());
            let process = Process(command.spawn().unwrap());
            started = Some(Member {
                address,
                gossip,
                process,
            });
        }
        let address = &started.as_ref()?.address;
        ask(address, "GET", "/-/ready", "").map(|_| ())
    });
    started.unwrap()
}

/// Asks, and returns the body of an answer 200.
fn ask(address: &str, method: &str, path: &str, body: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.contains(" 200 ").then(|| body.to_owned())
}

/// Returns what it knows of an alarm.
fn alert(member: &Member, rule: &str, host: &str) -> Option<Value> {
    let all: Value = serde_json::from_str(&ask(&member.address, "GET", "/api/v2/alerts", "")?).unwrap();
    let is_it = |alert: &&Value| alert["labels"]["alertname"] == rule && alert["labels"]["host"] == host;
    all.as_array()?.iter().find(is_it).cloned()
}

#[test]
fn a_cluster_of_alertmanagers_knows_what_fires_and_what_is_over() {
    let found = Command::new("prometheus-alertmanager")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !found.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no prometheus-alertmanager on the PATH");
        return;
    }
    let mut fleet = Fleet::new();
    let folder = fleet.files().join("alertmanagers");
    fs::create_dir(&folder).unwrap();
    let one = start(&folder, "one", None, None);
    let two = start(&folder, "two", None, Some(&one.gossip));
    let hub = fleet.files().join("hub");
    fs::write(
        hub.join("rules.toml"),
        "[[rule]]\nname = \"memory\"\nwhen = 'last(memory.total) > 0'\nsummary = \"a test\"\n",
    )
    .unwrap();
    let config = fs::read_to_string(hub.join("hub.toml")).unwrap();
    let with = format!(
        "alertmanagers = [\"http://{}\", \"http://{}/\"]",
        one.address, two.address
    );
    assert!(config.contains("\nalertmanagers = []\n"), "{config}");
    fs::write(hub.join("hub.toml"), config.replace("alertmanagers = []", &with)).unwrap();
    fleet.kill_hub();
    fleet.start_hub();
    for host in ["web01", "web02"] {
        fleet.add(host);
        fleet.start_agent(host);
    }

    for member in [&one, &two] {
        let known = until("it is known", || alert(member, "memory", "web01"));
        assert_eq!(known["labels"]["severity"], "warning", "{known}");
        assert_eq!(known["annotations"]["summary"], "a test", "{known}");
        let pages = format!("http://{}/alarms", fleet.pages());
        assert_eq!(known["generatorURL"], pages, "{known}");
        assert_eq!(known["status"]["state"], "active", "{known}");
    }
    // Of a host that has never reported nobody would be told that it is down.
    until("the other host has reported", || alert(&one, "memory", "web02"));

    // Who is silent there is silent there alone.
    let silence = json!({
        "matchers": [{"name": "host", "value": "web01", "isRegex": false, "isEqual": true}],
        "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2100-01-01T00:00:00Z", "createdBy": "a test", "comment": "a test",
    });
    ask(&one.address, "POST", "/api/v2/silences", &silence.to_string()).expect("it takes a silence");
    for member in [&one, &two] {
        until("it is silenced there", || {
            (alert(member, "memory", "web01")?["status"]["state"] == "suppressed").then_some(())
        });
    }
    let ours = fleet.get("/api/v1/alarms");
    let is_firing =
        |alarm: &Value| alarm["host"] == "web01" && alarm["rule"] == "memory" && alarm["state"] == "firing";
    assert!(ours["alarms"].as_array().unwrap().iter().any(is_firing), "{ours}");

    // One is away, and knows all when it is back: what fires, and what has begun since.
    let (address, gossip) = (two.address.clone(), one.gossip.clone());
    two.process.kill();
    fleet.kill_agent("web02");
    until("a host is down", || alert(&one, "host-down", "web02"));
    let two = start(&folder, "two-again", Some(&address), Some(&gossip));
    for (rule, host) in [("host-down", "web02"), ("memory", "web01")] {
        until("it knows again", || alert(&two, rule, host));
    }

    // What is over is over there.
    fleet.start_agent("web02");
    for member in [&one, &two] {
        until("it is over", || {
            alert(member, "host-down", "web02").is_none().then_some(())
        });
        assert!(alert(member, "memory", "web02").is_some());
    }
    let page = fleet.page("/metrics");
    let taken = page
        .lines()
        .any(|line| line.starts_with("muster_hub_alertmanager_posts_total{result=\"taken\"} "));
    assert!(taken, "{page}");
}
