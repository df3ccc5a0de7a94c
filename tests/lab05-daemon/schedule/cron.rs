//! Lines of cron: when they are due, and which are none.

use support::Case;

use super::sheet::{BEGIN, Sheet, cron, job, simulate};

pub(super) fn minutes_and_hours_are_lists_ranges_and_steps(case: &mut Case) {
    let mut sheet = Sheet::default();
    for (line, span) in [
        ("* * * * *", "+3m"),
        ("*/20 * * * *", "+2h"),
        ("7-59/20 * * * *", "+2h"),
        ("1,2,58-59 * * * *", "+1h"),
        ("05 */9 * * *", "+24h"),
        ("0,30 9-17/4 * * *", "+24h"),
        ("0\t0  * * *", "+24h"),
        ("59 23 31 12 *", "+8760h"),
    ] {
        sheet.due_times(case, &line.replace('\t', "\\t"), BEGIN, span);
    }
    sheet.compare(case);
}

pub(super) fn days_have_names(case: &mut Case) {
    let mut sheet = Sheet::default();
    for (line, span) in [
        ("0 0 * * 0", "+336h"),
        ("0 0 * * 7", "+336h"),
        ("0 0 * * sun", "+336h"),
        ("0 0 * * Mon-FRI", "+168h"),
        ("0 0 * * fri-sun", "+240h"),
        ("0 0 * * Sat-SUN", "+240h"),
        ("0 0 * * 5-7", "+240h"),
        ("0 0 * * tue,4", "+336h"),
        ("0 0 1 jan,Jul-SEP *", "+8760h"),
        ("0 0 1 */5 *", "+8760h"),
    ] {
        sheet.due_times(case, line, BEGIN, span);
    }
    sheet.compare(case);
}

pub(super) fn either_day_is_enough_when_both_are_restricted(case: &mut Case) {
    let mut sheet = Sheet::default();
    for (line, span) in [
        ("0 0 13 * fri", "+720h"),
        ("0 0 1-3 * sun", "+480h"),
        ("0 0 13 * *", "+1440h"),
        ("0 0 * * fri", "+480h"),
        // These begin with a star, so both must match.
        ("0 0 */2 * mon", "+1440h"),
        ("0 0 1-7 * */3", "+1440h"),
    ] {
        sheet.due_times(case, line, BEGIN, span);
    }
    sheet.compare(case);
}

pub(super) fn months_end_and_years_leap(case: &mut Case) {
    let mut sheet = Sheet::default();
    for (line, from, span) in [
        ("0 0 31 * *", "2026-01-01T00:00:00Z", "+8784h"),
        ("0 0 30 * *", "2027-12-31T00:00:00Z", "+2400h"),
        ("0 12 28-31 2 *", "2027-01-01T00:00:00Z", "+17544h"),
        ("0 0 29 2 *", "1996-03-01T00:00:00Z", "+78840h"),
        // 2100 is no leap year.
        ("0 0 29 2 *", "2095-01-01T00:00:00Z", "+96480h"),
        ("59 23 * * *", "2099-12-30T00:00:00Z", "+72h"),
    ] {
        sheet.due_times(case, line, from, span);
    }
    sheet.compare(case);
}

pub(super) fn nicknames_stand_for_lines(case: &mut Case) {
    let mut sheet = Sheet::default();
    for (line, span) in [
        ("@hourly", "+2h"),
        ("@daily", "+48h"),
        ("@midnight", "+24h"),
        ("@weekly", "+336h"),
        ("@monthly", "+1500h"),
        ("@yearly", "+10000h"),
        ("@annually", "+1000h"),
    ] {
        sheet.due_times(case, line, BEGIN, span);
    }
    sheet.compare(case);
}

pub(super) fn the_first_minute_is_the_one_after_the_beginning(case: &mut Case) {
    let mut sheet = Sheet::default();
    for from in [
        "2026-11-26T10:00:00Z",
        "2026-11-26T10:00:01Z",
        "2026-11-26T10:00:59Z",
        "1969-12-31T23:58:00Z",
    ] {
        sheet.due_times(case, "* * * * *", from, "+1m");
    }
    sheet.compare(case);
}

pub(super) fn there_is_no_summer_time(case: &mut Case) {
    // In Berlin 2:30 does not exist on the first of these nights, and comes twice on the second.
    for (day, expected) in [
        ("2026-03-28", ["2026-03-29", "2026-03-30"]),
        ("2026-10-24", ["2026-10-25", "2026-10-26"]),
    ] {
        case.file("jobs.toml", cron("job", "30 2 * * *"));
        let ended = case
            .program("daemon")
            .args(["schedule", "jobs.toml", "--simulate", "-"])
            .env("TZ", "Europe/Berlin")
            .stdin(format!("at {day}T12:00:00Z\n+24h\ndone job\n+24h\n"))
            .run();
        let [first, second] = expected;
        case.expect_stdout(
            &ended,
            format!(
                "{first}T02:30:00Z start job\n{second}T02:30:00Z start job\n{second}T12:00:00Z total job: 2 started, 0 skipped, 0 missed\n"
            ),
        );
    }
}

pub(super) fn a_century_is_no_work(case: &mut Case) {
    let jobs: String = (0..60)
        .map(|n| cron(&format!("job{n:02}"), &format!("{n} 0 29 2 *")))
        .collect();
    let ended = simulate(case, &jobs, "at 2001-01-01T00:00:00Z\n+876600h\n");
    case.expect_status(&ended, 0);
    // Leap years from 2004 to 2096.
    let due = ended.stdout_text().matches("02-29T00:").count();
    case.expect(&ended, due == 60 * 24, "60 jobs due 24 times each", due);
}

pub(super) fn lines_that_mean_nothing_are_refused_with_their_field(case: &mut Case) {
    for (line, field) in [
        ("60 * * * *", "minute"),
        ("* 24 * * *", "hour"),
        ("* * 0 * *", "day of month"),
        ("* * 32 * *", "day of month"),
        ("* * * 0 *", "month"),
        ("* * * 13 *", "month"),
        ("* * * * 8", "day of week"),
        ("* * * * mon-", "day of week"),
        ("* * * monday *", "month"),
        ("* jan * * *", "hour"),
        ("-1 * * * *", "minute"),
        ("+1 * * * *", "minute"),
        ("1.5 * * * *", "minute"),
        ("99999999999999999999 * * * *", "minute"),
        ("1,,2 * * * *", "minute"),
        ("1, * * * *", "minute"),
        ("30-10 * * * *", "minute"),
        ("* 1-24 * * *", "hour"),
        ("*/0 * * * *", "minute"),
        ("*/60 * * * *", "minute"),
        ("*/x * * * *", "minute"),
        ("*/ * * * *", "minute"),
        ("*/+2 * * * *", "minute"),
        ("5/10 * * * *", "minute"),
        ("** * * * *", "minute"),
        ("* * * *", "fields"),
        ("* * * * * *", "fields"),
        ("", "fields"),
        ("@reboot", "@reboot"),
        ("@Hourly", "@Hourly"),
        // No year has such a day.
        ("0 0 30 2 *", "never"),
        ("0 0 31 4,6,9,11 *", "never"),
        ("0 0 30,31 feb */2", "never"),
    ] {
        let ended = simulate(
            case,
            &job("job", &format!("cron = \"{line}\"")),
            &format!("at {BEGIN}\n"),
        );
        case.expect_status(&ended, 1);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, "jobs.toml:4");
        let field = if field == "never" { "ever comes" } else { field };
        case.expect_stderr_names(&ended, field);
    }
    let ended = simulate(case, &cron("job", "0 0 30 2 mon"), &format!("at {BEGIN}\n"));
    case.expect_status(&ended, 0);
}
