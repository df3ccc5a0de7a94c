//! What the hub stores is sent on.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use store::Reader;

use crate::harness::{Fleet, until};
use crate::peers::{Got, Peer, Receiver, escape, free_address, get, hang, is_there};

impl Fleet {
    /// Writes more into the hub's configuration, and starts it anew.
    pub(crate) fn configure(&mut self, old: &str, new: &str, more: &str) {
        let path = self.files().join("hub/hub.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{text}");
        fs::write(&path, text.replacen(old, new, 1) + more).unwrap();
        self.kill_hub();
        self.start_hub();
    }

    fn forward_to(&mut self, name: &str, address: &str, more: &str) {
        let table =
            format!("\n[[forward]]\nname = \"{name}\"\nurl = \"http://{address}/api/v1/write\"\n{more}");
        self.configure("", "", &table);
    }

    /// Returns a value of `/metrics`.
    pub(crate) fn vital(&self, name: &str) -> f64 {
        let metrics = self.page("/metrics");
        let line = metrics
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{name} is not in\n{metrics}"))
            .parse()
            .unwrap()
    }

    /// Returns all samples of the fleet's hosts, as a receiver gets them.
    fn stored(&self) -> BTreeSet<Got> {
        let reader = Reader::open(self.database()).unwrap();
        let mut all = BTreeSet::new();
        for host in reader.hosts().unwrap() {
            for series in reader.series(host.id).unwrap() {
                let labels: Vec<_> = dashboard::labels_of(&host.name, &series)
                    .iter()
                    .map(|(name, value)| format!("{name}={value:?}"))
                    .collect();
                let samples = reader.samples(series.id, 0, i64::MAX).unwrap();
                all.extend(
                    samples
                        .iter()
                        .map(|one| (labels.join(","), one.time_ms, one.value.to_bits())),
                );
            }
        }
        all
    }
}

/// The samples of a query's answer, by series; without the labels that only one side has.
fn matrix(answer: &Value, without: &[&str]) -> HashMap<String, Value> {
    let result = answer["data"]["result"].as_array().cloned().unwrap_or_default();
    let one = |mut series: Value| {
        let labels = series["metric"].as_object_mut().unwrap();
        without.iter().for_each(|label| _ = labels.remove(*label));
        (
            Value::Object(labels.clone()).to_string(),
            series["values"].clone(),
        )
    };
    result.into_iter().map(one).collect()
}

/// Some of what an agent reports: gauges, counters, and parts of the host.
const QUERIES: [&str; 4] = [
    "muster_memory_available_bytes",
    "muster_core_idle_seconds_total",
    "muster_filesystem_size_bytes",
    "muster_load_1m",
];

#[test]
fn a_prometheus_gets_what_agents_report_and_says_the_same() {
    if !is_there("prometheus") {
        return;
    }
    let mut fleet = Fleet::with(&["web01", "web02"]);
    let folder = fleet.files().join("prometheus");
    let peer = Peer::prometheus(&folder, "", &["--web.enable-remote-write-receiver"]);
    fleet.forward_to("prometheus", &peer.address, "");
    until("ten reports of each host are there", || {
        let counts = peer.query("count_over_time(muster_load_1m[1h]) >= 10");
        (counts["data"]["result"].as_array()?.len() == 2).then_some(())
    });
    // What is there is there to a time; of that all, and equal.
    let last = peer.query("min(timestamp(muster_load_1m))");
    let at = last["data"]["result"][0]["value"][1].as_str().unwrap().to_owned();
    let first = peer.query("max(min_over_time(timestamp(muster_load_1m)[1h:200ms]))");
    let first: f64 = first["data"]["result"][0]["value"][1]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let seconds = at.parse::<f64>().unwrap() - first;
    for query in QUERIES {
        let query = format!("{query}[{}ms]", (seconds * 1e3) as u64);
        let path = format!("/api/v1/query?query={}&time={at}", escape(&query));
        let ours = matrix(&fleet.get(&path), &[]);
        let theirs = serde_json::from_str(&get(&peer.address, &path).unwrap()).unwrap();
        assert!(!ours.is_empty(), "{query}");
        assert_eq!(ours, matrix(&theirs, &[]), "{query}");
    }
    assert_eq!(
        fleet.vital("muster_hub_forward_samples_dropped_total{reason=\"refused\",receiver=\"prometheus\"}"),
        0.0
    );
}

#[test]
fn a_victoria_metrics_gets_history_and_labels_of_its_own() {
    if !is_there("victoria-metrics") {
        return;
    }
    let mut fleet = Fleet::with(&["web01"]);
    until("there is a history", || {
        (fleet.batches("web01").len() >= 10).then_some(())
    });
    let peer = Peer::victoria(&fleet.files().join("victoria"), &[]);
    let more = "history = true\nlabels = { fleet = \"f'\\\"<b>\" }\nrename = { host = \"instance\", mount = \"\" }\n";
    fleet.forward_to("vm", &peer.address, more);
    // Then the agent goes, so that both sides have the same for good.
    until("it gets what is new as well", || {
        (fleet.batches("web01").len() >= 20).then_some(())
    });
    fleet.kill_agent("web01");
    let sent = |fleet: &Fleet| {
        let waiting = fleet.vital("muster_hub_forward_hosts_waiting{receiver=\"vm\"}");
        let lag = fleet.vital("muster_hub_forward_lag_seconds{receiver=\"vm\"}");
        (waiting == 0.0 && lag == 0.0).then_some(())
    };
    until("all is sent", || sent(&fleet));
    let batches = fleet.batches("web01").len();
    let selector = |metric: &str| format!("{metric}{{instance=\"web01\",fleet=\"f'\\\"<b>\"}}[1h]");
    until("all can be read there", || {
        get(&peer.address, "/internal/force_flush")?;
        let answer = peer.query(&selector("muster_agent_batches_total"));
        let there = answer["data"]["result"][0]["values"].as_array()?.len();
        (there == batches).then_some(())
    });
    for query in [
        "muster_memory_available_bytes",
        "muster_core_idle_seconds_total",
        "muster_load_1m",
    ] {
        let ours = fleet.get(&format!(
            "/api/v1/query?query={}",
            escape(&format!("{query}[1h]"))
        ));
        let theirs = matrix(&peer.query(&selector(query)), &["instance", "fleet"]);
        assert_eq!(numbers(matrix(&ours, &["host"])), numbers(theirs), "{query}");
    }
}

/// Numbers instead of texts: 1e+10 and 10000000000 are the same.
fn numbers(all: HashMap<String, Value>) -> HashMap<String, Vec<(f64, f64)>> {
    let pair = |pair: &Value| -> (f64, f64) {
        (
            pair[0].as_f64().unwrap(),
            pair[1].as_str().unwrap().parse().unwrap(),
        )
    };
    let values = |values: Value| values.as_array().unwrap().iter().map(pair).collect();
    all.into_iter()
        .map(|(labels, all)| (labels, values(all)))
        .collect()
}

#[test]
fn nothing_is_lost_while_a_receiver_is_away_and_the_hub_is_killed() {
    let mut fleet = Fleet::with(&["web01", "web02"]);
    // Nobody is there at first.
    let address = free_address();
    fleet.forward_to("there", &address, "history = true\n");
    let retries = "muster_hub_forward_retries_total{receiver=\"there\"}";
    let tries_again = |fleet: &Fleet| {
        until("it tries again", || (fleet.vital(retries) >= 2.0).then_some(()));
    };
    tries_again(&fleet);
    // What it has in hand is sent by nobody but the next one.
    fleet.kill_hub();
    fleet.start_hub();
    tries_again(&fleet);
    // Then it takes two requests of three.
    let count = AtomicU64::new(0);
    let receiver = Receiver::at(&address, move |_| {
        match count.fetch_add(1, Ordering::Relaxed) % 3 {
            2 => 503,
            _ => 204,
        }
    });
    for _ in 0..2 {
        let before = receiver.taken().len();
        until("it has got something", || {
            (receiver.taken().len() > before).then_some(())
        });
        fleet.kill_hub();
        fleet.start_hub();
    }
    let reports = |fleet: &Fleet| ["web01", "web02"].map(|host| fleet.batches(host).len());
    let before = reports(&fleet);
    until("agents report on", || {
        let now = reports(&fleet);
        (now[0] > before[0] + 5 && now[1] > before[1] + 5).then_some(())
    });
    for host in ["web01", "web02"] {
        fleet.kill_agent(host);
    }
    let stored = until("all that is stored is there", || {
        let (stored, got) = (fleet.stored(), receiver.taken());
        let got: BTreeSet<_> = got.into_iter().collect();
        (stored == got).then_some(stored)
    });
    assert!(stored.len() > 1000, "{}", stored.len());
    // In the order of time, series by series, but for what a kill has sent again.
    let mut last = HashMap::new();
    let late = receiver.taken().into_iter().filter(|(labels, time_ms, _)| {
        last.insert(labels.clone(), *time_ms)
            .is_some_and(|before| before > *time_ms)
    });
    let series = last_of(&stored);
    let late = late.count();
    assert!(late <= 2 * series, "{late} of {series} series");
}

fn last_of(stored: &BTreeSet<Got>) -> usize {
    stored
        .iter()
        .map(|(labels, ..)| labels)
        .collect::<BTreeSet<_>>()
        .len()
}

#[test]
fn what_a_receiver_refuses_is_counted_and_takes_nothing_else_with_it() {
    let mut fleet = Fleet::with(&["good", "poison"]);
    let of_poison = |got: &[Got]| got.iter().any(|(labels, ..)| labels.contains("host=\"poison\""));
    let receiver = Receiver::at("127.0.0.1:0", move |got| if of_poison(got) { 400 } else { 204 });
    fleet.forward_to("picky", &receiver.address.clone(), "");
    let count = |reason: &str| {
        format!("muster_hub_forward_samples_dropped_total{{reason=\"{reason}\",receiver=\"picky\"}}")
    };
    until("both are dealt with", || {
        let sent = fleet.vital("muster_hub_forward_samples_sent_total{receiver=\"picky\"}");
        (sent > 1000.0 && fleet.vital(&count("refused")) > 1000.0).then_some(())
    });
    assert_eq!(fleet.vital(&count("late")), 0.0);
    assert!(
        receiver
            .taken()
            .iter()
            .all(|(labels, ..)| labels.contains("host=\"good\""))
    );
    let log = fs::read_to_string(fleet.folder.0.join("hub.log")).unwrap();
    assert!(log.contains("forward picky: refused of poison"), "{log}");
}

#[test]
fn a_receiver_that_never_answers_slows_nobody() {
    let mut fleet = Fleet::with(&["web01"]);
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    let receiver = Receiver::at("127.0.0.1:0", move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        hang();
        204
    });
    fleet.forward_to("asleep", &receiver.address.clone(), "");
    until("it is asked", || {
        (asked.load(Ordering::Relaxed) > 0).then_some(())
    });
    let before = fleet.batches("web01").len();
    until("reports are stored all the same", || {
        (fleet.batches("web01").len() > before + 10).then_some(())
    });
    assert!(fleet.vital("muster_hub_forward_lag_seconds{receiver=\"asleep\"}") > 0.0);
    // And the hub ends when it is to.
    let mut hub = fleet.hub.take().unwrap();
    hub.signal(nix::sys::signal::Signal::SIGTERM);
    until("the hub has ended", || hub.0.try_wait().unwrap())
        .code()
        .unwrap();
}

#[test]
fn a_hub_with_a_receiver_that_makes_no_sense_does_not_start() {
    let fleet = Fleet::new();
    let path = fleet.files().join("hub/hub.toml");
    let text = fs::read_to_string(&path).unwrap();
    for (more, part) in [
        (
            "[[forward]]\nname = \"a\"\nurl = \"a:9090\"\n",
            "\"a:9090\" is no URL of a receiver",
        ),
        (
            "[[forward]]\nname = \"a\"\nurl = \"http://b/\"\nbearer = \"x\"\n",
            "unknown field `bearer`",
        ),
        (
            "[[forward]]\nname = \"a\"\nurl = \"http://b/\"\nca = \"hub.toml\"\n",
            "there are none in the file",
        ),
    ] {
        fs::write(&path, format!("{text}\n{more}")).unwrap();
        let mut hub = std::process::Command::new(env!("CARGO_BIN_EXE_muster-hub"));
        let output = hub.arg("--config").arg(&path).output().unwrap();
        assert!(!output.status.success());
        let said = crate::harness::text(&output.stderr);
        assert!(said.contains(part), "{said}");
    }
}

/// Makes an authority and a server's certificate for 127.0.0.1.
fn certificates(folder: &std::path::Path) {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    let (own, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = authority.self_signed(&own).unwrap();
    let issuer = Issuer::new(authority, own);
    let server = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let server = server.signed_by(&key, &issuer).unwrap();
    for (name, text) in [
        ("peer-ca.pem", ca.pem()),
        ("peer.pem", server.pem()),
        ("peer.key", key.serialize_pem()),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
}

#[test]
fn a_receiver_behind_tls_is_believed_by_its_certificate_and_by_nothing_else() {
    if !is_there("victoria-metrics") {
        return;
    }
    let mut fleet = Fleet::with(&["web01"]);
    let folder = fleet.files().join("hub");
    certificates(&folder);
    let file = |name: &str| folder.join(name).display().to_string();
    let (cert, key) = (
        format!("-tlsCertFile={}", file("peer.pem")),
        format!("-tlsKeyFile={}", file("peer.key")),
    );
    let peer = Peer::victoria(&fleet.files().join("victoria"), &["-tls", &cert, &key]);
    let table = |name: &str, ca: &str| {
        let url = format!("https://{}/api/v1/write", peer.address);
        format!("\n[[forward]]\nname = \"{name}\"\nurl = \"{url}\"\ntoken = \"token\"\n{ca}")
    };
    let tables = table("known", "ca = \"peer-ca.pem\"\n") + &table("unknown", "");
    fleet.configure("", "", &tables);
    until("one is believed and the other one is not", || {
        let sent = fleet.vital("muster_hub_forward_samples_sent_total{receiver=\"known\"}");
        let retries = fleet.vital("muster_hub_forward_retries_total{receiver=\"unknown\"}");
        (sent > 500.0 && retries > 0.0).then_some(())
    });
    assert_eq!(
        fleet.vital("muster_hub_forward_samples_sent_total{receiver=\"unknown\"}"),
        0.0
    );
    let log = fs::read_to_string(fleet.folder.0.join("hub.log")).unwrap();
    let token = fs::read_to_string(folder.join("token")).unwrap();
    assert!(
        log.contains("forward unknown: will try again: ") && !log.contains(token.trim()),
        "{log}"
    );
}
