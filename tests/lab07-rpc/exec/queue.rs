//! Who runs, who waits, and who is turned away.

use std::collections::BTreeMap;

use serde_json::json;
use support::Case;

use super::command::{Gate, call_shell, call_with, expect_outcome, lines, serve, wait_for_file};
use crate::wire::{Frame, Server, Wire, code, kind};

/// Calls whose commands write a line to `started` and wait at the gate.
fn held(ids: std::ops::RangeInclusive<u64>) -> Vec<Frame> {
    ids.map(|id| call_shell(id, &format!("echo {id} >> started; read go < gate; exit {id}")))
        .collect()
}

/// Waits for the REPLYs or ERRORs of `count` calls, whatever their order, and returns what each says.
fn ends(case: &mut Case, server: &mut Server, wire: &mut Wire, count: usize) -> BTreeMap<u64, String> {
    let mut ends = BTreeMap::new();
    while ends.len() < count {
        let frame = server.expect_next(
            case,
            wire,
            &format!("the ends of {count} calls, of which {} came", ends.len()),
        );
        let end = match frame.kind {
            kind::REPLY => {
                let value: serde_json::Value = serde_json::from_slice(&frame.payload).unwrap_or_default();
                value["status"].to_string()
            }
            kind::ERROR => format!("error {}", frame.number(0, 2)),
            _ => continue,
        };
        ends.insert(frame.id, end);
    }
    ends
}

pub(super) fn no_more_run_than_may(case: &mut Case) {
    const AT_ONCE: usize = 3;
    const ALL: u64 = 8;
    let mut server = serve(case, &["--exec-at-once", &AT_ONCE.to_string()]);
    let mut gate = Gate::new(case, "gate");
    let mut wire = server.greeted(case);
    wire.send_all(&held(1..=ALL));
    for started in AT_ONCE..=ALL as usize {
        wait_for_file(case, &mut server, "started", started);
        server.settle(case);
        let now = lines(&case.dir().join("started")).len();
        let what = format!(
            "{started} commands started when {} have ended, with --exec-at-once {AT_ONCE}",
            started - AT_ONCE
        );
        server.expect(case, now == started, &what, now);
        gate.open();
    }
    for _ in 1..AT_ONCE {
        gate.open();
    }
    let found = ends(case, &mut server, &mut wire, ALL as usize);
    let expected: BTreeMap<u64, String> = (1..=ALL).map(|id| (id, id.to_string())).collect();
    server.expect_same(
        case,
        "the statuses of all",
        &format!("{expected:?}"),
        &format!("{found:?}"),
    );
}

pub(super) fn a_thousand_commands_run_few_at_a_time(case: &mut Case) {
    const ALL: u64 = 1000;
    let mut server = serve(case, &["--exec-at-once", "6"]);
    let mut wire = server.greeted(case);
    let calls: Vec<Frame> = (1..=ALL)
        .map(|id| call_shell(id, &format!("echo + >> log; echo - >> log; exit {}", id % 200)))
        .collect();
    wire.send_all(&calls);
    let found = ends(case, &mut server, &mut wire, ALL as usize);
    let wrong = (1..=ALL).find(|id| found.get(id) != Some(&(id % 200).to_string()));
    server.expect(
        case,
        wrong.is_none(),
        "the status of each of 1000 commands",
        format!("{wrong:?}: {:?}", wrong.and_then(|id| found.get(&id))),
    );
    // A command writes its sign before it ends, so never more than run are between the two.
    let (mut now, mut most) = (0, 0);
    let log = lines(&case.dir().join("log"));
    for line in &log {
        now += if line == "+" { 1 } else { -1 };
        most = most.max(now);
    }
    server.expect(
        case,
        log.len() == 2000,
        "two lines from each of 1000 commands",
        log.len(),
    );
    server.expect(case, (1..=6).contains(&most), "at most 6 commands at once", most);
}

pub(super) fn commands_begin_in_the_order_of_their_calls(case: &mut Case) {
    let mut server = serve(case, &["--exec-at-once", "1"]);
    let mut gate = Gate::new(case, "gate");
    let mut wire = server.greeted(case);
    let mut other = server.greeted(case);
    wire.send_all(&held(1..=1));
    wait_for_file(case, &mut server, "started", 1);
    for id in 2..=20 {
        // Two clients in turn: the next call is sent when the one before has surely been taken.
        let (from, to) = if id % 2 == 0 {
            (&mut wire, &mut other)
        } else {
            (&mut other, &mut wire)
        };
        from.send(&call_shell(id, &format!("echo {id} >> started")));
        server.settle(case);
        let silent = to.is_silent();
        server.expect(case, silent, "no answer while the first command runs", "one");
    }
    gate.open();
    let found = wait_for_file(case, &mut server, "started", 20).join(" ");
    let expected: Vec<String> = (1..=20).map(|id| id.to_string()).collect();
    server.expect_same(case, "the order in which they began", &expected.join(" "), &found);
}

pub(super) fn beyond_the_queue_commands_are_turned_away(case: &mut Case) {
    let mut server = serve(case, &["--exec-at-once", "2", "--exec-queue", "3"]);
    let mut gate = Gate::new(case, "gate");
    let mut wire = server.greeted(case);
    wire.send_all(&held(1..=2));
    wait_for_file(case, &mut server, "started", 2);
    wire.send_all(&held(3..=7));
    let mut refused = ends(case, &mut server, &mut wire, 2);
    let overloaded = |ids: [u64; 2]| {
        format!(
            "{:?}",
            BTreeMap::from(ids.map(|id| (id, format!("error {}", code::OVERLOADED))))
        )
    };
    server.expect_same(
        case,
        "the calls that found no room",
        &overloaded([6, 7]),
        &format!("{refused:?}"),
    );
    // Who gives up makes room for another one.
    wire.send(&Frame::cancel(4));
    server.expect_error(
        case,
        &mut wire,
        4,
        code::CANCELLED,
        "a call that is cancelled while its command waits",
    );
    wire.send_all(&held(8..=9));
    refused = ends(case, &mut server, &mut wire, 1);
    let found = format!("{refused:?}");
    server.expect_same(
        case,
        "the one of two more that found no room",
        &format!("{:?}", BTreeMap::from([(9, "error 5".to_owned())])),
        &found,
    );
    for _ in 0..5 {
        gate.open();
    }
    let found = ends(case, &mut server, &mut wire, 5);
    let expected: BTreeMap<u64, String> = [1, 2, 3, 5, 8].map(|id| (id, id.to_string())).into();
    server.expect_same(
        case,
        "the statuses of those that ran",
        &format!("{expected:?}"),
        &format!("{found:?}"),
    );
    let started = lines(&case.dir().join("started")).len();
    server.expect(case, started == 5, "5 commands run in all", started);
}

pub(super) fn who_waits_too_long_is_never_run(case: &mut Case) {
    let mut server = serve(case, &["--exec-at-once", "1"]);
    let mut gate = Gate::new(case, "gate");
    let mut wire = server.greeted(case);
    wire.send_all(&held(1..=1));
    wait_for_file(case, &mut server, "started", 1);
    let touch = |name: &str| json!({ "argv": ["touch", name] }).to_string();
    wire.send(&Frame::call(2, 200, "exec", touch("late")));
    wire.send(&Frame::call(3, 0, "exec", touch("cancelled")));
    wire.send(&Frame::cancel(3));
    server.expect_error(
        case,
        &mut wire,
        3,
        code::CANCELLED,
        "a call that is cancelled while its command waits",
    );
    server.expect_error(
        case,
        &mut wire,
        2,
        code::DEADLINE,
        "a call whose time is over while its command waits",
    );
    let mut gone = server.greeted(case);
    gone.send(&Frame::call(1, 0, "exec", touch("gone")));
    server.settle(case);
    drop(gone);
    server.settle(case);
    // The time of a command that waits does not run.
    wire.send(&call_with(
        4,
        json!({ "argv": ["sh", "-c", "echo x > last; exit 7"], "timeout_ms": 2000 }),
    ));
    std::thread::sleep(std::time::Duration::from_millis(2200));
    gate.open();
    let found = ends(case, &mut server, &mut wire, 2);
    let expected = BTreeMap::from([(1, "1".to_owned()), (4, "7".to_owned())]);
    server.expect_same(
        case,
        "the statuses of the two that ran",
        &format!("{expected:?}"),
        &format!("{found:?}"),
    );
    for name in ["late", "cancelled", "gone"] {
        let there = case.dir().join(name).exists();
        server.expect(
            case,
            !there,
            &format!("nothing run for the call that was {name}"),
            "it was run",
        );
    }
    expect_outcome(
        case,
        &mut server,
        &mut wire,
        &call_shell(5, "exit 0"),
        r#"{"status":0}"#,
    );
}
