//! Stage 3: when there is no room.

use std::fs;

use support::{Case, Ended, Stage, stage};

use crate::harness::{bytes, drawn, drill, segments, word};

pub(crate) const STAGE: Stage = stage!("room":
    the_oldest_are_dropped_and_counted,
    the_newest_are_refused_if_that_is_wished,
    what_is_settled_goes_when_its_room_is_needed,
    a_spool_never_has_more_than_it_may,
    nothing_is_dropped_for_a_record_that_fits_nowhere,
    what_is_dropped_is_dropped_for_ever,
    a_hook_is_told_which_records_are_given_up,
    on_a_full_disk_the_oldest_are_dropped,
    on_a_full_disk_the_newest_are_refused_if_that_is_wished;
    seeded: drawn_spools_are_as_full_as_the_reference
);

/// A record of 1000 bytes, with what is before it.
fn kib() -> String {
    "k".repeat(980)
}

fn the_oldest_are_dropped_and_counted(case: &mut Case) {
    let kib = kib();
    let mut script = String::new();
    for number in 1..=9 {
        script += &format!("append {kib} => {number}\n");
    }
    script += "sync => durable 9
        files => files 1000 1000 1000 1000
        book => next 10 acknowledged 0 waiting 6-9 bound 1-5
        ack 6,8 => noted\n";
    for number in 10..=11 {
        script += &format!("append {kib} => {number}\n");
    }
    // What was acknowledged in it is not dropped with it.
    script += "sync => durable 11
        book => next 12 acknowledged 2 waiting 9-11 bound 1-5,7";
    drill(case, &["spool", "sp", "--most", "4096"], &script);
}

fn the_newest_are_refused_if_that_is_wished(case: &mut Case) {
    let kib = kib();
    let script = format!(
        "append {kib} => 1
         append {kib} => 2
         append {kib} => 3
         append {kib} => 4
         append {kib} => full
         append {kib} => full
         append small => 5
         sync => durable 5
         book => next 6 acknowledged 0 waiting 1-5
         ack 1 => noted
         append {kib} => 6
         append {kib} => full
         sync => durable 6
         book => next 7 acknowledged 1 waiting 2-6"
    );
    drill(
        case,
        &["spool", "sp", "--most", "4096", "--full", "refuse"],
        &script,
    );
    let ended = case
        .program("transfer")
        .args(["spool", "append", "other", "--most", "4096", "--full", "refuse"])
        .stdin(format!("a\n{}\nb\n", "x".repeat(5000)))
        .run();
    // What came before it is said all the same.
    case.expect_stdout(&ended, "1\n");
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "other");
}

fn a_hook_is_told_which_records_are_given_up(case: &mut Case) {
    let kib = kib();
    let script = format!(
        "append {kib} => 1
         append {kib} => 2
         append {kib} => 3
         append {kib} => 4
         sync => durable 4
         hook => told
         append {kib} => 5
         told => bound 1
         ack 2 => noted
         told => none
         sync => durable 5
         append {kib} => 6
         told => none
         append {kib} => 7
         told => bound 3
         append {kib} => 8
         append {kib} => 9
         told => bound 4, bound 5
         sync => durable 9
         book => next 10 acknowledged 1 waiting 6-9 bound 1,3-5"
    );
    drill(case, &["spool", "sp", "--most", "4096"], &script);
    // All that one file has, but for what was acknowledged.
    let script = format!(
        "append aa => 1
         append bb => 2
         append cc => 3
         sync => durable 3
         ack 2 => noted
         hook => told
         append {} => 4
         append {kib} => 5
         append {kib} => 6
         append {kib} => 7
         append {kib} => 8
         told => bound 1,3-4",
        "k".repeat(900)
    );
    drill(case, &["spool", "other", "--most", "4096"], &script);
}

fn what_is_settled_goes_when_its_room_is_needed(case: &mut Case) {
    let (kib, large) = (kib(), "l".repeat(3500));
    for full in ["refuse", "drop"] {
        // The only file is smaller than a segment, so it stays when all in it is settled.
        let script = format!(
            "append {kib} => 1
             sync => durable 1
             ack 1 => noted
             files => files 1000
             append {large} => 2
             sync => durable 2
             files => files 3520
             book => next 3 acknowledged 1 waiting 2
             reopen => closed
             read => 2 {large}|-"
        );
        drill(case, &["spool", full, "--most", "4096", "--full", full], &script);
    }
    // What waits in it, or is not durable yet, keeps it.
    let script = format!(
        "append {} => 1
         sync => durable 1
         ack 1 => noted
         append b => 2
         append {large} => full
         sync => durable 2
         append {large} => full
         ack 2 => noted
         append {large} => 3
         sync => durable 3
         book => next 4 acknowledged 2 waiting 3",
        "s".repeat(600)
    );
    drill(
        case,
        &["spool", "kept", "--most", "4096", "--full", "refuse"],
        &script,
    );
}

fn a_spool_never_has_more_than_it_may(case: &mut Case) {
    let mut running = case
        .program("transfer")
        .args(["spool", "append", "sp", "--most", "50000", "--segment", "7000"])
        .stdin_piped()
        .spawn();
    let mut given = 0;
    for round in 0..40 {
        let mut rng = case.rng(round);
        let lines: String = (0..30).map(|_| "y".repeat(rng.usize(0..700)) + "\n").collect();
        given += 30;
        running.write(lines.as_bytes());
        running.wait_for_lines(given);
        let have = bytes(&segments(case, "sp"));
        if have > 50_000 {
            let ended = running.kill();
            case.expect(&ended, false, "at most 50000 bytes in its files", have);
            return;
        }
    }
    let ended = running.wait();
    case.expect_status(&ended, 0);
    let have = bytes(&segments(case, "sp"));
    case.expect(&ended, have > 30_000, "no more dropped than must be", have);
}

fn nothing_is_dropped_for_a_record_that_fits_nowhere(case: &mut Case) {
    let huge = "h".repeat(4090);
    let script = format!(
        "append a => 1
         append b => 2
         append {huge} => full
         append c => 3
         sync => durable 3
         read => 1 a|2 b|3 c|-"
    );
    drill(case, &["spool", "sp", "--most", "4096"], &script);
}

fn what_is_dropped_is_dropped_for_ever(case: &mut Case) {
    let kib = kib();
    let mut script = String::new();
    for number in 1..=7 {
        script += &format!("append {kib} => {number}\nsync => durable {number}\n");
    }
    script += "kill => killed
        book => next 8 acknowledged 0 waiting 4-7 bound 1-3
        ack 1-4 => noted
        book => next 8 acknowledged 1 waiting 5-7 bound 1-3
        reopen => closed
        book => next 8 acknowledged 1 waiting 5-7 bound 1-3";
    drill(case, &["spool", "sp", "--most", "4096"], &script);
}

/// Runs a script of the shell in a small file system of its own.
fn on_a_small_disk(case: &mut Case, script: &str) -> Ended {
    let _ = fs::create_dir_all(case.dir().join("disk"));
    let program = case.program_path("transfer");
    let text = format!(
        "mount -t tmpfs -o size=2m tmpfs disk || exit 77\ncd disk\nT={}\n{script}\n",
        program.display()
    );
    case.file("script", text);
    let ended = case
        .peer("unshare", "util-linux")
        .args(["--user", "--map-root-user", "--mount", "sh", "script"])
        .run();
    if ended.status.code() == Some(77) || ended.stderr_text().starts_with("unshare:") {
        case.not_possible("a kernel that lets this user mount a file system in memory");
    }
    ended
}

fn on_a_full_disk_the_oldest_are_dropped(case: &mut Case) {
    let script = format!(
        "seq 1 40000 | sed 's/$/ {}/' | $T spool append sp --source a --segment 65536 | tail -n 1
         $T spool check sp | tail -n 2
         $T spool read sp | tail -n 1 | cut -d' ' -f1,2
         $T spool read sp | awk 'NR > 1 && $1 != last + 1 {{ print \"a gap before\", $1 }} {{ last = $1 }} END {{ print (NR > 5000 && NR < 25000) }}'
         $T spool info sp | grep '^dropped' | cut -d' ' -f2",
        "x".repeat(50)
    );
    let ended = on_a_small_disk(case, &script);
    case.expect_stdout(&ended, "40000\ndamaged \ntorn 0 bytes\n40000 40000\n1\ndisk\n");
}

fn on_a_full_disk_the_newest_are_refused_if_that_is_wished(case: &mut Case) {
    let script = format!(
        "seq 1 40000 | sed 's/$/ {}/' | $T spool append sp --source a --segment 65536 --full refuse > ../numbers
         echo $?
         said=$(tail -n 1 ../numbers)
         $T spool check sp | tail -n 2
         $T spool read sp | head -n $said | tail -n 1 | cut -d' ' -f1,2 | sed \"s/^$said $said$/all that was said/\"
         $T spool read sp | head -n 1 | cut -d' ' -f1,2
         $T spool ack sp 1-9000; echo one | $T spool append sp > /dev/null; echo $?",
        "x".repeat(50)
    );
    let ended = on_a_small_disk(case, &script);
    case.expect_stdout(&ended, "1\ndamaged \ntorn 0 bytes\nall that was said\n1 1\n0\n");
}

fn drawn_spools_are_as_full_as_the_reference(case: &mut Case) {
    case.seeded(12, |rng| {
        let mut script = String::new();
        for _ in 0..rng.u32(20..80) {
            script += &match rng.u32(0..10) {
                0..6 => format!("append {}\n", word(rng, 900)),
                6 => "sync\n".to_owned(),
                7 => {
                    let first = rng.u64(1..40);
                    format!("sync\nack {first}-{}\n", first + rng.u64(0..5))
                }
                8 => "files\n".to_owned(),
                _ => "sync\nreopen\nbook\n".to_owned(),
            };
        }
        let full = ["drop", "refuse"][rng.usize(0..2)];
        drawn(
            &[
                "spool",
                "sp",
                "--most",
                "5000",
                "--segment",
                "1500",
                "--full",
                full,
            ],
            script + "sync\nread\nbook\nfiles\n",
        )
    });
}
