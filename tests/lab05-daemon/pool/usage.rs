//! The command line.

use support::Case;

pub(super) fn a_wrong_command_line_is_status_2(case: &mut Case) {
    for (args, names) in [
        (&["--", "true"][..], "--workers"),
        (&["--workers", "0", "--", "true"], "--workers"),
        (&["--workers", "257", "--", "true"], "--workers"),
        (&["--workers", "-1", "--", "true"], "--workers"),
        (&["--workers", "x", "--", "true"], "--workers"),
        (&["--workers", "2"], "CMD"),
        (&["--workers", "2", "--"], "CMD"),
        (
            &["--workers", "2", "--time-limit", "1s", "--", "true"],
            "--time-limit",
        ),
        (&["--workers", "2", "--memory", "--", "true"], "--memory"),
        (
            &["--workers", "2", "--retries", "many", "--", "true"],
            "--retries",
        ),
        (&["--workers", "2", "--wrokers", "2", "--", "true"], "wrokers"),
    ] {
        let ended = case
            .program("daemon")
            .args(["pool"])
            .args(args)
            .stdin("{\"id\":1}\n")
            .run();
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, names);
    }
}
