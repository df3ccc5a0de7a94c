//! Hosts at a glance.

use serde_json::{Value, json};
use support::Case;

use crate::client::get;
use crate::samples::{Series, counter, gauge, now_ms};
use crate::site::{Site, TOKEN};

/// Seconds of what processors did: three of four in `user`, one idle.
fn processors(host: &str, now: i64) -> String {
    let cpu = |name, rate: f64| {
        let at = |ago: i64| (now - ago, (now - ago) as f64 / 1000.0 * rate);
        counter(name)
            .unit("seconds")
            .of(host)
            .at_ms(&[at(20_000), at(10_000), at(0)])
    };
    cpu("cpu.user", 3.0) + &cpu("cpu.idle", 1.0)
}

fn one<'a>(hosts: &'a Value, name: &str) -> &'a Value {
    let all = hosts["hosts"].as_array().into_iter().flatten();
    all.into_iter()
        .find(|host| host["name"] == name)
        .unwrap_or(&Value::Null)
}

/// Expects these fields of a host.
fn expect_fields(case: &mut Case, site: &mut Site, host: &Value, fields: &Value) {
    let expected = format!("{fields:#}");
    let mut found = json!({});
    for (name, _) in fields.as_object().into_iter().flatten() {
        found[name] = host[name].clone();
    }
    site.expect_same(case, "a host", &expected, &format!("{found:#}"));
}

pub(super) fn hosts_are_told_with_what_they_are_busy_with(case: &mut Case) {
    let now = now_ms();
    let memory = |name, value| gauge(name).unit("bytes").at_ms(&[(now, value)]);
    let samples = [
        processors("web1", now),
        gauge("load.1m").at_ms(&[(now - 10_000, 0.5), (now, 1.5)]),
        memory("memory.total", 1000.0),
        memory("memory.available", 250.0),
    ];
    let mut site = Site::new(case, &samples.concat());
    let answer = site.json(case, "/api/v1/hosts");
    site.expect_same(case, "interval_ms", "10000", &answer["interval_ms"].to_string());
    let fields = json!({
        "name": "web1", "id": 1, "state": "up",
        "load": 1.5, "cpu": 0.75, "cpus": 4.0, "memory": 0.75, "memory_bytes": 1000.0, "filesystem": null,
    });
    expect_fields(case, &mut site, one(&answer, "web1"), &fields);
    let has_history = one(&answer, "web1").get("history").is_some();
    site.expect(
        case,
        !has_history,
        "no `history` where none is asked for",
        &answer,
    );
    let alone = site.json(case, "/api/v1/hosts/1");
    expect_fields(case, &mut site, &alone["host"], &fields);
    site.end(case);
}

pub(super) fn what_is_not_known_is_null(case: &mut Case) {
    let now = now_ms();
    let samples = [
        gauge("load.5m").of("a").at_ms(&[(now, 1.0)]),
        // One value is no rate, and a total of 0 has no parts.
        counter("cpu.user").unit("seconds").of("b").at_ms(&[(now, 1.0)]),
        gauge("memory.total").unit("bytes").of("b").at_ms(&[(now, 0.0)]),
        gauge("memory.available")
            .unit("bytes")
            .of("b")
            .at_ms(&[(now, 0.0)]),
        gauge("memory.total").unit("bytes").of("c").at_ms(&[(now, 5.0)]),
        // More than there is: no part is below 0.
        gauge("memory.total").unit("bytes").of("d").at_ms(&[(now, 5.0)]),
        gauge("memory.available")
            .unit("bytes")
            .of("d")
            .at_ms(&[(now, 6.0)]),
    ];
    let mut site = Site::new(case, &samples.concat());
    let answer = site.json(case, "/api/v1/hosts");
    let unknown = json!({"load": null, "cpu": null, "cpus": null, "memory": null, "filesystem": null});
    for host in ["a", "b", "c"] {
        expect_fields(case, &mut site, one(&answer, host), &unknown);
    }
    expect_fields(case, &mut site, one(&answer, "c"), &json!({"memory_bytes": 5.0}));
    expect_fields(case, &mut site, one(&answer, "d"), &json!({"memory": 0.0}));
    site.end(case);
}

pub(super) fn processors_count_once(case: &mut Case) {
    let now = now_ms();
    let cpu = |name, labels, rate: f64| {
        let at = |ago: i64| (now - ago, (now - ago) as f64 / 1000.0 * rate);
        let series: Series<'_> = counter(name).unit("seconds").with(labels);
        series.at_ms(&[at(10_000), at(0)])
    };
    let (core0, core1) = ("{\"cpu\":\"0\"}", "{\"cpu\":\"1\"}");
    let cores = |host: &'static str| {
        let lines = [
            cpu("cpu.user", core0, 0.5),
            cpu("cpu.user", core1, 0.25),
            cpu("cpu.idle", core0, 0.5),
            cpu("cpu.idle", core1, 0.5),
            // Waiting for a disk is idle.
            cpu("cpu.iowait", core1, 0.25),
            // These are in another one already.
            cpu("cpu.guest", core0, 0.5),
        ];
        lines.concat().replace("\"web1\"", &format!("\"{host}\""))
    };
    let sum = [
        cpu("cpu.user", "{}", 0.75),
        cpu("cpu.idle", "{}", 1.0),
        cpu("cpu.iowait", "{}", 0.25),
    ];
    let both = cores("both") + &sum.concat().replace("\"web1\"", "\"both\"");
    let mut site = Site::new(case, &(cores("cores") + &both));
    let answer = site.json(case, "/api/v1/hosts");
    for host in ["cores", "both"] {
        let found = one(&answer, host).clone();
        expect_fields(
            case,
            &mut site,
            &found,
            &json!({"name": host, "cpu": 0.375, "cpus": 2.0}),
        );
    }
    site.end(case);
}

pub(super) fn a_filesystem_that_is_gone_does_not_count(case: &mut Case) {
    let now = now_ms();
    let disk = |mount: &str, time: i64, size: f64, available: Option<f64>| {
        let labels = format!("{{\"mount\":\"{mount}\"}}");
        let of = |name, value| gauge(name).unit("bytes").with(&labels).at_ms(&[(time, value)]);
        let size = of("filesystem.size", size);
        available.map_or(size.clone(), |available| {
            size + &of("filesystem.available", available)
        })
    };
    let samples = [
        disk("/", now, 1000.0, Some(600.0)),
        disk("/data", now, 2000.0, Some(500.0)),
        disk("/empty", now, 0.0, Some(0.0)),
        disk("/odd", now, 100.0, None),
        disk("/usb", now - 10_000, 100.0, Some(0.0)),
    ];
    let mut site = Site::new(case, &samples.concat());
    let answer = site.json(case, "/api/v1/hosts");
    expect_fields(
        case,
        &mut site,
        one(&answer, "web1"),
        &json!({"filesystem": 0.75}),
    );
    site.end(case);
}

pub(super) fn the_past_is_a_number_a_step(case: &mut Case) {
    // Whole tens of seconds, so that it is known which steps there are.
    let now = now_ms() / 10_000 * 10_000;
    let cpu = |name, values: [f64; 4]| {
        let times = [50_000, 40_000, 20_000, 10_000].map(|ago| now - ago);
        let samples: Vec<_> = times.into_iter().zip(values).collect();
        counter(name).unit("seconds").at_ms(&samples)
    };
    let samples = cpu("cpu.user", [0.0, 30.0, 70.0, 77.0]) + &cpu("cpu.idle", [0.0, 10.0, 50.0, 83.0]);
    let mut site = Site::new(case, &samples);
    let path = format!("/api/v1/hosts?from_ms={}&step_ms=10000", now - 60_000);
    let answer = site.json(case, &path);
    let history = one(&answer, "web1")["history"].clone();
    let steps: Vec<Value> = history.as_array().cloned().unwrap_or_default();
    // -60 s and -50 s: nothing has grown yet; -40 s: a quarter of four was idle; -30 s: nothing; -20 s: half; -10 s: 3.3 of 4.
    let first: Vec<Value> = steps.iter().take(6).cloned().collect();
    site.expect_same(
        case,
        "the first six steps of the history",
        &json!([null, null, 0.75, null, 0.5, 0.175]).to_string(),
        &json!(first).to_string(),
    );
    let is_to_now = steps.len() > 6 && steps[6..].iter().all(Value::is_null);
    site.expect(case, is_to_now, "nothing from then to now", &history);
    let wrong = get("/api/v1/hosts?from_ms=0&step_ms=1").bearer(TOKEN);
    site.expect_failure(case, &wrong, 400, "more than 5000 steps");
    site.end(case);
}

pub(super) fn a_host_has_its_series(case: &mut Case) {
    let now = now_ms();
    let samples = [
        gauge("a").at_ms(&[(now - 10_000, 1.0), (now, 2.5)]),
        counter("b")
            .unit("bytes")
            .with("{\"disk\":\"sda\"}")
            .at_ms(&[(now - 5_000, 7.0)]),
        gauge("a").of("other").at_ms(&[(now, 9.0)]),
    ];
    let mut site = Site::new(case, &samples.concat());
    let answer = site.json(case, "/api/v1/hosts/1");
    let mut series = answer["series"].as_array().cloned().unwrap_or_default();
    series.sort_by_key(|series| series["name"].to_string());
    let expected = json!([
        {"id": 1, "name": "a", "labels": {}, "kind": "gauge", "unit": "count", "last_ms": now, "last": 2.5},
        {"id": 2, "name": "b", "labels": {"disk": "sda"}, "kind": "counter", "unit": "bytes", "last_ms": now - 5_000, "last": 7.0},
    ]);
    site.expect_same(
        case,
        "the series of host 1",
        &format!("{expected:#}"),
        &format!("{:#}", json!(series)),
    );
    for (path, status, part) in [
        ("/api/v1/hosts/9", 404, "There is no host 9"),
        ("/api/v1/hosts/web1", 400, "The path is wrong: "),
        ("/api/v1/hosts/99999999999999999999", 400, "The path is wrong: "),
    ] {
        site.expect_failure(case, &get(path).bearer(TOKEN), status, part);
    }
    site.end(case);
}
