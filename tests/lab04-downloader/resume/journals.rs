//! What a run does with what it finds.

use support::http::{Act, Body, Gate, Point, Site};
use support::{Case, Ended};

use crate::journal::{Journal, journal, partly};
use crate::runs::{downloader, expect_bytes, expect_saved, start};
use crate::served::{BLOCK, FIRST, Span, all_asked, asked, bytes, common, file, union, written};

const LENGTH: u64 = FIRST + 8 * BLOCK;

/// What most of the journals name.
const HAVE: [Span; 1] = [(0, 2 << 20)];

/// Lets a run find these files, and fetch the rest from a server that has the file's `"v1"`. Returns the run's end and what it asked for.
fn resume(
    case: &mut Case,
    name: &str,
    part: Option<Vec<u8>>,
    journal: Option<Vec<u8>>,
) -> (Ended, Vec<Span>) {
    let body = Body::pattern(LENGTH, 1);
    let target = format!("/{name}");
    let site = case.site(Site::new().named(name).at(&target, file(&body, "v1")));
    if let Some(part) = part {
        case.file(&format!("{name}.part"), part);
    }
    if let Some(journal) = journal {
        case.file(&format!("{name}.part.journal"), journal);
    }
    let ended = downloader(case, &["-x", "3", "-o", name, &site.url(&target)]);
    expect_saved(case, &ended, name, &body);
    (ended, all_asked(&site.log(), LENGTH))
}

/// A journal with this head and these lines.
fn lines(lines: &[&str]) -> Vec<u8> {
    let start = [
        "downloader journal 1",
        "url http://127.0.0.1:1/big",
        "length 3145728",
        "etag \"v1\"",
    ];
    let all = start.iter().chain(lines).map(|line| format!("{line}\n"));
    all.collect::<String>().into_bytes()
}

pub(super) fn what_is_missing_is_asked_for_and_nothing_else(case: &mut Case) {
    let all = &[(0, LENGTH)][..];
    let rows: &[(&str, &[Span], Vec<u8>)] = &[
        ("one-record", &HAVE, lines(&["have 0-2097151"])),
        (
            "records-that-overlap-in-any-order",
            &HAVE,
            lines(&[
                "have 1048576-2097151",
                "have 0-1500000",
                "have 5-5",
                "have 0-99",
                "have 1048570-1048580",
            ]),
        ),
        (
            "holes",
            &[(0, 1), (300_000, 900_001), (LENGTH - 1, LENGTH)],
            lines(&["have 300000-900000", "have 0-0", "have 3145727-3145727"]),
        ),
        ("no-record", &[], lines(&[])),
        (
            "last-line-without-its-end",
            &HAVE,
            [lines(&["have 0-2097151"]), b"have 2097152-3145727".to_vec()].concat(),
        ),
        (
            "last-line-cut-in-its-word",
            &HAVE,
            [lines(&["have 0-2097151"]), b"ha".to_vec()].concat(),
        ),
        ("all-there", all, lines(&["have 0-3145727"])),
    ];
    let body = Body::pattern(LENGTH, 1);
    for (name, have, journal) in rows {
        let (ended, asked) = resume(case, name, Some(partly(&body, have)), Some(journal.clone()));
        let again = asked.iter().map(|span| common(*span, have)).sum::<u64>();
        // A file that is all there may still be asked after, to see whether it is the same.
        let most = if *have == all { LENGTH } else { 0 };
        case.expect(
            &ended,
            again <= most,
            &format!("{name}: requests for what is missing"),
            format!(
                "{again} bytes were there already; asked for:\n{}",
                written(&asked)
            ),
        );
        case.expect_quiet(&ended);
    }
}

pub(super) fn a_journal_that_cannot_be_used_starts_over(case: &mut Case) {
    // Whoever believes one of them saves exclamation marks.
    let marks = vec![b'!'; LENGTH as usize];
    let good = || lines(&["have 0-2097151"]);
    let replaced = |from: &str, to: &str| {
        let text = String::from_utf8(good()).expect("it is text");
        text.replace(from, to).into_bytes()
    };
    let noted: &[(&str, Vec<u8>)] = &[
        ("another-version", replaced("journal 1", "journal 2")),
        (
            "another-program",
            replaced("downloader journal", "uploader journal"),
        ),
        (
            "a-line-of-another-form",
            lines(&["have 0-2097151", "hello", "have 5-6"]),
        ),
        ("an-empty-line", lines(&["have 0-2097151", "", "have 5-6"])),
        ("no-text", [good(), b"have 0-\xff\xfe\0\n".to_vec()].concat()),
        ("beyond-the-end", lines(&["have 0-3145728"])),
        (
            "far-beyond-the-end",
            lines(&["have 0-99999999999999999999999999"]),
        ),
        ("backwards", lines(&["have 0-2097151", "have 9-5"])),
        ("negative", lines(&["have -9-5"])),
        ("half-a-record", lines(&["have 0-2097151", "have 5-"])),
        ("no-length", replaced("length 3145728\n", "")),
        ("a-length-in-words", replaced("length 3145728", "length three")),
    ];
    for (name, journal) in noted {
        let (ended, asked) = resume(case, name, Some(marks.clone()), Some(journal.clone()));
        case.expect_stderr_names(&ended, &format!("{name}.part.journal: cannot be used ("));
        case.expect_stderr_names(&ended, "), starting over");
        expect_all_asked(case, &ended, name, asked);
    }
    for (name, size) in [
        ("a-shorter-file", 2 << 20),
        ("a-longer-file", LENGTH as usize + 1),
    ] {
        let (ended, asked) = resume(case, name, Some(vec![b'!'; size]), Some(good()));
        case.expect_stderr_names(&ended, &format!("{name}.part.journal: cannot be used ("));
        expect_all_asked(case, &ended, name, asked);
    }
    for (name, part, journal) in [
        ("no-file", None, Some(good())),
        ("no-journal", Some(marks.clone()), None),
        (
            "no-journal-beside-a-longer-file",
            Some([marks.clone(), marks.clone()].concat()),
            None,
        ),
    ] {
        let (ended, asked) = resume(case, name, part, journal);
        case.expect_quiet(&ended);
        expect_all_asked(case, &ended, name, asked);
    }
    // Killed before the journal's first lines were complete: whether that is worth a note is the program's to say.
    for (name, journal) in [("an-empty-journal", &b""[..]), ("half-a-line", b"downloader jou")] {
        resume(case, name, Some(marks.clone()), Some(journal.to_vec()));
    }
}

pub(super) fn without_o_the_first_answer_tells_what_is_resumed(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let site = case.site(Site::new().at("/big", file(&body, "v1")));
    case.file("big.part", partly(&body, &HAVE));
    case.file("big.part.journal", lines(&["have 0-2097151"]));
    let ended = downloader(case, &["-x", "4", &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
    let asked = all_asked(&site.log(), LENGTH);
    let again = asked.iter().map(|span| common(*span, &HAVE)).sum::<u64>();
    case.expect(
        &ended,
        again <= FIRST,
        "requests for what is missing, but for the first one, which asks for the name too",
        format!(
            "{again} bytes were there already; asked for:\n{}",
            written(&asked)
        ),
    );
}

pub(super) fn where_nobody_listens_what_is_there_stays(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let before = partly(&body, &HAVE);
    case.file("big.part", &before);
    let path = case.file(
        "big.part.journal",
        lines(&["have 0-1999999", "have 1000000-2097151"]),
    );
    let ended = downloader(case, &["-o", "big", "--retries", "0", "http://127.0.0.1:1/big"]);
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
    let have = Journal::read(&path).have;
    case.expect_same(&ended, "what the journal has", &written(&HAVE), &written(&have));
    expect_bytes(case, &ended, "big.part", &before.into());
}

fn expect_all_asked(case: &mut Case, ended: &Ended, name: &str, asked: Vec<Span>) {
    let all = union(asked);
    case.expect(
        ended,
        bytes(&all) == LENGTH,
        &format!("{name}: requests for all of the file"),
        written(&all),
    );
}

pub(super) fn a_run_that_resumes_writes_the_journal_anew(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let gate = Gate::new();
    let held = file(&body, "v1").at(Point::Body(0), Act::Hold(gate.clone()));
    let site = case.site(Site::new().at("/big", held));
    let url = site.url("/big");
    let have: Vec<Span> = (0..3000).map(|at| (at * 100, (at + 1) * 100)).collect();
    case.file("big.part", partly(&body, &have));
    let path = case.file("big.part.journal", journal(&url, LENGTH, &["etag \"v1\""], &have));
    let mut running = start(case, &["-o", "big", &url]);
    running.wait_until("wrote the journal anew, in a few lines for what is there", || {
        let journal = Journal::read(&path);
        journal.records <= 3 && journal.bytes() >= 300_000
    });
    gate.open();
    let ended = running.wait();
    expect_saved(case, &ended, "big", &body);
}

pub(super) fn drawn_journals_are_resumed(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    for round in 0..12 {
        let mut rng = case.rng(round);
        let spans = (0..rng.usize(1..30)).map(|_| {
            let from = rng.u64(..LENGTH);
            (from, (from + rng.u64(1..200_000)).min(LENGTH))
        });
        let spans: Vec<Span> = spans.collect();
        let have = union(spans.iter().copied());
        let target = format!("/big{round}");
        let site = case.site(Site::new().named(&target[1..]).at(&target, file(&body, "v1")));
        let url = site.url(&target);
        let mut text = journal(&url, LENGTH, &["etag \"v1\""], &spans);
        if rng.bool() {
            text.push_str(&"have 0-3145727"[..rng.usize(..14)]);
        }
        case.file(&format!("{}.part", &target[1..]), partly(&body, &have));
        case.file(&format!("{}.part.journal", &target[1..]), text);
        let connections = rng.usize(1..9).to_string();
        let ended = downloader(case, &["-x", &connections, "-o", &target[1..], &url]);
        expect_saved(case, &ended, &target[1..], &body);
        let log = site.log();
        let again: u64 = log
            .requests
            .iter()
            .map(|seen| common(asked(seen, LENGTH), &have))
            .sum();
        case.expect(
            &ended,
            again == 0,
            "requests for what is missing",
            format!("{again} bytes were there"),
        );
    }
}
