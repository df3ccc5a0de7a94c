//! A real process, whose things know where they are.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use support::{Case, Ended, Running};

use super::smaps::{Told, kernel};

/// Starts the specimen, and returns its lines: what, and where.
fn start(case: &mut Case) -> (Running, Vec<(String, u64)>) {
    let mut running = case.program("specimen").stdin_piped().spawn();
    let lines = running.wait_for_lines(9);
    let place = |line: &String| {
        let (what, address) = line.rsplit_once(" 0x")?;
        Some((what.to_owned(), u64::from_str_radix(address, 16).ok()?))
    };
    let places = lines.iter().filter_map(place).collect();
    (running, places)
}

fn layout(case: &mut Case, pid: u32, args: &[&str]) -> Ended {
    case.program("daemon")
        .args(["layout", &pid.to_string()])
        .args(args)
        .run()
}

fn smaps(pid: u32) -> Vec<Told> {
    kernel(&fs::read_to_string(format!("/proc/{pid}/smaps")).unwrap_or_default())
}

/// The objects that were printed.
fn objects(case: &mut Case, ended: &Ended) -> Vec<Value> {
    let text = ended.stdout_text();
    let objects: Result<Vec<Value>, _> = text.lines().map(serde_json::from_str).collect();
    match objects {
        Ok(objects) => objects,
        Err(error) => {
            case.expect(ended, false, "a line of JSON each", error);
            Vec::new()
        }
    }
}

fn hex(value: &Value) -> Option<u64> {
    u64::from_str_radix(value.as_str()?.strip_prefix("0x")?, 16).ok()
}

pub(super) fn every_thing_is_found_in_its_place(case: &mut Case) {
    let (running, places) = start(case);
    let pid = running.pid();
    let mappings = smaps(pid);
    for (what, address) in &places {
        let asked = format!("{address:#x}");
        let ended = layout(case, pid, &["--json", "--find", &asked]);
        case.expect_status(&ended, 0);
        let found = objects(case, &ended).pop().unwrap_or_default();
        let kind = match what.split_once(' ') {
            Some(("thread", tid)) => format!("thread stack {tid}"),
            _ => {
                let kinds = BTreeMap::from([
                    ("function", "text"),
                    ("constant", "read-only data"),
                    ("variable", "data"),
                    ("zeroed", "bss"),
                    ("box", "heap"),
                    ("local", "stack"),
                    ("file", "file"),
                    ("shared", "shared memory"),
                ]);
                kinds.get(&**what).copied().unwrap_or_default().to_owned()
            }
        };
        let seen = found["kind"].as_str().unwrap_or("nothing");
        case.expect(&ended, seen == kind, &format!("the {what} in: {kind}"), seen);
        let Some(mapping) = mappings
            .iter()
            .find(|told| (told.start..told.end).contains(address))
        else {
            panic!("the specimen has no {what} at {asked}");
        };
        let offset = address - mapping.start;
        case.expect(
            &ended,
            found["offset"].as_u64() == Some(offset),
            &format!("offset {offset} in the mapping"),
            &found["offset"],
        );
        let in_file = mapping.name.starts_with('/').then_some(mapping.offset + offset);
        case.expect(
            &ended,
            found["file_offset"].as_u64() == in_file,
            &format!("offset {in_file:?} in the file"),
            &found["file_offset"],
        );
    }
    drop(running);
}

pub(super) fn the_rows_are_those_of_the_kernel(case: &mut Case) {
    const TRIES: usize = 20;
    let (running, _) = start(case);
    for tries in 1..=TRIES {
        let before = smaps(running.pid());
        let ended = layout(case, running.pid(), &["--json"]);
        case.expect_status(&ended, 0);
        let (expected, actual) = (comparable(before.clone()), comparable(rows(&ended)));
        if expected == actual {
            break;
        }
        // The kernel may have taken a page away just now.
        if tries == TRIES || before == smaps(running.pid()) {
            let what = "the rows, beside those of /proc/PID/smaps";
            case.expect_same(&ended, what, &expected, &actual);
        }
    }
    drop(running);
}

/// Reads the rows that were printed.
fn rows(ended: &Ended) -> Vec<Told> {
    let row = |line: &str| -> Option<Told> {
        let value: Value = serde_json::from_str(line).ok()?;
        Some(Told {
            start: hex(&value["start"])?,
            end: hex(&value["end"])?,
            offset: 0,
            permissions: value["permissions"].as_str()?.to_owned(),
            name: value["name"].as_str()?.to_owned(),
            rss: value["rss"].as_u64()?,
            pss: value["pss"].as_u64()?,
        })
    };
    ended.stdout_text().lines().filter_map(row).collect()
}

/// Writes a line for each, without the share of what others may have, too: that changes with whoever looks.
fn comparable(told: Vec<Told>) -> String {
    let line = |told: Told| {
        let pss = match told.name.contains('/') {
            true => "shared".to_owned(),
            false => told.pss.to_string(),
        };
        format!(
            "{:x}-{:x} {} {} rss {} pss {pss}\n",
            told.start, told.end, told.permissions, told.name, told.rss
        )
    };
    told.into_iter().map(line).collect()
}

pub(super) fn the_sums_are_those_of_the_rows(case: &mut Case) {
    let (running, _) = start(case);
    let ended = layout(case, running.pid(), &["--json"]);
    let objects = objects(case, &ended);
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let mut sums: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    let mut told: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    for object in &objects {
        let sizes = [
            number(&object["size"]),
            number(&object["rss"]),
            number(&object["pss"]),
        ];
        if let Some(name) = object["sum"].as_str() {
            told.insert(
                name.to_owned(),
                [number(&object["mappings"]), sizes[0], sizes[1], sizes[2]],
            );
            continue;
        }
        let range = hex(&object["end"])
            .zip(hex(&object["start"]))
            .map(|(end, start)| (end - start) / 1024);
        case.expect(
            &ended,
            range == Some(sizes[0]),
            "sizes in KiB that are those of the ranges",
            object,
        );
        let kind = object["kind"].as_str().unwrap_or_default();
        let kind = if kind.starts_with("thread stack ") {
            "thread stack"
        } else {
            kind
        };
        for name in [kind, "total"] {
            let sum = sums.entry(name.to_owned()).or_default();
            sum[0] += 1;
            for (sum, size) in sum[1..].iter_mut().zip(sizes) {
                *sum += size;
            }
        }
    }
    let lines =
        |sums: &BTreeMap<String, [u64; 4]>| sums.iter().map(|sum| format!("{sum:?}\n")).collect::<String>();
    case.expect_same(
        &ended,
        "the sums, beside those of the rows",
        &lines(&sums),
        &lines(&told),
    );
    drop(running);
}

pub(super) fn pmap_adds_up_to_the_same(case: &mut Case) {
    const TRIES: usize = 20;
    let (running, _) = start(case);
    let pid = running.pid().to_string();
    for tries in 1..=TRIES {
        let pmap = case.peer("pmap", "procps").args(["-X", &pid]).run();
        case.expect_status(&pmap, 0);
        let ended = layout(case, running.pid(), &["--json"]);
        let totals = objects(case, &ended)
            .into_iter()
            .find(|object| object["sum"] == "total")
            .unwrap_or_default();
        // Line 2 has the names of columns, the last line their sums; the first four columns, and the last, have none.
        let text = pmap.stdout_text();
        let names: Vec<&str> = text
            .lines()
            .nth(1)
            .unwrap_or_default()
            .split_ascii_whitespace()
            .collect();
        let sums: Vec<&str> = text
            .lines()
            .last()
            .unwrap_or_default()
            .split_ascii_whitespace()
            .collect();
        let first = names.iter().position(|name| *name == "Size").unwrap_or_default();
        let sum = |column: &str| -> Option<u64> {
            let at = names.iter().position(|name| *name == column)?;
            sums.get(at - first)?.parse().ok()
        };
        // Not the PSS: pmap itself has the C library, and so a share in it.
        let theirs = [sum("Size"), sum("Rss")];
        let ours = ["size", "rss"].map(|key| totals[key].as_u64());
        if ours == theirs {
            break;
        }
        // The kernel may have taken a page away between both looks.
        case.expect(
            &ended,
            tries < TRIES,
            &format!("size and RSS as pmap -X adds them up: {theirs:?}"),
            format!("{ours:?}"),
        );
    }
    drop(running);
}
