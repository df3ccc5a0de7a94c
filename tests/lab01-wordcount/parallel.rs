//! Stage 5: the same answers on all cores. The stage's memory limit is 64 MiB, as in stage 4.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use support::{Case, Ended, Exchange, Program, Rng, Stage, stage};

use crate::count::program;
use crate::texts;

pub(crate) const STAGE: Stage = stage!("parallel":
    counting_keeps_two_threads_busy_at_the_same_time,
    ranking_keeps_two_threads_busy_at_the_same_time,
    one_thread_leaves_the_other_cores_alone,
    any_number_of_threads_counts_the_same,
    any_number_of_threads_ranks_the_same,
    words_and_characters_at_the_cuts_are_whole,
    a_file_without_a_place_to_cut_is_counted_too,
    more_threads_than_words_do_no_harm,
    a_file_larger_than_the_memory_is_counted_and_ranked,
    standard_input_is_read_from_where_it_stands_to_its_end,
    files_standard_input_and_errors_stay_in_order;
    seeded: drawn_files_are_counted_and_ranked_like_the_reference_does
);

fn counting_keeps_two_threads_busy_at_the_same_time(case: &mut Case) {
    let text = texts::repeated(&case.fixture_bytes("article-1.txt"), 56 << 20);
    case.file("large", text);
    expect_two_busy(case, &["count", "-lwm", "--threads", "2", "large"]);
}

fn ranking_keeps_two_threads_busy_at_the_same_time(case: &mut Case) {
    // All in one line: a place to cut is not only behind a newline.
    let line = case.fixture_bytes("article-1.txt").into_iter();
    let line: Vec<u8> = line.map(|byte| if byte == b'\n' { b' ' } else { byte }).collect();
    case.file("large", texts::repeated(&line, 24 << 20));
    expect_two_busy(case, &["freq", "-n", "2", "--threads", "2", "large"]);
}

fn one_thread_leaves_the_other_cores_alone(case: &mut Case) {
    let text = texts::repeated(&case.fixture_bytes("article-1.txt"), 8 << 20);
    case.file("large", text);
    for args in [["count", "-lwm"], ["freq", "-n2"]] {
        let program = case
            .program("wordcount")
            .args(args)
            .args(["--threads", "1", "large"]);
        let (ended, most) = most_busy(program, usize::MAX);
        case.snapshot(&ended);
        let what = "one thread is busy at a time";
        case.expect(
            &ended,
            most <= 1,
            what,
            format_args!("{most} threads were busy at the same time"),
        );
    }
}

/// Expects two threads of the program to be busy at the same time. Threads that are started and waited for one after the
/// other are not. On a busy machine one of two may be kept waiting all the time: one run of four has to show it.
fn expect_two_busy(case: &mut Case, args: &[&str]) {
    for left in (0..4).rev() {
        let (ended, most) = most_busy(case.program("wordcount").args(args), 2);
        if most >= 2 || left == 0 {
            case.snapshot(&ended);
        }
        if most >= 2 {
            return;
        }
        let what = "two threads are busy at the same time";
        case.expect(
            &ended,
            left > 0,
            what,
            format_args!("at most {most} thread was busy at a time, in each of four runs"),
        );
    }
}

/// Runs `program` and counts the threads that made headway during one and the same moment, all of which were there at its
/// beginning and at its end: the most in any moment until `enough` were seen.
fn most_busy(program: Program, enough: usize) -> (Ended, usize) {
    const MOMENT: Duration = Duration::from_millis(8);
    const HEADWAY: Duration = Duration::from_millis(1);
    let running = program.spawn();
    let mut most = 0;
    let mut before = (Instant::now(), on_processor(running.pid()));
    while !before.1.is_empty() && most < enough {
        std::thread::sleep(Duration::from_millis(1));
        if before.0.elapsed() < MOMENT {
            continue;
        }
        let now = on_processor(running.pid());
        let made_headway = |(thread, time): &(&u32, &Duration)| {
            before
                .1
                .get(*thread)
                .is_some_and(|earlier| **time >= *earlier + HEADWAY)
        };
        most = most.max(now.iter().filter(made_headway).count());
        before = (Instant::now(), now);
    }
    (running.wait(), most)
}

/// Reads how long each thread of a process has been on a processor; nothing once it has ended.
///
/// Source: Linux, Documentation/scheduler/sched-stats.rst, /proc/PID/schedstat.
fn on_processor(pid: u32) -> BTreeMap<u32, Duration> {
    let ended = |stat: String| {
        stat.rsplit_once(") ")
            .is_none_or(|(_, state)| state.starts_with('Z'))
    };
    if fs::read_to_string(format!("/proc/{pid}/stat")).map_or(true, ended) {
        return BTreeMap::new();
    }
    let tasks = fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten();
    tasks
        .filter_map(|task| {
            let times = fs::read_to_string(task.path().join("schedstat")).ok()?;
            let nanoseconds = times.split(' ').next()?.parse().ok()?;
            Some((
                task.file_name().to_str()?.parse().ok()?,
                Duration::from_nanos(nanoseconds),
            ))
        })
        .collect()
}

fn any_number_of_threads_counts_the_same(case: &mut Case) {
    let text = texts::repeated(&case.fixture_bytes("article-1.txt"), 1_500_000);
    case.file("text", text);
    expect_the_same(case, &["count", "-lwmc", "text"]);
}

fn any_number_of_threads_ranks_the_same(case: &mut Case) {
    let text = texts::repeated(&case.fixture_bytes("alice.txt"), 1_000_000);
    case.file("text", text);
    expect_the_same(case, &["freq", "-i", "text"]);
}

/// Expects one thread to print what the snapshot says, and more of them the same.
fn expect_the_same(case: &mut Case, args: &[&str]) {
    let run = |case: &Case, threads| {
        case.program("wordcount")
            .args(args)
            .args(["--threads", threads])
            .run()
    };
    let alone = run(case, "1");
    case.snapshot(&alone);
    for threads in ["2", "3", "4", "7", "16"] {
        let together = run(case, threads);
        case.expect_stdout(&together, &alone.stdout);
    }
}

fn words_and_characters_at_the_cuts_are_whole(case: &mut Case) {
    // Every cut in the middle of the file falls into a long word of characters of two bytes.
    let text = format!("{} a\n", "é".repeat(20_000)).repeat(10);
    case.file("text", text);
    for threads in ["2", "3", "5", "8"] {
        let count = case
            .program("wordcount")
            .args(["count", "-lwmc", "--threads", threads, "text"])
            .run();
        case.expect_stdout(&count, "    10     20 200030 400030 text\n");
        let freq = case
            .program("wordcount")
            .args(["freq", "--threads", threads, "text"])
            .run();
        case.expect_stdout(&freq, format!("10\ta\n10\t{}\n", "é".repeat(20_000)));
    }
}

fn a_file_without_a_place_to_cut_is_counted_too(case: &mut Case) {
    case.file("letters", "x".repeat(3_000_000));
    case.file("characters", "中".repeat(200_000));
    let args = ["count", "-lwmc", "--threads", "4", "letters", "characters"];
    let ended = case.program("wordcount").args(args).run();
    case.snapshot(&ended);
}

fn more_threads_than_words_do_no_harm(case: &mut Case) {
    case.file("three", "one two three");
    case.file("empty", "");
    let ended = case
        .program("wordcount")
        .args(["count", "--threads", "64", "three", "empty"])
        .run();
    case.snapshot(&ended);
    let ended = case
        .program("wordcount")
        .args(["freq", "--threads", "64", "three", "empty"])
        .run();
    case.snapshot(&ended);
}

fn a_file_larger_than_the_memory_is_counted_and_ranked(case: &mut Case) {
    let text = texts::repeated(&case.fixture_bytes("two-cities.txt"), 80 << 20);
    case.file("large", text);
    for args in [
        &["count", "-lc"][..],
        &["freq", "--split", "whitespace", "-n", "3"],
    ] {
        let run = case.program("wordcount").args(args);
        let ended = run.args(["--threads", "2", "large"]).run();
        case.snapshot(&ended);
    }
}

fn standard_input_is_read_from_where_it_stands_to_its_end(case: &mut Case) {
    case.file("text", format!("read before\n{}", "left over\n".repeat(20_000)));
    // The shell's read takes one line, the first program all the others, and nothing is left for the second.
    for command in ["count -lwmc --threads 2 - -", "freq --threads 2 - -"] {
        let script = format!("read -r line; \"$0\" {command}; exec \"$0\" count -l");
        let run = case.peer("sh", "dash").args(["-c", &script]).args([program()]);
        let ended = run.stdin_file("text").run();
        case.snapshot(&ended);
    }
}

fn files_standard_input_and_errors_stay_in_order(case: &mut Case) {
    let text = texts::repeated(&case.fixture_bytes("two-cities.txt"), 600_000);
    case.file("first", &text);
    case.file("last", &text[..text.len() / 2]);
    let args = ["count", "--threads", "3", "first", "missing", "-", "last"];
    let ended = case.program("wordcount").args(args).stdin("from a pipe\n").run();
    case.snapshot(&ended);
    case.expect_stderr_names(&ended, "missing");
    let ended = case
        .program("wordcount")
        .args(["count", "--threads", "3"])
        .stdin_file("first")
        .run();
    case.snapshot(&ended);
}

fn drawn_files_are_counted_and_ranked_like_the_reference_does(case: &mut Case) {
    case.seeded(4, |rng: &mut Rng| {
        let size = rng.usize(200_000..900_000);
        let text = if rng.bool() {
            texts::words(rng, size)
        } else {
            texts::plain(rng, size / 3)
        };
        let exchange = match rng.u8(..3) {
            0 => Exchange::of("wordcount").args(["freq"]),
            1 => Exchange::of("wordcount").args(["freq", "--split", "whitespace"]),
            _ => Exchange::of("wordcount").args(["count", "-lwmc"]),
        };
        let threads = rng.usize(2..9).to_string();
        exchange
            .args(["--threads".to_owned(), threads, "text".to_owned()])
            .file("text", text)
    });
}
