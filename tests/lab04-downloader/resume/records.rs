//! What is recorded, and when.

use support::Case;
use support::http::{Act, Body, Gate, Point, Request, Response, Site};

use crate::journal::Journal;
use crate::runs::{downloader, expect_saved, start, tree};
use crate::served::{BLOCK, FIRST, all_asked, common, file};
use crate::small_disk::on_a_small_disk;

pub(super) fn the_journal_says_what_is_fetched(case: &mut Case) {
    const DATE: &str = "Tue, 24 Nov 2026 10:00:00 GMT";
    let body = Body::pattern(4 << 20, 1);
    let mut sheet = String::new();
    let mut last = None;
    for (at, name) in ["both", "weak", "date", "none"].into_iter().enumerate() {
        let gate = Gate::new();
        let plain = Response::ok(body.clone())
            .ranges()
            .at(Point::Body(2 * BLOCK), Act::Hold(gate.clone()));
        let response = match name {
            "both" => plain.header("ETag", "\"v 1\"").header("Last-Modified", DATE),
            "weak" => plain.header("ETag", "W/\"1\""),
            "date" => plain.header("Last-Modified", DATE),
            _ => plain,
        };
        let target = format!("/{name}");
        let site = case.site(Site::new().named(&format!("site{at}")).at(&target, response));
        let path = case.dir().join(format!("{name}.part.journal"));
        let url = site.url(&format!("{target}?a=b"));
        let mut running = start(case, &["-x", "2", &url]);
        running.wait_until("recorded what had come", || Journal::read(&path).bytes() > 0);
        let journal = Journal::read(&path);
        gate.open();
        let ended = running.wait();
        expect_saved(case, &ended, name, &body);
        sheet.push_str(&format!("== {name}\n{}\n", journal.head.join("\n")));
        last = Some(ended);
    }
    if let Some(last) = last {
        case.snapshot_text(&last, &sheet);
    }
}

pub(super) fn each_block_is_recorded(case: &mut Case) {
    const SHOWN: u64 = 2 * BLOCK + 1000;
    const LENGTH: u64 = FIRST + 32 * BLOCK;
    for connections in [1, 4] {
        let body = Body::pattern(LENGTH, 1);
        let gate = Gate::new();
        let (served, held) = (body.clone(), gate.clone());
        let site = Site::new().named(&format!("site{connections}"));
        let site = case.site(site.when("/big", move |request: &Request| {
            let response = file(&served, "v1");
            match request.before {
                0 if request.header("range").is_some() => response,
                _ => response.at(Point::Body(SHOWN), Act::Hold(held.clone())),
            }
        }));
        let path = case.dir().join("big.part.journal");
        let mut running = start(case, &["-x", &connections.to_string(), &site.url("/big")]);
        running.wait_until(
            "recorded all but the last block of what each connection had received",
            || {
                let log = site.log();
                let parts = all_asked(&log, LENGTH);
                let held = parts.iter().filter(|(from, to)| to - from > FIRST);
                let journal = Journal::read(&path);
                log.in_flight() >= connections
                    && held.clone().count() >= connections
                    && held
                        .into_iter()
                        .all(|(from, _)| common((*from, from + SHOWN), &journal.have) >= SHOWN - BLOCK)
            },
        );
        let lie = Journal::read(&path).lie(&case.dir().join("big.part"), &body, &[]);
        gate.open();
        let ended = running.wait();
        case.expect(
            &ended,
            lie.is_none(),
            "records of what is there only",
            lie.unwrap_or_default(),
        );
        expect_saved(case, &ended, "big", &body);
        std::fs::remove_file(case.dir().join("big")).expect("it was saved");
    }
}

pub(super) fn a_failure_is_recorded_and_the_next_run_goes_on(case: &mut Case) {
    const CAME: u64 = 100_000;
    let body = Body::pattern(2 << 20, 1);
    let cut = file(&body, "v1").at(Point::Body(CAME), Act::Close);
    let site = case.site(Site::new().at("/big", cut.times(1)).at("/big", file(&body, "v1")));
    let ended = downloader(case, &["-x", "1", "--retries", "0", &site.url("/big")]);
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
    case.expect_stderr_names(
        &ended,
        "body ends after 100000 of 2097152 bytes; 1997152 of 2097152 bytes are missing; run again to go on",
    );
    let args = ["-x", "1", "--retries", "0", "-o", "big", &site.url("/big")];
    let ended = downloader(case, &args);
    expect_saved(case, &ended, "big", &body);
    let log = site.log();
    let range = log.requests[1].header("range").unwrap_or("(none)").to_owned();
    case.expect(
        &ended,
        range == "bytes=100000-" || range == "bytes=100000-2097151",
        "a request for what was missing",
        range,
    );
}

pub(super) fn a_full_disk_is_not_recorded_as_written(case: &mut Case) {
    // Wherever the program is when a write fails: what it says then is another stage's matter.
    const SCRIPT: &str =
        "\"$0\" --quiet --retries 0 -o big \"$1\"; cp --sparse=always big.part big.part.journal ..";
    let body = Body::pattern(6 << 20, 1);
    let site = case.site(Site::new().at("/big", file(&body, "v1")));
    let ended = on_a_small_disk(case, SCRIPT, &site.url("/big"));
    let journal = Journal::read(&case.dir().join("big.part.journal"));
    let lie = journal.lie(&case.dir().join("big.part"), &body, &[]);
    case.expect(
        &ended,
        lie.is_none() && journal.bytes() > 0,
        "records of what is in the file only, when the disk is full",
        lie.unwrap_or_else(|| "no record".to_owned()),
    );
}

pub(super) fn a_download_of_unknown_length_has_no_journal(case: &mut Case) {
    let body = Body::pattern(2 << 20, 1);
    let gate = Gate::new();
    let held = Response::ok(body.clone())
        .chunked()
        .at(Point::Body(FIRST), Act::Hold(gate.clone()))
        .header("ETag", "\"v1\"");
    let site = case.site(Site::new().at("/big", held));
    let running = {
        let part = case.dir().join("big.part");
        let mut running = start(case, &["-x", "1", &site.url("/big")]);
        running.wait_until("wrote what had come", || {
            std::fs::metadata(&part).is_ok_and(|meta| meta.len() >= FIRST / 2)
        });
        running
    };
    let left = tree(case.dir());
    let ended = running.kill();
    let journal = left.contains("journal");
    case.expect(&ended, !journal, "no journal", left);
    gate.open();
    let ended = downloader(case, &["-x", "1", &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
    let range = site.log().requests[1].header("range").map(str::to_owned);
    case.expect(
        &ended,
        range.is_none(),
        "a request from the start",
        range.unwrap_or_default(),
    );
}

pub(super) fn the_journal_stays_until_the_file_has_its_name(case: &mut Case) {
    let body = Body::pattern(2 << 20, 1);
    for connections in ["1", "4"] {
        let gate = Gate::new();
        let held = file(&body, "v1").at(Point::Body(1000), Act::Hold(gate.clone()));
        let site = Site::new().named(&format!("site{connections}"));
        let site = case.site(site.at("/big", held));
        let args = ["-x", connections, "-o", "big", &site.url("/big")];
        let mut running = start(case, &args);
        running.wait_until("sent a request", || !site.log().requests.is_empty());
        // The name is taken at the end, so that the file cannot have it.
        let path = case.file("big", "somebody else's\n");
        gate.open();
        let ended = running.wait();
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, "big: exists already");
        let journal = Journal::read(&case.dir().join("big.part.journal"));
        case.expect(
            &ended,
            journal.have == [(0, 2 << 20)],
            "a journal that still says what is there",
            tree(case.dir()),
        );
        // A later run finds all of it.
        std::fs::remove_file(path).expect("it is the case's own");
        let before = site.log().requests.len();
        let ended = downloader(case, &args);
        expect_saved(case, &ended, "big", &body);
        let requests = site.log().requests.len() - before;
        case.expect(&ended, requests == 0, "no request: every byte is there", requests);
        std::fs::remove_file(case.dir().join("big")).expect("it was saved");
    }
}
