//! What happened, for programs.

use support::http::{Act, Body, Gate, Point, Request, Response, Site};
use support::{Case, Ended};

use crate::journal::{journal, partly};
use crate::runs::{Sheet, downloader, expect_bytes, start};
use crate::served::{BLOCK, FIRST, file};

const LENGTH: u64 = FIRST + 8 * BLOCK;

/// What it printed, with `…` for the milliseconds.
fn printed(ended: &Ended) -> String {
    let text = ended.stdout_text();
    match text.rsplit_once("\"ms\":") {
        Some((before, behind)) => {
            let rest = behind.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
            format!("{before}\"ms\":…{rest}")
        }
        None => text,
    }
}

/// Adds a row of what `shown` makes of it.
fn add(sheet: &mut Sheet, title: &str, mut ended: Ended, shown: fn(&Ended) -> String) {
    ended.stdout = shown(&ended).into_bytes();
    sheet.row(title, ended, "");
}

pub(super) fn json_says_what_happened(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let mut sheet = Sheet::default();
    let gate = Gate::new();
    let (served, held) = (body.clone(), gate.clone());
    let four = move |request: &Request| match request.before {
        0 => file(&served, "v1"),
        _ => file(&served, "v1").at(Point::Body(0), Act::Hold(held.clone())),
    };
    let cut = file(&body, "v1").at(Point::Body(FIRST), Act::Close).times(1);
    let name = "attachment; filename=\"say \\\"hi\\\" é.txt\"";
    let site = case.site(
        Site::new()
            .at("/one", file(&body, "v1"))
            .when("/four", four)
            .at("/away", Response::redirect(302, "/one"))
            .at("/cut", cut)
            .at("/cut", file(&body, "v1"))
            .at("/resumed", file(&body, "v1"))
            .at("/changed", file(&body, "v2"))
            .at("/named", Response::ok("x").header("Content-Disposition", name))
            .at("/empty", file(&"".into(), "v1")),
    );
    let ended = downloader(case, &["--json", "-x", "1", &site.url("/one")]);
    expect_bytes(case, &ended, "one", &body);
    case.expect_quiet(&ended);
    add(&mut sheet, "one connection", ended, printed);

    let mut running = start(case, &["--json", "-x", "4", &site.url("/four")]);
    running.wait_until("asked for four parts at the same time", || {
        site.log().in_flight() >= 4
    });
    gate.open();
    let ended = running.wait();
    expect_bytes(case, &ended, "four", &body);
    add(&mut sheet, "four connections", ended, without_counts);

    let ended = downloader(
        case,
        &["--json", "-x", "1", "-o", "redirected", &site.url("/away")],
    );
    add(&mut sheet, "behind a redirect", ended, without_counts);

    let ended = downloader(case, &["--json", "-x", "1", "--backoff", "5", &site.url("/cut")]);
    expect_bytes(case, &ended, "cut", &body);
    add(&mut sheet, "cut once", ended, printed);

    for name in ["resumed", "changed"] {
        let have = [(0, FIRST), (2 * FIRST, 2 * FIRST + 100)];
        case.file(&format!("{name}.part"), partly(&body, &have));
        let text = journal("http://127.0.0.1:1/x", LENGTH, &["etag \"v1\""], &have);
        case.file(&format!("{name}.part.journal"), text);
        let ended = downloader(
            case,
            &["--json", "-x", "1", "-o", name, &site.url(&format!("/{name}"))],
        );
        expect_bytes(case, &ended, name, &body);
        let shown = if name == "resumed" { printed } else { restarts };
        add(&mut sheet, name, ended, shown);
    }
    let ended = downloader(case, &["--json", "-x", "1", &site.url("/named")]);
    add(&mut sheet, "a name with marks", ended, printed);
    let ended = downloader(case, &["--json", "-x", "1", &site.url("/empty")]);
    add(&mut sheet, "an empty file", ended, printed);
    sheet.compare(case);
}

/// What it printed before the counts: how much work has moved in the end is as it happens, and the chapter leaves open what a redirect
/// counts for.
fn without_counts(ended: &Ended) -> String {
    printed(ended)
        .split("\"requests\"")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Only how often it started over.
fn restarts(ended: &Ended) -> String {
    let text = ended.stdout_text();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    format!("restarts: {}\n", value["restarts"])
}

pub(super) fn of_a_failure_there_is_no_json(case: &mut Case) {
    let cut = Response::ok(Body::pattern(LENGTH, 1)).at(Point::Body(1000), Act::Close);
    let site = case.site(Site::new().at("/cut", cut));
    for target in ["/cut", "/missing"] {
        let ended = downloader(case, &["--json", "-x", "1", "--retries", "0", &site.url(target)]);
        case.expect_status(&ended, 1);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, &site.url(target));
    }
}
