//! What is scraped.

use std::collections::BTreeMap;

use support::Case;

use super::escape;
use crate::client::get;
use crate::samples::{counter, gauge, now_ms};
use crate::site::{Site, TOKEN};

/// Scrapes a path, and expects Prometheus' text.
fn scrape(case: &mut Case, site: &mut Site, path: &str) -> String {
    let answer = site.expect_answer(case, &get(path).bearer(TOKEN), 200);
    let kind = answer.header("content-type").unwrap_or_default().to_owned();
    site.expect_same(
        case,
        &format!("the kind of {path}"),
        "text/plain; version=0.0.4; charset=utf-8",
        &kind,
    );
    answer.body
}

/// Returns the families of a text with their types, in its order; a family that is told twice is there twice.
fn families(text: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let mut words = line.split([' ', '{']);
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some("TYPE"), Some(name), Some(kind)) => all.push((name.into(), kind.into())),
            (Some("#"), ..) => {}
            (Some(name), ..) if all.last().is_none_or(|(last, _)| last != name) => {
                all.push((name.into(), "a line behind another family".into()));
            }
            _ => {}
        }
    }
    all
}

fn line<'a>(text: &'a str, begin: &str) -> &'a str {
    text.lines()
        .find(|line| line.starts_with(begin))
        .unwrap_or("(no such line)")
}

fn federate(selector: &str) -> String {
    format!("/federate?match[]={}", escape(selector))
}

pub(super) fn a_family_is_one_block(case: &mut Case) {
    let now = now_ms();
    let mut site = Site::new(
        case,
        &(gauge("load.1m").of("a").at_ms(&[(now, 1.0)]) + &gauge("load.1m").of("b").at_ms(&[(now, 1.0)])),
    );
    let text = scrape(case, &mut site, "/metrics");
    let found = families(&text);
    let expected: BTreeMap<String, String> = found.iter().cloned().collect();
    let once = expected.len() == found.len() && !found.iter().any(|(_, kind)| kind.contains(' '));
    site.expect(
        case,
        once,
        "each family once, its lines below its `# TYPE`",
        &text,
    );
    for (name, kind) in [
        ("muster_hub_hosts", "gauge"),
        ("muster_hub_reports_committed_total", "counter"),
        ("muster_hub_samples_total", "counter"),
        ("muster_hub_alarms", "gauge"),
        ("muster_hub_database_size_bytes", "gauge"),
        ("muster_hub_build_info", "gauge"),
    ] {
        let known = expected.get(name).map_or("(not there)", String::as_str);
        site.expect_same(case, &format!("the type of {name}"), kind, known);
        let help = line(&text, &format!("# HELP {name} ")).to_owned();
        site.expect(
            case,
            help.len() > name.len() + 12,
            &format!("a sentence on {name}"),
            &help,
        );
    }
    for (begin, expected) in [
        (
            "muster_hub_hosts{state=\"up\"}",
            "muster_hub_hosts{state=\"up\"} 2",
        ),
        (
            "muster_hub_hosts{state=\"down\"}",
            "muster_hub_hosts{state=\"down\"} 0",
        ),
    ] {
        site.expect_same(case, "a line", expected, line(&text, begin));
    }
    site.end(case);
}

pub(super) fn reports_are_counted(case: &mut Case) {
    let now = now_ms();
    let mut site = Site::new(case, "");
    let first = gauge("x").at_ms(&[(now - 2000, 1.0), (now - 1000, 2.0)])
        + &gauge("x").of("other").at_ms(&[(now, 1.0)]);
    site.report(&first);
    // One is there already, one is new, and one is of a time that cannot be.
    site.report(&gauge("x").at_ms(&[(now - 1000, 2.0), (now, 3.0), (-5, 4.0)]));
    let address = site.address;
    let question = get("/metrics").bearer(TOKEN);
    // What is stored is counted a moment later.
    let mut text = String::new();
    site.wait_until("counted three reports in /metrics", || {
        text = question.ask(address).body;
        line(&text, "muster_hub_reports_committed_total") == "muster_hub_reports_committed_total 3"
    });
    for (result, count) in [("stored", 4), ("repeated", 1), ("refused", 1)] {
        let begin = format!("muster_hub_samples_total{{result=\"{result}\"}}");
        site.expect_same(case, "a line", &format!("{begin} {count}"), line(&text, &begin));
    }
    site.end(case);
}

pub(super) fn alarms_are_counted(case: &mut Case) {
    let mut site = Site::new(case, "");
    let text = scrape(case, &mut site, "/metrics");
    for severity in ["info", "warning", "critical"] {
        let begin = format!("muster_hub_alarms{{severity=\"{severity}\",state=\"firing\"}}");
        site.expect_same(
            case,
            "a line before there are alarms",
            &format!("{begin} 0"),
            line(&text, &begin),
        );
    }
    let alarm = |severity: &str, state: &str| {
        format!("{{\"host\":\"web1\",\"rule\":\"busy\",\"severity\":\"{severity}\",\"state\":\"{state}\"}}")
    };
    let all = [
        alarm("warning", "firing"),
        alarm("warning", "firing"),
        alarm("critical", "absent"),
        alarm("warning", "breaching"),
        "{\"host\":\"no severity\"}".to_owned(),
    ];
    site.report(&format!("{{\"alarms\":[{}]}}\n", all.join(",")));
    let text = scrape(case, &mut site, "/metrics");
    for (severity, state, count) in [
        ("warning", "firing", 2),
        ("warning", "breaching", 1),
        ("critical", "absent", 1),
        ("critical", "firing", 0),
        ("info", "firing", 0),
    ] {
        let begin = format!("muster_hub_alarms{{severity=\"{severity}\",state=\"{state}\"}}");
        site.expect_same(case, "a line", &format!("{begin} {count}"), line(&text, &begin));
    }
    site.end(case);
}

pub(super) fn federate_gives_the_newest_sample_with_its_time(case: &mut Case) {
    let now = now_ms();
    let samples = [
        gauge("load.1m").at_ms(&[(now - 20_000, 1.0), (now - 10_000, 2.5)]),
        gauge("load.1m").of("web2").at_ms(&[(now - 200_000, -1.0)]),
        // Too old to be a value.
        gauge("load.1m").of("gone").at_ms(&[(now - 400_000, 9.0)]),
        counter("disk.reads")
            .with("{\"disk\":\"a\\\"b\"}")
            .at_ms(&[(now - 10_000, 7.0)]),
    ];
    let mut site = Site::new(case, &samples.concat());
    let text = scrape(case, &mut site, &federate("{__name__=~\"muster_.+\"}"));
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("# HELP")).collect();
    let expected = format!(
        "# TYPE muster_disk_reads_total counter\n\
         muster_disk_reads_total{{disk=\"a\\\"b\",host=\"web1\"}} 7 {}\n\
         # TYPE muster_load_1m gauge\n\
         muster_load_1m{{host=\"web1\"}} 2.5 {}\n\
         muster_load_1m{{host=\"web2\"}} -1 {}",
        now - 10_000,
        now - 10_000,
        now - 200_000
    );
    site.expect_same(case, "what is federated", &expected, &lines.join("\n"));
    site.end(case);
}

pub(super) fn only_what_is_asked_is_federated(case: &mut Case) {
    let now = now_ms();
    let samples: String = ["a", "b", "c"]
        .iter()
        .map(|host| gauge("load.1m").of(host).at_ms(&[(now, 1.0)]))
        .collect();
    let mut site = Site::new(case, &samples);
    let hosts = |text: &str| -> String {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines
            .filter_map(|line| line.split("host=\"").nth(1)?.split('"').next())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let two = format!(
        "{}&match[]={}",
        federate("muster_load_1m{host=~\"a|b\"}"),
        escape("muster_load_1m{host!=\"a\"}")
    );
    for (path, expected) in [
        (federate("muster_load_1m"), "a b c"),
        (federate("muster_load_1m{host=\"b\"}"), "b"),
        (two, "a b c"),
        (federate("nothing"), ""),
        ("/federate".to_owned(), ""),
    ] {
        let text = scrape(case, &mut site, &path);
        site.expect_same(case, &format!("the hosts of {path}"), expected, &hosts(&text));
    }
    for selector in [
        "sum(muster_load_1m)",
        "muster_load_1m[5m]",
        "{",
        "muster_load_1m offset 1m",
    ] {
        site.expect_answer(case, &get(&federate(selector)).bearer(TOKEN), 400);
    }
    site.end(case);
}

pub(super) fn promtool_finds_nothing_wrong(case: &mut Case) {
    let now = now_ms();
    let samples = [
        gauge("load.1m").at_ms(&[(now, 1e21)]),
        gauge("load.1m").of("a\"b\\c\n").at_ms(&[(now, 0.1)]),
        counter("disk.reads")
            .with("{\"host\":\"x\",\"a-b\":\"1\"}")
            .at_ms(&[(now, 7.0)]),
        gauge("plugin.strange name").at_ms(&[(now, 7.0)]),
    ];
    let mut site = Site::new(case, &samples.concat());
    let own = scrape(case, &mut site, "/metrics");
    let fleet = scrape(case, &mut site, &federate("{host!=\"\"}"));
    site.end(case);
    for text in [own, fleet] {
        let ended = case
            .peer("promtool", "prometheus")
            .args(["check", "metrics"])
            .stdin(text.clone())
            .run();
        case.expect_status(&ended, 0);
        let said = ended.stdout_text() + &ended.stderr_text();
        case.expect(
            &ended,
            said.is_empty(),
            "promtool to say nothing",
            format!("{said}\n{text}"),
        );
    }
}
