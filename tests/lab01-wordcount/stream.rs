//! Stage 4: the same answers in bounded memory. The stage's memory limit is 64 MiB.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use support::{Case, Exchange, Rng, Stage, stage};

use crate::texts;

pub(crate) const STAGE: Stage = stage!("stream":
    a_line_of_200_megabytes_is_counted,
    a_pipe_of_100_megabytes_is_counted,
    a_file_larger_than_the_memory_is_counted,
    an_input_without_end_is_read_without_filling_memory,
    zeros_without_end_are_read_without_filling_memory,
    a_character_cut_by_a_read_is_one_character,
    a_word_cut_by_a_read_is_one_word,
    what_a_read_cuts_out_of_order_is_still_no_character,
    a_character_cut_by_the_end_is_none,
    a_ranking_needs_memory_for_its_words_only,
    a_word_longer_than_a_read_is_ranked_whole,
    words_are_ranked_whole_wherever_a_read_ends;
    seeded: drawn_texts_through_a_pipe_are_counted_and_ranked_like_the_reference_does
    ; slow: a_gigabyte_is_counted
);

/// The largest input that is written at once.
const PIECE: usize = 1 << 16;

/// The exit status that a shell gives to a program that SIGKILL ended.
const KILLED: i32 = 128 + 9;

/// Writes `times` copies of `piece`.
fn copies(
    piece: Vec<u8>,
    times: usize,
) -> impl FnOnce(&mut dyn Write) -> std::io::Result<()> + Send + 'static {
    move |pipe| (0..times).try_for_each(|_| pipe.write_all(&piece))
}

fn a_line_of_200_megabytes_is_counted(case: &mut Case) {
    let piece = "the quick brown fox  ".repeat(2_500).into_bytes();
    let times = 200_000_000 / piece.len();
    let ended = case
        .program("wordcount")
        .args(["count"])
        .stdin_stream(copies(piece, times))
        .run();
    case.snapshot(&ended);
}

fn a_pipe_of_100_megabytes_is_counted(case: &mut Case) {
    let piece = texts::repeated(&case.fixture_bytes("two-cities.txt"), PIECE);
    let times = 100_000_000 / piece.len();
    let ended = case
        .program("wordcount")
        .args(["count", "-lwm"])
        .stdin_stream(copies(piece, times))
        .run();
    case.snapshot(&ended);
}

fn a_file_larger_than_the_memory_is_counted(case: &mut Case) {
    let text = texts::repeated(&case.fixture_bytes("two-cities.txt"), 80 << 20);
    case.file("large", text);
    let ended = case.program("wordcount").args(["count", "-lc", "large"]).run();
    case.snapshot(&ended);
}

fn an_input_without_end_is_read_without_filling_memory(case: &mut Case) {
    let taken = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&taken);
    let endless = move |pipe: &mut dyn Write| {
        let piece = vec![b'x'; PIECE];
        loop {
            pipe.write_all(&piece)?;
            counter.fetch_add(piece.len() as u64, Ordering::Relaxed);
        }
    };
    let running = case
        .program("wordcount")
        .args(["count", "-c"])
        .stdin_stream(endless)
        .spawn();
    let pid = running.pid();
    case.wait_until("it has read 150 MB or ended", || {
        taken.load(Ordering::Relaxed) > 150_000_000 || bytes_read(pid).is_none()
    });
    let ended = running.kill();
    case.expect(&ended, ended.code() == KILLED, "it still reads", ended.status);
}

fn zeros_without_end_are_read_without_filling_memory(case: &mut Case) {
    let running = case.program("wordcount").args(["count", "/dev/zero"]).spawn();
    let pid = running.pid();
    case.wait_until("it has read 100 MB or ended", || {
        bytes_read(pid).is_none_or(|bytes| bytes > 100_000_000)
    });
    let ended = running.kill();
    case.expect(&ended, ended.code() == KILLED, "it still reads", ended.status);
}

/// Reads how many bytes a process has read so far; nothing once it has ended.
///
/// Source: proc_pid_io(5).
fn bytes_read(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, state) = stat.rsplit_once(") ")?;
    if state.starts_with('Z') {
        return None;
    }
    let io = std::fs::read_to_string(format!("/proc/{pid}/io")).ok()?;
    io.lines()
        .find_map(|line| line.strip_prefix("rchar: ")?.parse().ok())
}

fn a_character_cut_by_a_read_is_one_character(case: &mut Case) {
    // 14 and 11 bytes: whatever the size of a read is, sooner or later it ends inside each of these. The last two are
    // characters of five and six bytes, which `class::first` knows.
    for characters in [
        "é中😀ñ€".as_bytes(),
        b"\xF8\x88\x80\x80\x80\xFC\x84\x80\x80\x80\x80",
    ] {
        let ended = case
            .program("wordcount")
            .args(["count", "-wm"])
            .stdin_stream(copies(texts::repeated(characters, PIECE), 40))
            .run();
        case.snapshot(&ended);
    }
}

fn a_word_cut_by_a_read_is_one_word(case: &mut Case) {
    let piece = texts::repeated(b"incomprehensibilities ", PIECE);
    let ended = case
        .program("wordcount")
        .args(["count", "-w"])
        .stdin_stream(copies(piece, 40))
        .run();
    case.snapshot(&ended);
    let ended = case
        .program("wordcount")
        .args(["count", "-w"])
        .stdin_stream(copies(vec![b'x'; PIECE], 40))
        .run();
    case.snapshot(&ended);
}

fn what_a_read_cuts_out_of_order_is_still_no_character(case: &mut Case) {
    let piece = texts::repeated(b"\xE2\x82\xF0\x9F\x98 \xC3\xE2\x82\xAC", PIECE);
    let ended = case
        .program("wordcount")
        .args(["count", "-wmc"])
        .stdin_stream(copies(piece, 20))
        .run();
    case.snapshot(&ended);
}

fn a_character_cut_by_the_end_is_none(case: &mut Case) {
    for text in [&b"\xC3"[..], b"a\xE2\x82", b"\xF0\x9F\x98"] {
        let ended = case
            .program("wordcount")
            .args(["count", "-wmc"])
            .stdin(text)
            .run();
        case.snapshot(&ended);
    }
}

fn a_ranking_needs_memory_for_its_words_only(case: &mut Case) {
    let words = ["electroencephalographically", "incomprehensibilities", "one"];
    // The first text is one long line, the second has lines of one word.
    for separator in [" ", "\n"] {
        let text = words.map(|word| word.to_owned() + &separator.repeat(8)).concat();
        let piece = texts::repeated(text.as_bytes(), PIECE);
        let times = 75_000_000 / piece.len();
        let ended = case
            .program("wordcount")
            .args(["freq", "--split", "whitespace"])
            .stdin_stream(copies(piece, times))
            .run();
        case.snapshot(&ended);
    }
}

fn a_word_longer_than_a_read_is_ranked_whole(case: &mut Case) {
    let long = "x".repeat(3_000_000);
    let text = format!("short {long} short {long}y short");
    let ended = case.program("wordcount").args(["freq"]).stdin(text).run();
    case.expect_stdout(&ended, format!("3\tshort\n1\t{long}\n1\t{long}y\n"));
    case.expect_status(&ended, 0);
}

fn words_are_ranked_whole_wherever_a_read_ends(case: &mut Case) {
    let piece = texts::repeated("naïve don't 3.14 Été\r\n中文 Ünal ".as_bytes(), PIECE);
    for split in ["unicode", "whitespace"] {
        let run = case.program("wordcount").args(["freq", "-i", "--split", split]);
        let ended = run.stdin_stream(copies(piece.clone(), 8)).run();
        case.snapshot(&ended);
    }
    // By UAX #29 a sign that follows a space belongs to it, so that a space is no seam there.
    let piece = texts::repeated("one \u{93E}b\n".as_bytes(), PIECE);
    let run = case.program("wordcount").args(["freq"]);
    let ended = run.stdin_stream(copies(piece, 20)).run();
    case.snapshot(&ended);
}

fn drawn_texts_through_a_pipe_are_counted_and_ranked_like_the_reference_does(case: &mut Case) {
    case.seeded(4, |rng: &mut Rng| {
        let pieces = rng.usize(100_000..200_000);
        let text = texts::plain(rng, pieces);
        match rng.u8(..3) {
            0 => Exchange::of("wordcount").args(["freq"]),
            1 => Exchange::of("wordcount").args(["freq", "--split", "whitespace"]),
            _ => Exchange::of("wordcount").args(["count", "-lwmc"]),
        }
        .stdin(text)
    });
}

fn a_gigabyte_is_counted(case: &mut Case) {
    let piece = texts::repeated(&case.fixture_bytes("alice.txt"), PIECE);
    let times = 1_000_000_000 / piece.len();
    let ended = case
        .program("wordcount")
        .args(["count"])
        .stdin_stream(copies(piece, times))
        .run();
    case.snapshot(&ended);
}
