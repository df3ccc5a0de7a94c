//! Who starts, who waits, who is skipped.

use support::Case;

use super::sheet::{BEGIN, Sheet, job, simulate};

pub(super) fn intervals_begin_at_once_and_keep_their_beat(case: &mut Case) {
    let mut sheet = Sheet::default();
    let jobs = job("disk", "every = \"10s\"");
    sheet.row(
        case,
        "ends at once",
        &jobs,
        &format!("at {BEGIN}\ndone disk\n+10s\ndone disk\n+10s\ndone disk\n"),
    );
    sheet.row(
        case,
        "ends in the middle",
        &jobs,
        &format!("at {BEGIN}\n+4s\ndone disk\n+9s\ndone disk\n+9s\n"),
    );
    sheet.row(
        case,
        "ends late",
        &jobs,
        &format!("at {BEGIN}\n+14s\ndone disk\n+14s\n"),
    );
    sheet.row(
        case,
        "below a second",
        &job("disk", "every = \"400ms\""),
        &format!("at {BEGIN}\n+2s\n"),
    );
    let two = job("slow", "every = \"7s\"") + &job("fast", "every = \"3s\"");
    sheet.row(case, "two", &two, &format!("at {BEGIN}\n+21s\n"));
    sheet.compare(case);
}

pub(super) fn a_job_that_has_not_ended_is_skipped_and_counted(case: &mut Case) {
    let jobs =
        "parallel = 1\n".to_owned() + &job("disk", "every = \"10s\"") + &job("load", "cron = \"* * * * *\"");
    let ended = simulate(
        case,
        &jobs,
        &format!("at {BEGIN}\n+25s\ndone disk\n+50s\ndone disk\n+10s\ndone load\n+1m\n"),
    );
    case.snapshot(&ended);
}

pub(super) fn no_more_run_than_may(case: &mut Case) {
    let jobs: String = ["a", "b", "c", "d", "e"]
        .iter()
        .map(|name| job(name, "cron = \"* * * * *\""))
        .collect();
    let mut sheet = Sheet::default();
    let events = format!("at {BEGIN}\n+1m\n+5s\ndone b\n+5s\ndone a\ndone c\n+5s\ndone e\n+45s\ndone d\n");
    sheet.row(case, "two at once", &format!("parallel = 2\n{jobs}"), &events);
    let events =
        format!("at {BEGIN}\n+1m\n+5s\ndone a\n+5s\ndone b\n+5s\ndone c\n+5s\ndone d\n+5s\ndone e\n");
    sheet.row(
        case,
        "one after the other",
        &format!("parallel = 1\n{jobs}"),
        &events,
    );
    sheet.row(
        case,
        "all at once",
        &format!("parallel = 5\n{jobs}"),
        &format!("at {BEGIN}\n+1m\n"),
    );
    sheet.compare(case);
}

pub(super) fn those_who_wait_start_in_the_order_of_due_time_then_name(case: &mut Case) {
    let jobs = "parallel = 1\n".to_owned()
        + &job("long", "every = \"1h\"")
        + &job("z-early", "cron = \"1 * * * *\"")
        + &job("b-same", "cron = \"2 * * * *\"")
        + &job("a-same", "cron = \"2 * * * *\"")
        + &job("a-late", "cron = \"3 * * * *\"");
    let mut sheet = Sheet::default();
    let events = format!("at {BEGIN}\n+4m\ndone long\ndone z-early\ndone a-same\ndone b-same\ndone a-late\n");
    sheet.row(case, "they wait for one that runs long", &jobs, &events);
    // Both jitters are over when the clock is looked at: that of z after half a second, that of a after nine.
    let jobs = "parallel = 1\nhost = \"web1\"\n".to_owned()
        + &job("long", "every = \"1h\"")
        + &job("a", "cron = \"1 * * * *\"\njitter = \"10s\"")
        + &job("zy", "cron = \"1 * * * *\"\njitter = \"10s\"");
    let events = format!("at {BEGIN}\n+30s\nstep +50s\ndone long\ndone zy\ndone a\n");
    sheet.row(case, "their jitters are over at the same look", &jobs, &events);
    sheet.compare(case);
}

pub(super) fn a_limit_asks_first_and_kills_later(case: &mut Case) {
    let disk = job("disk", "every = \"1m\"\nlimit = \"10s\"");
    let mut sheet = Sheet::default();
    sheet.row(case, "it never ends", &disk, &format!("at {BEGIN}\n+70s\n"));
    sheet.row(
        case,
        "it ends in time",
        &disk,
        &format!("at {BEGIN}\n+9s\ndone disk\n+30s\n"),
    );
    sheet.row(
        case,
        "it ends when asked",
        &disk,
        &format!("at {BEGIN}\n+11s\ndone disk\n+60s\ndone disk\n+1m\n"),
    );
    sheet.row(
        case,
        "less grace",
        &format!("grace = \"2s\"\n{disk}"),
        &format!("at {BEGIN}\n+30s\n"),
    );
    sheet.row(
        case,
        "it is due again at its limit",
        &job("disk", "every = \"10s\"\nlimit = \"10s\""),
        &format!("at {BEGIN}\n+10s\ndone disk\n+10s\n"),
    );
    // The limit is that of the run, and begins when it starts.
    let two = format!(
        "parallel = 1\n{disk}{}",
        job("load", "every = \"1m\"\nlimit = \"20s\"")
    );
    sheet.row(
        case,
        "it waited before",
        &two,
        &format!("at {BEGIN}\n+9s\ndone disk\n+25s\n"),
    );
    sheet.compare(case);
}
