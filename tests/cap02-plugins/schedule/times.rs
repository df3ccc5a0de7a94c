//! When plug-ins run.

use std::fs;
use std::time::Duration;

use rustix::process::Signal;
use support::Case;

use super::pages::{finish, put, serve, value, wait_for_page};
use crate::manifest::{called, phase};
use crate::plug::{Plug, expect_gone, is_alive};

fn floods(page: &str) -> f64 {
    let series = "muster_plugin_failures_total{plugin=\"flood\",reason=\"flood\"}";
    value(page, series).unwrap_or_default()
}

fn runs(page: &str, plugin: &str) -> f64 {
    value(page, &format!("muster_plugin_runs_total{{plugin=\"{plugin}\"}}")).unwrap_or_default()
}

pub(super) fn first_runs_come_in_the_order_of_their_phases(case: &mut Case) {
    // Their phases, in ms: lab05's jitter of each name, in an interval of 4 s.
    let script = "echo $PLUGIN_NAME >> ../order\n";
    let mut names: Vec<String> = (0..12).map(|n| format!("p{n}")).collect();
    for name in &names {
        put(case, &Plug::pairs(name, script).every("4s").within("4s"));
    }
    names.sort_by_key(|name| phase(name, 4000));
    let (mut running, _) = serve(case, &["--at-once", "1"]);
    let order = case.dir().join("order");
    let read = || fs::read_to_string(&order).unwrap_or_default();
    // For two seconds it does not look, so that several are due when it does.
    running.wait_until("ran the first of them", || !read().is_empty());
    running.signal(Signal::STOP);
    std::thread::sleep(Duration::from_secs(2));
    running.signal(Signal::CONT);
    running.wait_until("ran all of them", || read().lines().count() >= 12);
    let ended = finish(case, running);
    let found: Vec<String> = read().lines().take(12).map(str::to_owned).collect();
    case.expect_same(
        &ended,
        "the order of the first runs",
        &names.join("\n"),
        &found.join("\n"),
    );
    let least = Duration::from_millis(phase(&names[11], 4000));
    case.expect(
        &ended,
        ended.wall >= least - Duration::from_millis(500),
        "that nobody runs before their phase",
        format!("all within {:?}, the last phase is {least:?}", ended.wall),
    );
}

pub(super) fn a_run_that_comes_late_does_not_move_the_others(case: &mut Case) {
    put(
        case,
        &Plug::pairs("a", "date +%s%N >> ../times\n")
            .every("1s")
            .within("1s"),
    );
    let (mut running, _) = serve(case, &[]);
    let times = case.dir().join("times");
    let read = || -> Vec<i64> {
        let text = fs::read_to_string(&times).unwrap_or_default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole
            .lines()
            .filter_map(|line| Some(line.parse::<i64>().ok()? / 1_000_000))
            .collect()
    };
    running.wait_until("ran twice", || read().len() >= 2);
    running.signal(Signal::STOP);
    let before = read();
    std::thread::sleep(Duration::from_millis(1500));
    running.signal(Signal::CONT);
    // The first run after that comes when it can, half an interval late. One of those behind it is at its time again, as far as the machine lets it.
    let distance = |run: i64| {
        let off = |one: &i64| (run - one).rem_euclid(1000);
        let near = before.iter().map(|one| off(one).min(1000 - off(one)));
        near.min().unwrap_or(1000)
    };
    let mut behind = Vec::new();
    running.wait_until("ran at its time again, or ten times more", || {
        behind = read().into_iter().skip(before.len() + 1).map(distance).collect();
        behind.len() >= 9 || behind.iter().any(|off| *off < 250)
    });
    let ended = finish(case, running);
    case.expect(
        &ended,
        behind.iter().any(|off| *off < 250),
        "a run at a whole number of seconds behind the first ones, after one that came late",
        format!("ms from there: {behind:?}"),
    );
}

pub(super) fn no_plug_in_overlaps_with_itself(case: &mut Case) {
    // It does not end when it is told to, and so lasts for three intervals and more.
    put(
        case,
        &Plug::pairs(
            "a",
            "trap '' TERM\nkill -0 $(cat pid) && echo x >> overlaps\necho $$ > pid\nsleep 0.3\n",
        )
        .every("100ms")
        .within("100ms"),
    );
    let (mut running, address) = serve(case, &[]);
    let text = wait_for_page(&mut running, &address, "told of four runs", |page| {
        runs(page, "a") >= 4.0
    });
    let ended = finish(case, running);
    let overlaps = case.dir().join("set/overlaps").exists();
    case.expect(
        &ended,
        !overlaps,
        "that no run begins before the last one has ended",
        "one did",
    );
    let missed = value(&text, "muster_plugin_missed_total{plugin=\"a\"}").unwrap_or_default();
    case.expect(
        &ended,
        missed >= 4.0,
        "times that were missed, since each run lasts for three intervals",
        format!("{missed} missed in {} runs", runs(&text, "a")),
    );
}

pub(super) fn so_many_run_at_once_and_no_more(case: &mut Case) {
    let script = "echo $$ > ../run.$PLUGIN_NAME\nn=0\nfor file in ../run.*; do kill -0 $(cat $file) && n=$((n + 1)); done\necho $n >> ../counts\nsleep 0.3\n";
    let names: Vec<String> = (0..6).map(|n| format!("p{n}")).collect();
    for name in &names {
        put(case, &Plug::pairs(name, script).every("500ms").within("500ms"));
    }
    let (mut running, _) = serve(case, &["--at-once", "2"]);
    let counts = case.dir().join("counts");
    let read = || fs::read_to_string(&counts).unwrap_or_default();
    running.wait_until("ran fifteen times", || read().lines().count() >= 15);
    running.wait_until("ran two at the same time", || {
        read().lines().any(|line| line == "2")
    });
    let ended = finish(case, running);
    let most = read()
        .lines()
        .filter_map(|line| line.parse().ok())
        .max()
        .unwrap_or(0);
    case.expect(&ended, most == 2, "two at the same time, and never more", most);
}

pub(super) fn whoever_hangs_does_not_stop_the_others(case: &mut Case) {
    put(
        case,
        &Plug::pairs(
            &called("hang", 15_000, 0..300),
            "trap '' TERM\necho $$ > pid\nwhile :; do sleep 0.01; done\n",
        )
        .every("15s")
        .within("15s"),
    );
    put(
        case,
        &Plug::pairs("flood", "exec yes\n").every("200ms").within("200ms"),
    );
    put(
        case,
        &Plug::pairs("a", "echo x: 1\n").every("100ms").within("100ms"),
    );
    let (mut running, address) = serve(case, &[]);
    let text = wait_for_page(&mut running, &address, "ran the others twenty times", |page| {
        runs(page, "a") >= 20.0 && runs(page, "flood") >= 3.0 && floods(page) >= 1.0
    });
    let ended = finish(case, running);
    expect_gone(case, &ended, &["set/pid"]);
    let hung = value(
        &text,
        "muster_plugin_failures_total{plugin=\"a\",reason=\"flood\"}",
    );
    case.expect(
        &ended,
        hung == Some(0.0),
        "floods of others that are not counted as its own",
        &text,
    );
}

pub(super) fn a_signal_ends_all_of_them(case: &mut Case) {
    drop(case.peer("setsid", "util-linux"));
    let a = called("a", 15_000, 0..300);
    put(
        case,
        &Plug::pairs(&a, "trap '' TERM\nsetsid sh -c 'echo $$ > one; exec sleep 50' &\necho $$ > pid\nwhile :; do sleep 0.01; done\n").every("15s"),
    );
    for signal in [Signal::TERM, Signal::INT] {
        for file in ["set/one", "set/pid"] {
            let _ = fs::remove_file(case.dir().join(file));
        }
        let mut running = case
            .program("plugins")
            .args(["run", "set", "--for", "1h"])
            .spawn();
        let dir = case.dir().join("set");
        let pid = |file: &str| fs::read_to_string(dir.join(file)).unwrap_or_default();
        running.wait_until("ran the script", || {
            is_alive(&pid("one")) && is_alive(&pid("pid"))
        });
        running.signal(signal);
        let ended = running.wait();
        case.expect_status(&ended, 0);
        expect_gone(case, &ended, &["set/one", "set/pid"]);
        let text = ended.stdout_text();
        case.expect(
            &ended,
            text.contains("\nmuster_plugin_refused 0\n"),
            "a page at the end",
            &text,
        );
    }
}

pub(super) fn waiting_costs_nothing(case: &mut Case) {
    for n in 0..10 {
        put(
            case,
            &Plug::pairs(&format!("p{n}"), "echo x: 1\n")
                .every("24h")
                .within("10s"),
        );
    }
    let ended = case.program("plugins").args(["run", "set", "--for", "2s"]).run();
    case.expect_status(&ended, 0);
    case.expect(
        &ended,
        ended.cpu < Duration::from_millis(400) && ended.wall >= Duration::from_millis(1900),
        "two seconds, and less than 0.4 s of a processor",
        format!("{:?} and {:?}", ended.wall, ended.cpu),
    );
}
