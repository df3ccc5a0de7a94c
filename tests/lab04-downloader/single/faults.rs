//! What is no file.

use support::Case;
use support::http::{Response, Site};

use crate::runs::{Sheet, downloader, notes, tree};

pub(super) fn a_status_that_is_no_success_is_named_and_leaves_nothing_behind(case: &mut Case) {
    const STATUSES: [u16; 8] = [204, 304, 400, 401, 403, 404, 410, 501];
    let site = STATUSES.iter().fold(Site::new(), |site, status| {
        site.at(&format!("/{status}"), Response::status(*status))
    });
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for status in STATUSES {
        let target = format!("/{status}");
        let ended = downloader(case, &["-x", "1", &site.url(&target)]);
        let requests = site.log().of(&target).count();
        case.expect(
            &ended,
            requests == 1,
            "one request: it will be the same next time",
            requests,
        );
        case.expect_stderr_names(&ended, &status.to_string());
        let left = tree(case.dir());
        case.expect(&ended, left.is_empty(), "nothing left behind", left);
        let notes = match status {
            403 | 404 | 410 => notes(&ended, &format!("{status}")),
            _ => String::new(),
        };
        sheet.row(&status.to_string(), ended, &notes);
    }
    sheet.compare(case);
}

pub(super) fn a_url_of_another_kind_is_refused(case: &mut Case) {
    for url in [
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "no url",
        "/etc/passwd",
        "http://",
        "",
    ] {
        let ended = downloader(case, &["-x", "1", url]);
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
        let left = tree(case.dir());
        case.expect(&ended, left.is_empty(), "nothing left behind", left);
    }
    let ended = downloader(case, &["-x", "1", "https://127.0.0.1:9/x"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(
        &ended,
        "built without the feature tls: cargo build --features tls",
    );
}
