//! The same queries, and the same samples, asked of a real Prometheus.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde_json::Value;
use support::{Case, Running};

use crate::client::get;
use crate::drawn;

/// When the samples begin, in seconds.
const BEGIN: i64 = 1_700_000_000;

/// Queries whose answers are the same to the last digit.
const EXACT: [&str; 20] = [
    "muster_load",
    "muster_load{host=\"web1\"}",
    "muster_core_seconds_total{mode!~\"us\"}",
    "muster_core_seconds_total{nothing=\"\",cpu=~\"0|\"}",
    "muster_load offset 3m",
    "muster_load offset -90s",
    "muster_load > 2",
    "2 < muster_load",
    "muster_load > bool 2",
    "-muster_load",
    "muster_balance_bytes % 7",
    "count by (mode) (muster_core_seconds_total)",
    "max without (cpu) (muster_core_seconds_total)",
    "topk(2, muster_core_seconds_total)",
    "bottomk by (host) (1, muster_core_seconds_total)",
    "count_over_time(muster_load[5m])",
    "min_over_time(muster_load[10m])",
    "last_over_time(muster_load[20m])",
    "1 + 2 * 3 ^ 2 - -4 % 3",
    "muster_load == on(host) muster_load",
];

/// Queries whose answers are computed.
const CLOSE: [&str; 12] = [
    "rate(muster_core_seconds_total[1m])",
    "rate(muster_core_seconds_total[5m] offset 1m)",
    "increase(muster_core_seconds_total[10m])",
    "irate(muster_core_seconds_total[5m])",
    "delta(muster_balance_bytes[5m])",
    "avg_over_time(muster_load[5m])",
    "sum_over_time(muster_balance_bytes[15m])",
    "sum by (host) (rate(muster_core_seconds_total[5m]))",
    "avg(muster_load)",
    "muster_balance_bytes / on(host) muster_load",
    "rate(muster_core_seconds_total{cpu=\"0\",mode=\"user\"}[5m]) / ignoring(mode) rate(muster_core_seconds_total{cpu=\"0\",mode=\"idle\"}[5m])",
    "100 * sum by (host) (rate(muster_core_seconds_total{mode=\"user\"}[2m])) > 30",
];

/// Writes samples as OpenMetrics has it, and as the program reads them.
fn samples(case: &Case) -> (String, String) {
    let mut families: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut lines = String::new();
    for line in drawn::samples(&mut case.rng(0)).lines() {
        let mut sample: Value = serde_json::from_str(line).unwrap_or_default();
        let time_ms = sample["time_ms"].as_i64().unwrap_or(0) + BEGIN * 1000;
        sample["time_ms"] = time_ms.into();
        lines += &format!("{sample}\n");
        let name = match sample["name"].as_str() {
            Some("core") => "muster_core_seconds_total",
            Some("load") => "muster_load",
            _ => "muster_balance_bytes",
        };
        let labels = sample["labels"].as_object().into_iter().flatten();
        let mut labels: Vec<String> = labels.map(|(key, value)| format!("{key}={value}")).collect();
        labels.push(format!("host={}", sample["host"]));
        *families
            .entry(name.to_owned())
            .or_default()
            .entry(labels.join(","))
            .or_default() += &format!(
            "{name}{{{}}} {} {}.{:03}\n",
            labels.join(","),
            sample["value"],
            time_ms / 1000,
            time_ms % 1000
        );
    }
    let series = families.values().flat_map(BTreeMap::values);
    (series.cloned().chain(["# EOF\n".to_owned()]).collect(), lines)
}

/// Starts a Prometheus over a folder of blocks, and waits until it answers.
fn start(case: &Case) -> (Running, SocketAddr) {
    let mut running = case
        .peer("prometheus", "prometheus")
        .args(["--config.file=prometheus.yml", "--storage.tsdb.path=data"])
        .args(["--web.listen-address=127.0.0.1:0"])
        .spawn();
    let mut at = None;
    running.wait_for_stderr("said where it listens", |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let line = text.lines().find(|line| line.contains("msg=\"Listening on\""));
        at = line.and_then(|line| line.split("address=").nth(1)?.trim().parse::<SocketAddr>().ok());
        at.is_some()
    });
    let at = at.unwrap_or_else(|| panic!("it was found"));
    running.wait_until("was ready", || get("/-/ready").ask(at).status == 200);
    (running, at)
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// Returns a result's values by their series and times.
fn values(answer: &Value) -> BTreeMap<String, f64> {
    let mut all = BTreeMap::new();
    let result = &answer["data"]["result"];
    let mut add = |labels: &Value, point: &Value| {
        let sorted: BTreeMap<_, _> = labels.as_object().into_iter().flatten().collect();
        let value = point[1]
            .as_str()
            .and_then(|text| text.replace("Inf", "inf").parse().ok());
        all.insert(format!("{sorted:?} at {}", point[0]), value.unwrap_or(f64::NAN));
    };
    if answer["data"]["resultType"] == "scalar" {
        add(&Value::Null, result);
    }
    for series in result
        .as_array()
        .into_iter()
        .flatten()
        .filter(|series| series.is_object())
    {
        if series["value"].is_array() {
            add(&series["metric"], &series["value"]);
        }
        for point in series["values"].as_array().into_iter().flatten() {
            add(&series["metric"], point);
        }
    }
    all
}

pub(super) fn answers_are_those_of_prometheus(case: &mut Case) {
    let (open_metrics, lines) = samples(case);
    case.file("samples.om", open_metrics);
    case.file("prometheus.yml", "scrape_configs: []\n");
    let ended = case
        .peer("promtool", "prometheus")
        .args(["tsdb", "create-blocks-from", "openmetrics", "samples.om", "data"])
        .run();
    case.expect_status(&ended, 0);
    let (running, at) = start(case);
    let queries: Vec<&str> = EXACT.iter().chain(&CLOSE).copied().collect();
    let (from, to) = (BEGIN.to_string(), (BEGIN + 2000).to_string());
    let one = (BEGIN + 1234).to_string();
    for options in [
        vec!["--time", &one],
        vec!["--from", &from, "--to", &to, "--step", "97"],
    ] {
        let ended = case
            .program("dashboard")
            .args(["query", "-", "--json"])
            .args(&options)
            .args(["--"])
            .args(&queries)
            .stdin(lines.as_str())
            .run();
        case.expect_status(&ended, 0);
        let text = ended.stdout_text();
        let answers: Vec<&str> = text.lines().filter(|line| line.starts_with('{')).collect();
        case.expect(
            &ended,
            answers.len() == queries.len(),
            "an answer for each query",
            &text,
        );
        for (n, (query, ours)) in queries.iter().zip(answers).enumerate() {
            let path = match &options[..] {
                [_, time] => format!("/api/v1/query?query={}&time={time}", escape(query)),
                _ => format!(
                    "/api/v1/query_range?query={}&start={from}&end={to}&step=97",
                    escape(query)
                ),
            };
            let theirs = values(&get(&path).ask(at).json());
            let ours = values(&serde_json::from_str(ours).unwrap_or_default());
            let is_same = ours.len() == theirs.len()
                && ours.iter().zip(&theirs).all(|((key, one), (other_key, other))| {
                    let near = (one - other).abs() <= 1e-9 * one.abs().max(other.abs());
                    let is_equal =
                        one.to_bits() == other.to_bits() || one == other || one.is_nan() && other.is_nan();
                    key == other_key && (is_equal || n >= EXACT.len() && near)
                });
            let (expected, found) = (format!("{theirs:#?}"), format!("{ours:#?}"));
            if !is_same {
                case.expect_same(
                    &ended,
                    &format!("what Prometheus says of {query}"),
                    &expected,
                    &found,
                );
            }
            let is_there = n >= EXACT.len() || !theirs.is_empty();
            case.expect(&ended, is_there, "something to compare", query);
        }
    }
    drop(running);
}
