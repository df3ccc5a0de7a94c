//! Stage 5: a time found in a log that is not read.

use std::fs::{self, File};
use std::os::unix::fs::{FileExt, MetadataExt};

use support::{Case, Ended, Exchange, Rng, Stage, stage};

use crate::log::{DAY, at, get, line, spoiled};
use crate::synthetic;

pub(crate) const STAGE: Stage = stage!("index":
    the_log_is_printed_from_the_first_record_at_the_time,
    offset_says_only_where_it_is,
    every_time_is_found_in_a_log_with_long_and_damaged_lines,
    many_records_of_one_second_are_found_at_the_first_of_them,
    before_the_first_is_the_start_and_after_the_last_the_end,
    ten_gigabytes_are_searched_by_reading_kilobytes,
    a_log_without_holes_is_searched_by_reading_kilobytes,
    the_index_is_written_as_the_book_says,
    an_entry_is_due_when_exactly_65536_bytes_have_gone_by,
    a_second_that_begins_before_an_entry_is_found_at_its_first_record,
    a_log_out_of_order_is_searched_rightly_with_an_index,
    with_an_index_kilobytes_are_read,
    a_log_that_has_grown_is_searched_beyond_its_index,
    the_index_of_another_file_is_not_believed;
    seeded: times_are_found_where_the_reference_finds_them
);

/// 1 MiB: far more than a binary search needs, far less than any of these logs.
const FEW: u64 = 1 << 20;

fn seek(case: &mut Case, args: &[&str]) -> Ended {
    let args: Vec<&str> = ["seek", "access.log"].iter().chain(args).copied().collect();
    case.program("loganalysis").args(args).run()
}

fn index(case: &mut Case) -> Ended {
    let ended = case.program("loganalysis").args(["index", "access.log"]).run();
    case.expect_status(&ended, 0);
    ended
}

fn expect_offset(case: &mut Case, time: i64, expected: u64) -> Ended {
    let ended = seek(case, &["--offset", &synthetic::time(time)]);
    case.expect_stdout(&ended, format!("{expected}\n"));
    case.expect_status(&ended, 0);
    ended
}

fn expect_few_bytes(case: &mut Case, ended: &Ended, few: u64) {
    let Some(read) = ended.bytes_read else { return };
    case.expect(
        ended,
        read < few,
        &format!("fewer than {few} bytes are read"),
        format!("{read} bytes were read"),
    );
}

fn the_log_is_printed_from_the_first_record_at_the_time(case: &mut Case) {
    let log: String = (0..9).map(|n| at(DAY + n * 10, &format!("/{n}"))).collect();
    case.file("access.log", log);
    for args in [
        &["2026-11-23T00:01:00Z"][..],
        &["2026-11-23T00:00:51Z"],
        &["--lines", "2", "2026-11-23"],
        &["--lines", "0", "2026-11-23"],
        &["2026-11-23T00:01:20Z"],
        &["2026-11-24"],
    ] {
        let ended = seek(case, args);
        case.snapshot(&ended);
    }
    let ended = case
        .program("loganalysis")
        .args(["seek", "nowhere.log", "2026-11-23"])
        .run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "nowhere.log");
}

fn offset_says_only_where_it_is(case: &mut Case) {
    let lines: Vec<String> = (0..2000).map(|n| at(DAY + n * 3, &format!("/{n}"))).collect();
    case.file("access.log", lines.concat());
    for n in [0, 1, 2, 500, 999, 1000, 1998, 1999] {
        let start = lines[..n].concat().len() as u64;
        expect_offset(case, DAY + n as i64 * 3, start);
        expect_offset(case, DAY + n as i64 * 3 - 1, start);
    }
}

fn every_time_is_found_in_a_log_with_long_and_damaged_lines(case: &mut Case) {
    let mut rng = Rng::with_seed(3);
    let mut log = Vec::new();
    let mut starts = Vec::new();
    let mut time = DAY;
    while log.len() < 400_000 {
        match rng.u8(0..12) {
            0 => log.extend_from_slice("no record at all\n".repeat(rng.usize(1..300)).as_bytes()),
            1 => log.extend_from_slice(
                get(&"y".repeat(rng.usize(1..30_000)))
                    .replace("GET", "no")
                    .replace("[", "(")
                    .as_bytes(),
            ),
            2 => log.extend_from_slice(&vec![b'\n'; rng.usize(1..6000)]),
            _ => {}
        }
        time += rng.i64(0..4);
        starts.push((time, log.len() as u64));
        let length = if rng.u8(0..30) == 0 { 20_000 } else { 60 };
        log.extend_from_slice(at(time, &"x".repeat(rng.usize(1..length))).as_bytes());
    }
    case.file("access.log", &log);
    let mut target = DAY;
    while target <= time + 1 {
        let expected = starts
            .iter()
            .find(|(time, _)| *time >= target)
            .map_or(log.len() as u64, |(_, start)| *start);
        expect_offset(case, target, expected);
        target += 1 + rng.i64(0..time - DAY) / 40;
    }
}

fn many_records_of_one_second_are_found_at_the_first_of_them(case: &mut Case) {
    let before: String = (0..50).map(|n| at(DAY + n, "/before")).collect();
    let same = at(DAY + 100, "/same").repeat(5000);
    let after = at(DAY + 101, "/after").repeat(50);
    case.file("access.log", [before.clone(), same.clone(), after].concat());
    expect_offset(case, DAY + 100, before.len() as u64);
    expect_offset(case, DAY + 60, before.len() as u64);
    expect_offset(case, DAY + 101, (before.len() + same.len()) as u64);
}

fn before_the_first_is_the_start_and_after_the_last_the_end(case: &mut Case) {
    let log = "damage\n".to_owned() + &at(DAY, "/") + &at(DAY + 1, "/").repeat(3000);
    let size = log.len() as u64;
    case.file("access.log", log);
    expect_offset(case, DAY - 1_000_000, 7);
    expect_offset(case, DAY + 2, size);
    case.file("access.log", "");
    expect_offset(case, DAY, 0);
    case.file("access.log", "nothing but\ndamage\n");
    expect_offset(case, DAY, 19);
}

/// Makes a log of `size` bytes that has a few lines every `every` bytes and is a hole between. Returns where those start.
fn sparse_log(case: &mut Case, size: u64, every: u64) -> Vec<(i64, u64)> {
    let path = case.file("access.log", "");
    let file = File::options().write(true).open(&path).expect("the log");
    file.set_len(size).expect("a length");
    let mut starts = Vec::new();
    for number in 0..size / every {
        let time = DAY + number as i64 * 60;
        let start = number * every;
        let lines = at(time, &format!("/{number}")) + &at(time + 1, "/next") + &at(time + 2, "/last");
        file.write_all_at(lines.as_bytes(), start).expect("some lines");
        starts.push((time, start));
    }
    starts
}

fn ten_gigabytes_are_searched_by_reading_kilobytes(case: &mut Case) {
    let starts = sparse_log(case, 10 << 30, 16 << 20);
    for number in [0, 1, 77, 320, 500, 638] {
        let (time, start) = starts[number];
        let ended = expect_offset(case, time, start);
        expect_few_bytes(case, &ended, FEW);
        let next = starts.get(number + 1).map_or(10 << 30, |(_, start)| *start);
        let ended = expect_offset(case, time + 10, next);
        expect_few_bytes(case, &ended, FEW);
    }
    let ended = seek(case, &["--lines", "4", &synthetic::time(starts[320].0 + 2)]);
    case.snapshot(&ended);
    expect_few_bytes(case, &ended, FEW);
}

/// Makes a log of some 24 MB, three lines a second, and returns where each second starts.
fn dense_log(case: &mut Case) -> Vec<u64> {
    let mut log = String::new();
    let mut starts = Vec::new();
    for second in 0..90_000 {
        starts.push(log.len() as u64);
        let line = at(DAY + second, "/some/path/that/is/not/short");
        log.push_str(&line);
        log.push_str(&line);
    }
    starts.push(log.len() as u64);
    case.file("access.log", log);
    starts
}

fn a_log_without_holes_is_searched_by_reading_kilobytes(case: &mut Case) {
    let starts = dense_log(case);
    for second in [0, 1, 12_345, 45_000, 89_999, 90_000] {
        let ended = expect_offset(case, DAY + second as i64, starts[second]);
        expect_few_bytes(case, &ended, FEW);
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, u64::from_le_bytes)
}

fn the_index_is_written_as_the_book_says(case: &mut Case) {
    // Out of order, so that the latest time is not that of the line before.
    let times = [DAY + 50, DAY, DAY + 70, DAY + 10];
    let log: String = (0..3000)
        .map(|n| at(times[n / 10 % 4] + n as i64, &format!("/{n}")))
        .collect();
    let path = case.file("access.log", &log);
    let ended = index(case);
    let bytes = fs::read(case.dir().join("access.log.index")).unwrap_or_default();
    let inode = fs::metadata(&path).expect("the log").ino();
    let mut expected = b"logindex".to_vec();
    let mut entries = vec![(0, i64::MIN)];
    let (mut start, mut latest, mut due) = (0u64, i64::MIN, 64 << 10);
    for (n, line) in log.split_inclusive('\n').enumerate() {
        if start >= due {
            entries.push((start, latest));
            due = start + (64 << 10);
        }
        latest = latest.max(times[n / 10 % 4] + n as i64);
        start += line.len() as u64;
    }
    for field in [inode, log.len() as u64, entries.len() as u64] {
        expected.extend_from_slice(&field.to_le_bytes());
    }
    expected.extend_from_slice(&log.as_bytes()[..64]);
    for (start, latest) in &entries {
        expected.extend_from_slice(&start.to_le_bytes());
        expected.extend_from_slice(&latest.to_le_bytes());
    }
    case.expect_same(
        &ended,
        "the index, its header and its entries as numbers",
        &described(&expected),
        &described(&bytes),
    );
    case.expect(
        &ended,
        bytes == expected,
        "the index, byte for byte",
        "other bytes",
    );
    let said = format!(
        "access.log.index: {} entries for {} bytes\n",
        entries.len(),
        log.len()
    );
    case.expect_stdout(&ended, said);
}

/// Writes an index for people.
fn described(index: &[u8]) -> String {
    let (header, entries) = index.split_at(index.len().min(96));
    let entries: Vec<String> = entries
        .chunks(16)
        .map(|entry| {
            format!(
                "  {} {}",
                number(&entry[..entry.len().min(8)]),
                number(entry.get(8..).unwrap_or_default()).cast_signed()
            )
        })
        .collect();
    let header = support::text::visible(header);
    format!("header:\n  {header}\nentries:\n{}", entries.join("\n"))
}

fn an_entry_is_due_when_exactly_65536_bytes_have_gone_by(case: &mut Case) {
    // Lines of 128 bytes, of which 512 make a stride.
    let filler = "x".repeat(128 - get("/").len());
    let log: String = (0..2000).map(|n| at(DAY + n, &format!("/{filler}"))).collect();
    case.file("access.log", &log);
    let ended = index(case);
    let bytes = fs::read(case.dir().join("access.log.index")).unwrap_or_default();
    let entries = described(&bytes);
    let seen = entries
        .split_once("entries:\n")
        .map_or("", |(_, entries)| entries);
    let expected: Vec<String> = [
        (0, i64::MIN),
        (65_536, DAY + 511),
        (131_072, DAY + 1023),
        (196_608, DAY + 1535),
    ]
    .map(|(start, latest)| format!("  {start} {latest}"))
    .to_vec();
    case.expect_same(&ended, "the entries", &expected.join("\n"), seen);
}

fn a_second_that_begins_before_an_entry_is_found_at_its_first_record(case: &mut Case) {
    // Every second spans some entries, so that the latest time before an entry is often the one that is sought.
    let seconds = 40;
    let of_one = 2_000;
    let log: Vec<String> = (0..seconds)
        .map(|n| at(DAY + n, "/same").repeat(of_one))
        .collect();
    let length = log[0].len() as u64;
    // And a late record in each, so that only the index can tell.
    let late = at(DAY - 60, "/late");
    let log: String = log.iter().map(|lines| lines.to_owned() + &late).collect();
    case.file("access.log", log);
    index(case);
    for n in 0..seconds {
        expect_offset(case, DAY + n, n as u64 * (length + late.len() as u64));
    }
}

fn a_log_out_of_order_is_searched_rightly_with_an_index(case: &mut Case) {
    let mut rng = Rng::with_seed(5);
    let mut log = String::new();
    let mut starts = Vec::new();
    for n in 0..6000 {
        // Workers that buffer write their lines late, and a clock that is set back goes over the same time again.
        let late = if rng.u8(0..4) == 0 { rng.i64(0..900) } else { 0 };
        let time = DAY + n - late - if n > 4000 { 1500 } else { 0 };
        starts.push((time, log.len() as u64));
        log.push_str(&at(time, &format!("/{n}")));
    }
    let size = log.len() as u64;
    case.file("access.log", log);
    index(case);
    for target in (DAY - 1000..DAY + 4600).step_by(233) {
        let expected = starts
            .iter()
            .find(|(time, _)| *time >= target)
            .map_or(size, |(_, start)| *start);
        expect_offset(case, target, expected);
    }
}

fn with_an_index_kilobytes_are_read(case: &mut Case) {
    let starts = dense_log(case);
    index(case);
    for second in [0, 12_345, 89_999, 90_000] {
        let ended = expect_offset(case, DAY + second as i64, starts[second]);
        expect_few_bytes(case, &ended, FEW);
    }
}

fn a_log_that_has_grown_is_searched_beyond_its_index(case: &mut Case) {
    let old: String = (0..3000).map(|n| at(DAY + n, "/old")).collect();
    case.file("access.log", &old);
    index(case);
    let new: Vec<String> = (3000..9000).map(|n| at(DAY + n, "/new")).collect();
    let mut file = File::options()
        .append(true)
        .open(case.dir().join("access.log"))
        .expect("the log");
    std::io::Write::write_all(&mut file, new.concat().as_bytes()).expect("more lines");
    for n in [0, 1, 2000, 5999] {
        expect_offset(
            case,
            DAY + 3000 + n as i64,
            (old.len() + new[..n].concat().len()) as u64,
        );
    }
    expect_offset(case, DAY + 2999, (old.len() - at(DAY, "/old").len()) as u64);
    expect_offset(case, DAY + 9000, (old.len() + new.concat().len()) as u64);
}

fn the_index_of_another_file_is_not_believed(case: &mut Case) {
    let log = |from: i64| (0..3000).map(|n| at(from + n, "/")).collect::<String>();
    let path = case.file("access.log", log(DAY));
    index(case);
    // Rotated: another inode under the name.
    fs::rename(&path, case.dir().join("access.log.1")).expect("renamed");
    case.file("access.log", log(DAY + 5000));
    expect_offset(case, DAY + 6000, 1000 * at(DAY, "/").len() as u64);
    // Copied and truncated: the same inode, which starts otherwise, and is as long as before.
    index(case);
    case.file("access.log", log(DAY + 20_000));
    expect_offset(case, DAY + 21_000, 1000 * at(DAY, "/").len() as u64);
    // Truncated: shorter than what the index covers.
    index(case);
    case.file(
        "access.log",
        line("::1", &synthetic::time(DAY + 20_000), "/", 200, 5),
    );
    expect_offset(case, DAY + 20_000, 0);
    // No index at all, but its name.
    case.file("access.log", log(DAY));
    case.file("access.log.index", "logindex");
    expect_offset(case, DAY + 10, 10 * at(DAY, "/").len() as u64);
}

fn times_are_found_where_the_reference_finds_them(case: &mut Case) {
    case.seeded(12, |rng| {
        let lines = rng.usize(1..900);
        let log = spoiled(rng, lines);
        let time = synthetic::time(DAY + rng.i64(-2..lines as i64 / 25 + 3));
        let form = if rng.bool() { "--offset" } else { "--lines=3" };
        Exchange::of("loganalysis")
            .args(["seek", form, "access.log", &time])
            .file("access.log", log)
    });
}
