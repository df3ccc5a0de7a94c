//! Waits that differ from host to host, and are the same every time.

use std::fs;

use support::Case;

use super::sheet::{BEGIN, Sheet, job, simulate};

pub(super) fn a_jitter_is_drawn_from_host_job_and_due_time(case: &mut Case) {
    let mut sheet = Sheet::default();
    for host in ["web1", "web2", "db-1.example.org"] {
        let jobs = format!("host = \"{host}\"\n")
            + &job("disk", "every = \"2h\"\njitter = \"1h\"")
            + &job("load", "cron = \"0 */4 * * *\"\njitter = \"119m\"");
        for day in [26, 27] {
            let events = format!("at 2026-11-{day}T10:00:00Z\n+5h\n");
            sheet.row(case, &format!("{host} on the {day}th"), &jobs, &events);
        }
    }
    let jobs: String = (0..12)
        .map(|n| job(&format!("job{n:02}"), "every = \"1m\"\njitter = \"3s\""))
        .collect();
    let jobs = format!("parallel = 12\nhost = \"web1\"\n{jobs}");
    sheet.row(case, "twelve jobs", &jobs, &format!("at {BEGIN}\n+10s\n"));
    sheet.compare(case);
}

pub(super) fn a_jitter_is_sat_out_whatever_the_clock_does(case: &mut Case) {
    let jobs =
        "parallel = 2\nhost = \"web1\"\n".to_owned() + &job("load", "cron = \"0 * * * *\"\njitter = \"3h\"");
    let mut sheet = Sheet::default();
    sheet.row(case, "no step", &jobs, &format!("at {BEGIN}\n+6h\n"));
    sheet.row(
        case,
        "a step forward",
        &jobs,
        &format!("at {BEGIN}\n+1h\nstep +30m\n+3h\n"),
    );
    sheet.row(
        case,
        "a step back",
        &jobs,
        &format!("at {BEGIN}\n+1h\nstep -30m\n+3h\n"),
    );
    // It counts from the due time, and not from when somebody has looked.
    let jitter = "cron = \"0 * * * *\"\njitter = \"1h\"";
    sheet.row(
        case,
        "a step over the due time",
        &format!("host = \"web1\"\n{}", job("load", jitter)),
        &format!("at {BEGIN}\n+3570s\nstep +50s\n+59m\n"),
    );
    // What is made up for has a jitter as well.
    let made_up = "host = \"web1\"\n".to_owned() + &job("load", "cron = \"0 0 * * *\"\njitter = \"3h\"");
    sheet.row(
        case,
        "made up",
        &made_up,
        &format!("at {BEGIN}\nstep +48h\n+4h\n"),
    );
    sheet.compare(case);
}

pub(super) fn the_host_is_this_one_unless_the_file_says_otherwise(case: &mut Case) {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let jobs: String = (0..8)
        .map(|n| job(&format!("job{n}"), "every = \"2h\"\njitter = \"1h\""))
        .collect();
    let jobs = format!("parallel = 8\n{jobs}");
    let events = format!("at {BEGIN}\n+1h\n");
    let named = simulate(case, &format!("host = \"{}\"\n{jobs}", name.trim_end()), &events);
    case.expect_status(&named, 0);
    let not_named = simulate(case, &jobs, &events);
    let expected = named.stdout.clone();
    case.expect_stdout(&not_named, expected);
}
