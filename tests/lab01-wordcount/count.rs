//! Stage 1: `wordcount count` prints what GNU wc prints.

use std::path::{Path, PathBuf};

use support::{Case, Exchange, Rng, Stage, stage};

use crate::texts;

pub(crate) const STAGE: Stage = stage!("count":
    one_file_has_its_lines_words_and_bytes_and_its_name,
    each_flag_shows_its_column_and_the_order_is_always_the_same,
    columns_are_as_wide_as_the_sum_of_all_sizes,
    a_folder_makes_columns_seven_wide_and_no_wider,
    standard_input_from_a_pipe_makes_columns_seven_wide,
    a_hyphen_is_standard_input,
    an_empty_file_holds_nothing_and_a_line_needs_its_newline,
    a_missing_file_is_named_and_the_rest_is_still_counted,
    a_folder_is_named_and_gets_a_row_of_zeros,
    characters_are_not_bytes,
    bytes_that_are_no_utf8_are_no_characters,
    what_is_neither_white_nor_printable_begins_no_word_and_ends_none,
    spaces_of_other_scripts_separate_words_too,
    a_rare_byte_in_a_long_plain_text_is_not_overlooked,
    a_name_with_a_newline_is_quoted,
    standard_input_is_counted_from_where_it_stands,
    gnu_wc_agrees_on_real_texts,
    a_full_disk_is_a_failure,
    help_is_no_failure_and_a_wrong_flag_is_wrong_usage;
    seeded: drawn_texts_are_counted_like_the_reference_counts_them
);

/// Runs `wordcount count` with `args` and compares what it prints with the snapshot.
fn check(case: &mut Case, args: &[&str]) {
    let ended = case.program("wordcount").args(["count"]).args(args).run();
    case.snapshot(&ended);
    case.expect_quiet(&ended);
}

fn one_file_has_its_lines_words_and_bytes_and_its_name(case: &mut Case) {
    case.fixture("two-cities.txt");
    check(case, &["two-cities.txt"]);
}

fn each_flag_shows_its_column_and_the_order_is_always_the_same(case: &mut Case) {
    case.fixture("alice.txt");
    for flags in [
        &["-l"][..],
        &["-w"],
        &["-m"],
        &["-c"],
        &["-c", "-m", "-w", "-l"],
        &["-wl"],
        &["-cm"],
    ] {
        let args: Vec<&str> = flags.iter().copied().chain(["alice.txt"]).collect();
        check(case, &args);
    }
}

fn columns_are_as_wide_as_the_sum_of_all_sizes(case: &mut Case) {
    case.file("one", "1\n");
    case.file("ninety-eight", "x".repeat(98));
    case.file("thousand", "word ".repeat(200));
    check(case, &["one", "ninety-eight"]);
    check(case, &["-l", "one", "thousand"]);
    check(case, &["one", "/dev/null"]);
    check(case, &["-w", "/dev/null"]);
}

fn a_folder_makes_columns_seven_wide_and_no_wider(case: &mut Case) {
    // One more byte, and the sum has eight digits: every file system has a size for a folder, and it must not count.
    case.file("large", "x".repeat(9_999_999));
    case.file("folder/inside", "");
    let ended = case
        .program("wordcount")
        .args(["count", "-lc", "large", "folder"])
        .run();
    case.snapshot(&ended);
}

fn standard_input_from_a_pipe_makes_columns_seven_wide(case: &mut Case) {
    for flags in [&[][..], &["-w"], &["-lm"]] {
        let ended = case
            .program("wordcount")
            .args(["count"])
            .args(flags)
            .stdin("to be or\nnot to be\n")
            .run();
        case.snapshot(&ended);
    }
    case.file("text", "to be or\nnot to be\n");
    let ended = case.program("wordcount").args(["count"]).stdin_file("text").run();
    case.snapshot(&ended);
}

fn a_hyphen_is_standard_input(case: &mut Case) {
    case.file("a", "one two\n");
    let ended = case
        .program("wordcount")
        .args(["count", "a", "-", "a", "-"])
        .stdin("three\nfour\n")
        .run();
    case.snapshot(&ended);
}

fn an_empty_file_holds_nothing_and_a_line_needs_its_newline(case: &mut Case) {
    case.file("empty", "");
    case.file("open", "no newline");
    case.file("newlines", "\n\n\n");
    check(case, &["empty"]);
    check(case, &["empty", "open", "newlines"]);
}

fn a_missing_file_is_named_and_the_rest_is_still_counted(case: &mut Case) {
    case.file("first", "one\n");
    case.file("last", "two words\n");
    let ended = case
        .program("wordcount")
        .args(["count", "first", "missing", "last"])
        .run();
    case.snapshot(&ended);
    case.expect_stderr_names(&ended, "missing");
    for args in [&["count", "-l", "missing"][..], &["count", "missing", "first"]] {
        let ended = case.program("wordcount").args(args).run();
        case.snapshot(&ended);
    }
}

fn a_folder_is_named_and_gets_a_row_of_zeros(case: &mut Case) {
    case.file("folder/inside", "");
    case.file("after", "still here\n");
    let ended = case.program("wordcount").args(["count", "folder", "after"]).run();
    case.snapshot(&ended);
    case.expect_stderr_names(&ended, "folder");
}

fn characters_are_not_bytes(case: &mut Case) {
    case.fixture("article-1.txt");
    check(case, &["-l", "-w", "-m", "-c", "article-1.txt"]);
    case.file("six", "é中😀\u{301}\n\0");
    check(case, &["-m", "six"]);
}

fn bytes_that_are_no_utf8_are_no_characters(case: &mut Case) {
    let texts: [&[u8]; 10] = [
        b"caf\xE9 au lait\n",             // Latin-1
        b"\xC3",                          // cut at the end of the file
        b"a\xE2\x82b \xE2\x82\n",         // cut in the middle
        b"\xC0\x80 \xE0\x80\x80",         // longer than needed
        b"\xE0\x9F\xBF \xF0\x8F\xBF\xBF", // the same, up to the last that is
        b"\xE0\xA0\x80 \xF0\x90\x80\x80", // not longer than needed: characters
        b"\xED\xA0\x80",                  // half of a pair of UTF-16
        b"\x80\xBF\x80",                  // what only continues
        b"\xFF\xFE \xFF",                 // bytes that UTF-8 never uses
        b"\xFF\xFF\xFFword\xFF word",     // beside words, within them
    ];
    let names = texts.map(|text| {
        let name = spelled(text);
        case.file(&name, text);
        name
    });
    let args: Vec<&str> = ["-wmc"]
        .into_iter()
        .chain(names.iter().map(String::as_str))
        .collect();
    check(case, &args);
}

/// Spells `text` as a URL would, so that the name of a file can say what is in it.
fn spelled(text: &[u8]) -> String {
    let spell = |&byte: &u8| match byte {
        b'!'..=b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.iter().map(spell).collect()
}

fn what_is_neither_white_nor_printable_begins_no_word_and_ends_none(case: &mut Case) {
    case.file("inside", "a\0b\x01c\x7Fd e\u{2028}f\n");
    case.file("alone", "\0 \x01\x02 \x7F \u{2028} \u{85}\n");
    case.file("escape", "\x1B[1mbold\x1B[0m \x1B \x1B[m\n");
    check(case, &["-wm", "inside", "alone", "escape"]);
}

fn spaces_of_other_scripts_separate_words_too(case: &mut Case) {
    case.file("wide", "中\u{3000}文\u{3000}\n");
    case.file("unbreakable", "100\u{A0}000\u{202F}km\u{2007}x\u{2060}y\n");
    case.file("thin", "a\u{2009}b\u{200A}c\u{1680}d\u{205F}e\n");
    case.file("none", "a\u{200B}b\u{FEFF}c\u{AD}d\n");
    case.file("ascii", "a\tb\rc\x0Bd\x0Ce f\n");
    check(case, &["-wm", "wide", "unbreakable", "thin", "none", "ascii"]);
}

fn a_rare_byte_in_a_long_plain_text_is_not_overlooked(case: &mut Case) {
    for rare in [0x00, 0x08, 0x0B, 0x0E, 0x1F, 0x7F, 0x80, 0xBE, 0xFF] {
        let mut text = "plain words ".repeat(100).into_bytes();
        text.splice(600..600, [rare, b' ', b'x', rare, b'y']);
        case.file(&format!("{rare:02X}"), text);
    }
    check(
        case,
        &["-wm", "00", "08", "0B", "0E", "1F", "7F", "80", "BE", "FF"],
    );
}

fn a_name_with_a_newline_is_quoted(case: &mut Case) {
    case.file("two\nlines", "x");
    case.file("it's\n\tmore", "x y");
    case.file("wide\u{3000}\nspace", "x");
    case.file("plain name", "x y z");
    check(
        case,
        &["two\nlines", "it's\n\tmore", "wide\u{3000}\nspace", "plain name"],
    );
}

fn standard_input_is_counted_from_where_it_stands(case: &mut Case) {
    case.file("text", format!("read before\n{}", "left over\n".repeat(1_000)));
    case.file("short", "read before\nleft over\n");
    // The shell's read takes one line and leaves the rest to the next program.
    for (file, flags) in [("text", "-c"), ("text", "-lwmc"), ("short", "-c")] {
        let script = format!("read -r line; exec \"$0\" count {flags}");
        let ended = case
            .peer("sh", "dash")
            .args(["-c", &script])
            .args([program()])
            .stdin_file(file)
            .run();
        case.snapshot(&ended);
    }
}

/// Where the student's program is, for a shell that runs it.
pub(crate) fn program() -> PathBuf {
    Path::new(&std::env::var_os("COURSE_BIN").unwrap_or_default()).join("wordcount")
}

fn gnu_wc_agrees_on_real_texts(case: &mut Case) {
    let names = ["two-cities.txt", "alice.txt", "article-1.txt"];
    for name in names {
        case.fixture(name);
    }
    let version = case.peer("wc", "coreutils").args(["--version"]).run();
    if !version.stdout_text().contains("GNU coreutils") {
        case.not_run("coreutils");
    }
    for flags in [&[][..], &["-l"], &["-w"], &["-c"], &["-m"], &["-lm"]] {
        let theirs = case.peer("wc", "coreutils").args(flags).args(names).run();
        let ours = case
            .program("wordcount")
            .args(["count"])
            .args(flags)
            .args(names)
            .run();
        case.expect_stdout(&ours, &theirs.stdout);
        case.expect_status(&ours, 0);
    }
}

fn a_full_disk_is_a_failure(case: &mut Case) {
    case.file("a", "one\n");
    let ended = case
        .program("wordcount")
        .args(["count", "a"])
        .stdout_to("/dev/full")
        .run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "space");
}

fn help_is_no_failure_and_a_wrong_flag_is_wrong_usage(case: &mut Case) {
    for args in [
        &["--help"][..],
        &["--version"],
        &["count", "--help"],
        &["freq", "--help"],
        &["range", "--help"],
    ] {
        let ended = case.program("wordcount").args(args).run();
        case.expect_status(&ended, 0);
        case.expect_quiet(&ended);
    }
    for args in [
        &["count", "--no-such-flag"][..],
        &["count", "--threads", "0"],
        &["freq", "--threads", "1000000000000"],
        &["no-such-command"],
        &[],
    ] {
        let ended = case.program("wordcount").args(args).run();
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
    }
}

fn drawn_texts_are_counted_like_the_reference_counts_them(case: &mut Case) {
    case.seeded(12, |rng: &mut Rng| {
        let mut exchange = Exchange::of("wordcount").args(["count"]);
        for flag in ["-l", "-w", "-m", "-c"] {
            if rng.bool() {
                exchange = exchange.args([flag]);
            }
        }
        for nth in 0..rng.usize(..4) {
            let (name, pieces) = (format!("file-{nth}"), rng.usize(..300));
            exchange = match rng.u8(..8) {
                0 => exchange.args([name]),
                1 => exchange.args(["-"]),
                _ => exchange.args([name.clone()]).file(&name, texts::any(rng, pieces)),
            };
        }
        let pieces = rng.usize(..300);
        exchange.stdin(texts::any(rng, pieces))
    });
}
