//! Stage 1: a queue on disk.

use std::fs;

use support::{Case, Stage, stage};

use crate::harness::{append, bytes, check, crc, drawn, drill, segments, traced, transfer, word};

pub(crate) const STAGE: Stage = stage!("spool":
    records_come_back_with_their_numbers,
    what_is_acknowledged_is_not_read_again,
    numbers_go_on_in_the_next_life,
    only_what_is_durable_is_read,
    nothing_can_be_acknowledged_before_it_is_there,
    a_record_lies_in_its_file_as_the_chapter_says,
    a_line_is_a_record_whatever_is_in_it,
    a_record_has_1_mib_and_not_one_byte_more,
    files_have_their_size_and_go_when_all_in_them_is_acknowledged,
    a_spool_has_one_process_at_a_time,
    what_was_said_to_be_durable_is_there_after_a_kill,
    a_number_is_said_behind_a_sync;
    seeded: drawn_lives_are_those_of_the_reference
);

fn records_come_back_with_their_numbers(case: &mut Case) {
    let ended = append(case, "sp", "first\nsecond\n\nlast");
    case.expect_stdout(&ended, "1\n2\n3\n4\n");
    case.expect_status(&ended, 0);
    check(case, &["spool", "read", "sp"], "1 first\n2 second\n3 \n4 last\n");
}

fn what_is_acknowledged_is_not_read_again(case: &mut Case) {
    append(case, "sp", "a\nb\nc\nd\ne\n");
    check(case, &["spool", "ack", "sp", "1-2,4"], "");
    check(case, &["spool", "read", "sp"], "3 c\n5 e\n");
    check(case, &["spool", "ack", "sp", "5"], "");
    check(case, &["spool", "read", "sp"], "3 c\n");
}

fn numbers_go_on_in_the_next_life(case: &mut Case) {
    append(case, "sp", "a\nb\n");
    check(case, &["spool", "ack", "sp", "1-2"], "");
    let ended = append(case, "sp", "c\n");
    case.expect_stdout(&ended, "3\n");
    check(case, &["spool", "read", "sp"], "3 c\n");
    // As long as its only file may be: that is gone when all in it is acknowledged.
    drill(
        case,
        &["spool", "other", "--most", "4096", "--segment", "25"],
        "append aaaaa => 1
         sync => durable 1
         ack 1 => noted
         files => files none
         reopen => closed
         append b => 2
         kill => killed
         append c => 2",
    );
}

fn only_what_is_durable_is_read(case: &mut Case) {
    drill(
        case,
        &["spool", "sp"],
        "append a => 1
         append b => 2
         read => -
         sync => durable 2
         append c => 3
         read => 1 a|2 b|-
         sync => durable 3
         read => 1 a|2 b|3 c|-
         sync => durable 3
         append d => 4
         kill => killed
         read => 1 a|2 b|3 c|-",
    );
}

fn nothing_can_be_acknowledged_before_it_is_there(case: &mut Case) {
    drill(
        case,
        &["spool", "sp"],
        "append a => 1
         sync => durable 1
         append b => 2
         ack 1-99 => noted
         book => next 3 acknowledged 1 waiting none
         sync => durable 2
         append c => 3
         sync => durable 3
         read => 2 b|3 c|-
         book => next 4 acknowledged 1 waiting 2-3",
    );
}

fn a_record_lies_in_its_file_as_the_chapter_says(case: &mut Case) {
    let ended = append(case, "sp", "hello\nworld!\n");
    let source = fs::read_to_string(case.dir().join("sp/source")).unwrap_or_default();
    let json = source.split_once('\n').map_or("", |parts| parts.1);
    let source: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    let epoch = source["epoch"].as_u64().unwrap_or_default();
    let mut expected = Vec::new();
    for (sequence, body) in [(1_u64, &b"hello"[..]), (2, b"world!")] {
        let mut head = u32::try_from(body.len())
            .unwrap_or_default()
            .to_le_bytes()
            .to_vec();
        head.extend(sequence.to_le_bytes());
        let mut summed = Vec::new();
        for number in [epoch, 1, expected.len() as u64] {
            summed.extend(number.to_le_bytes());
        }
        summed.extend(&head);
        expected.extend(&head);
        expected.extend(crc(&summed).to_le_bytes());
        expected.extend(crc(body).to_le_bytes());
        expected.extend(body);
    }
    let files = segments(case, "sp");
    let found = files
        .first()
        .and_then(|path| fs::read(path).ok())
        .unwrap_or_default();
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x} ")).collect() };
    case.expect_same(
        &ended,
        "the bytes of the first file",
        &hex(&expected),
        &hex(&found),
    );
}

fn a_line_is_a_record_whatever_is_in_it(case: &mut Case) {
    let long = "x".repeat(300_000);
    let ended = append(case, "sp", &format!("\u{7f}\0\r\n{long}\n é\n"));
    case.expect_stdout(&ended, "1\n2\n3\n");
    check(
        case,
        &["spool", "read", "sp"],
        &format!("1 \u{7f}\0\r\n2 {long}\n3  é\n"),
    );
}

fn a_record_has_1_mib_and_not_one_byte_more(case: &mut Case) {
    let longest = "x".repeat(1 << 20);
    let ended = append(case, "sp", &format!("{longest}\n{longest}x\nlast\n"));
    // What was before it is kept, and said.
    case.expect_stdout(&ended, "1\n");
    case.expect_status(&ended, 1);
    let said = ended.stderr_text();
    case.expect(
        &ended,
        said.contains("1048577") && said.contains("1048576"),
        "a message that says how long the record is, and how long one may be: 1048577 and 1048576 bytes",
        &said,
    );
    let ended = append(case, "sp", "more\n");
    case.expect_stdout(&ended, "2\n");
    check(case, &["spool", "read", "sp"], &format!("1 {longest}\n2 more\n"));
}

fn a_number_is_said_behind_a_sync(case: &mut Case) {
    let program = traced(case, &["spool", "append", "sp", "--source", "a"]);
    let ended = program.stdin("hello\n").run();
    case.expect_stdout(&ended, "1\n");
    let trace = fs::read_to_string(case.dir().join("trace")).unwrap_or_default();
    let mut lines = trace.lines();
    let is_of = |line: &str, calls: &[&str]| {
        line.contains(".seg>") && calls.iter().any(|call| line.contains(&format!("{call}(")))
    };
    let written = lines.any(|line| is_of(line, &["write", "writev", "pwrite64", "pwritev"]));
    let mut behind = lines.take_while(|line| !line.contains("write(1<"));
    let synced = behind.any(|line| is_of(line, &["fdatasync", "fsync"]));
    case.expect(
        &ended,
        written && synced,
        "the record written to its file, that file synced, and then its number, by strace",
        &trace,
    );
}

fn files_have_their_size_and_go_when_all_in_them_is_acknowledged(case: &mut Case) {
    // 20 bytes before each body.
    drill(
        case,
        &["spool", "sp", "--segment", "50", "--most", "4096"],
        "append aaaaa => 1
         append bbbbb => 2
         append c => 3
         append dddddddddddddddddddddddddddddddddddddddddddddddddd => 4
         append e => 5
         sync => durable 5
         files => files 50 21 70 21
         read => 1 aaaaa|2 bbbbb|3 c|4 dddddddddddddddddddddddddddddddddddddddddddddddddd|5 e|-
         ack 2-3 => noted
         files => files 50 21 70 21
         ack 1 => noted
         files => files 70 21
         ack 4-5 => noted
         files => files 21
         append f => 6
         sync => durable 6
         read => 6 f|-",
    );
    // Also after opening a file is closed when one record more would be too much.
    drill(
        case,
        &["spool", "reopened", "--segment", "50", "--most", "4096"],
        "append aaaaa => 1
         sync => durable 1
         reopen => closed
         append bbbbbbbbbb => 2
         sync => durable 2
         files => files 25 30
         kill => killed
         append c => 3
         sync => durable 3
         files => files 25 30 21
         reopen => closed
         append d => 4
         sync => durable 4
         files => files 25 30 42
         read => 1 aaaaa|2 bbbbbbbbbb|3 c|4 d|-",
    );
}

fn a_spool_has_one_process_at_a_time(case: &mut Case) {
    let mut running = case
        .program("transfer")
        .args(["spool", "append", "sp", "--source", "a"])
        .stdin_piped()
        .spawn();
    running.write(b"a\n");
    running.wait_for_lines(1);
    let ended = transfer(case, &["spool", "read", "sp"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "sp");
    running.kill();
    check(case, &["spool", "read", "sp"], "1 a\n");
}

fn what_was_said_to_be_durable_is_there_after_a_kill(case: &mut Case) {
    let mut all = 0;
    for round in 0..5 {
        let mut running = case
            .program("transfer")
            .args(["spool", "append", "sp", "--source", "a", "--segment", "3000"])
            .stdin_piped()
            .spawn();
        let lines: String = (0..400).map(|line| format!("{round} {line}\n")).collect();
        running.write(lines.as_bytes());
        running.wait_for_lines(case.rng(round).usize(1..300));
        let ended = running.kill();
        let numbers: Vec<u64> = ended
            .stdout_text()
            .lines()
            .map_while(|line| line.parse().ok())
            .collect();
        let read = transfer(case, &["spool", "read", "sp"]);
        let text = read.stdout_text();
        for (line, number) in numbers.iter().enumerate() {
            let record = format!("{number} {round} {line}");
            let there = text.lines().any(|read| read == record);
            case.expect(&read, there, &format!("the record {record:?}"), "it is not there");
        }
        all += numbers.len();
        let count = text.lines().count();
        case.expect(&read, count >= all, &format!("{all} records or more"), count);
    }
    let files = segments(case, "sp");
    let read = transfer(case, &["spool", "check", "sp"]);
    case.expect(
        &read,
        files.len() > 1 && bytes(&files) > 3000,
        "several files",
        files.len(),
    );
}

fn drawn_lives_are_those_of_the_reference(case: &mut Case) {
    case.seeded(12, |rng| {
        let mut script = String::new();
        for _ in 0..rng.u32(10..60) {
            script += &match rng.u32(0..9) {
                0..4 => format!("append {}\n", word(rng, 40)),
                4..6 => "sync\n".to_owned(),
                6 => {
                    let first = rng.u64(1..20);
                    format!("ack {first}-{}\n", first + rng.u64(0..5))
                }
                7 => "read\n".to_owned(),
                _ => ["reopen\n", "kill\n", "files\n", "book\n"][rng.usize(0..4)].to_owned(),
            };
        }
        drawn(
            &["spool", "sp", "--segment", "100"],
            script + "sync\nread\nbook\nfiles\n",
        )
    });
}
