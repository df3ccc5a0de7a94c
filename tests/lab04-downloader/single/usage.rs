//! Arguments that mean nothing, and those that explain the others.

use support::Case;
use support::http::{Response, Site};

use crate::runs::{downloader, expect_bytes};
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

pub(super) fn what_cannot_be_printed_is_an_error(case: &mut Case) {
    let site = case.site(Site::new().at("/big", Response::ok("hello\n")));
    let run = |name: &str, case: &Case| {
        case.program("downloader")
            .args(["-x", "1", "-o", name, &site.url("/big")])
    };
    let ended = run("full", case).stdout_to("/dev/full").run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "downloader: cannot write to standard output");
    expect_bytes(case, &ended, "full", &"hello\n".into());
    // Whoever closes it has read enough.
    let ended = run("closed", case).close_stdout_after(0).run();
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
    expect_bytes(case, &ended, "closed", &"hello\n".into());
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
