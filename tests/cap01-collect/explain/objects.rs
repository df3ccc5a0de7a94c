//! For programs.

use serde_json::Value;
use support::{Case, Ended};

use crate::host::{collect, put};

/// Reads an object a line.
pub(super) fn objects(case: &mut Case, ended: &Ended) -> Vec<Value> {
    let text = ended.stdout_text();
    let mut objects = Vec::new();
    for line in text.lines() {
        match serde_json::from_str(line) {
            Ok(object) => objects.push(object),
            Err(error) => case.expect(ended, false, "a JSON object a line", format!("{error}: {line}")),
        }
    }
    objects
}

pub(super) fn readings_are_objects_with_their_source(case: &mut Case) {
    put(
        case,
        &[
            ("proc/loadavg", "0.52 0.41 0.33 2/117 4711\n"),
            ("proc/diskstats", "8 0 s\"a 7\n"),
            ("proc/meminfo", "MemTotal: 2048000 kB\n"),
        ],
    );
    let ended = collect(case, &["--json"]);
    case.snapshot(&ended);
    case.expect_quiet(&ended);
    let ended = collect(case, &["--json", "--metric", "disk"]);
    case.expect_stdout(
        &ended,
        "{\"name\":\"disk.reads\",\"labels\":{\"device\":\"s\\\"a\"},\"kind\":\"counter\",\"unit\":\"count\",\"value\":7,\
         \"source\":\"/proc/diskstats, field 4\"}\n",
    );
}

pub(super) fn whole_numbers_have_no_point(case: &mut Case) {
    for (number, expected) in [("0", "0"), ("7", "7"), ("9007199254740992", "9007199254740992")] {
        put(case, &[("proc/stat", &format!("ctxt {number}\n"))]);
        let ended = collect(case, &["--json"]);
        let text = ended.stdout_text();
        case.expect(
            &ended,
            text.contains(&format!("\"value\":{expected},")),
            &format!("`\"value\":{expected},`"),
            &text,
        );
    }
    // What no program takes for a whole number of its own is no whole number.
    put(case, &[("proc/stat", "ctxt 18446744073709551615\n")]);
    let ended = collect(case, &["--json"]);
    let value = objects(case, &ended)
        .first()
        .and_then(|object| object["value"].as_f64());
    case.expect(
        &ended,
        value == Some(18_446_744_073_709_551_615.0) && ended.stdout_text().contains("e+19"),
        "a number with an exponent",
        ended.stdout_text(),
    );
    put(case, &[("proc/stat", ""), ("proc/loadavg", "1.50 2.00\n")]);
    let ended = collect(case, &["--json"]);
    let values: Vec<String> = objects(case, &ended)
        .iter()
        .map(|object| object["value"].to_string())
        .collect();
    case.expect_same(&ended, "the values", "1.5 2", &values.join(" "));
}

pub(super) fn a_metric_is_an_object_with_its_values(case: &mut Case) {
    put(case, &[("proc/stat", "cpu 100\ncpu0 50\ncpu1 25\n")]);
    let args = ["explain", "core.user", "--json", "--root", "host"];
    let ended = case.program("collect").args(args).run();
    case.expect_stdout(
        &ended,
        "{\"name\":\"core.user\",\"about\":\"Time of one processor in programs, guests of virtual machines included.\",\
         \"kind\":\"counter\",\"unit\":\"seconds\",\"source\":\"/proc/stat, line cpuN, field 1\",\
         \"prometheus\":\"muster_core_user_seconds_total\",\"values\":[{\"labels\":{\"cpu\":\"0\"},\"value\":0.5},\
         {\"labels\":{\"cpu\":\"1\"},\"value\":0.25}]}\n",
    );
    case.expect_status(&ended, 0);
}

pub(super) fn all_metrics_are_listed(case: &mut Case) {
    put(case, &[("proc/loadavg", "0.52\n")]);
    let people = case.program("collect").args(["explain", "--root", "host"]).run();
    let json = case
        .program("collect")
        .args(["explain", "--root", "host", "--json"])
        .run();
    let objects = objects(case, &json);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let width = objects
        .iter()
        .map(|object| text(&object["name"]).len())
        .max()
        .unwrap_or_default();
    let expected: String = objects
        .iter()
        .map(|object| format!("{:width$}  {}\n", text(&object["name"]), text(&object["about"])))
        .collect();
    case.expect_same(
        &people,
        "the list for people, of what the objects say",
        &expected,
        &people.stdout_text(),
    );
    // There are these among them, and those that the host does not have have no values.
    for (name, values) in [
        ("load.1m", 1),
        ("load.15m", 0),
        ("accounts.total", 0),
        ("cpu.guest_nice", 0),
        ("agent.memory", 0),
    ] {
        let found: Vec<&Value> = objects.iter().filter(|object| object["name"] == name).collect();
        let is_so = found.len() == 1 && found[0]["values"].as_array().map(Vec::len) == Some(values);
        case.expect(
            &json,
            is_so,
            &format!("one object of `{name}`, with {values} values"),
            format!("{found:?}"),
        );
    }
}

pub(super) fn a_closed_pipe_is_no_failure(case: &mut Case) {
    let disks: String = (0..2000)
        .map(|n| format!("8 {n} d{n}x 1 2 3 4 5 6 7 8 9 10 11\n"))
        .collect();
    put(case, &[("proc/diskstats", &disks)]);
    let ended = case
        .program("collect")
        .args(["--root", "host", "--json"])
        .close_stdout_after(100)
        .run();
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
    let ended = case
        .program("collect")
        .args(["--root", "host", "--json"])
        .stdout_to("/dev/full")
        .run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "collect: ");
}
