//! Jobs as they are drawn.

use serde_json::json;
use support::{Case, Rng};

use super::jobs::pool;

/// A drawn job: its script, and what is to become of it as the `result`, `status`, `signal`, `tries` and `out` of its line.
fn drawn(rng: &mut Rng, id: usize, retries: u64) -> (String, String) {
    let lines = rng.usize(0..4);
    let out: String = (0..lines)
        .map(|_| format!("{} {}\n", rng.alphabetic(), rng.u32(..)))
        .collect();
    let print = match out.is_empty() {
        true => ":".to_owned(),
        false => format!("printf '{}'", out.replace('\n', "\\n")),
    };
    // Some do better after some tries.
    let better_after = match rng.u8(..3) {
        0 => rng.u64(1..4),
        _ => u64::MAX,
    };
    let count = format!("echo x >> tries-{id}; n=$(wc -l < tries-{id})");
    let noise = match rng.bool() {
        true => format!("echo noise of {id} >&2"),
        false => ":".to_owned(),
    };
    let (end, result, status, signal) = match rng.u8(..4) {
        0 => {
            let status = rng.u8(1..);
            (format!("exit {status}"), "failed", json!(status), json!(null))
        }
        1 => {
            // Whoever started the case may ignore HUP, INT and QUIT, as nohup and a shell's `&` do.
            let signal = [6, 8, 9, 10, 11, 12, 14, 15][rng.usize(..8)];
            (
                format!("kill -{signal} $$; sleep 1000"),
                "crashed",
                json!(null),
                json!(signal),
            )
        }
        _ => ("exit 0".to_owned(), "done", json!(0), json!(null)),
    };
    let script = format!("{count}; {print}; {noise}; [ $n -gt {better_after} ] && exit 0; {end}");
    let tries = match result {
        "done" => 1,
        _ => (retries + 1).min(better_after.saturating_add(1)),
    };
    let (result, status, signal) = match tries > better_after {
        true => ("done", json!(0), json!(null)),
        false => (result, status, signal),
    };
    let row = json!([id, result, status, signal, tries, out]);
    let line = json!({ "id": id, "args": [script] });
    (format!("{line}\n"), row.to_string())
}

pub(super) fn drawn_jobs_end_as_they_must(case: &mut Case) {
    const ROUNDS: u64 = 3;
    const JOBS: usize = 40;
    for round in 0..ROUNDS {
        let mut rng = case.rng(round);
        let workers = rng.usize(1..9).to_string();
        let retries = rng.u64(0..3);
        let jobs: Vec<(String, String)> = (0..JOBS)
            .map(|id| drawn(&mut rng, round as usize * JOBS + id, retries))
            .collect();
        let input: String = jobs.iter().map(|(line, _)| &**line).collect();
        let ended = pool(
            case,
            &[
                "--workers",
                &workers,
                "--retries",
                &retries.to_string(),
                "--backoff",
                "1",
            ],
        )
        .stdin(input)
        .run();
        let row = |line: &str| match serde_json::from_str::<serde_json::Value>(line) {
            Ok(value) => {
                let keys = ["id", "result", "status", "signal", "tries", "out"];
                json!(keys.map(|key| value[key].clone())).to_string()
            }
            Err(_) => line.to_owned(),
        };
        let mut found: Vec<String> = ended.stdout_text().lines().map(row).collect();
        let mut expected: Vec<String> = jobs.iter().map(|(_, row)| row.clone()).collect();
        found.sort();
        expected.sort();
        case.expect_same(
            &ended,
            "the results, sorted (id, result, status, signal, tries, out)",
            &expected.join("\n"),
            &found.join("\n"),
        );
        let all_done = expected.iter().all(|row| row.contains("\"done\""));
        case.expect_status(&ended, if all_done { 0 } else { 1 });
    }
}
