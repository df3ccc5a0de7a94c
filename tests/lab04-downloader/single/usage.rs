//! Arguments that mean nothing, and those that explain the others.

use support::Case;

use crate::runs::downloader;
use crate::usage::{URL, expect_wrong};

pub(super) fn wrong_usage_is_status_2(case: &mut Case) {
    expect_wrong(
        case,
        &[
            &[],
            &[URL, URL],
            &["--no-such-option", URL],
            &["-o", "-", URL],
            &["-o"],
            &["--timeout", "1s", URL],
            &["--timeout", "-1", URL],
        ],
    );
    let ended = downloader(case, &["-x", "1", "-o", "-", URL]);
    case.expect_status(&ended, 2);
    case.expect_stderr_names(&ended, "downloader: ");
}

pub(super) fn help_and_version_are_there(case: &mut Case) {
    let help = downloader(case, &["--help"]);
    case.expect_status(&help, 0);
    for option in [
        "--connections",
        "--output",
        "--force",
        "--sha256",
        "--limit",
        "--mirror",
        "--json",
    ] {
        let text = help.stdout_text();
        case.expect(
            &help,
            text.contains(option),
            &format!("{option} in the help"),
            text,
        );
    }
    let version = downloader(case, &["--version"]);
    case.expect_status(&version, 0);
    let text = version.stdout_text();
    case.expect(
        &version,
        text.starts_with("downloader "),
        "the name and the version",
        text,
    );
}
