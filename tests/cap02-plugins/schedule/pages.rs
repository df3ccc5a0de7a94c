//! What is known of plug-ins.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use rustix::process::Signal;
use support::{Case, Running};

use crate::manifest::called;
use crate::plug::{Plug, put_manifest};

/// Starts the schedule of `set`, and returns it with the address of its page.
pub(super) fn serve(case: &mut Case, more: &[&str]) -> (Running, String) {
    let mut running = case
        .program("plugins")
        .args(["run", "set", "--listen", "127.0.0.1:0"])
        .args(more)
        .spawn();
    let line = running.wait_for_lines(1).remove(0);
    let address = line.strip_prefix("listening on ").unwrap_or_default().to_owned();
    (running, address)
}

/// Asks for a page; nothing if nobody answers.
pub(super) fn get(address: &str, target: &str) -> Option<String> {
    let mut client = TcpStream::connect(address).ok()?;
    write!(
        client,
        "GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    let mut answer = String::new();
    client.read_to_string(&mut answer).ok()?;
    Some(answer)
}

pub(super) fn page(address: &str) -> String {
    let answer = get(address, "/metrics").unwrap_or_default();
    answer
        .split_once("\r\n\r\n")
        .map(|(_, page)| page.to_owned())
        .unwrap_or_default()
}

/// Returns the value of a line of a page.
pub(super) fn value(page: &str, series: &str) -> Option<f64> {
    let line = page
        .lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.and_then(|value| value.parse().ok())
}

/// Waits until the page says so, and returns it.
pub(super) fn wait_for_page(
    running: &mut Running,
    address: &str,
    what: &str,
    mut says: impl FnMut(&str) -> bool,
) -> String {
    let mut last = String::new();
    running.wait_until(what, || {
        last = page(address);
        says(&last)
    });
    last
}

/// Ends it, and expects that it ends in order.
pub(super) fn finish(case: &mut Case, running: Running) -> support::Ended {
    running.signal(Signal::TERM);
    let ended = running.wait();
    case.expect_status(&ended, 0);
    ended
}

pub(super) fn put(case: &mut Case, plug: &Plug<'_>) {
    let name = format!("set/{}", plug.name);
    // The script stands beside its manifest, and is named without the folder there.
    Plug { name: &name, ..*plug }.put(case);
    let file = format!("{name}.plugin.toml");
    let text = std::fs::read_to_string(case.dir().join(&file)).unwrap_or_default();
    put_manifest(case, &file, &text.replace("[\"set/", "[\""));
}

pub(super) fn counters_are_there_from_the_beginning(case: &mut Case) {
    for name in ["disk", "web"] {
        put(case, &Plug::pairs(name, "echo x: 1\n").every("24h").within("10s"));
    }
    let ended = case
        .program("plugins")
        .args(["run", "set", "--for", "100ms"])
        .run();
    case.snapshot(&ended);
    case.expect_quiet(&ended);
}

pub(super) fn the_page_is_printed_at_the_end(case: &mut Case) {
    // One after the other, each in the first second: who comes last knows that the others have ended.
    let names = [("a", 0..300), ("web", 300..600), ("last", 600..900)];
    let [a, web, last] = names.map(|(begin, phases)| called(begin, 15_000, phases));
    put(
        case,
        &Plug::pairs(&a, "echo x_bytes: 5\necho n_total: 7\n").every("15s"),
    );
    let mut plug = Plug::pairs(&web, "echo 'OK | /=5MB;8'\nexit 1\n").every("15s");
    plug.form = "nagios";
    put(case, &plug);
    put(
        case,
        &Plug::pairs(&last, "touch runs\nexec sleep 50\n").every("15s"),
    );
    let mut running = case
        .program("plugins")
        .args(["run", "set", "--at-once", "1"])
        .spawn();
    let runs = case.dir().join("set/runs");
    running.wait_until("ran the last one", || runs.exists());
    let ended = finish(case, running);
    let text = ended.stdout_text();
    let varies = |line: &str| {
        let names = ["age", "duration", "missed"].map(|name| format!("muster_plugin_{name}_"));
        names.iter().any(|name| line.starts_with(name))
    };
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("# HELP") && !varies(line))
        .collect();
    case.snapshot_text(&ended, &(lines.join("\n") + "\n"));
    for plugin in [&a, &web] {
        let of = |name: &str| value(&text, &format!("muster_plugin_{name}{{plugin=\"{plugin}\"}}"));
        let is_so = of("duration_seconds").is_some_and(|took| took > 0.0 && took < 15.0)
            && of("age_seconds").is_some_and(|age| (0.0..20.0).contains(&age));
        case.expect(&ended, is_so, &format!("duration and age of {plugin}"), &text);
    }
}

pub(super) fn a_page_is_served(case: &mut Case) {
    put(
        case,
        &Plug::pairs("a", "echo x: 5\n").every("150ms").within("150ms"),
    );
    let (mut running, address) = serve(case, &[]);
    let first = page(&address);
    let text = wait_for_page(&mut running, &address, "told of three runs", |page| {
        value(page, "muster_plugin_runs_total{plugin=\"a\"}").is_some_and(|runs| runs >= 3.0)
            && value(page, "muster_plugin_up{plugin=\"a\"}") == Some(1.0)
    });
    let head = get(&address, "/metrics").unwrap_or_default();
    let other = get(&address, "/").unwrap_or_default();
    let ended = finish(case, running);
    case.expect(
        &ended,
        head.starts_with("HTTP/1.1 200 ")
            && head.contains("text/plain; version=0.0.4")
            && other.starts_with("HTTP/1.1 404 "),
        "status 200 for /metrics, 404 for all else",
        format!("{head}{other}"),
    );
    let is_so = value(&text, "muster_plugin_a_x") == Some(5.0)
        && value(&text, "muster_plugin_exit_status{plugin=\"a\"}") == Some(0.0)
        && value(&text, "muster_plugin_refused") == Some(0.0);
    case.expect(&ended, is_so, "what it says and what is known of it", &text);
    // Counters are there before anything has happened.
    let reasons = [
        "start", "changed", "timeout", "flood", "signal", "status", "output",
    ];
    let are_there = reasons.iter().all(|reason| {
        value(
            &first,
            &format!("muster_plugin_failures_total{{plugin=\"a\",reason=\"{reason}\"}}"),
        ) == Some(0.0)
    });
    case.expect(
        &ended,
        are_there,
        "failures for each reason, from the beginning",
        &first,
    );
    let stdout = ended.stdout_text();
    case.expect(
        &ended,
        stdout.lines().count() == 1,
        "nothing on standard output but where it listens",
        &stdout,
    );
}

pub(super) fn a_plug_in_that_fails_is_told_with_its_reason(case: &mut Case) {
    put(
        case,
        &Plug::pairs(
            "a",
            "echo x: 1\n[ ! -e fail ] || { echo 'no access' >&2; exit 3; }\n",
        )
        .every("200ms")
        .within("200ms"),
    );
    let (mut running, address) = serve(case, &[]);
    wait_for_page(&mut running, &address, "told what it says", |page| {
        value(page, "muster_plugin_a_x") == Some(1.0)
    });
    case.file("set/fail", "");
    let failed = "muster_plugin_failures_total{plugin=\"a\",reason=\"status\"}";
    let failing = wait_for_page(&mut running, &address, "told of five failures", |page| {
        value(page, failed).is_some_and(|failures| failures >= 5.0)
            && value(page, "muster_plugin_exit_status{plugin=\"a\"}") == Some(3.0)
    });
    let age = value(&failing, "muster_plugin_age_seconds{plugin=\"a\"}").unwrap_or_default();
    wait_for_page(&mut running, &address, "told a growing age", |page| {
        value(page, "muster_plugin_age_seconds{plugin=\"a\"}").is_some_and(|later| later > age)
    });
    std::fs::remove_file(case.dir().join("set/fail")).expect("it is there");
    let again = wait_for_page(&mut running, &address, "told what it says again", |page| {
        value(page, "muster_plugin_a_x") == Some(1.0)
    });
    let ended = finish(case, running);
    let is_so = value(&failing, "muster_plugin_up{plugin=\"a\"}") == Some(0.0)
        && value(&failing, "muster_plugin_exit_status{plugin=\"a\"}") == Some(3.0)
        && value(&failing, "muster_plugin_a_x").is_none()
        // Four intervals lie between five failures.
        && age >= 0.8
        && value(&failing, "muster_plugin_runs_total{plugin=\"a\"}").is_some_and(|runs| runs >= 6.0);
    case.expect(
        &ended,
        is_so,
        "up 0, exit status 3, six runs, the age of the last that was in order, and no samples while it fails",
        &failing,
    );
    let is_so = value(&again, "muster_plugin_up{plugin=\"a\"}") == Some(1.0)
        && value(&again, failed).is_some_and(|failures| failures >= 2.0);
    case.expect(
        &ended,
        is_so,
        "up 1 when it is in order again, and failures that stay",
        &again,
    );
    let said = ended.stderr_text();
    // On a machine that is busy, a run may be late for its limit as well.
    let late = value(
        &again,
        "muster_plugin_failures_total{plugin=\"a\",reason=\"timeout\"}",
    )
    .unwrap_or_default();
    let is_so = said.lines().count() as f64 <= 4.0 + 2.0 * late
        && said.contains("plugins: a: status: ")
        && said.contains("no access");
    case.expect(
        &ended,
        is_so,
        "a line on standard error that it fails, one that it does no more, and not one for each run",
        &said,
    );
}

pub(super) fn a_script_that_changes_is_not_run_any_more(case: &mut Case) {
    put(
        case,
        &Plug::pairs("a", "echo x: 1\n").every("150ms").within("150ms"),
    );
    let (mut running, address) = serve(case, &[]);
    wait_for_page(&mut running, &address, "told what it says", |page| {
        value(page, "muster_plugin_a_x") == Some(1.0)
    });
    case.file("set/a.sh", "#!/bin/sh\ntouch was-run\necho x: 2\n");
    let changed = wait_for_page(&mut running, &address, "told that it has changed", |page| {
        value(
            page,
            "muster_plugin_failures_total{plugin=\"a\",reason=\"changed\"}",
        )
        .is_some_and(|failures| failures >= 2.0)
    });
    let ended = finish(case, running);
    let was_run = case.dir().join("set/was-run").exists();
    case.expect(&ended, !was_run, "that the script is not run", "it was run");
    let is_so = value(&changed, "muster_plugin_up{plugin=\"a\"}") == Some(0.0)
        && value(&changed, "muster_plugin_exit_status{plugin=\"a\"}").is_none()
        && value(&changed, "muster_plugin_a_x").is_none();
    case.expect(&ended, is_so, "up 0, no exit status and no samples", &changed);
}

pub(super) fn samples_that_are_old_are_not_told(case: &mut Case) {
    let a = called("a", 1000, 0..300);
    put(case, &Plug::pairs(&a, "echo x: 1\n").every("1s").within("1s"));
    // With one place, a second plug-in keeps the first from running again, from its phase on.
    let b = called("b", 15_000, 3500..4000);
    put(case, &Plug::pairs(&b, "exec sleep 50\n").every("15s"));
    let of = |name: &str| format!("muster_plugin_{name}{{plugin=\"{a}\"}}");
    let (mut running, address) = serve(case, &["--at-once", "1"]);
    wait_for_page(&mut running, &address, "told what it says", |page| {
        value(page, &format!("muster_plugin_{a}_x")) == Some(1.0)
    });
    let old = wait_for_page(
        &mut running,
        &address,
        "left out samples that are older than three intervals",
        |page| value(page, &of("up")).is_some() && value(page, &format!("muster_plugin_{a}_x")).is_none(),
    );
    let missed = wait_for_page(&mut running, &address, "counted what was missed", |page| {
        value(page, &of("missed_total")).is_some_and(|missed| missed >= 3.0)
    });
    let ended = finish(case, running);
    let is_so =
        value(&old, &of("up")) == Some(1.0) && value(&old, &of("age_seconds")).is_some_and(|age| age > 3.0);
    case.expect(
        &ended,
        is_so,
        "an age of more than three intervals, and no sample",
        &old,
    );
    case.expect(
        &ended,
        value(&missed, &format!("muster_plugin_{a}_x")).is_none(),
        "that old samples stay away",
        &missed,
    );
}

pub(super) fn escapes_are_counted(case: &mut Case) {
    drop(case.peer("setsid", "util-linux"));
    put(
        case,
        &Plug::pairs("a", "rm -f pid\nsetsid sh -c 'echo $$ > pid; exec sleep 50' &\nwhile [ ! -s pid ]; do sleep 0.01; done\n").every("1s").within("1s"),
    );
    put(
        case,
        &Plug::pairs("b", "echo x: 1\n").every("100ms").within("100ms"),
    );
    let (mut running, address) = serve(case, &[]);
    let text = wait_for_page(&mut running, &address, "told of two that have escaped", |page| {
        value(page, "muster_plugin_escaped_total{plugin=\"a\"}").is_some_and(|escaped| escaped >= 2.0)
    });
    let ended = finish(case, running);
    let others = value(&text, "muster_plugin_escaped_total{plugin=\"b\"}");
    case.expect(
        &ended,
        others == Some(0.0),
        "none of another plug-in",
        format!("{others:?}"),
    );
}

pub(super) fn a_manifest_that_is_refused_is_counted(case: &mut Case) {
    put(
        case,
        &Plug::pairs("a", "echo x: 1\n").every("150ms").within("150ms"),
    );
    put_manifest(case, "set/b.plugin.toml", "usre = 1\n");
    put_manifest(case, "set/c.plugin.toml", "");
    let (mut running, address) = serve(case, &[]);
    let text = wait_for_page(
        &mut running,
        &address,
        "ran the plug-in that is in order",
        |page| value(page, "muster_plugin_a_x") == Some(1.0),
    );
    let ended = finish(case, running);
    let refused = value(&text, "muster_plugin_refused");
    case.expect(
        &ended,
        refused == Some(2.0),
        "muster_plugin_refused 2",
        format!("{refused:?}"),
    );
    let said = ended.stderr_text();
    let is_so = said.contains("set/b.plugin.toml, line 1: ") && said.contains("set/c.plugin.toml, line 1: ");
    case.expect(&ended, is_so, "a message for each of them", &said);
}
