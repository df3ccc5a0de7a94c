//! Other sources of the same file.

use support::Case;
use support::http::{Act, Body, Gate, Point, Request, Response, Server, Site};

use crate::runs::{downloader, expect_saved, notes, start};
use crate::served::{BLOCK, FIRST, file, wanted};

const LENGTH: u64 = FIRST + 16 * BLOCK;

/// A first source and a mirror, two hosts.
fn pair(case: &mut Case, first: Site, mirror: Site) -> (Server, Server) {
    (
        case.site(first.named("first")),
        case.site(mirror.named("mirror").on("127.0.0.2")),
    )
}

pub(super) fn connections_are_dealt_in_turn(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let gate = Gate::new();
    let held = |response: Response| response.at(Point::Body(1), Act::Hold(gate.clone()));
    let (served, first_held) = (body.clone(), gate.clone());
    let first = Site::new().when("/big", move |request: &Request| match request.before {
        0 => file(&served, "v1"),
        _ => file(&served, "v1").at(Point::Body(1), Act::Hold(first_held.clone())),
    });
    let (first, mirror) = pair(case, first, Site::new().at("/copy", held(file(&body, "v1"))));
    let args = ["-x", "6", "--mirror", &mirror.url("/copy"), &first.url("/big")];
    let mut running = start(case, &args);
    running.wait_until("had three connections to each of two sources", || {
        first.log().in_flight() == 3 && mirror.log().in_flight() == 3
    });
    gate.open();
    let ended = running.wait();
    expect_saved(case, &ended, "big", &body);
    case.expect_quiet(&ended);
}

pub(super) fn a_mirror_of_another_length_is_left_out(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    for (at, length) in [LENGTH - 1, LENGTH + 5 * BLOCK].into_iter().enumerate() {
        // What it has is something else.
        let other = Body::made(length, |_, into| into.fill(b'!'));
        let gate = Gate::new();
        let (served, held) = (body.clone(), gate.clone());
        let first = Site::new().named(&format!("first{at}"));
        // It does not come to its end before the mirror has answered.
        let first = case.site(first.when("/big", move |request: &Request| match request.before {
            0 => file(&served, "v1"),
            _ => file(&served, "v1").at(Point::Body(1), Act::Hold(held.clone())),
        }));
        let mirror = Site::new().named(&format!("mirror{at}")).on("127.0.0.2");
        let mirror = case.site(mirror.at("/copy", file(&other, "v1")));
        let copy = mirror.url("/copy");
        let args = ["-f", "-x", "4", "--mirror", &copy, &first.url("/big")];
        let mut running = start(case, &args);
        let note = format!("{copy}: has {length} bytes, not {LENGTH}: left out\n");
        running.wait_for_stderr(&format!("noted `{}`", note.trim_end()), |said| {
            String::from_utf8_lossy(said).contains(&note)
        });
        gate.open();
        let ended = running.wait();
        expect_saved(case, &ended, "big", &body);
    }
}

pub(super) fn a_source_that_gives_up_is_left_out(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    // A status for all that the first URL or the mirror is asked after the first MiB, or else the file.
    for (name, first, mirror) in [
        ("mirror-404", None, Some(404)),
        ("mirror-503", None, Some(503)),
        ("first-dies", Some(410), None),
    ] {
        let (fail, go_on) = (Gate::new(), Gate::new());
        let answer = |status: Option<u16>, free: u64| {
            let (body, fail, go_on) = (body.clone(), fail.clone(), go_on.clone());
            move |request: &Request| match status {
                _ if request.before < free => file(&body, "v1"),
                Some(status) => Response::status(status).at(Point::Head, Act::Hold(fail.clone())),
                None => file(&body, "v1").at(Point::Body(1), Act::Hold(go_on.clone())),
            }
        };
        let dead_is_first = first.is_some();
        let first = Site::new()
            .named(&format!("{name}.first"))
            .when("/big", answer(first, 1));
        let mirror = Site::new()
            .named(&format!("{name}.mirror"))
            .when("/big", answer(mirror, 0));
        let (first, mirror) = (case.site(first), case.site(mirror.on("127.0.0.2")));
        let args = [
            "-x",
            "4",
            "--timeout",
            "600000",
            "--backoff",
            "5",
            "--retries",
            "1",
            "--mirror",
            &mirror.url("/big"),
            "-o",
            name,
            &first.url("/big"),
        ];
        let (dead, alive) = match dead_is_first {
            true => (&first, &mirror),
            false => (&mirror, &first),
        };
        let mut running = start(case, &args);
        running.wait_until("had two connections to each of two sources", || {
            dead.log().in_flight() == 2 && alive.log().in_flight() == 2
        });
        fail.open();
        running.wait_until("had all connections to the source that works", || {
            alive.log().in_flight() == 4
        });
        go_on.open();
        let ended = running.wait();
        expect_saved(case, &ended, name, &body);
        let said = notes(&ended, ": left out");
        let once =
            said.lines().count() == 1 && said.starts_with(&format!("downloader: {}: ", dead.url("/big")));
        case.expect(&ended, once, "one note that the source is left out", said);
    }
}

pub(super) fn where_the_first_url_is_dead_the_next_one_is_asked(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let (first, mirror) = pair(
        case,
        Site::new().at("/reset", Response::ok("").at(Point::Head, Act::Reset)),
        Site::new().at("/copy", file(&body, "v1")),
    );
    let copy = mirror.url("/copy");
    let dead = [
        "http://127.0.0.1:1/big".to_owned(),
        first.url("/missing"),
        first.url("/reset"),
    ];
    for url in &dead {
        for connections in ["1", "4"] {
            let args = [
                "-f",
                "-x",
                connections,
                "--backoff",
                "5",
                "--retries",
                "1",
                "-o",
                "copy",
                "--mirror",
                &copy,
                url,
            ];
            let ended = downloader(case, &args);
            expect_saved(case, &ended, "copy", &body);
        }
    }
    let args = [
        "--backoff",
        "5",
        "--retries",
        "0",
        "--mirror",
        &first.url("/gone"),
        &dead[0],
    ];
    let ended = downloader(case, &args);
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
}

pub(super) fn what_a_mirror_said_is_remembered(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let served = body.clone();
    // Each answer of the mirror is short, so that one connection asks it more than once.
    let mirror = Site::new().when("/copy", move |request: &Request| {
        let (from, to) = wanted(request, LENGTH);
        let to = to.min(from + BLOCK);
        Response::new(206, served.bytes(from..to))
            .header("ETag", "\"mirror\"")
            .header("Content-Range", format!("bytes {from}-{}/{LENGTH}", to - 1))
    });
    // The first URL is slow, so that it takes nothing from the mirror.
    let first = Site::new().at("/big", file(&body, "first").rate(3_000_000));
    let (first, mirror) = pair(case, first, mirror);
    let args = ["-x", "2", "--mirror", &mirror.url("/copy"), &first.url("/big")];
    let ended = downloader(case, &args);
    expect_saved(case, &ended, "big", &body);
    let log = mirror.log();
    let sent: Vec<&str> = log
        .requests
        .iter()
        .map(|seen| seen.header("if-range").unwrap_or("(none)"))
        .collect();
    let (before, later) = sent.split_at(1.min(sent.len()));
    case.expect(
        &ended,
        before == ["(none)"] && later.len() > 1 && later.iter().all(|value| *value == "\"mirror\""),
        "no If-Range in the first request to the mirror, and its own ETag in all later ones",
        sent.join(", "),
    );
}

pub(super) fn each_source_has_a_validator_of_its_own(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let (first, mirror) = pair(
        case,
        Site::new().at("/big", file(&body, "first")),
        Site::new().at("/copy", file(&body, "mirror")),
    );
    let args = ["-x", "4", "--mirror", &mirror.url("/copy"), &first.url("/big")];
    let ended = downloader(case, &args);
    expect_saved(case, &ended, "big", &body);
    case.expect_quiet(&ended);
    for (server, etag) in [(&first, "\"first\""), (&mirror, "\"mirror\"")] {
        let log = server.log();
        let foreign = log
            .requests
            .iter()
            .filter_map(|seen| seen.header("if-range"))
            .find(|value| *value != etag);
        case.expect(
            &ended,
            foreign.is_none(),
            &format!("If-Range: {etag} for who says so"),
            foreign.unwrap_or_default(),
        );
    }
}
