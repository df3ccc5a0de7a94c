//! Two downloaders of one file.

use support::Case;
use support::http::{Act, Body, Gate, Point, Site};

use crate::journal::{journal, partly};
use crate::runs::{downloader, expect_saved, start, tree};
use crate::served::{BLOCK, FIRST, file};

pub(super) fn two_at_once_do_not_meet(case: &mut Case) {
    check(case, false);
}

pub(super) fn two_at_once_do_not_meet_when_one_has_resumed(case: &mut Case) {
    check(case, true);
}

fn check(case: &mut Case, resumed: bool) {
    let body = Body::pattern(FIRST + 8 * BLOCK, 1);
    let gate = Gate::new();
    let held = file(&body, "v1").at(Point::Body(1000), Act::Hold(gate.clone()));
    let site = case.site(Site::new().at("/big", held));
    let url = site.url("/big");
    if resumed {
        let have = [(0, FIRST)];
        case.file("big.part", partly(&body, &have));
        let lines = ["etag \"v1\""];
        case.file(
            "big.part.journal",
            journal(&url, body.len().unwrap_or(0), &lines, &have),
        );
    }
    let mut running = start(case, &[&url]);
    running.wait_until("made big.part and its journal, and sent a request", || {
        case.dir().join("big.part.journal").exists()
            && case.dir().join("big.part").exists()
            && site.log().requests.iter().any(|seen| seen.sent > 0)
    });
    let journal_of_first = case.dir().join("big.part.journal");
    running.wait_until("wrote its journal", || {
        std::fs::metadata(&journal_of_first).is_ok_and(|meta| meta.len() > 0)
    });
    // The second one asks a server that holds nothing back: it could not be told from one that waits for its answer.
    let free = case.site(Site::new().named("free").at("/big", file(&body, "v1")));
    for name in [None, Some("big")] {
        let url = free.url("/big");
        let args: Vec<&str> = match name {
            Some(name) => vec!["-o", name, &url],
            None => vec![&url],
        };
        let second = downloader(case, &args);
        case.expect_status(&second, 1);
        case.expect_stdout(&second, "");
        case.expect_stderr_names(&second, "big.part: another downloader is at work");
        let left = tree(case.dir());
        case.expect(
            &second,
            left.contains("big.part:") && left.contains("big.part.journal:"),
            "the files of the first one are left alone",
            left,
        );
    }
    gate.open();
    let first = running.wait();
    expect_saved(case, &first, "big", &body);
}
