//! What there is, and what is asked.

use serde_json::{Value, json};
use support::Case;

use super::escape;
use crate::client::{get, post};
use crate::samples::{counter, gauge};
use crate::site::{Site, TOKEN};

const T0: i64 = 1_700_000_000;

fn samples() -> String {
    [
        counter("core")
            .unit("seconds")
            .with("{\"cpu\":\"0\",\"host\":\"x\"}")
            .at(&[(T0, 1.0)]),
        counter("core")
            .unit("seconds")
            .of("web2")
            .with("{\"cpu\":\"1\"}")
            .at(&[(T0, 2.0)]),
        gauge("load").at(&[(T0, 3.0)]),
    ]
    .concat()
}

fn expect_data(case: &mut Case, site: &mut Site, path: &str, expected: &Value) {
    let answer = site.json(case, path);
    let whole = json!({"status": "success", "data": expected});
    site.expect_same(case, path, &format!("{whole:#}"), &format!("{answer:#}"));
}

/// Expects a fault of a kind, with a part of its sentence.
fn expect_fault(case: &mut Case, site: &mut Site, path: &str, part: &str) {
    let answer = site.expect_answer(case, &get(path).bearer(TOKEN), 400);
    let json = answer.json();
    let is_one = json["status"] == "error"
        && json["errorType"] == "bad_data"
        && json["error"].as_str().is_some_and(|text| text.contains(part));
    site.expect(
        case,
        is_one,
        &format!("{path}: bad_data with `{part}`"),
        &answer.body,
    );
}

pub(super) fn labels_and_their_values_are_told(case: &mut Case) {
    let mut site = Site::new(case, &samples());
    let core = escape("muster_core_seconds_total");
    for (path, expected) in [
        (
            "/api/v1/labels".to_owned(),
            json!(["__name__", "cpu", "exported_host", "host"]),
        ),
        (
            format!("/api/v1/labels?match[]={}", escape("muster_load")),
            json!(["__name__", "host"]),
        ),
        (
            "/api/v1/label/__name__/values".to_owned(),
            json!(["muster_core_seconds_total", "muster_load"]),
        ),
        ("/api/v1/label/host/values".to_owned(), json!(["web1", "web2"])),
        ("/api/v1/label/cpu/values".to_owned(), json!(["0", "1"])),
        (
            format!("/api/v1/label/cpu/values?match[]={}", escape("{host=\"web2\"}")),
            json!(["1"]),
        ),
        (
            format!("/api/v1/label/exported_host/values?match[]={core}"),
            json!(["x"]),
        ),
        ("/api/v1/label/nothing/values".to_owned(), json!([])),
    ] {
        expect_data(case, &mut site, &path, &expected);
    }
    expect_fault(case, &mut site, "/api/v1/label/a-b/values", "invalid label name");
    expect_fault(
        case,
        &mut site,
        "/api/v1/labels?match[]={}",
        "invalid parameter \"match[]\"",
    );
    site.end(case);
}

pub(super) fn series_are_told_by_their_labels(case: &mut Case) {
    let mut site = Site::new(case, &samples());
    let load = json!({"__name__": "muster_load", "host": "web1"});
    let core = json!({"__name__": "muster_core_seconds_total", "cpu": "1", "host": "web2"});
    let path = format!(
        "/api/v1/series?match[]={}&match[]={}&match[]={}",
        escape("muster_load"),
        escape("{host=\"web2\"}"),
        escape("{__name__=~\".*load\"}")
    );
    expect_data(case, &mut site, &path, &json!([core, load]));
    expect_fault(case, &mut site, "/api/v1/series", "no match[] parameter provided");
    expect_fault(
        case,
        &mut site,
        "/api/v1/series?match[]=a&start=x",
        "invalid parameter \"start\"",
    );
    site.end(case);
}

pub(super) fn ends_and_steps_of_a_range_are_checked(case: &mut Case) {
    let mut site = Site::new(case, &samples());
    let ask = |start: &str, end: &str, step: &str| {
        format!("/api/v1/query_range?query=muster_load&start={start}&end={end}&step={step}")
    };
    let (begin, later) = (T0.to_string(), (T0 + 60).to_string());
    let answer = site.json(case, &ask(&begin, &later, "30"));
    let expected = json!([{
        "metric": {"__name__": "muster_load", "host": "web1"},
        "values": [[T0, "3"], [T0 + 30, "3"], [T0 + 60, "3"]],
    }]);
    site.expect_same(
        case,
        "the result of a range",
        &format!("{expected:#}"),
        &format!("{:#}", answer["data"]["result"]),
    );
    for (path, part) in [
        (
            ask(&later, &begin, "30"),
            "invalid parameter \"end\": end timestamp must not be before start time",
        ),
        (
            ask(&begin, &later, "0"),
            "invalid parameter \"step\": zero or negative query resolution",
        ),
        (
            ask(&begin, &later, "-30"),
            "invalid parameter \"step\": zero or negative query resolution",
        ),
        (ask(&begin, &later, "x"), "invalid parameter \"step\""),
        (ask(&begin, &later, ""), "invalid parameter \"step\""),
        (ask("yesterday", &later, "30"), "invalid parameter \"start\""),
        (
            ask("0", "11001", "1"),
            "exceeded maximum resolution of 11,000 points",
        ),
    ] {
        expect_fault(case, &mut site, &path, part);
    }
    // The last that is allowed, at both ends.
    site.json(case, &ask("0", "11000.999", "1"));
    site.json(case, &ask(&begin, &begin, "1m"));
    site.end(case);
}

pub(super) fn the_command_line_checks_ends_and_steps_as_well(case: &mut Case) {
    for (from, to, step, status, expected) in [
        ("1700000060", "1700000000", "30", 1, ""),
        ("0", "11001", "1", 1, ""),
        (
            "1700000000",
            "1700000060",
            "60",
            0,
            "muster_load{host=\"web1\"} 3@1700000000 3@1700000060\n",
        ),
    ] {
        let ended = case
            .program("dashboard")
            .args([
                "query",
                "-",
                "--from",
                from,
                "--to",
                to,
                "--step",
                step,
                "muster_load",
            ])
            .stdin(samples())
            .run();
        case.expect_stdout(&ended, expected);
        case.expect_status(&ended, status);
    }
}

pub(super) fn questions_come_in_a_form_as_well(case: &mut Case) {
    let mut site = Site::new(case, &samples());
    let query = escape("muster_load > 1");
    let question = post("/api/v1/query", &format!("query={query}&time={T0}")).bearer(TOKEN);
    let answer = site.expect_answer(case, &question, 200).json();
    let expected = json!([{"metric": {"__name__": "muster_load", "host": "web1"}, "value": [T0, "3"]}]);
    site.expect_same(
        case,
        "the result of a form",
        &expected.to_string(),
        &answer["data"]["result"].to_string(),
    );
    let question = post("/api/v1/series", &format!("match[]={}", escape("muster_load"))).bearer(TOKEN);
    let answer = site.expect_answer(case, &question, 200).json();
    site.expect_same(
        case,
        "the name of the series",
        "\"muster_load\"",
        &answer["data"][0]["__name__"].to_string(),
    );
    site.end(case);
}
