//! Files and arguments that mean nothing.

use support::Case;

use super::sheet::{BEGIN, cron, job, simulate};

pub(super) fn keys_that_mean_nothing_are_refused_by_line(case: &mut Case) {
    let good = job("disk", "every = \"10s\"");
    for (schedule, line, word) in [
        ("paralel = 2\n".to_owned() + &good, 1, "paralel"),
        ("\n\nparallel = 0\n".to_owned() + &good, 3, "parallel"),
        ("parallel = \"2\"\n".to_owned() + &good, 1, "parallel"),
        ("host = \"a b\"\n".to_owned() + &good, 1, "host"),
        ("grace = 5\n".to_owned() + &good, 1, "grace"),
        (job("disk", "every = \"10s\"\ncomand = []"), 5, "comand"),
        (job("disk", "every = \"10\""), 4, "every"),
        (job("disk", "every = \"0s\""), 4, "every"),
        (job("disk", "every = \"10 s\""), 4, "every"),
        (job("disk", "every = 10"), 4, "every"),
        (job("disk", "every = \"10s\"\nlimit = \"0ms\""), 5, "limit"),
        (job("disk", "every = \"10s\"\njitter = \"10s\""), 5, "jitter"),
        (job("disk", "every = \"10s\"\nmissed = \"once\""), 5, "missed"),
        (job("disk", "cron = \"@daily\"\nmissed = \"twice\""), 5, "missed"),
        (job("disk", "every = \"10s\"\ncron = \"@daily\""), 5, "cron"),
        (job("disk", ""), 1, "every"),
        (job("di sk", "every = \"10s\""), 2, "name"),
        (job("", "every = \"10s\""), 2, "name"),
        (format!("{good}\n{good}"), 6, "disk"),
        (
            "[[job]]\nname = \"disk\"\nevery = \"10s\"\n".to_owned(),
            1,
            "command",
        ),
        (
            "[[job]]\nname = \"disk\"\ncommand = []\nevery = \"10s\"\n".to_owned(),
            3,
            "command",
        ),
        (
            "[[job]]\nname = \"disk\"\ncommand = \"true\"\nevery = \"10s\"\n".to_owned(),
            3,
            "command",
        ),
        ("parallel = 2\n".to_owned(), 2, "job"),
        (format!("{good}limit = "), 5, "jobs.toml"),
    ] {
        let ended = simulate(case, &schedule, &format!("at {BEGIN}\n"));
        case.expect_status(&ended, 1);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, &format!("jobs.toml:{line}"));
        case.expect_stderr_names(&ended, word);
    }
}

pub(super) fn events_that_cannot_be_are_refused_by_line(case: &mut Case) {
    let jobs = job("disk", "every = \"1h\"") + &cron("load", "@daily");
    for (events, line) in [
        ("+1s\n".to_owned(), 1),
        ("at 2026-11-26\n".to_owned(), 1),
        ("at 2026-02-30T10:00:00Z\n".to_owned(), 1),
        ("at 2026-02-28T24:00:00Z\n".to_owned(), 1),
        ("at 2026-02-28T10:60:00Z\n".to_owned(), 1),
        ("at 2026-02-28T10:00:60Z\n".to_owned(), 1),
        (format!("at {BEGIN}\nat {BEGIN}\n"), 2),
        (format!("at {BEGIN}\n\n# a comment\n+1\n"), 4),
        (format!("at {BEGIN}\n-1s\n"), 2),
        (format!("at {BEGIN}\nstep 1h\n"), 2),
        (format!("at {BEGIN}\nstep\n"), 2),
        (format!("at {BEGIN}\ndone load\n"), 2),
        (format!("at {BEGIN}\ndone nobody\n"), 2),
        (format!("at {BEGIN}\ndone disk\ndone disk\n"), 3),
        (format!("at {BEGIN}\nstop\n"), 2),
    ] {
        let ended = simulate(case, &jobs, &events);
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, &format!("stdin:{line}"));
        case.file("events", &events);
        let ended = case
            .program("daemon")
            .args(["schedule", "jobs.toml", "--simulate", "events"])
            .run();
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, &format!("events:{line}"));
    }
}

pub(super) fn wrong_usage_is_told_from_failure(case: &mut Case) {
    case.file("jobs.toml", job("disk", "every = \"1h\""));
    let rows: &[(&[&str], i32, &str)] = &[
        (&["schedule"], 2, "FILE"),
        (&["schedule", "jobs.toml", "more"], 2, "more"),
        (&["schedule", "jobs.toml", "--simulate"], 2, "simulate"),
        (&["schedule", "jobs.toml", "--fast"], 2, "fast"),
        (&["schedule", "none.toml"], 1, "none.toml"),
        (&["schedule", "jobs.toml", "--simulate", "none"], 1, "none"),
    ];
    for (args, status, word) in rows {
        let ended = case.program("daemon").args(*args).run();
        case.expect_status(&ended, *status);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, "daemon: ");
        case.expect_stderr_names(&ended, word);
    }
}
