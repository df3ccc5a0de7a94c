//! Mounts whose server is gone.

use std::time::Duration;

use support::{Case, Ended};

use super::measured::{costs, number};
use crate::hang::{collect_over, over};
use crate::host::{expect_faults, lines, put};

fn labels(mount: &str) -> String {
    format!("{{device=\"server:/{mount}\",mount=\"/mnt/{mount}\",type=\"nfs4\"}}")
}

/// Makes a host with these network mounts, and with a load.
fn host(case: &mut Case, mounts: &[&str]) {
    let table: String = mounts
        .iter()
        .map(|mount| format!("server:/{mount} /mnt/{mount} nfs4 rw 0 0\n"))
        .collect();
    put(
        case,
        &[
            ("proc/loadavg", "0.5\n"),
            ("proc/self/mounts", &table),
            ("etc/passwd", "a:x:0:0::/:\n"),
        ],
    );
}

const NEAR: &str = "rw:100,50,40,30,20,512,512";

/// What the mount `near` says of itself.
fn near() -> String {
    let labels = labels("near");
    format!(
        "filesystem.size{labels} 51200 bytes
         filesystem.free{labels} 25600 bytes
         filesystem.available{labels} 20480 bytes
         filesystem.inodes{labels} 30 count
         filesystem.inodes_free{labels} 20 count
         filesystem.read_only{labels} 0 count
         filesystem.unreadable{labels} 0 count\n"
    )
}

const ACCOUNTS: &str = "accounts.total 1 count
     accounts.login 1 count
     accounts.superusers 1 count";

fn expect_quick(case: &mut Case, ended: &Ended, most: f64) {
    case.expect(
        ended,
        ended.wall < Duration::from_secs_f64(most),
        &format!("an end within {most} s"),
        format!("{:.1} s", ended.wall.as_secs_f64()),
    );
}

pub(super) fn a_mount_that_hangs_is_left_behind(case: &mut Case) {
    host(case, &["gone", "near"]);
    let ended = collect_over(case, &[("mnt/gone", "hang"), ("mnt/near", NEAR)], &[]);
    expect_faults(
        case,
        &ended,
        &format!(
            "load.1m 0.5 count
             filesystem.unreadable{} 1 count
             {}{ACCOUNTS}",
            labels("gone"),
            near()
        ),
        &["host/mnt/gone: "],
    );
    expect_quick(case, &ended, 3.0);
}

pub(super) fn many_mounts_that_hang_are_waited_for_together(case: &mut Case) {
    let mounts = ["a", "b", "c", "d", "e", "f", "g", "h", "near"];
    host(case, &mounts);
    let specs: Vec<(String, &str)> = mounts
        .iter()
        .map(|mount| {
            (
                format!("mnt/{mount}"),
                if *mount == "near" { NEAR } else { "hang" },
            )
        })
        .collect();
    let specs: Vec<(&str, &str)> = specs.iter().map(|(folder, what)| (&**folder, *what)).collect();
    let ended = collect_over(case, &specs, &["--metric", "filesystem"]);
    let hung: String = mounts[..8]
        .iter()
        .map(|mount| format!("filesystem.unreadable{} 1 count\n", labels(mount)))
        .collect();
    case.expect_stdout(&ended, lines(&(hung + &near())));
    case.expect_status(&ended, 1);
    // Eight times half a second are four.
    expect_quick(case, &ended, 3.0);
}

pub(super) fn a_mount_that_hangs_is_asked_once(case: &mut Case) {
    host(case, &["gone"]);
    let args = ["--metric", "filesystem", "--every", "100", "--rounds", "16"];
    let mut running = over(case, &[("mnt/gone", "hang")], &args).spawn();
    // Its threads are those of the program and one that waits, however many rounds pass.
    let line = format!("filesystem.unreadable{}\t1\tcount\n", labels("gone"));
    let mut most = 0;
    let pid = running.pid();
    running.wait_for_stdout(
        "prints eight rounds, of which only the first waits for the mount",
        |out| {
            most = most.max(threads_below(pid));
            String::from_utf8_lossy(out).matches(&line).count() >= 8
        },
    );
    let ended = running.wait();
    expect_rounds(case, &ended, &line, 16, 8);
    case.expect_status(&ended, 1);
    case.expect(
        &ended,
        most <= 2,
        "two threads at most: one for all rounds waits for the mount",
        format!("{most} threads"),
    );
    case.expect(
        &ended,
        ended.wall < Duration::from_secs(5),
        "an end within 5 s: the mount is waited for once, for half a second, and 15 more rounds are 0.1 s apart",
        format!("{:.1} s", ended.wall.as_secs_f64()),
    );
}

/// Expects that `line` is all that was printed in a number of rounds, and in at least so many of them: a machine that has much to do
/// lets even this collector rest.
fn expect_rounds(case: &mut Case, ended: &Ended, line: &str, rounds: usize, least: usize) {
    let text = ended.stdout_text();
    let (found, all) = (
        text.matches(line).count(),
        text.lines().filter(|line| line.is_empty()).count(),
    );
    case.expect(
        ended,
        all == rounds && found >= least && text.replace(line, "").trim().is_empty(),
        &format!(
            "{rounds} rounds, and in at least {least} of them only `{}`",
            line.trim_end()
        ),
        &text,
    );
}

/// Counts the threads of the program that a shell of namespaces and a server of mounts have started.
fn threads_below(pid: u32) -> usize {
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let Some(child) = children.split_whitespace().next() else {
        return 0;
    };
    let name = std::fs::read_to_string(format!("/proc/{child}/comm")).unwrap_or_default();
    if name.trim() != "collect" {
        return 0;
    }
    std::fs::read_dir(format!("/proc/{child}/task")).map_or(0, Iterator::count)
}

pub(super) fn a_mount_that_answers_again_is_told_again(case: &mut Case) {
    host(case, &["near"]);
    let args = ["--metric", "filesystem.unreadable", "--every", "20"];
    let mut running = over(case, &[("mnt/near", "until:back")], &args).spawn();
    let row = |value| format!("filesystem.unreadable{}\t{value}\tcount\n", labels("near"));
    running.wait_for_stdout("prints two rounds in which the mount does not answer", |out| {
        String::from_utf8_lossy(out).matches(&row(1)).count() >= 2
    });
    case.file("back", "");
    running.wait_for_stdout(
        "prints that the mount answers again, which it does since the case has let it",
        |out| String::from_utf8_lossy(out).contains(&row(0)),
    );
    running.kill();
}

pub(super) fn waiting_for_a_mount_costs_nothing(case: &mut Case) {
    host(case, &["gone"]);
    // A collector that had cost half a second would rest for 100 s.
    let args = ["--metric", "filesystem", "--every", "200", "--rounds", "6"];
    let ended = collect_over(case, &[("mnt/gone", "hang")], &args);
    let line = format!("filesystem.unreadable{}\t1\tcount\n", labels("gone"));
    expect_rounds(case, &ended, &line, 6, 4);

    let mut program = over(case, &[("mnt/gone", "hang")], &[]);
    program = program.args(["cost", "--rounds", "1", "--json"]);
    let ended = program.run();
    let costs = costs(case, &ended);
    let cost = number(&costs[7], "cpu_seconds");
    case.expect(
        &ended,
        cost < 0.2,
        "less than 0.2 s of a processor for `filesystem`, which has waited",
        cost,
    );
}

pub(super) fn a_mount_that_fails_is_said_and_the_others_are_told(case: &mut Case) {
    host(case, &["broken", "private", "near"]);
    let ended = collect_over(
        case,
        // EIO and EACCES.
        &[
            ("mnt/broken", "error:5"),
            ("mnt/private", "error:13"),
            ("mnt/near", NEAR),
        ],
        &[],
    );
    expect_faults(
        case,
        &ended,
        &format!(
            "load.1m 0.5 count
             filesystem.unreadable{} 1 count
             filesystem.unreadable{} 1 count
             {}{ACCOUNTS}",
            labels("broken"),
            labels("private"),
            near()
        ),
        &["host/mnt/broken: "],
    );
}

pub(super) fn a_mount_that_answers_leaves_no_thread(case: &mut Case) {
    host(case, &["near"]);
    let args = ["--metric", "filesystem.size", "--every", "20"];
    let mut running = over(case, &[("mnt/near", NEAR)], &args).spawn();
    let row = format!("filesystem.size{}\t51200\tbytes\n", labels("near"));
    let pid = running.pid();
    let mut threads = 0;
    running.wait_for_stdout("prints twelve rounds", |out| {
        threads = threads_below(pid);
        String::from_utf8_lossy(out).matches(&row).count() >= 12
    });
    let ended = running.kill();
    case.expect(
        &ended,
        (1..=2).contains(&threads),
        "two threads at most: one of each question, which ends with its answer, and the program's own",
        format!("{threads} threads after twelve rounds"),
    );
}

pub(super) fn a_file_system_of_a_program_may_hang_too(case: &mut Case) {
    for kind in ["fuse.sshfs", "fuse", "fuse.x", "nfs", "cifs", "9p"] {
        let _ = std::fs::remove_dir_all(case.dir().join("host"));
        put(
            case,
            &[
                ("proc/loadavg", "0.5\n"),
                ("proc/self/mounts", &format!("a:b /mnt/gone {kind} rw 0 0\n")),
            ],
        );
        let program = over(case, &[("mnt/gone", "hang")], &[]);
        let mut running = program.spawn();
        // Whoever asks it in the only thread never gets there.
        running.wait_for_stderr(
            "says that the mount does not answer (a question in the program's only thread never ends)",
            |said| String::from_utf8_lossy(said).contains("host/mnt/gone: "),
        );
        let ended = running.wait();
        expect_faults(
            case,
            &ended,
            &format!(
                "load.1m 0.5 count
                 filesystem.unreadable{{device=\"a:b\",mount=\"/mnt/gone\",type=\"{kind}\"}} 1 count"
            ),
            &["host/mnt/gone: "],
        );
    }
}
