//! Arguments that mean nothing.

use support::Case;
use support::http::{Response, Site};

use crate::runs::{downloader, tree};

pub(super) fn wrong_usage_is_status_2_and_asks_nothing(case: &mut Case) {
    let site = case.site(Site::new().at("/x", Response::ok("x")));
    let url = site.url("/x");
    let short = "0".repeat(63);
    let no_hex = "g".repeat(64);
    let rows: &[&[&str]] = &[
        &[],
        &[&url, &url],
        &["--no-such-option", &url],
        &["-x", "0", &url],
        &["-x", "65", &url],
        &["-x", "many", &url],
        &["-x"],
        &["-o", "-", &url],
        &["--sha256", &short, &url],
        &["--sha256", &no_hex, &url],
        &["--limit", "0", &url],
        &["--limit", "0k", &url],
        &["--limit", "5x", &url],
        &["--limit", "", &url],
        &["--limit", "k", &url],
        &["--limit", "-5", &url],
        &["--retries", "-1", &url],
        &["--backoff", "soon", &url],
        &["--timeout", "1s", &url],
        &["--mirror", "ftp://127.0.0.1/x", &url],
        &["--quiet", "--json", &url],
        &["--json", "--quiet", &url],
    ];
    for args in rows {
        let ended = downloader(case, args);
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, "downloader: ");
        let left = tree(case.dir());
        case.expect(&ended, left.is_empty(), "nothing left behind", left);
        let asked = site.log().requests.len();
        case.expect(&ended, asked == 0, "no request", asked);
    }
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
