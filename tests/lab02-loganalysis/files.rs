//! Stage 4: what is beneath a name. The cases about `follow` are in `follow.rs`.

use std::fs::{self, File};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use rustix::fs::{FallocateFlags, fallocate};
use serde_json::{Value, json as value};
use support::{Case, Ended, Stage, stage};

use crate::follow::{
    a_file_cut_and_grown_beyond_its_old_length_is_noticed, a_file_that_gets_its_name_back_is_gone_on_with,
    a_file_that_is_renamed_is_still_read_while_the_server_writes_to_it, a_line_is_printed_when_it_is_whole,
    a_line_of_any_length_is_printed_once, a_log_that_is_copied_and_truncated_is_read_from_its_start,
    a_log_that_is_not_there_yet_is_waited_for, grace_begins_when_the_name_is_lost,
    renaming_and_truncating_at_once_loses_and_repeats_nothing, what_happens_to_the_log_is_said,
    without_all_only_what_is_new_is_printed,
};
use crate::log::{get, json};

pub(crate) const STAGE: Stage = stage!("files":
    two_names_of_one_file_share_inode_size_and_blocks,
    a_small_file_takes_whole_blocks,
    holes_are_found_at_the_start_in_the_middle_and_at_the_end,
    an_empty_file_has_neither_data_nor_hole,
    blocks_that_are_reserved_and_never_written_are_no_data,
    the_table_shows_the_same,
    a_missing_file_is_named_and_the_others_are_shown,
    punch_gives_blocks_back_and_keeps_the_size,
    punch_refuses_what_lies_outside_the_file,
    sparse_makes_a_file_that_is_one_hole,
    sparse_overwrites_nothing,
    a_line_is_printed_when_it_is_whole,
    without_all_only_what_is_new_is_printed,
    a_log_that_is_not_there_yet_is_waited_for,
    a_file_that_is_renamed_is_still_read_while_the_server_writes_to_it,
    a_log_that_is_copied_and_truncated_is_read_from_its_start,
    a_file_cut_and_grown_beyond_its_old_length_is_noticed,
    renaming_and_truncating_at_once_loses_and_repeats_nothing,
    a_line_of_any_length_is_printed_once,
    grace_begins_when_the_name_is_lost,
    a_file_that_gets_its_name_back_is_gone_on_with,
    what_happens_to_the_log_is_said;
    seeded: a_drawn_file_has_the_holes_that_were_made
);

/// A hole of this size starts and ends at a block on every file system.
const MIB: u64 = 1 << 20;

fn files(case: &mut Case, name: &str) -> (Ended, Value) {
    let ended = case.program("loganalysis").args(["files", "--json", name]).run();
    let seen = json(&ended);
    (ended, seen)
}

/// Expects some members of the object that `files --json` prints.
fn expect(case: &mut Case, name: &str, expected: Value) {
    let (ended, seen) = files(case, name);
    let members = expected.as_object().into_iter().flatten();
    let differing: Vec<_> = members
        .filter(|(key, value)| seen[key.as_str()] != **value)
        .collect();
    case.expect(
        &ended,
        differing.is_empty(),
        &format!("the object holds {expected}"),
        &seen,
    );
}

fn metadata(path: &Path) -> fs::Metadata {
    fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Makes a file of `size` bytes with data (one letter, over and over) only in `parts`.
fn patchy(case: &mut Case, name: &str, size: u64, parts: &[(u64, u64)]) -> std::path::PathBuf {
    let path = case.file(name, "");
    let file = File::options().write(true).open(&path).expect("the file");
    file.set_len(size).expect("a length");
    for &(start, end) in parts {
        let bytes = vec![b'x'; (end - start) as usize];
        file.write_all_at(&bytes, start).expect("some data");
    }
    path
}

fn two_names_of_one_file_share_inode_size_and_blocks(case: &mut Case) {
    let path = case.file("access.log", get("/"));
    fs::hard_link(&path, case.dir().join("second")).expect("a link");
    let metadata = metadata(&path);
    for name in ["access.log", "second"] {
        let expected = value!({
            "file": name, "inode": metadata.ino(), "device": metadata.dev(), "links": 2, "size": metadata.len(), "blocks": metadata.blocks(),
        });
        expect(case, name, expected);
    }
    // A symbolic link is a file of its own, but what it points to is what is looked at.
    std::os::unix::fs::symlink("second", case.dir().join("third")).expect("a link");
    expect(
        case,
        "third",
        value!({"file": "third", "inode": metadata.ino(), "links": 2}),
    );
}

fn a_small_file_takes_whole_blocks(case: &mut Case) {
    let path = case.file("small", "hello\n");
    // Some file systems give a file its blocks only when they write it back.
    File::open(&path)
        .and_then(|file| file.sync_all())
        .expect("written back");
    let blocks = metadata(&path).blocks();
    let extents = value!([{"kind": "data", "start": 0, "end": 6}]);
    expect(
        case,
        "small",
        value!({"size": 6, "blocks": blocks, "allocated": blocks * 512, "in_holes": 0, "extents": extents}),
    );
}

fn holes_are_found_at_the_start_in_the_middle_and_at_the_end(case: &mut Case) {
    patchy(case, "end", 3 * MIB, &[(0, MIB)]);
    let extents =
        value!([{"kind": "data", "start": 0, "end": MIB}, {"kind": "hole", "start": MIB, "end": 3 * MIB}]);
    expect(
        case,
        "end",
        value!({"size": 3 * MIB, "in_holes": 2 * MIB, "extents": extents}),
    );

    patchy(case, "start", 2 * MIB, &[(MIB, 2 * MIB)]);
    let extents =
        value!([{"kind": "hole", "start": 0, "end": MIB}, {"kind": "data", "start": MIB, "end": 2 * MIB}]);
    expect(case, "start", value!({"in_holes": MIB, "extents": extents}));

    patchy(
        case,
        "both",
        9 * MIB + 5,
        &[(MIB, 2 * MIB), (4 * MIB, 5 * MIB), (9 * MIB, 9 * MIB + 5)],
    );
    let bounds = [0, MIB, 2 * MIB, 4 * MIB, 5 * MIB, 9 * MIB, 9 * MIB + 5];
    let extents: Vec<Value> = bounds
        .windows(2)
        .zip(["hole", "data"].iter().cycle())
        .map(|(bounds, kind)| value!({"kind": kind, "start": bounds[0], "end": bounds[1]}))
        .collect();
    expect(
        case,
        "both",
        value!({"size": 9 * MIB + 5, "in_holes": 7 * MIB, "extents": extents}),
    );

    patchy(case, "nothing", 700, &[]);
    expect(
        case,
        "nothing",
        value!({"size": 700, "in_holes": 700, "extents": [{"kind": "hole", "start": 0, "end": 700}]}),
    );
}

fn an_empty_file_has_neither_data_nor_hole(case: &mut Case) {
    case.file("empty", "");
    expect(
        case,
        "empty",
        value!({"size": 0, "blocks": 0, "allocated": 0, "in_holes": 0, "extents": []}),
    );
}

fn blocks_that_are_reserved_and_never_written_are_no_data(case: &mut Case) {
    let path = case.file("reserved", "");
    let file = File::options().write(true).open(&path).expect("the file");
    if fallocate(&file, FallocateFlags::empty(), 0, 4 * MIB).is_err() {
        // This file system cannot reserve blocks; then there are none to be mistaken for data.
        file.set_len(4 * MIB).expect("a length");
    }
    // Whether such blocks are a hole is the file system's to say (ext4 and xfs: yes, tmpfs: no), and lseek tells what it says.
    let blocks = metadata(&path).blocks();
    let hole = rustix::fs::seek(&file, rustix::fs::SeekFrom::Data(0)).is_err();
    let kind = if hole { "hole" } else { "data" };
    let in_holes = if hole { 4 * MIB } else { 0 };
    let extents = value!([{"kind": kind, "start": 0, "end": 4 * MIB}]);
    expect(
        case,
        "reserved",
        value!({"allocated": blocks * 512, "in_holes": in_holes, "extents": extents}),
    );
}

fn the_table_shows_the_same(case: &mut Case) {
    let path = patchy(case, "some.log", 2 * MIB, &[(0, MIB)]);
    let metadata = metadata(&path);
    let ended = case.program("loganalysis").args(["files", "some.log"]).run();
    case.expect_status(&ended, 0);
    let shown = ended
        .stdout_text()
        .replace(&format!("inode      {}\n", metadata.ino()), "inode      INODE\n")
        .replace(
            &format!("{} bytes, {} blocks", metadata.blocks() * 512, metadata.blocks()),
            "ALLOCATED bytes, BLOCKS blocks",
        );
    case.snapshot_text(&ended, &shown);
}

fn a_missing_file_is_named_and_the_others_are_shown(case: &mut Case) {
    case.file("empty", "");
    let ended = case
        .program("loganalysis")
        .args(["files", "--json", "nowhere", "empty"])
        .run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "nowhere");
    let shown = json(&ended)["file"].clone();
    case.expect(&ended, shown == "empty", "the second file is shown", shown);
}

fn punch_gives_blocks_back_and_keeps_the_size(case: &mut Case) {
    let path = patchy(case, "full", 4 * MIB, &[(0, 4 * MIB)]);
    File::open(&path)
        .and_then(|file| file.sync_all())
        .expect("written back");
    let before = metadata(&path).blocks();
    let ended = case
        .program("loganalysis")
        .args(["punch", "full", "--offset", "1M", "--length", "2M"])
        .run();
    case.expect_status(&ended, 0);
    let after = metadata(&path);
    case.expect(
        &ended,
        after.len() == 4 * MIB,
        "the size is still 4194304 bytes",
        after.len(),
    );
    let freed = before.saturating_sub(after.blocks()) * 512;
    case.expect(
        &ended,
        freed >= 2 * MIB - 64 * 1024,
        "some 2 MiB of blocks are given back",
        format!("{freed} bytes"),
    );
    let bytes = fs::read(&path).expect("the file");
    let (mib, three) = (MIB as usize, 3 * MIB as usize);
    let right = bytes[..mib]
        .iter()
        .chain(&bytes[three..])
        .all(|&byte| byte == b'x')
        && bytes[mib..three].iter().all(|&byte| byte == 0);
    case.expect(
        &ended,
        right,
        "zeros in the hole and the old bytes around it",
        "other bytes",
    );
    let extents = value!([
        {"kind": "data", "start": 0, "end": MIB}, {"kind": "hole", "start": MIB, "end": 3 * MIB}, {"kind": "data", "start": 3 * MIB, "end": 4 * MIB},
    ]);
    expect(case, "full", value!({"in_holes": 2 * MIB, "extents": extents}));

    // Less than a block can be overwritten, but not given back.
    let ended = case
        .program("loganalysis")
        .args(["punch", "full", "--offset", "10", "--length", "5"])
        .run();
    case.expect_status(&ended, 0);
    let bytes = fs::read(&path).expect("the file");
    case.expect(
        &ended,
        bytes[..20] == *b"xxxxxxxxxx\0\0\0\0\0xxxxx",
        "five zeros from byte 10 on",
        support::text::visible(&bytes[..20]),
    );
}

fn punch_refuses_what_lies_outside_the_file(case: &mut Case) {
    let path = case.file("short", "hello world\n");
    for (offset, length) in [
        ("0", "13"),
        ("12", "1"),
        ("100", "1"),
        ("3", "0"),
        ("1", "18446744073709551615"),
    ] {
        let ended = case
            .program("loganalysis")
            .args(["punch", "short", "--offset", offset, "--length", length])
            .run();
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, "short");
        let now = fs::read_to_string(&path).unwrap_or_default();
        case.expect(&ended, now == "hello world\n", "the file is as it was", now);
    }
    let ended = case
        .program("loganalysis")
        .args(["punch", "nowhere", "--offset", "0", "--length", "1"])
        .run();
    case.expect_status(&ended, 1);
    case.expect(
        &ended,
        !case.dir().join("nowhere").exists(),
        "no file is made",
        "a new file",
    );
}

fn sparse_makes_a_file_that_is_one_hole(case: &mut Case) {
    let ended = case
        .program("loganalysis")
        .args(["sparse", "big", "--size", "512M"])
        .run();
    case.expect_status(&ended, 0);
    let made = fs::metadata(case.dir().join("big"));
    let found = made.map_or((0, false), |made| (made.len(), made.blocks() * 512 < MIB));
    case.expect(
        &ended,
        found == (512 * MIB, true),
        "536870912 bytes, next to none of them on the disk",
        format!("{found:?}"),
    );
    let shown = ended.stdout_text();
    let proof = "hole       0..536870912";
    case.expect(
        &ended,
        shown.lines().any(|line| line == proof),
        &format!("the table proves it: {proof}"),
        &shown,
    );
}

fn sparse_overwrites_nothing(case: &mut Case) {
    let path = case.file("precious", "data\n");
    let ended = case
        .program("loganalysis")
        .args(["sparse", "precious", "--size", "1K"])
        .run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "precious");
    let now = fs::read_to_string(&path).unwrap_or_default();
    case.expect(&ended, now == "data\n", "the file is as it was", now);
}

fn a_drawn_file_has_the_holes_that_were_made(case: &mut Case) {
    for round in 0..6 {
        let mut rng = case.rng(round);
        let kinds: Vec<bool> = (0..rng.u64(2..12)).map(|_| rng.bool()).collect();
        let size = kinds.len() as u64 * MIB;
        let parts: Vec<(u64, u64)> = (0..)
            .zip(&kinds)
            .filter(|(_, data)| **data)
            .map(|(n, _)| (n * MIB, (n + 1) * MIB))
            .collect();
        patchy(case, "drawn", size, &parts);
        // And one more hole, punched where there may have been data.
        let punched = rng.usize(0..kinds.len());
        let offset = format!("{punched}M");
        let ended = case
            .program("loganalysis")
            .args(["punch", "drawn", "--offset", &offset, "--length", "1M"])
            .run();
        case.expect_status(&ended, 0);
        let mut extents: Vec<(&str, u64, u64)> = Vec::new();
        for (n, data) in (0..).zip(&kinds) {
            let kind = if *data && n != punched as u64 {
                "data"
            } else {
                "hole"
            };
            match extents.last_mut() {
                Some((last, _, end)) if *last == kind => *end += MIB,
                _ => extents.push((kind, n * MIB, (n + 1) * MIB)),
            }
        }
        let extents: Vec<Value> = extents
            .into_iter()
            .map(|(kind, start, end)| value!({"kind": kind, "start": start, "end": end}))
            .collect();
        expect(case, "drawn", value!({"size": size, "extents": extents}));
    }
}
