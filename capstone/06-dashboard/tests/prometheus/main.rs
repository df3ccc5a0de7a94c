//! The part of Prometheus' interface that is here, beside the real thing on the same samples.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use collect::prometheus::name_of;
use collect::{Kind, Labels, Unit};
use dashboard::{Settings, State, Vital, serve};
use fastrand::Rng;
use peer::{Prometheus, escape, get, is_there, json, post};
use serde_json::Value;
use store::{Batch, Sample, Store, now_ms};

mod drawn;
mod peer;

const TOKEN: &str = "the token of the tests";

/// When the samples begin: three hours and a half before the end.
const BEGIN_MS: i64 = 1_700_000_000_000;
const LENGTH_MS: i64 = 12_600_000;

/// A dashboard over a store.
struct Site {
    address: SocketAddr,
    state: State,
    folder: PathBuf,
    server: Option<JoinHandle<()>>,
}

impl Site {
    fn new(fill: impl FnOnce(&mut Store)) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("dashboard-prometheus-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("fleet.db");
        let mut store = Store::open(&path).unwrap();
        fill(&mut store);
        let settings = Settings {
            token: TOKEN.into(),
            interval: Duration::from_secs(10),
        };
        let state = State::new(&path, settings).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let serving = state.clone();
        let server = Some(thread::spawn(move || serve(listener, serving).unwrap()));
        Self {
            address,
            state,
            folder,
            server,
        }
    }

    fn get(&self, path: &str) -> (u16, String) {
        get(self.address, path, Some(TOKEN)).unwrap()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.state.stop();
        let _ = self.server.take().map(JoinHandle::join);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Makes samples of three hosts: counters that begin anew, gauges of either sign, gaps, jitter, a series that ends and one that begins late.
fn samples() -> Vec<(&'static str, Vec<Sample>)> {
    let mut rng = Rng::with_seed(42);
    let mut hosts = Vec::new();
    for (host, interval_ms) in [("web01", 10_000), ("web02", 15_000), ("db \"1\"", 60_000)] {
        let mut all = Vec::new();
        let mut counters = [0.0; 4];
        let mut time_ms = BEGIN_MS + rng.i64(0..interval_ms);
        while time_ms < BEGIN_MS + LENGTH_MS {
            let mut add = |name: &str, labels: Labels, kind, unit, value| {
                all.push(Sample {
                    name: name.into(),
                    labels,
                    kind,
                    unit,
                    time_ms,
                    value,
                });
            };
            for (n, counter) in counters.iter_mut().enumerate() {
                *counter += rng.f64() * 10.0;
                if rng.u32(0..300) == 0 {
                    *counter = rng.f64();
                }
                let labels = [
                    ("cpu", (n % 2).to_string()),
                    ("mode", ["user", "idle"][n / 2].to_string()),
                ];
                let labels = labels.into_iter().collect();
                add(
                    "core.time",
                    labels,
                    Kind::Counter,
                    Unit::Seconds,
                    (*counter * 100.0).round() / 100.0,
                );
            }
            add(
                "load.1m",
                Labels::none(),
                Kind::Gauge,
                Unit::Count,
                (rng.f64() * 400.0).round() / 100.0,
            );
            let balance = f64::from(rng.i32(-1000..1000));
            add(
                "test.balance",
                Labels::one("path", "/a\"b\\c"),
                Kind::Gauge,
                Unit::Bytes,
                balance,
            );
            if time_ms < BEGIN_MS + 5_000_000 {
                add(
                    "test.ends",
                    Labels::one("x", "é"),
                    Kind::Gauge,
                    Unit::Ratio,
                    rng.f64(),
                );
            }
            if time_ms > BEGIN_MS + 7_000_000 && host != "web02" {
                add(
                    "network.received_bytes",
                    Labels::one("device", "eth0"),
                    Kind::Counter,
                    Unit::Bytes,
                    (time_ms - BEGIN_MS) as f64,
                );
            }
            // Some are late, and now and then there is nothing for a while.
            time_ms += interval_ms + rng.i64(-2000..2000);
            if rng.u32(0..200) == 0 {
                time_ms += rng.i64(60_000..900_000);
            }
        }
        hosts.push((host, all));
    }
    hosts
}

/// Writes them as OpenMetrics has it: times in seconds, a series in one piece.
fn open_metrics(hosts: &[(&str, Vec<Sample>)]) -> String {
    let mut families: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (host, samples) in hosts {
        for sample in samples {
            let name = name_of(&sample.name, sample.kind, sample.unit);
            let labels: Labels = sample.labels.iter().chain([("host", *host)]).collect();
            let series = families
                .entry(name.clone())
                .or_default()
                .entry(labels.to_string())
                .or_default();
            *series += &format!(
                "{name}{labels} {} {}.{:03}\n",
                sample.value,
                sample.time_ms / 1000,
                sample.time_ms % 1000
            );
        }
    }
    families
        .values()
        .flat_map(BTreeMap::values)
        .map(String::as_str)
        .chain(["# EOF\n"])
        .collect()
}

fn fill(store: &mut Store, hosts: &[(&str, Vec<Sample>)]) {
    for (host, samples) in hosts {
        for part in samples.chunks(500) {
            let received_ms = part.last().unwrap().time_ms;
            let batch = Batch {
                host: (*host).into(),
                received_ms,
                samples: part.to_vec(),
            };
            let appended = store.append(&[batch]).unwrap();
            assert_eq!(appended[0].stored, part.len());
        }
    }
}

/// Queries whose values must be the same to the last bit.
const EXACT: [&str; 38] = [
    "muster_load_1m",
    "muster_load_1m{host=\"web01\"}",
    "muster_load_1m{host!=\"web01\"}",
    "{__name__=~\"muster_.*\", host=~\"web.*\"}",
    "{__name__=\"muster_load_1m\"}",
    "muster_core_time_seconds_total{cpu=\"0\",mode=~\"us.*|nothing\"}",
    "muster_core_time_seconds_total{mode!~\"us\"}",
    "muster_core_time_seconds_total{mode!~\"user\", nothing=\"\"}",
    "muster_core_time_seconds_total{nothing=~\".+\"}",
    "muster_test_balance_bytes{path='/a\"b\\\\c'}",
    "muster_test_ends_ratio{x=~\".\"}",
    "muster_nothing",
    "muster_load_1m offset 10m",
    "muster_load_1m offset -3m",
    "muster_load_1m > 2",
    "muster_load_1m > bool 2",
    "2 < muster_load_1m",
    "2 >= bool muster_load_1m",
    "muster_load_1m != 1.5",
    "-muster_test_balance_bytes",
    "-muster_test_balance_bytes * 2 + 1",
    "muster_test_balance_bytes % 7",
    "muster_test_balance_bytes / 0",
    "count(muster_core_time_seconds_total)",
    "count by (mode) (muster_core_time_seconds_total)",
    "count without (cpu, host) (muster_core_time_seconds_total)",
    "min(muster_test_balance_bytes)",
    "max by (host) (muster_core_time_seconds_total)",
    "min without (mode) (muster_core_time_seconds_total)",
    "topk(2, muster_core_time_seconds_total)",
    "bottomk by (host) (1, muster_core_time_seconds_total)",
    "topk(0, muster_load_1m)",
    "min_over_time(muster_test_balance_bytes[5m])",
    "max_over_time(muster_load_1m[90s] offset 1m)",
    "count_over_time(muster_load_1m[7m])",
    "last_over_time(muster_load_1m[20m])",
    "1 + 2 * 3 ^ 2 - -4 % 3",
    "muster_load_1m == muster_load_1m",
];

/// Queries whose values are computed.
const CLOSE: [&str; 24] = [
    "rate(muster_core_time_seconds_total[1m])",
    "rate(muster_core_time_seconds_total[5m])",
    "rate(muster_core_time_seconds_total{mode=\"user\"}[37s] offset 2m)",
    "rate(muster_network_received_bytes_total[3m])",
    "increase(muster_core_time_seconds_total[10m])",
    "increase(muster_network_received_bytes_total[1h])",
    "irate(muster_core_time_seconds_total[5m])",
    "irate(muster_network_received_bytes_total[30s])",
    "delta(muster_test_balance_bytes[5m])",
    "delta(muster_load_1m[1h])",
    "avg_over_time(muster_load_1m[5m])",
    "sum_over_time(muster_test_balance_bytes[15m])",
    "sum(rate(muster_core_time_seconds_total[5m]))",
    "sum by (host) (rate(muster_core_time_seconds_total[5m]))",
    "sum without (cpu) (rate(muster_core_time_seconds_total[5m]))",
    "avg by (mode) (irate(muster_core_time_seconds_total[2m]))",
    "avg(muster_load_1m)",
    "1 - avg by (host) (rate(muster_core_time_seconds_total{mode=\"idle\"}[5m]))",
    "topk(3, rate(muster_core_time_seconds_total[5m]))",
    "sum(muster_test_balance_bytes) by (path) ^ 2 / 1e3",
    "muster_load_1m / muster_load_1m",
    "rate(muster_core_time_seconds_total{mode=\"user\"}[5m]) / ignoring(mode) rate(muster_core_time_seconds_total{mode=\"idle\"}[5m])",
    "muster_test_balance_bytes - on(host) muster_load_1m",
    "100 * sum by (host) (rate(muster_core_time_seconds_total{mode=\"user\"}[2m])) > 30",
];

/// What both refuse, and with which kind of error.
const WRONG: [&str; 26] = [
    "",
    "(",
    "sum(",
    "muster_load_1m{",
    "muster_load_1m{host=}",
    "muster_load_1m{host=~\"(\"}",
    "{}",
    "{host=~\".*\"}",
    "a{__name__=\"b\"}",
    "rate(muster_load_1m)",
    "rate(muster_load_1m[5m], 1)",
    "nothing(muster_load_1m)",
    "sum(1)",
    "sum(muster_load_1m[5m])",
    "topk(muster_load_1m, muster_load_1m)",
    "topk(NaN, muster_load_1m)",
    "1 > 2",
    "1 + bool 2",
    "muster_load_1m[0s]",
    "muster_load_1m[5m] + 1",
    "(muster_load_1m)[5m]",
    "muster_load_1m offset 1m offset 1m",
    "muster_load_1m[5x]",
    "-{__name__=~\"muster_load_1m|muster_test_ends_ratio|muster_core.*\"} + on() muster_load_1m",
    "muster_core_time_seconds_total + on(host) muster_core_time_seconds_total",
    "muster_load_1m + on(host) muster_core_time_seconds_total",
];

#[test]
fn answers_are_those_of_prometheus() {
    if !is_there("prometheus") || !is_there("promtool") {
        eprintln!("skipped: there is no prometheus with its promtool on the PATH");
        return;
    }
    let hosts = samples();
    let site = Site::new(|store| fill(store, &hosts));
    let prometheus = Prometheus::start(&site.folder, &open_metrics(&hosts));
    let both = |path: &str| {
        let ((ours, our), (theirs, their)) = (
            json(site.address, path, Some(TOKEN)),
            json(prometheus.address, path, None),
        );
        assert_eq!(ours, theirs, "{path}\n{our}\n{their}");
        (our, their)
    };
    let at = |ms: i64| format!("{}.{:03}", (BEGIN_MS + ms) / 1000, (BEGIN_MS + ms) % 1000);
    let mut compared = 0;
    let mut values = 0;
    let queries = EXACT
        .iter()
        .map(|query| (query, true))
        .chain(CLOSE.iter().map(|query| (query, false)));
    for (query, is_exact) in queries {
        let query = escape(query);
        let mut paths = Vec::new();
        for ms in [0, 1_234_567, 4_999_999, 5_200_000, 9_000_000, LENGTH_MS + 60_000] {
            paths.push(format!("/api/v1/query?query={query}&time={}", at(ms)));
        }
        for (from, to, step) in [
            (3_000_000, 4_500_000, "15"),
            (0, LENGTH_MS + 600_000, "7m"),
            (6_900_500, 7_500_000, "61.5"),
        ] {
            paths.push(format!(
                "/api/v1/query_range?query={query}&start={}&end={}&step={step}",
                at(from),
                at(to)
            ));
        }
        for path in paths {
            let (our, their) = both(&path);
            values += same(&our, &their, is_exact, &path);
            compared += 1;
        }
    }
    // The highest come first, and the lowest.
    for query in [
        "topk(3, muster_core_time_seconds_total)",
        "bottomk(4, rate(muster_core_time_seconds_total[5m]))",
    ] {
        let (our, their) = both(&format!(
            "/api/v1/query?query={}&time={}",
            escape(query),
            at(3_000_000)
        ));
        let metrics = |answer: &Value| -> Vec<Value> {
            let result = answer["data"]["result"].as_array().unwrap();
            result.iter().map(|one| one["metric"].clone()).collect()
        };
        assert_eq!(metrics(&our), metrics(&their), "{query}");
    }
    for query in ["muster_load_1m[5m]", "{__name__=~\".+\"}[10m] offset 1h"] {
        let path = format!("/api/v1/query?query={}&time={}", escape(query), at(9_000_000));
        let (our, their) = both(&path);
        values += same(&our, &their, true, &path);
        compared += 1;
    }
    // On the ends of look-back and ranges: a sample's own time, and 5 minutes after it.
    let last_ms = hosts[0].1.last().unwrap().time_ms;
    for query in [
        "muster_load_1m",
        "count_over_time(muster_load_1m[5m])",
        "rate(muster_core_time_seconds_total[5m])",
    ] {
        for ms in [
            last_ms - 1,
            last_ms,
            last_ms + 299_999,
            last_ms + 300_000,
            last_ms + 300_001,
        ] {
            let path = format!("/api/v1/query?query={}&time={}", escape(query), at(ms - BEGIN_MS));
            let (our, their) = both(&path);
            values += same(&our, &their, false, &path);
            compared += 1;
        }
    }
    let mut rng = Rng::with_seed(7);
    let (mut drawn, mut refused) = (0, 0);
    while drawn < 500 {
        let query = drawn::vector(&mut rng, 0);
        let (from, to, step) = (rng.i64(0..LENGTH_MS), rng.i64(0..1_500_000), rng.u32(10..300));
        let path = format!(
            "/api/v1/query_range?query={}&start={}&end={}&step={step}",
            escape(&query),
            at(from),
            at(from + to)
        );
        let ((ours, our), (theirs, their)) = (
            json(site.address, &path, Some(TOKEN)),
            json(prometheus.address, &path, None),
        );
        assert_eq!(ours, theirs, "{query}\n{path}\n{our}\n{their}");
        drawn += 1;
        match ours {
            200 => values += same(&our, &their, false, &format!("{query} {path}")),
            _ => refused += 1,
        }
    }
    println!("drawn: {drawn}, {refused} of them refused by both");
    for query in WRONG {
        let path = format!("/api/v1/query?query={}&time={}", escape(query), at(4_000_000));
        let (our, their) = both(&path);
        assert_eq!(
            (&our["status"], &our["errorType"]),
            (&their["status"], &their["errorType"]),
            "{query}: {our} {their}"
        );
        assert!(our["error"].is_string());
    }
    for path in [
        "/api/v1/labels",
        "/api/v1/labels?match[]=muster_load_1m",
        "/api/v1/label/host/values",
        "/api/v1/label/__name__/values",
        "/api/v1/label/mode/values?match[]=%7Bcpu%3D%221%22%7D",
        "/api/v1/label/nothing/values",
        "/api/v1/label/no-label/values",
        "/api/v1/series?match[]=muster_core_time_seconds_total&match[]=muster_load_1m",
        "/api/v1/series",
        "/api/v1/series?match[]=%7B%7D",
        "/api/v1/query_range?query=1&start=10&end=5&step=1",
        "/api/v1/query_range?query=1&start=0&end=11000&step=1",
        "/api/v1/query_range?query=1&start=0&end=11001&step=1",
        "/api/v1/query_range?query=1&start=0&end=5&step=0",
        "/api/v1/query_range?query=1&start=0&end=5",
        "/api/v1/query_range?query=a[5m]&start=0&end=5&step=1",
        "/api/v1/query?query=1&time=yesterday",
    ] {
        let (our, their) = both(path);
        match their["status"].as_str() {
            Some("success") => assert_eq!(sorted(&our["data"]), sorted(&their["data"]), "{path}"),
            _ => assert_eq!(our["errorType"], their["errorType"], "{path}: {our} {their}"),
        }
    }
    println!(
        "compared: {} queries, {compared} answers, {values} values; {} wrong queries",
        EXACT.len() + CLOSE.len() + 5,
        WRONG.len()
    );
    assert!(compared > 500 && values > 10_000, "{compared} {values}");
}

fn sorted(data: &Value) -> Value {
    let mut data = data.clone();
    if let Some(list) = data
        .as_array_mut()
        .filter(|list| list.iter().any(Value::is_object))
    {
        list.sort_by_key(Value::to_string);
    }
    data
}

/// Compares what was answered, and returns how many values there were.
fn same(our: &Value, their: &Value, is_exact: bool, path: &str) -> usize {
    let (our, their) = (&our["data"], &their["data"]);
    assert_eq!(our["resultType"], their["resultType"], "{path}");
    let series = |data: &Value| -> BTreeMap<String, Vec<(f64, String)>> {
        let point = |point: &Value| (point[0].as_f64().unwrap(), point[1].as_str().unwrap().to_owned());
        if data["resultType"] == "scalar" {
            return [(String::new(), vec![point(&data["result"])])].into();
        }
        let one = |series: &Value| {
            let values = match &series["values"] {
                Value::Array(values) => values.iter().map(point).collect(),
                _ => vec![point(&series["value"])],
            };
            (sorted_text(&series["metric"]), values)
        };
        data["result"].as_array().unwrap().iter().map(one).collect()
    };
    let (our, their) = (series(our), series(their));
    assert_eq!(
        our.keys().collect::<Vec<_>>(),
        their.keys().collect::<Vec<_>>(),
        "{path}"
    );
    let mut count = 0;
    for ((labels, ours), theirs) in our.iter().zip(their.values()) {
        assert_eq!(ours.len(), theirs.len(), "{path} {labels}\n{ours:?}\n{theirs:?}");
        for (our, their) in ours.iter().zip(theirs) {
            count += 1;
            if our == their {
                continue;
            }
            let number = |text: &str| text.parse::<f64>().unwrap();
            let (one, other) = (number(&our.1), number(&their.1));
            let is_near = (one - other).abs() <= 1e-9 * one.abs().max(other.abs());
            assert!(
                our.0 == their.0 && !is_exact && is_near,
                "{path} {labels}: {our:?}, and Prometheus {their:?}"
            );
        }
    }
    count
}

fn sorted_text(labels: &Value) -> String {
    let labels: BTreeMap<_, _> = labels.as_object().unwrap().iter().collect();
    format!("{labels:?}")
}

fn fresh(store: &mut Store) {
    let now_ms = now_ms();
    for host in ["web01", "a\"b\\c\n"] {
        let samples = collect::metrics().map(|metric| Sample {
            name: metric.name.into(),
            labels: Labels::one("part", "a\"b"),
            kind: metric.kind,
            unit: metric.unit,
            time_ms: now_ms - 1000,
            value: 1e21,
        });
        let samples = samples.collect();
        store
            .append(&[Batch {
                host: host.into(),
                received_ms: now_ms,
                samples,
            }])
            .unwrap();
    }
}

#[test]
fn what_is_scraped_is_as_promtool_wants_it() {
    let site = Site::new(fresh);
    let vital =
        || vec![Vital::counter("hub.tests", Unit::Seconds, "A \\ of the test.", 1.5).of("part", "a\"b")];
    site.state.vitals().add(vital);
    let (status, own) = site.get("/metrics");
    assert_eq!(status, 200, "{own}");
    for line in [
        "# TYPE muster_hub_hosts gauge",
        "muster_hub_hosts{state=\"up\"} 2",
        "muster_hub_hosts{state=\"down\"} 0",
        "muster_hub_samples_total{result=\"stored\"} 0",
        "muster_hub_alarms{severity=\"critical\",state=\"firing\"} 0",
        "muster_hub_tests_seconds_total{part=\"a\\\"b\"} 1.5",
    ] {
        assert!(own.lines().any(|found| found == line), "{line} is not in\n{own}");
    }
    let (status, fleet) = site.get(&format!(
        "/federate?match[]={}",
        escape("{__name__=~\"muster_.+\"}")
    ));
    assert_eq!(status, 200, "{fleet}");
    let lines = fleet.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(lines, 2 * collect::metrics().count());
    assert_eq!(site.get("/federate"), (200, String::new()));
    if !is_there("promtool") {
        eprintln!("skipped: there is no promtool on the PATH");
        return;
    }
    for text in [own, fleet] {
        let mut child = Command::new("promtool")
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert!(
            output.status.success() && said.iter().all(String::is_empty),
            "{said:?}\n{text}"
        );
    }
}

#[test]
fn forms_are_read_and_strangers_are_not() {
    let site = Site::new(fresh);
    let form = format!("query={}", escape("count(muster_load_1m)"));
    let (status, body) = post(site.address, "/api/v1/query", TOKEN, &form).unwrap();
    assert!(status == 200 && body.contains("\"2\""), "{body}");
    // What Grafana sends to see whether there is anybody.
    let (status, body) = post(site.address, "/api/v1/query", TOKEN, "query=1%2B1&time=4").unwrap();
    let expected = r#"{"status":"success","data":{"resultType":"scalar","result":[4,"2"]}}"#;
    assert_eq!((status, body.as_str()), (200, expected));
    let long = format!("query={}", "a%2B".repeat(6000));
    let (status, body) = post(site.address, "/api/v1/query", TOKEN, &long).unwrap();
    assert!(status == 400 && body.contains("more than 10000 bytes"), "{body}");
    let (status, body) = site.get("/api/v1/metadata?metric=muster_load_1m");
    assert!(status == 200 && body.contains("\"type\":\"gauge\""), "{body}");
    let (status, body) = site.get("/api/v1/status/buildinfo");
    assert!(status == 200 && body.contains("\"version\":\"2.42.0\""), "{body}");
    for path in [
        "/metrics",
        "/federate",
        "/api/v1/query?query=1",
        "/api/v1/labels",
        "/api/v1/status/buildinfo",
    ] {
        for token in [None, Some("wrong")] {
            assert_eq!(get(site.address, path, token).unwrap().0, 401, "{path}");
        }
    }
}
