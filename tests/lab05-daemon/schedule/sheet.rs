//! Simulations as rows of one snapshot.

use support::{Case, Ended};

/// The beginning of most simulations: a Thursday.
pub(super) const BEGIN: &str = "2026-11-26T10:00:00Z";

/// Writes a job. `rest` has its other keys, a line each.
pub(super) fn job(name: &str, rest: &str) -> String {
    format!("[[job]]\nname = \"{name}\"\ncommand = [\"true\"]\n{rest}\n")
}

/// Writes a job with a line of cron.
pub(super) fn cron(name: &str, line: &str) -> String {
    job(name, &format!("cron = \"{line}\""))
}

/// Simulates the schedule with these events, an event a line.
pub(super) fn simulate(case: &mut Case, schedule: &str, events: &str) -> Ended {
    case.file("jobs.toml", schedule);
    case.program("daemon")
        .args(["schedule", "jobs.toml", "--simulate", "-"])
        .stdin(events)
        .run()
}

/// Several simulations, for one snapshot.
#[derive(Default)]
pub(super) struct Sheet {
    text: String,
    last: Option<Ended>,
}

impl Sheet {
    /// Adds one. As many jobs may run as there are, unless the schedule says otherwise; lines with counts are left out, which have a case of
    /// their own.
    pub(super) fn row(&mut self, case: &mut Case, title: &str, schedule: &str, events: &str) {
        let parallel = match schedule.contains("parallel") {
            true => "",
            false => "parallel = 16\n",
        };
        let ended = simulate(case, &format!("{parallel}{schedule}"), events);
        self.text.push_str(&format!("== {title}: {}\n", ended.code()));
        for line in ended
            .stdout_text()
            .lines()
            .filter(|line| !line.contains(" total "))
        {
            self.text.push_str(&format!("{line}\n"));
        }
        self.last = Some(ended);
    }

    /// Adds one of a single job, called `job`, whose first run never ends: every later due time is told as skipped.
    pub(super) fn due_times(&mut self, case: &mut Case, line: &str, from: &str, span: &str) {
        let title = format!("{line} from {from}, {span}");
        self.row(case, &title, &cron("job", line), &format!("at {from}\n{span}\n"));
    }

    /// Compares all with the snapshot.
    pub(super) fn compare(self, case: &mut Case) {
        let last = self.last.expect("a sheet has rows");
        case.snapshot_text(&last, &self.text);
    }
}
