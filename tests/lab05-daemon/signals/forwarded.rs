//! Signals that are for the command.

use rustix::process::Signal;
use support::Case;

use crate::daemonize::systemd::Manager;
use crate::supervised::{configure, daemon, expect_well, is_there, read, run, until_file};

pub(super) fn other_signals_are_for_the_command(case: &mut Case) {
    configure(
        case,
        "sh -c 'trap \"echo >>member\" USR1 USR2 QUIT ALRM WINCH; >there; while :; do sleep 0.02; done' & \
         until [ -e there ]; do sleep 0.02; done; \
         for signal in USR1 USR2 QUIT ALRM WINCH; do trap \"echo $signal >>heard\" $signal; done; >up; \
         while :; do sleep 0.02; done",
        "directory = \".\"",
    );
    let mut running = run(case);
    until_file(&mut running, case, "up");
    let path = case.dir().join("heard");
    let signals = [
        (Signal::USR1, "USR1"),
        (Signal::USR2, "USR2"),
        (Signal::QUIT, "QUIT"),
        (Signal::ALARM, "ALRM"),
        (Signal::WINCH, "WINCH"),
    ];
    let mut expected = String::new();
    for (signal, name) in signals {
        expected += &format!("{name}\n");
        running.signal(signal);
        running.wait_until(&format!("let the command have SIG{name}"), || {
            std::fs::read_to_string(&path).is_ok_and(|heard| heard.len() >= expected.len())
        });
    }
    running.signal(Signal::TERM);
    let ended = running.wait();
    expect_well(case, &ended);
    let heard = read(case, "heard");
    case.expect_same(&ended, "what the command hears", &expected, &heard);
    case.expect(
        &ended,
        !is_there(case, "member"),
        "these signals for the command's process alone",
        "another process of its group has heard them, too",
    );
}

pub(super) fn a_reload_makes_nothing_ready(case: &mut Case) {
    let manager = Manager::in_abstract();
    configure(
        case,
        "trap 'echo >>heard' HUP; >up; until [ -e go ]; do sleep 0.02; done; $NOTIFY READY=1; \
         while :; do sleep 0.02; done",
        "directory = \".\"\nready = \"notify\"",
    );
    let mut running = daemon(case, "run", &[])
        .env("NOTIFY", case.program_path("notify"))
        .env("NOTIFY_SOCKET", &manager.name)
        .spawn();
    until_file(&mut running, case, "up");
    running.signal(Signal::HUP);
    until_file(&mut running, case, "heard");
    case.file("go", "");
    let told = manager.told(|all| all.contains("MAINPID="));
    running.signal(Signal::TERM);
    let ended = running.wait();
    expect_well(case, &ended);
    case.expect(
        &ended,
        told.contains("RELOADING=1\n") && told.matches("READY=1\n").count() == 1,
        "RELOADING=1, and READY=1 when the command is ready and not before",
        told,
    );
}

pub(super) fn reload_is_told_to_the_command_and_to_systemd(case: &mut Case) {
    let manager = Manager::in_abstract();
    configure(
        case,
        "trap 'echo >>heard' USR2; >up; while :; do sleep 0.02; done",
        "directory = \".\"\nreload_signal = \"USR2\"",
    );
    let mut running = daemon(case, "run", &[])
        .env("NOTIFY_SOCKET", &manager.name)
        .spawn();
    until_file(&mut running, case, "up");
    let before = manager.told(|all| all.contains("READY=1\n"));
    let reload = daemon(case, "reload", &[]).run();
    expect_well(case, &reload);
    let told = manager.told(|all| all.contains("READY=1\n"));
    until_file(&mut running, case, "heard");
    running.signal(Signal::TERM);
    let ended = running.wait();
    expect_well(case, &ended);
    case.expect(
        &ended,
        !before.contains("RELOADING"),
        "no RELOADING=1 before reload",
        before,
    );
    let micros = told
        .lines()
        .find_map(|line| line.strip_prefix("MONOTONIC_USEC=")?.parse::<u64>().ok());
    let reloading = told.find("RELOADING=1\n").zip(told.find("READY=1\n"));
    case.expect(
        &ended,
        micros.is_some_and(|micros| micros > 0) && reloading.is_some_and(|(first, then)| first < then),
        "RELOADING=1 with MONOTONIC_USEC=…, and then READY=1",
        told,
    );
}
