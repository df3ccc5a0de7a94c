//! A Prometheus writes into the hub.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use forward::{Labels, Request, STALE, Sample, block};
use serde_json::{Value, json};

use crate::harness::{Fleet, until};
use crate::peers::{Peer, escape, is_there};

const MESSAGE: &str = "Content-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\n";

fn hub(agents: &[&str]) -> Fleet {
    let mut fleet = Fleet::with(agents);
    fleet.configure("remote_write = false", "remote_write = true", "");
    fleet
}

/// Sends something to `/api/v1/write`, and returns the status and the body of the answer.
fn send(fleet: &Fleet, method: &str, head: &str, body: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(fleet.pages()).unwrap();
    let (length, pages) = (body.len(), fleet.pages());
    let head = format!(
        "{method} /api/v1/write HTTP/1.1\r\nHost: {pages}\r\nConnection: close\r\n{head}Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // Whoever answers before it has read all may close.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").expect(&answer);
    (head[9..12].parse().unwrap(), body.to_owned())
}

fn token(fleet: &Fleet) -> String {
    let token = fs::read_to_string(fleet.files().join("hub/token")).unwrap();
    format!("Authorization: Bearer {}\r\n", token.trim())
}

fn post(fleet: &Fleet, request: &Request) -> (u16, String) {
    let body = block::compress(request.bytes()).unwrap();
    send(fleet, "POST", &(token(fleet) + MESSAGE), &body)
}

fn one(labels: &[(&str, &str)], samples: &[(i64, f64)]) -> Request {
    let samples: Vec<_> = samples
        .iter()
        .map(|&(time_ms, value)| Sample { time_ms, value })
        .collect();
    let mut request = Request::default();
    request.push(&Labels::new(labels.iter().copied()), &samples);
    request
}

fn values(fleet: &Fleet, query: &str, time_ms: i64) -> Value {
    let path = format!(
        "/api/v1/query?query={}&time={}",
        escape(query),
        time_ms as f64 / 1e3
    );
    fleet.get(&path)["data"]["result"].clone()
}

#[test]
fn samples_are_stored_once_whatever_their_order_and_told_as_they_came() {
    let fleet = hub(&[]);
    let now_ms = store::now_ms() / 1000 * 1000;
    let at = |seconds: i64| now_ms + seconds * 1000;
    // Values may be SQL, markup, and anything else; and a host of the fleet's name is another one.
    let evil = "'; DROP TABLE host; --<script>alert(1)</script>\u{0}\"\\";
    let labels = [
        ("__name__", "node_load1"),
        ("host", "web01"),
        ("instance", "a:9100"),
        ("evil", evil),
    ];
    assert_eq!(
        post(&fleet, &one(&labels, &[(at(-20), 1.5), (at(-10), 2.5)])),
        (204, String::new())
    );
    // Again, late, another value for the same moment, and the mark of the end.
    assert_eq!(
        post(&fleet, &one(&labels, &[(at(-20), 1.5), (at(-10), 2.5)])).0,
        204
    );
    let late = [
        (at(-30), 0.5),
        (at(-15), 2.0),
        (at(-10), 99.0),
        (at(-5), f64::from_bits(STALE)),
    ];
    assert_eq!(post(&fleet, &one(&labels, &late)).0, 204);
    assert_eq!(
        post(
            &fleet,
            &one(&labels, &[(at(-4), f64::NAN), (at(-4), f64::INFINITY)])
        )
        .0,
        204
    );
    let time = |seconds: i64| at(seconds) / 1000;
    let expected = json!([{
        "metric": {"__name__": "node_load1", "host": "web01", "instance": "a:9100", "evil": evil},
        "values": [[time(-30), "0.5"], [time(-20), "1.5"], [time(-15), "2"], [time(-10), "2.5"]],
    }]);
    assert_eq!(values(&fleet, "node_load1[1m]", now_ms), expected);
    assert_eq!(
        values(&fleet, "node_load1{host=\"web01\"}", now_ms)[0]["value"][1],
        "2.5"
    );
    // It is no host of the fleet, nobody waits for it, and nothing is judged.
    assert_eq!(fleet.get("/api/v1/hosts")["hosts"], json!([]));
    assert_eq!(fleet.get("/api/v1/alarms")["alarms"], json!([]));
    for (result, count) in [
        ("stored", 4),
        ("repeated", 3),
        ("refused", 0),
        ("stale", 1),
        ("no_number", 2),
    ] {
        let name = format!("muster_hub_remote_write_samples_total{{result=\"{result}\"}}");
        assert_eq!(fleet.vital(&name), f64::from(count), "{result}");
    }
}

#[test]
fn what_cannot_be_kept_is_said_and_the_rest_is_stored() {
    let fleet = hub(&[]);
    let now_ms = store::now_ms();
    let sample = |time_ms| [Sample { time_ms, value: 1.0 }];
    let long = "x".repeat(5000);
    let mut good = 0;
    for (labels, time_ms, part) in [
        (
            &[("__name__", "a b")][..],
            now_ms,
            "\"a b\" is no name of a metric",
        ),
        (&[("job", "x")], now_ms, "a series has no __name__"),
        (
            &[("__name__", "up"), ("x-y", "1")],
            now_ms,
            "up: \"x-y\" is no name of a label",
        ),
        (
            &[("__name__", "up"), ("x", &long)],
            now_ms,
            "up: the labels have more than 4096 bytes",
        ),
        (
            &[("__name__", "up")],
            now_ms + 7_200_000,
            "s ahead of the hub's clock",
        ),
        (&[("__name__", "up")], -1, "of no possible time"),
    ] {
        let mut request = Request::default();
        request.push(&Labels::new(labels.iter().copied()), &sample(time_ms));
        good += 1;
        request.push(
            &Labels::new([("__name__", "good"), ("n", &good.to_string())]),
            &sample(now_ms),
        );
        let (status, said) = post(&fleet, &request);
        assert_eq!(status, 400, "{said}");
        assert!(
            said.starts_with("1 samples were left out, and the rest was stored: ") && said.contains(part),
            "{said}"
        );
        assert_eq!(
            values(&fleet, "count(good)", now_ms)[0]["value"][1],
            good.to_string()
        );
    }
}

#[test]
fn what_is_no_request_is_refused_and_who_has_no_token_sees_nothing() {
    let mut fleet = hub(&[]);
    let body = block::compress(one(&[("__name__", "up")], &[(1, 1.0)]).bytes()).unwrap();
    let token = token(&fleet);
    let with_token = token.clone() + MESSAGE;
    let v2 = "Content-Type: application/x-protobuf;proto=io.prometheus.write.v2.Request\r\nContent-Encoding: snappy\r\n";
    let json = "Content-Type: application/json\r\n";
    // 64 MiB of zeros, in three MiB; and four GiB, in six bytes.
    let bomb = block::compress(&vec![0; 64 << 20]).unwrap();
    let lie = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00];
    let many = block::compress(&[0x0a, 0].repeat(200_000)).unwrap();
    for (what, method, head, body, status) in [
        ("no token", "POST", MESSAGE, &body[..], 401),
        (
            "a wrong token",
            "POST",
            "Authorization: Bearer 0123456789abcdef\r\n",
            &body,
            401,
        ),
        ("GET", "GET", &with_token, b"", 405),
        ("JSON", "POST", &(token.clone() + json), b"{}", 415),
        ("version 2.0", "POST", &(token.clone() + v2), &body, 415),
        (
            "not compressed",
            "POST",
            &(token.clone() + "Content-Type: application/x-protobuf\r\n"),
            &body,
            415,
        ),
        ("no snappy", "POST", &with_token, b"hello", 400),
        (
            "no protobuf",
            "POST",
            &with_token,
            &block::compress(b"hello").unwrap(),
            400,
        ),
        ("a block that opens to 64 MiB", "POST", &with_token, &bomb, 413),
        ("a block that says it has 4 GiB", "POST", &with_token, &lie, 413),
        ("200,000 series", "POST", &with_token, &many, 413),
        ("5 MB", "POST", &with_token, &vec![0; 5 << 20], 413),
    ] {
        let (found, said) = send(&fleet, method, head, body);
        assert_eq!(found, status, "{what}: {said}");
    }
    let memory = fs::read_to_string(format!("/proc/{}/status", fleet.hub.as_ref().unwrap().0.id())).unwrap();
    let peak = memory
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(peak < 200 << 10, "{peak} KiB");
    // It is off unless it is switched on.
    fleet.configure("remote_write = true", "remote_write = false", "");
    assert_eq!(send(&fleet, "POST", &with_token, &body).0, 404);
}

#[test]
fn a_prometheus_writes_what_it_scrapes_and_both_say_the_same_also_over_a_kill_of_the_hub() {
    if !is_there("prometheus") {
        return;
    }
    let mut fleet = hub(&["web01"]);
    let folder = fleet.files().join("prometheus");
    // It scrapes itself; its own address is put in when it is known.
    let config = format!(
        "global:\n  scrape_interval: 1s\nscrape_configs:\n  - job_name: self\n    honor_labels: true\n    authorization: {{credentials_file: {token}}}\n    static_configs:\n      - targets: [\"{pages}\"]\n        labels: {{instance: \"hub<1>\"}}\n\
         remote_write:\n  - url: http://{pages}/api/v1/write\n    authorization: {{credentials_file: {token}}}\n    queue_config: {{batch_send_deadline: 500ms, max_backoff: 500ms}}\n",
        pages = fleet.pages(),
        token = fleet.files().join("hub/token").display(),
    );
    let peer = Peer::prometheus(&folder, &config, &[]);
    let count = |fleet: &Fleet| {
        let count = fleet.get("/api/v1/query?query=count_over_time(up%5B1h%5D)");
        count["data"]["result"][0]["value"][1]
            .as_str()
            .map_or(0, |count| count.parse::<u32>().unwrap())
    };
    until("some is there", || (count(&fleet) >= 2).then_some(()));
    fleet.kill_hub();
    // It is away for some scrapes, which find nobody: `up` is 0.
    let down = "count_over_time((up == 0)[1h:1s])";
    until("it was missed", || {
        peer.query(down)["data"]["result"][0]["value"][1]
            .as_str()
            .map(drop)
    });
    fleet.start_hub();
    let before = count(&fleet);
    until("what waited and what is new is there", || {
        (count(&fleet) >= before + 4).then_some(())
    });
    // Up to a moment of which the hub has all: of each series what is older than its newest sample is there.
    let newest = fleet.get("/api/v1/query?query=up%5B1h%5D");
    let newest = newest["data"]["result"][0]["values"].as_array().unwrap().clone();
    let at = newest[newest.len() - 2][0].as_f64().unwrap();
    for query in [
        "up[1h]",
        "scrape_samples_scraped[1h]",
        "muster_hub_database_size_bytes[1h]",
        "rate(muster_hub_samples_total[1m])",
    ] {
        let path = format!("/api/v1/query?query={}&time={at}", escape(query));
        let ours = fleet.get(&path)["data"]["result"].clone();
        let theirs = crate::peers::get(&peer.address, &path).unwrap();
        let theirs: Value = serde_json::from_str(&theirs).unwrap();
        assert!(ours.as_array().is_some_and(|all| !all.is_empty()), "{query}");
        assert_eq!(sorted(ours), sorted(theirs["data"]["result"].clone()), "{query}");
    }
}

/// Series in the order of their labels: neither side promises one.
fn sorted(result: Value) -> Vec<(String, String)> {
    let mut all: Vec<_> = result
        .as_array()
        .unwrap()
        .iter()
        .map(|series| {
            (
                series["metric"].to_string(),
                format!("{} {}", series["values"], series["value"]),
            )
        })
        .collect();
    all.sort();
    all
}
