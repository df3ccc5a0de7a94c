//! Running `daemon models`, and reading what it prints.

use std::time::Duration;

use serde_json::Value;
use support::{Case, Ended, Program};

pub(super) const MODELS: [&str; 3] = ["process", "thread", "task"];

/// A measurement as it is asked for.
#[derive(Clone, Copy)]
pub(super) struct Trial {
    pub(super) load: &'static str,
    pub(super) model: &'static str,
    pub(super) workers: usize,
    pub(super) jobs: usize,
    pub(super) size: usize,
}

/// Prepares to run `daemon models` with these arguments, a blank between each.
pub(super) fn models(case: &Case, args: &str) -> Program {
    let args = ["models"].into_iter().chain(args.split_ascii_whitespace());
    case.program("daemon").args(args)
}

impl Trial {
    /// Prepares to run it, with `--json`.
    pub(super) fn program(&self, case: &Case) -> Program {
        let Self {
            load,
            model,
            workers,
            jobs,
            size,
        } = self;
        let args =
            format!("--load {load} --model {model} --workers {workers} --jobs {jobs} --size {size} --json");
        models(case, &args)
    }

    /// Runs it, which is to take no more than some hundred milliseconds, and expects the sum to be `sum`. Returns the line that it printed.
    pub(super) fn expect_sum(&self, case: &mut Case, sum: u64) -> (Ended, Value) {
        let ended = self.program(case).wall(Duration::from_secs(8)).run();
        let line = self.expect_line(case, &ended, sum);
        (ended, line)
    }

    /// Expects success, one line of JSON, and in it `sum`.
    pub(super) fn expect_line(&self, case: &mut Case, ended: &Ended, sum: u64) -> Value {
        let lines = expect_lines(case, ended);
        let [line] = &*lines else {
            case.expect(ended, false, "one line of JSON", ended.stdout_text());
            return Value::Null;
        };
        let what = format!(
            "the sum of {} jobs by {} workers of model {}",
            self.jobs, self.workers, self.model
        );
        case.expect_same(ended, &what, &sum.to_string(), &line["sum"].to_string());
        line.clone()
    }
}

/// Expects success and nothing but lines of JSON.
pub(super) fn expect_lines(case: &mut Case, ended: &Ended) -> Vec<Value> {
    if ended.code() != 0 {
        let found = format!("exit status {}\n{}", ended.code(), ended.stderr_text());
        case.expect(ended, false, "exit status 0", found);
    }
    let text = ended.stdout_text();
    let lines: Result<Vec<Value>, _> = text.lines().map(serde_json::from_str).collect();
    case.expect(ended, lines.is_ok(), "lines of JSON", text);
    lines.unwrap_or_default()
}

/// How many threads compute at the same time here.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
