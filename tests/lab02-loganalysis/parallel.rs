//! Stage 6: the same report from all cores.

use std::fs::File;
use std::io::Write;
use std::time::Duration;

use support::{Case, Ended, Exchange, Stage, stage};

use crate::log::{drawn, get, json, spoiled};

pub(crate) const STAGE: Stage = stage!("parallel":
    any_number_of_threads_gives_the_same_report,
    the_threads_that_were_asked_for_all_work,
    without_a_number_every_processor_works,
    malformed_lines_keep_their_numbers_in_the_whole_log,
    a_cut_may_fall_on_any_byte_of_a_line,
    a_line_that_is_longer_than_any_part_is_read_once,
    a_part_that_is_done_early_is_followed_by_another,
    a_small_log_has_enough_of_one_thread,
    several_logs_are_still_one_report,
    the_filter_holds_for_every_thread,
    what_cannot_be_cut_is_read_in_order,
    memory_grows_with_threads_and_not_with_the_log,
    no_threads_at_all_is_wrong_usage;
    seeded: logs_add_up_on_all_cores_as_the_reference_says
);

fn report(case: &mut Case, threads: &str, args: &[&str]) -> Ended {
    let args: Vec<&str> = ["report", "--threads", threads]
        .iter()
        .chain(args)
        .copied()
        .collect();
    case.program("loganalysis").args(args).run()
}

/// Expects the report with every number of threads to be that of one.
fn expect_same(case: &mut Case, args: &[&str], threads: &[&str]) -> Ended {
    let one = report(case, "1", args);
    case.expect_status(&one, 0);
    for threads in threads {
        let many = report(case, threads, args);
        case.expect_stdout(&many, &one.stdout);
        case.expect_status(&many, 0);
    }
    one
}

fn any_number_of_threads_gives_the_same_report(case: &mut Case) {
    case.file("access.log", drawn(21, 20_000));
    let ended = expect_same(case, &["access.log"], &["2", "3", "4", "7", "16"]);
    let summary: String = ended
        .stdout_text()
        .lines()
        .take(9)
        .map(|line| format!("{line}\n"))
        .collect();
    case.snapshot_text(&ended, &summary);
    expect_same(case, &["--json", "access.log"], &["2", "5"]);
}

/// A log of some 40 MB: the work of some tenths of a second.
fn large(case: &mut Case) {
    let lines = drawn(22, 30_000);
    case.file("access.log", lines.repeat(7));
}

/// Expects `threads` threads of a report to do at least a quarter of a fair share of the work each, were it shared among `among`.
///
/// On a busy machine the threads are seen too seldom, or one of them is kept waiting: so one run of four has to show it.
fn expect_busy(case: &mut Case, args: &[&str], threads: usize, among: usize) {
    for left in (0..4).rev() {
        let args: Vec<&str> = ["report", "access.log"].iter().chain(args).copied().collect();
        let ended = case.program("loganalysis").args(args).observe_threads().run();
        case.expect_status(&ended, 0);
        let total: Duration = ended.threads.iter().sum();
        let busy = ended
            .threads
            .iter()
            .filter(|&&time| time * 4 * among as u32 >= total)
            .count();
        if busy >= threads {
            return;
        }
        case.expect(
            &ended,
            left > 0,
            &format!("{threads} threads do their share of the work (a quarter of a fair one at least)"),
            format!(
                "time on a processor, thread by thread, in the last of four runs: {:?}",
                ended.threads
            ),
        );
    }
}

fn the_threads_that_were_asked_for_all_work(case: &mut Case) {
    large(case);
    for threads in [2, 4] {
        expect_busy(case, &["--threads", &threads.to_string()], threads, threads);
    }
}

fn without_a_number_every_processor_works(case: &mut Case) {
    large(case);
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    // A machine with very many has them done before they are all seen.
    expect_busy(case, &[], processors.min(2), processors);
}

fn malformed_lines_keep_their_numbers_in_the_whole_log(case: &mut Case) {
    for first in [9_000, 3_000, 40] {
        let log: String = (0..10_000)
            .map(|n| match n >= first && (n - first) % 150 == 0 {
                true => format!("malformed {n}\n"),
                false => get(&format!("/{}", n % 10)),
            })
            .collect();
        case.file("access.log", log);
        for threads in ["1", "2", "5"] {
            let ended = report(case, threads, &["--json", "access.log"]);
            let shown: Vec<String> = json(&ended)["malformed_lines"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|line| format!("{} {}", line["line"], line["text"]))
                .collect();
            let expected: Vec<String> = (0..5)
                .map(|n| first + n * 150)
                .map(|n| format!("{} \"malformed {n}\"", n + 1))
                .collect();
            case.expect_same(
                &ended,
                "number and text of the malformed lines",
                &expected.join("\n"),
                &shown.join("\n"),
            );
        }
    }
}

fn a_cut_may_fall_on_any_byte_of_a_line(case: &mut Case) {
    // Logs that differ in length by a byte: whatever the rule by which the parts are cut, the cuts wander over the lines.
    let body: String = (0..4_000).map(|n| get(&format!("/{}", n % 7))).collect();
    for extra in 1..13 {
        case.file(
            "access.log",
            get(&"x".repeat(extra * 5)) + &body + &"\n".repeat(extra % 3),
        );
        expect_same(case, &["access.log"], &["2", "3"]);
    }
}

fn a_line_that_is_longer_than_any_part_is_read_once(case: &mut Case) {
    let path = case.file("access.log", get("/before").repeat(500));
    let mut file = File::options().append(true).open(&path).expect("the log");
    let length = file.metadata().expect("the log").len();
    file.set_len(length + (200 << 20)).expect("a hole");
    file.write_all(("\n".to_owned() + &get("/behind").repeat(500)).as_bytes())
        .expect("lines");
    let ended = report(case, "4", &["--json", "access.log"]);
    let seen = json(&ended);
    let seen = [&seen["lines"], &seen["malformed"], &seen["requests"]]
        .map(ToString::to_string)
        .join(" ");
    case.expect(
        &ended,
        seen == "1001 1 1000",
        "1001 lines, 1 of them damaged, 1000 requests",
        seen,
    );
    // Each of the parts that lie in the hole may look at its own bytes, and one at all of them.
    let read = ended.bytes_read.unwrap_or(0);
    case.expect(
        &ended,
        read < 3 * (200 << 20),
        "no part reads the others' bytes",
        format!("{read} bytes were read"),
    );
}

fn a_part_that_is_done_early_is_followed_by_another(case: &mut Case) {
    // The first half is one line of nothing, read in no time; the work lies in the second half.
    let path = case.file("access.log", get("/before"));
    let mut file = File::options().append(true).open(&path).expect("the log");
    let lines = drawn(25, 30_000).repeat(8);
    file.set_len(lines.len() as u64).expect("a hole");
    file.write_all(b"\n")
        .and_then(|()| file.write_all(&lines))
        .expect("lines");
    // The first to read a hole has its pages made, which would pass for work.
    std::io::copy(&mut File::open(&path).expect("the log"), &mut std::io::sink()).expect("the log");
    expect_busy(
        case,
        &["--threads", "2", "--path", "(?:[a-z0-9/]*[0-9]){3}[a-z./]*$"],
        2,
        2,
    );
}

fn a_small_log_has_enough_of_one_thread(case: &mut Case) {
    for log in [
        "".to_owned(),
        "\n".to_owned(),
        get("/"),
        get("/").trim_end().to_owned(),
        get("/") + "x",
        "x".to_owned(),
    ] {
        case.file("access.log", log);
        expect_same(case, &["access.log"], &["2", "9", "1000000"]);
    }
}

fn several_logs_are_still_one_report(case: &mut Case) {
    case.file("a.log", [drawn(1, 3_000), b"bad a\n".to_vec()].concat());
    case.file("b.log", "bad b\n");
    case.file("c.log", drawn(2, 3_000));
    expect_same(case, &["a.log", "b.log", "c.log"], &["2", "5"]);
}

fn the_filter_holds_for_every_thread(case: &mut Case) {
    case.file("access.log", drawn(23, 10_000));
    expect_same(
        case,
        &[
            "--status",
            "4xx",
            "--path",
            "^/static",
            "--from",
            "2026-11-23T00:01:00Z",
            "access.log",
        ],
        &["2", "5"],
    );
}

fn what_cannot_be_cut_is_read_in_order(case: &mut Case) {
    let log = drawn(24, 2_000);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let packed = encoder
        .write_all(&log)
        .and_then(|()| encoder.finish())
        .expect("memory takes everything");
    case.file("access.log.gz", packed);
    case.file("access.log", &log);
    let plain = report(case, "3", &["--json", "access.log"]);
    let packed = report(case, "3", &["--json", "access.log.gz"]);
    let named = plain.stdout_text().replace("access.log", "access.log.gz");
    case.expect_stdout(&packed, named);
    let piped = case
        .program("loganalysis")
        .args(["report", "--threads", "3", "--json", "-"])
        .stdin(log)
        .run();
    let named = plain.stdout_text().replace("access.log", "standard input");
    case.expect_stdout(&piped, named);
}

fn memory_grows_with_threads_and_not_with_the_log(case: &mut Case) {
    large(case);
    let ended = report(case, "2", &["access.log"]);
    case.expect_status(&ended, 0);
    let most = 24 << 10;
    case.expect(
        &ended,
        ended.peak_anonymous_kib < most,
        &format!("at most {most} KiB of anonymous memory for a log of 40 MB"),
        format!("{} KiB", ended.peak_anonymous_kib),
    );
}

fn no_threads_at_all_is_wrong_usage(case: &mut Case) {
    case.file("access.log", get("/"));
    for threads in ["0", "-1", "many"] {
        let ended = report(case, threads, &["access.log"]);
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, "--threads");
    }
}

fn logs_add_up_on_all_cores_as_the_reference_says(case: &mut Case) {
    case.seeded(4, |rng| {
        let log = spoiled(rng, 1_500);
        let threads = rng.u32(2..6).to_string();
        Exchange::of("loganalysis")
            .args(["report", "--top", "1", "--threads", &threads, "access.log"])
            .file("access.log", log)
    });
}
