//! The stream of one host.

use serde_json::{Value, json};
use support::Case;

use super::fleet::report;
use crate::client::{Event, Stream, get};
use crate::samples::{gauge, now_ms};
use crate::site::{Site, TOKEN};

/// Opens the stream of host 1, of its first series, from a moment on.
fn open(case: &mut Case, site: &mut Site, since_ms: i64, last_id: Option<&str>) -> Stream {
    let path = format!("/api/v1/hosts/1/events?series=1&since_ms={since_ms}&step_ms=1000");
    let mut question = get(&path).bearer(TOKEN);
    if let Some(id) = last_id {
        question = question.header("Last-Event-ID", id);
    }
    let stream = Stream::open(&question, site.address);
    let found = format!("{} {}", stream.head.status, stream.head.body);
    site.expect(case, stream.head.status == 200, "a stream of host 1", found);
    stream
}

/// Reads the next event, which must be one of points.
fn next(case: &mut Case, site: &mut Site, stream: &mut Stream, what: &str) -> Event {
    let event = stream.next();
    site.expect(case, event.is_some(), what, "the stream is over, or nothing came");
    let event = event.unwrap_or_default();
    site.expect_same(case, "the name of an event", "points", &event.name);
    event
}

/// The values of the first series.
fn values(event: &Event) -> String {
    event.data["series"][0]["avg"].to_string()
}

pub(super) fn a_host_is_told_at_once_and_then_point_by_point(case: &mut Case) {
    let now = now_ms();
    let past: Vec<(i64, f64)> = (1..=20).rev().map(|n| (now - n * 2000, n as f64)).collect();
    let mut site = Site::new(case, &gauge("load.1m").at_ms(&past));
    let mut stream = open(case, &mut site, now - 60_000, None);
    let first = next(case, &mut site, &mut stream, "what is known, at once");
    let known: Vec<f64> = past.iter().map(|(_, value)| *value).collect();
    site.expect_same(
        case,
        "the values that are known",
        &json!(known).to_string(),
        &values(&first),
    );
    let name = first.data["host"]["name"].to_string();
    site.expect_same(case, "the host", "\"web1\"", &name);
    // From now on only what is new; the last step comes again, for it may have grown.
    let mut at = now;
    for value in [100.0, 200.0] {
        at += 2000;
        site.report(&gauge("load.1m").at_ms(&[(at, value)]));
        let event = next(case, &mut site, &mut stream, "what is new");
        let told = event.data["series"][0]["avg"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let is_new = told.last() == Some(&json!(value)) && told.len() <= 3;
        site.expect(
            case,
            is_new,
            &format!("{value}, and not all that came before"),
            json!(told),
        );
        let id: i64 = event.id.parse().unwrap_or(0);
        site.expect(
            case,
            (at - 3000..=at).contains(&id),
            &format!("an id of about {at}: from when on the browser does not know all"),
            &event.id,
        );
    }
    drop(stream);
    site.end(case);
}

pub(super) fn other_hosts_are_not_told(case: &mut Case) {
    let before = gauge("load.1m").at_ms(&[(now_ms() - 10_000, 1.0)]);
    let mut site = Site::new(case, &(before + &report("web2", 2.0)));
    let mut stream = open(case, &mut site, now_ms() - 60_000, None);
    next(case, &mut site, &mut stream, "what is known, at once");
    for n in 0..3 {
        site.report(&report("web2", f64::from(n)));
    }
    site.report(&report("web1", 42.0));
    let event = next(case, &mut site, &mut stream, "the report of web1");
    let last = event.data["series"][0]["avg"]
        .as_array()
        .and_then(|all| all.last().cloned());
    site.expect_same(
        case,
        "the value of the next event",
        "42.0",
        &last.unwrap_or_default().to_string(),
    );
    drop(stream);
    site.end(case);
}

pub(super) fn a_host_that_is_silent_becomes_down_on_its_page(case: &mut Case) {
    let mut site = Site::with(case, "500ms", &report("web1", 1.0));
    let mut stream = open(case, &mut site, now_ms() - 60_000, None);
    let mut state = Value::Null;
    let mut events = 0;
    while state != "down" && events < 5 {
        events += 1;
        state = next(case, &mut site, &mut stream, "that web1 is down").data["host"]["state"].clone();
    }
    site.expect_same(case, "the state", "\"down\"", &state.to_string());
    drop(stream);
    site.end(case);
}

pub(super) fn a_stream_goes_on_where_it_was(case: &mut Case) {
    let now = now_ms();
    let past: Vec<(i64, f64)> = (1..=20).rev().map(|n| (now - n * 2000, n as f64)).collect();
    let mut site = Site::new(case, &gauge("load.1m").at_ms(&past));
    let mut stream = open(case, &mut site, now - 60_000, None);
    let id = next(case, &mut site, &mut stream, "what is known, at once").id;
    drop(stream);
    // A browser asks the same again, and says which event was the last that it got.
    let mut stream = open(case, &mut site, now - 60_000, Some(&id));
    let event = next(case, &mut site, &mut stream, "what the browser does not know");
    let told = event.data["series"][0]["avg"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let is_short = told.last() == Some(&json!(1.0)) && told.len() <= 2;
    site.expect(case, is_short, "the last step, and no more", json!(told));
    drop(stream);
    // What is no id is none.
    let mut stream = open(case, &mut site, now - 60_000, Some("yesterday"));
    let event = next(case, &mut site, &mut stream, "what is known, at once");
    let count = event.data["series"][0]["avg"].as_array().map_or(0, Vec::len);
    site.expect_same(case, "how many values are told", "20", &count.to_string());
    drop(stream);
    site.end(case);
}

pub(super) fn what_cannot_be_followed_is_refused(case: &mut Case) {
    let mut site = Site::new(case, &(report("web1", 1.0) + &report("web2", 2.0)));
    for (path, status, part) in [
        (
            "/api/v1/hosts/9/events?series=1&since_ms=0&step_ms=1000000000",
            404,
            "There is no host 9",
        ),
        (
            "/api/v1/hosts/1/events?series=2&since_ms=0&step_ms=1000000000",
            404,
            "Host 1 has no series 2",
        ),
        (
            "/api/v1/hosts/1/events?series=1&since_ms=0&step_ms=1",
            400,
            "5000 steps",
        ),
        (
            "/api/v1/hosts/1/events?since_ms=0&step_ms=1",
            400,
            "missing field",
        ),
    ] {
        site.expect_failure(case, &get(path).bearer(TOKEN), status, part);
    }
    site.end(case);
}
