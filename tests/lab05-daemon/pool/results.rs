//! Jobs in, results out.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;
use support::Case;

use super::jobs::{Gate, command, expect_rows, job, number, pool, rows, wait_for_file, without_times};

pub(super) fn each_job_has_a_result_with_its_keys_in_order(case: &mut Case) {
    let input = [
        job("done", "echo hello"),
        job("failed", "echo so far; exit 3"),
        job("crashed", "kill -9 $$"),
        job("silent", ":"),
        job("r\u{e9}sum\u{e9} \"1\"", "printf 'a\"b\\\\c\\tno line feed'"),
        "{\"id\":17,\"args\":[\"echo a number\"]}\n".to_owned(),
        "{\"stdin\":\"text\\n\",\"args\":[\"cat\"],\"id\":\"fed\"}\n".to_owned(),
    ];
    let ended = pool(case, &["--workers", "1"]).stdin(input.concat()).run();
    let shown = format!("{}exit status {}\n", without_times(&ended), ended.code());
    case.snapshot_text(&ended, &shown);
    case.expect_quiet(&ended);
}

pub(super) fn results_come_in_the_order_in_which_jobs_end(case: &mut Case) {
    let names = ["a", "b", "c", "d"];
    let mut gates = names.map(|name| Gate::new(case, name));
    let input: String = names
        .iter()
        .map(|name| job(name, &format!("echo {name} >> started; read go < {name}")))
        .collect();
    let mut running = pool(case, &["--workers", "4"]).stdin(input).spawn();
    wait_for_file(case, &mut running, "started", 4);
    for (count, at) in [2, 0, 3, 1].into_iter().enumerate() {
        gates[at].open();
        running.wait_for_lines(count + 1);
    }
    let ended = running.wait();
    expect_rows(
        case,
        &ended,
        0,
        &["id", "result"],
        "c done\na done\nd done\nb done",
    );
}

pub(super) fn while_one_job_takes_its_time_others_come_and_go(case: &mut Case) {
    let mut gate = Gate::new(case, "gate");
    let input = job("slow", "read go < gate") + &super::jobs::jobs(20, ":");
    let mut running = pool(case, &["--workers", "2"]).stdin(input).spawn();
    running.wait_for_lines(20);
    gate.open();
    let ended = running.wait();
    let last = rows(&ended, &["id", "result"]);
    let last = last.lines().last().unwrap_or_default();
    case.expect(&ended, last == "slow done", "`slow` as the last result", last);
    case.expect_status(&ended, 0);
}

pub(super) fn the_arguments_of_a_job_follow_those_of_the_command(case: &mut Case) {
    let args = json!({ "id": 1, "args": ["a b", "", "*", "--workers", "\u{e9}", "$HOME"] });
    let input = format!("{args}\n{{\"id\":2}}\n{{\"id\":3,\"args\":[]}}\n");
    let script = "printf '<%s>' \"$@\"";
    let ended = command(
        case,
        &["--workers", "1"],
        &["sh", "-c", script, "sh", "--jobs", "first"],
    )
    .stdin(input)
    .run();
    let expected = "<--jobs><first><a b><><*><--workers><\u{e9}><$HOME>\n<--jobs><first>\n<--jobs><first>";
    expect_rows(case, &ended, 0, &["out"], expected);
}

pub(super) fn a_job_reads_its_stdin_and_else_nothing(case: &mut Case) {
    let long = "x".repeat(300_000);
    let lines = [
        json!({ "id": "cat", "args": ["cat"], "stdin": "a\nb" }),
        json!({ "id": "empty", "args": ["cat"], "stdin": "" }),
        json!({ "id": "nothing", "args": ["cat"] }),
        json!({ "id": "long", "args": ["wc -c"], "stdin": long }),
        // More than a pipe holds, and nobody who reads it.
        json!({ "id": "not read", "args": ["exit 0"], "stdin": long }),
        json!({ "id": "after", "args": ["cat"] }),
    ];
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let ended = pool(case, &["--workers", "1"]).stdin(input).run();
    let expected = "cat done \"a\\nb\"\nempty done \"\"\nnothing done \"\"\nlong done \"300000\\n\"\nnot read done \"\"\nafter done \"\"";
    let quoted: String = ended
        .stdout_text()
        .lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
            let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}\n", text("id"), text("result"), value["out"])
        })
        .collect();
    case.expect_same(
        &ended,
        "the results (id, result, out)",
        expected,
        quoted.trim_end(),
    );
    case.expect_status(&ended, 0);
}

pub(super) fn a_line_that_is_no_job_is_named_and_the_rest_runs(case: &mut Case) {
    let bad = [
        "nonsense",
        "{\"id\":\"torn",
        "[]",
        "{\"args\":[\"echo no id\"]}",
        "{\"id\":null}",
        "{\"id\":[1]}",
        "{\"id\":\"x\",\"args\":\"echo\"}",
        "{\"id\":\"x\",\"args\":[1]}",
        "{\"id\":\"x\",\"args\":[\"a\\u0000b\"]}",
        "{\"id\":\"x\",\"stdin\":7}",
        "{\"id\":\"x\",\"arg\":[\"a slip\"]}",
    ];
    let mut input = job("first", "echo 1");
    let mut expected = vec!["first done".to_owned()];
    for (at, line) in bad.iter().enumerate() {
        input.push_str(line);
        input.push('\n');
        expected.push(format!(
            "{{\"id\":null,\"line\":{},\"result\":\"malformed\"}}",
            at + 2
        ));
    }
    // An empty line is no job either, and nobody's mistake.
    input.push_str("\n  \n");
    input.push_str(&job("last", "echo 2"));
    input.push_str("{\"id\":");
    expected.push("last done".to_owned());
    expected.push(format!(
        "{{\"id\":null,\"line\":{},\"result\":\"malformed\"}}",
        bad.len() + 5
    ));
    let ended = pool(case, &["--workers", "1"]).stdin(input).run();
    let told = |line: &str| match line.contains("malformed") {
        true => line.to_owned(),
        false => {
            let value: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
            let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
            format!("{} {}", text("id"), text("result"))
        }
    };
    let mut found: Vec<String> = ended.stdout_text().lines().map(told).collect();
    // Lines may be found to be no jobs before the jobs above them are done.
    found.sort();
    expected.sort();
    case.expect_same(
        &ended,
        "the results, sorted",
        &expected.join("\n"),
        &found.join("\n"),
    );
    case.expect_status(&ended, 1);
    for line in (2..bad.len() + 2).chain([bad.len() + 5]) {
        case.expect_stderr_names(&ended, &format!("daemon: stdin:{line}: "));
    }
}

pub(super) fn the_last_line_may_lack_its_line_feed(case: &mut Case) {
    let ended = pool(case, &["--workers", "2"])
        .stdin(job("a", "echo a").trim_end())
        .run();
    expect_rows(case, &ended, 0, &["id", "result"], "a done");
}

pub(super) fn without_jobs_there_are_no_results(case: &mut Case) {
    for input in ["", "\n\n"] {
        let ended = pool(case, &["--workers", "2"]).stdin(input).run();
        case.expect_stdout(&ended, "");
        case.expect_status(&ended, 0);
        case.expect_quiet(&ended);
    }
}

pub(super) fn jobs_may_stand_in_a_file(case: &mut Case) {
    case.file("list", super::jobs::jobs(50, "echo x"));
    let ended = pool(case, &["--workers", "3"]).stdin_file("list").run();
    let done = rows(&ended, &["result"])
        .lines()
        .filter(|&row| row == "done")
        .count();
    case.expect(&ended, done == 50, "50 results that say `done`", done);
    case.expect_status(&ended, 0);
}

pub(super) fn what_cannot_be_started_is_told(case: &mut Case) {
    let plain = case.file("plain.txt", "no program\n");
    fs::set_permissions(&plain, fs::Permissions::from_mode(0o644))
        .unwrap_or_else(|error| panic!("{}: {error}", plain.display()));
    for program in ["./no-such-program", "no-such-program-in-path", "./plain.txt"] {
        let ended = command(case, &["--workers", "2", "--retries", "3"], &[program])
            .stdin("{\"id\":\"a\"}\n{\"id\":\"b\"}\n")
            .run();
        let expected = "{\"id\":\"a\",\"result\":\"not started\",\"status\":null,\"signal\":null,\"tries\":1,\"ms\":_,\"out\":\"\"}\n{\"id\":\"b\",\"result\":\"not started\",\"status\":null,\"signal\":null,\"tries\":1,\"ms\":_,\"out\":\"\"}\n";
        case.expect_same(&ended, "the results", expected, &without_times(&ended));
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, program);
    }
}

pub(super) fn a_start_that_fails_is_a_try(case: &mut Case) {
    // The first try removes the program.
    let path = case.file("once", "#!/bin/sh\nrm once\nexit 3\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let ended = command(
        case,
        &["--workers", "1", "--retries", "5", "--backoff", "1"],
        &["./once"],
    )
    .stdin("{\"id\":\"a\"}\n")
    .run();
    expect_rows(case, &ended, 1, &["id", "result", "tries"], "a not started 2");
}

pub(super) fn of_a_long_output_64_kib_are_kept_and_the_rest_is_read(case: &mut Case) {
    let input = [
        // A process that prints more than a pipe holds waits for its reader; who closes the pipe kills it.
        job("long", "head -c 3000000 /dev/zero | tr '\\0' x && echo end >&2"),
        job("exact", "head -c 65536 /dev/zero | tr '\\0' y"),
        job("one more", "head -c 65537 /dev/zero | tr '\\0' z"),
    ];
    let ended = pool(case, &["--workers", "3"]).stdin(input.concat()).run();
    let told = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        let out = value["out"].as_str().unwrap_or_default();
        let keys = value.as_object().map_or(0, |object| {
            object.keys().filter(|key| *key == "truncated").count()
        });
        format!(
            "{} {}: {} bytes, {} times `truncated`, {}",
            value["id"],
            value["result"],
            out.len(),
            keys,
            value["truncated"]
        )
    };
    let mut found: Vec<String> = ended.stdout_text().lines().map(told).collect();
    found.sort();
    let expected = "\"exact\" \"done\": 65536 bytes, 0 times `truncated`, null\n\"long\" \"done\": 65536 bytes, 1 times `truncated`, true\n\"one more\" \"done\": 65536 bytes, 1 times `truncated`, true";
    case.expect_same(&ended, "the results", expected, &found.join("\n"));
    case.expect_stderr_names(&ended, "long: end");
}

pub(super) fn output_that_is_no_text_has_replacement_characters(case: &mut Case) {
    let input = job("x", "printf 'a\\377b\\303\\251\\000c'");
    let ended = pool(case, &["--workers", "1"]).stdin(input).run();
    expect_rows(case, &ended, 0, &["out"], "a\u{fffd}b\u{e9}\0c");
}

pub(super) fn standard_error_comes_line_by_line_with_the_job_before_it(case: &mut Case) {
    let mut gates = ["one", "two", "three"].map(|name| Gate::new(case, name));
    let input = [
        job(
            "a",
            "printf 'begun ' >&2; echo a >> steps; read go < one; echo ended >&2; printf 'no line feed' >&2",
        ),
        job(
            "b",
            "read go < two; echo between >&2; echo b >> steps; read go < three; printf '\\n\\n' >&2",
        ),
    ];
    let mut running = pool(case, &["--workers", "2"]).stdin(input.concat()).spawn();
    wait_for_file(case, &mut running, "steps", 1);
    gates[1].open();
    let whole = |bytes: &[u8], line: &str| {
        String::from_utf8_lossy(bytes)
            .split_inclusive('\n')
            .any(|found| found == line)
    };
    running.wait_for_stderr("passed on `b: between`", |bytes| whole(bytes, "b: between\n"));
    gates[0].open();
    running.wait_for_lines(1);
    gates[2].open();
    let ended = running.wait();
    let expected = "b: between\na: begun ended\na: no line feed\nb: \nb: \n";
    case.expect_same(&ended, "standard error", expected, &ended.stderr_text());
}

pub(super) fn the_milliseconds_are_those_of_the_last_try(case: &mut Case) {
    let script = "if [ -e once ]; then sleep 0.2; exit 0; fi; : > once; sleep 0.6; exit 1";
    let ended = pool(case, &["--workers", "1", "--retries", "1", "--backoff", "1"])
        .stdin(job("a", script))
        .run();
    expect_rows(case, &ended, 0, &["id", "result", "tries"], "a done 2");
    let ms = number(&ended, 0, "ms").unwrap_or_default();
    let most = (ended.wall.as_millis() as u64).saturating_sub(600);
    case.expect(
        &ended,
        (200..=most).contains(&ms),
        &format!("`ms` from 200 to {most}"),
        ms,
    );
}

pub(super) fn a_folder_of_files_is_a_list_of_jobs(case: &mut Case) {
    for name in ["10", "9", "b c", "a", ".hidden", "\u{e9}"] {
        case.file(&format!("spool/{name}"), format!("content of {name}\n"));
    }
    case.file("spool/folder/inside", "not a job\n");
    let _pipe = Gate::new(case, "spool/pipe");
    let ended = command(
        case,
        &["--workers", "1", "--jobs", "spool"],
        &["sh", "-c", "echo \"$1 $2\"; cat \"$2\"", "sh", "fixed"],
    )
    .run();
    let row = |name: &str| format!("{name} done fixed spool/{name}\ncontent of {name}\n");
    let expected: Vec<String> = [".hidden", "10", "9", "a", "b c", "\u{e9}"].map(row).into();
    expect_rows(case, &ended, 0, &["id", "result", "out"], &expected.join("\n"));
    let ended = command(case, &["--workers", "1", "--jobs", "no-such-folder"], &["true"]).run();
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
    case.expect_stderr_names(&ended, "no-such-folder");
}

pub(super) fn a_job_finds_nothing_open_and_no_signal_blocked(case: &mut Case) {
    let script = "ls /proc/self/fd; grep ^SigBlk /proc/self/status";
    // Whoever started the case may have left something open or blocked: what a plain shell finds is the measure.
    let plain = case.peer("sh", "dash").args(["-c", script]).run();
    let expected = plain.stdout_text();
    let ended = pool(case, &["--workers", "2"])
        .stdin(super::jobs::jobs(4, script))
        .run();
    expect_rows(case, &ended, 0, &["out"], &[&*expected; 4].join("\n"));
}
