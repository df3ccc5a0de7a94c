//! The clock on the wall is set.

use support::Case;

use super::sheet::{BEGIN, Sheet, job};

fn jobs() -> String {
    job("made-up", "cron = \"*/5 * * * *\"") + &job("left-out", "cron = \"*/5 * * * *\"\nmissed = \"skip\"")
}

const BOTH_DONE: &str = "done made-up\ndone left-out\n";

pub(super) fn a_step_forward_is_made_up_for_once_or_not_at_all(case: &mut Case) {
    let mut sheet = Sheet::default();
    let events = format!("at {BEGIN}\n+7m\n{BOTH_DONE}step +1h\n+3s\ndone made-up\n+5m\n");
    sheet.row(case, "twelve runs", &jobs(), &events);
    sheet.row(
        case,
        "one run",
        &jobs(),
        &format!("at {BEGIN}\n+3m\nstep +3m\n+10m\n"),
    );
    sheet.row(
        case,
        "no run",
        &jobs(),
        &format!("at {BEGIN}\n+1m\nstep +3m\n+2m\n"),
    );
    sheet.row(
        case,
        "a year, with once as the default",
        &(job("daily", "cron = \"@daily\"\nmissed = \"once\"") + &job("monthly", "cron = \"@monthly\"")),
        &format!("at {BEGIN}\nstep +8760h\n+14h\n"),
    );
    // What is missed has no time of its own any more: so it is decided in the order of names.
    sheet.row(
        case,
        "z at 17:30, a until 18:00",
        &(job("z", "cron = \"30 17 * * *\"") + &job("a", "cron = \"0 * * * *\"")),
        &format!("at {BEGIN}\n+90m\ndone a\n+210m\ndone a\nstep +190m\n"),
    );
    sheet.compare(case);
}

pub(super) fn a_run_is_missed_once_its_minute_is_over(case: &mut Case) {
    let mut sheet = Sheet::default();
    for step in ["+119s", "+120s", "+179s", "+180s", "+419s", "+420s"] {
        let events = format!("at {BEGIN}\n+3m\nstep {step}\n");
        sheet.row(case, &format!("10:03:00 and {step}"), &jobs(), &events);
    }
    sheet.compare(case);
}

pub(super) fn a_step_back_runs_no_minute_twice(case: &mut Case) {
    let mut sheet = Sheet::default();
    let events = format!("at {BEGIN}\n+12m\n{BOTH_DONE}step -6m\n+3m\n+3m\n+3m\n");
    sheet.row(case, "six minutes", &jobs(), &events);
    let events = format!("at {BEGIN}\n+12m\n{BOTH_DONE}step -1h\n+59m\n+4m\n");
    sheet.row(case, "an hour", &jobs(), &events);
    let events = format!("at {BEGIN}\n+10m\n{BOTH_DONE}step -1s\n+1s\n+1m\n");
    sheet.row(case, "a second", &jobs(), &events);
    let events = format!("at {BEGIN}\n+1m\nstep +30m\n{BOTH_DONE}step -30m\n+28m\n+6m\n")
        .replace("done left-out\n", "");
    sheet.row(case, "forward and back", &jobs(), &events);
    sheet.compare(case);
}

pub(super) fn a_step_back_by_hours_is_a_correction(case: &mut Case) {
    let hourly = job("hourly", "cron = \"@hourly\"");
    let mut sheet = Sheet::default();
    for step in ["-3h", "-10801s", "-24h"] {
        let events = format!("at {BEGIN}\n+1h\ndone hourly\nstep {step}\n+2h\n");
        sheet.row(case, &format!("11:00:00 and {step}"), &hourly, &events);
    }
    // It counts how far the clock is behind what it has shown, and not how far the last step went.
    let events = format!("at {BEGIN}\n+1h\ndone hourly\nstep -2h\nstep -2h\n+2h\n");
    sheet.row(case, "11:00:00, -2h and -2h", &hourly, &events);
    sheet.compare(case);
}

pub(super) fn what_was_missed_while_a_job_runs_is_skipped(case: &mut Case) {
    let mut sheet = Sheet::default();
    let events = format!("at {BEGIN}\n+5m\nstep +1h\n{BOTH_DONE}+5m\n");
    sheet.row(case, "both run", &jobs(), &events);
    let events = format!("at {BEGIN}\n+5m\nstep +1h\ndone left-out\n");
    sheet.row(case, "one place", &format!("parallel = 1\n{}", jobs()), &events);
    sheet.compare(case);
}

pub(super) fn intervals_do_not_see_steps(case: &mut Case) {
    let disk = job("disk", "every = \"10m\"");
    let mut sheet = Sheet::default();
    for step in ["+1h", "-1h", "+8760h", "-8760h"] {
        let events = format!("at {BEGIN}\ndone disk\n+4m\nstep {step}\n+5m\n+1m\n");
        sheet.row(case, step, &disk, &events);
    }
    sheet.compare(case);
}
