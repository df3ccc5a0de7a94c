//! Commands on hosts.

use std::process::Stdio;
use std::time::{Duration, Instant};

use muster::config;
use muster::operator::{Operator, Step};
use muster::wire::{Ask, News, Targets};
use nix::sys::signal::Signal;
use tokio::runtime;

use crate::harness::{Fleet, Process, is_alive, text, until};

/// Runs, and returns status, standard output, and the last line of standard error without its time.
fn run(fleet: &Fleet, args: &[&str]) -> (Option<i32>, String, String) {
    let output = fleet.muster(&[&["run"], args].concat());
    let said = text(&output.stderr);
    let summary = said.trim_end().rsplit('\n').next().unwrap_or_default();
    let summary = summary
        .rsplit_once(" in ")
        .map_or(summary, |(summary, _)| summary);
    (output.status.code(), text(&output.stdout), summary.to_owned())
}

#[test]
fn what_all_hosts_write_is_shown_once() {
    let fleet = Fleet::with(&["db01", "web01", "web02"]);
    let own = std::process::Command::new("uname").arg("-a").output().unwrap();
    let (status, out, summary) = run(&fleet, &["--all", "--", "uname", "-a"]);
    assert_eq!(
        out,
        format!("-- db01,web[01-02] (3 hosts): done\n{}", text(&own.stdout))
    );
    assert_eq!((status, summary.as_str()), (Some(0), "3 hosts, 3 done"));

    let output = fleet.muster(&["run", "-w", "web[01-02]", "--json", "--", "printf", "a\\nb"]);
    let out = text(&output.stdout);
    let mut lines: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    lines.sort_by_key(|line| line["host"].to_string());
    assert_eq!(lines.len(), 2, "{lines:?}");
    for (line, host) in lines.iter().zip(["web01", "web02"]) {
        assert_eq!((&line["host"], &line["state"]), (&host.into(), &"done".into()));
        assert_eq!((&line["stdout"], &line["status"]), (&"a\nb".into(), &0.into()));
    }
}

#[test]
fn every_host_ends_in_one_state() {
    let mut fleet = Fleet::with(&["db01", "web01"]);
    fleet.add("gone");
    for (args, out, summary) in [
        (
            &["-w", "web01", "--", "sh", "-c", "echo err >&2; echo out; exit 3"][..],
            "-- web01: failed, status 3\nout\nerr\n",
            "1 host, 1 failed",
        ),
        (
            &["-w", "web01", "--", "sh", "-c", "kill -9 $$"],
            "-- web01: failed, killed by signal 9\n",
            "1 host, 1 failed",
        ),
        (
            &[
                "-w",
                "web01",
                "--timeout",
                "300ms",
                "--",
                "sh",
                "-c",
                "echo begun; sleep 1000",
            ],
            "-- web01: timed out\nbegun\n",
            "1 host, 1 timed out",
        ),
        (
            &["-w", "web01,nobody", "--", "true"],
            "-- nobody: unreachable, the hub knows no such host\n-- web01: done\n",
            "2 hosts, 1 done, 1 unreachable",
        ),
        (
            &[
                "-w",
                "web01",
                "--limit",
                "4",
                "--",
                "sh",
                "-c",
                "printf 123456; sleep 1000",
            ],
            "-- web01: failed, it wrote more than it may\n1234\n",
            "1 host, 1 failed",
        ),
        (
            &["-w", "web01", "--", "/no/such/program"],
            "-- web01: failed, cannot run /no/such/program: No such file or directory (os error 2)\n",
            "1 host, 1 failed",
        ),
    ] {
        assert_eq!(
            run(&fleet, args),
            (Some(1), out.to_owned(), summary.to_owned()),
            "{args:?}"
        );
    }
    fleet.kill_agent("db01");
    until("db01 is not connected", || {
        (!fleet.host("db01").connected).then_some(())
    });
    let (status, out, summary) = run(&fleet, &["--all", "--", "true"]);
    assert_eq!(
        out,
        "-- db01: unreachable, its agent is not connected\n-- web01: done\n"
    );
    assert_eq!(
        (status, summary.as_str()),
        (Some(1), "2 hosts, 1 done, 1 unreachable")
    );
}

#[test]
fn a_command_whose_agent_dies_is_unknown() {
    let mut fleet = Fleet::with(&["web01", "web02"]);
    let marker = fleet.folder.0.join("pid");
    let script = format!(
        "sleep 1000 & echo $$ $! > {}.new; mv {0}.new {0}; wait",
        marker.display()
    );
    let mut waiting = fleet.command(&["run", "-w", "web01", "--", "sh", "-c", &script]);
    let waiting = waiting
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = until("the command runs", || std::fs::read_to_string(&marker).ok());
    fleet.kill_agent("web01");
    let output = waiting.wait_with_output().unwrap();
    let out = text(&output.stdout);
    assert_eq!(out, "-- web01: unknown, its agent was lost\n");
    assert_eq!(output.status.code(), Some(1));
    // It was killed so that it could not take anybody along: its guard does, and what the command has started as well.
    let pids: Vec<&str> = pid.split_whitespace().collect();
    assert_eq!(pids.len(), 2);
    until("the command and its child end", || {
        pids.iter().all(|pid| !is_alive(pid)).then_some(())
    });
}

#[test]
fn an_agent_that_comes_back_as_another_one_ends_what_it_had() {
    let mut fleet = Fleet::with(&["web01"]);
    let marker = fleet.folder.0.join("pid");
    let script = format!(
        "echo $$ > {}.new; mv {0}.new {0}; exec sleep 1000",
        marker.display()
    );
    let mut waiting = fleet.command(&["run", "-w", "web01", "--", "sh", "-c", &script]);
    let waiting = waiting
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = until("the command runs", || std::fs::read_to_string(&marker).ok());
    fleet.kill_agent("web01");
    fleet.start_agent("web01");
    let output = waiting.wait_with_output().unwrap();
    let out = text(&output.stdout);
    // Whether three intervals pass before the other one says hello depends on the machine.
    assert!(out.starts_with("-- web01: unknown, its agent "), "{out}");
    until("the command ends", || (!is_alive(pid.trim())).then_some(()));
}

#[test]
fn an_operator_who_leaves_takes_the_command_along() {
    let fleet = Fleet::with(&["web01"]);
    for signal in [Signal::SIGINT, Signal::SIGKILL] {
        let marker = fleet.folder.0.join(signal.as_str());
        // A child of the command is of its group, and ends with it.
        let script = format!(
            "sleep 1000 & echo $! > {}.new; mv {0}.new {0}; wait",
            marker.display()
        );
        let mut command = fleet.command(&["run", "--all", "--", "sh", "-c", &script]);
        let command = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut command = Process(command);
        let pid = until("the command runs", || std::fs::read_to_string(&marker).ok());
        command.signal(signal);
        until("it ends", || command.0.try_wait().unwrap());
        until("the command's child ends", || {
            (!is_alive(pid.trim())).then_some(())
        });
    }
}

#[test]
fn commands_end_with_their_agent_when_that_is_told_to_end() {
    let mut fleet = Fleet::with(&["web01"]);
    let marker = fleet.folder.0.join("pid");
    // It does not end because it is asked to.
    let script = format!(
        "trap '' TERM; sleep 1000 & echo $! > {}.new; mv {0}.new {0}; wait; wait",
        marker.display()
    );
    let mut waiting = fleet.command(&["run", "--all", "--", "sh", "-c", &script]);
    let waiting = waiting
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pid = until("the command runs", || std::fs::read_to_string(&marker).ok());
    let mut agent = fleet.agents.remove("web01").unwrap();
    agent.signal(Signal::SIGTERM);
    let status = until("the agent ends", || agent.0.try_wait().unwrap());
    assert!(status.success(), "{status}");
    until("the command's child ends", || {
        (!is_alive(pid.trim())).then_some(())
    });
    let output = waiting.wait_with_output().unwrap();
    assert_eq!(text(&output.stdout), "-- web01: unknown, its agent was lost\n");
}

#[test]
fn a_host_may_refuse_commands() {
    let mut fleet = Fleet::new();
    fleet.add("web01");
    let path = fleet.files().join("agents/web01/agent.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, config.replace("commands = true", "commands = false")).unwrap();
    fleet.start_agent("web01");
    fleet.until_all_up(1);
    let (status, out, _) = run(&fleet, &["--all", "--", "true"]);
    assert_eq!(
        out,
        "-- web01: failed, commands are off here: commands = false in agent.toml\n"
    );
    assert_eq!(status, Some(1));
}

#[test]
fn large_output_comes_whole() {
    let fleet = Fleet::with(&["web01"]);
    let (status, out, _) = run(&fleet, &["--all", "--limit", "9000000", "--", "seq", "1000000"]);
    let expected: String = (1..=1_000_000).map(|number| format!("{number}\n")).collect();
    assert_eq!(status, Some(0));
    assert!(
        out == format!("-- web01: done\n{expected}"),
        "{} bytes",
        out.len()
    );
}

#[test]
fn an_operator_who_does_not_read_stops_the_command_and_gets_everything_later() {
    const BYTES: usize = 20_000_000;
    let fleet = Fleet::with(&["web01"]);
    let marker = fleet.folder.0.join("pid");
    let script = format!(
        "echo $$ > {}.new; mv {0}.new {0}; exec head -c {BYTES} /dev/zero",
        marker.display()
    );
    let ask = Ask {
        targets: Targets::All,
        command: muster::wire::Command {
            argv: ["sh", "-c", &script].map(str::to_owned).to_vec(),
            timeout_ms: 60_000,
            limit: u64::MAX,
        },
    };
    let config = config::Operator::read(&fleet.files().join("muster.toml")).unwrap();
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let mut run =
        runtime.block_on(async { Operator::connect(&config).await.unwrap().run(&ask).await.unwrap() });
    let pid = until("the command runs", || std::fs::read_to_string(&marker).ok());
    let written = || {
        let io = std::fs::read_to_string(format!("/proc/{}/io", pid.trim())).unwrap();
        let line = io.lines().find_map(|line| line.strip_prefix("wchar: ")).unwrap();
        line.parse::<usize>().unwrap()
    };
    let (mut before, mut same) = (0, 0);
    let stopped = until("it writes no more", || {
        let now = written();
        same = if now == before && now > 0 { same + 1 } else { 0 };
        before = now;
        (same == 50).then_some(now)
    });
    assert!(stopped < BYTES / 4, "{stopped}");
    let read = runtime.block_on(async {
        let mut read = 0;
        loop {
            match run.next().await.unwrap() {
                Step::News(News::Output { bytes, .. }) => read += bytes.len(),
                Step::News(_) => {}
                Step::Over(summary) => return (read, summary.done),
            }
        }
    });
    assert_eq!(read, (BYTES, 1));
}

#[test]
fn wrong_usage_has_a_status_of_its_own() {
    let fleet = Fleet::new();
    for (args, part) in [
        (&["run", "--", "true"][..], "give -w HOSTS or --all"),
        (&["run", "--all"], "CMD is missing"),
        (&["run", "--all", "-w", "a", "--", "true"], "once"),
        (&["run", "-w", "web[3-1]", "--", "true"], "ends before it begins"),
        (
            &["run", "--all", "--timeout", "0", "--", "true"],
            "longer than nothing",
        ),
        (&["fly"], "no such command"),
        (&["hosts", "now"], "unexpected argument"),
    ] {
        let output = fleet.muster(args);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(part), "{args:?}: {said}");
    }
    let output = fleet.muster(&["run", "--all", "--", "true"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("the hub knows no hosts yet"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_run_over_a_fleet_of_this_size_takes_no_time_to_speak_of() {
    let fleet = Fleet::with(&["db01", "web01", "web02"]);
    let began = Instant::now();
    let (status, ..) = run(&fleet, &["--all", "--", "true"]);
    assert_eq!(status, Some(0));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}
