//! What a terminal shows.

use support::http::{Act, Body, Gate, Point, Request, Response, Site};
use support::{Case, Ended};

use crate::journal::journal;
use crate::runs::{downloader, expect_saved};
use crate::screen::Screen;
use crate::served::{BLOCK, FIRST, file};

const LENGTH: u64 = FIRST + 8 * BLOCK;

/// The rates that were drawn, in bytes a second: `1.5 MiB/s`, `12kB/s` and so on.
fn rates(ended: &Ended) -> Vec<f64> {
    const UNITS: [(&str, f64); 9] = [
        ("KiB", 1024.0),
        ("MiB", 1_048_576.0),
        ("GiB", 1_073_741_824.0),
        ("TiB", 1_099_511_627_776.0),
        ("kB", 1e3),
        ("KB", 1e3),
        ("MB", 1e6),
        ("GB", 1e9),
        ("B", 1.0),
    ];
    let text = ended.stderr_text();
    let before_each = text.split("/s").collect::<Vec<_>>();
    let drawn = before_each.split_last().map_or(&[][..], |(_, drawn)| drawn);
    drawn
        .iter()
        .filter_map(|before| {
            let (unit, factor) = UNITS.iter().find(|(unit, _)| before.ends_with(unit))?;
            let number = before[..before.len() - unit.len()].trim_end();
            let start = number.rfind(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','));
            let digits = &number[start.map_or(0, |at| at + 1)..];
            digits
                .replace(',', "")
                .parse::<f64>()
                .ok()
                .map(|number| number * factor)
        })
        .collect()
}

fn expect_fresh_line(case: &mut Case, ended: &Ended, columns: u16) {
    let screen = Screen::of(&ended.stderr, columns);
    case.expect(
        ended,
        screen.column == 0,
        "a cursor at the start of a line in the end",
        format!("column {} of\n{}", screen.column, screen.text()),
    );
}

pub(super) fn a_terminal_shows_bytes_and_rate_and_is_left_on_a_fresh_line(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let site = case.site(Site::new().at("/big", file(&body, "v1").rate(1_500_000)));
    for (connections, columns) in [("1", 100), ("4", 80)] {
        let args = ["-f", "-x", connections, &site.url("/big")];
        let ended = case.program("downloader").args(args).terminal(columns, 30).run();
        expect_saved(case, &ended, "big", &body);
        let rates = rates(&ended);
        let drawn = support::text::visible(&ended.stderr);
        case.expect(
            &ended,
            rates.iter().any(|rate| *rate > 50_000.0),
            "a rate, in bytes a second",
            &drawn,
        );
        let length = ["3.00 MiB", "3.0 MiB", "3 MiB", "3145728", "3.15 MB", "3.1 MB"];
        case.expect(
            &ended,
            length.iter().any(|length| drawn.contains(length)),
            "the length of the file",
            &drawn,
        );
        expect_fresh_line(case, &ended, columns);
    }
}

pub(super) fn a_terminal_has_a_bar_for_each_connection_and_one_for_all(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let gate = Gate::new();
    let (served, held) = (body.clone(), gate.clone());
    let site = case.site(
        Site::new().when("/big", move |request: &Request| match request.before {
            0 => file(&served, "v1"),
            _ => file(&served, "v1").at(Point::Body(10_000), Act::Hold(held.clone())),
        }),
    );
    let args = ["-x", "3", &site.url("/big")];
    let mut running = case.program("downloader").args(args).terminal(100, 30).spawn();
    running.wait_for_stderr("drew four bars, three of them for connections", |drawn| {
        let seen = Screen::of(drawn, 100).text();
        seen.lines().filter(|line| !line.is_empty()).count() == 4
    });
    gate.open();
    let ended = running.wait();
    expect_saved(case, &ended, "big", &body);
    expect_fresh_line(case, &ended, 100);
}

pub(super) fn a_resumed_download_does_not_count_old_bytes_in_its_rate(case: &mut Case) {
    // What is there already is 200 MiB of zeros, which take no disk.
    const OLD: u64 = 200 << 20;
    const NEW: u64 = 300_000;
    let body = Body::made(OLD + NEW, |_, into| into.fill(0));
    let site = case.site(Site::new().at("/big", file(&body, "v1").rate(100_000)));
    let part = case.file("big.part", "");
    let sparse = std::fs::File::options().write(true).open(&part);
    sparse
        .and_then(|sparse| sparse.set_len(OLD + NEW))
        .unwrap_or_else(|error| panic!("{}: {error}", part.display()));
    let text = journal(&site.url("/big"), OLD + NEW, &["etag \"v1\""], &[(0, OLD)]);
    case.file("big.part.journal", text);
    let args = ["-x", "1", "-o", "big", &site.url("/big")];
    let ended = case.program("downloader").args(args).terminal(100, 30).run();
    expect_saved(case, &ended, "big", &body);
    let rates = rates(&ended);
    // The server sends 100 KB a second; the old bytes, over the 3 s that this takes, would be 70 MB a second.
    let fastest = rates.iter().copied().fold(0.0, f64::max);
    case.expect(
        &ended,
        fastest > 0.0 && fastest < 10e6,
        "rates that the bytes of this run explain",
        format!("{fastest} bytes a second"),
    );
    expect_fresh_line(case, &ended, 100);
}

pub(super) fn notes_stand_above_the_bars(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let site = case.site(
        Site::new()
            .at("/big", Response::status(503).times(1))
            .at("/big", file(&body, "v1").rate(2_000_000)),
    );
    let url = site.url("/big");
    let args = ["-x", "2", "--backoff", "5", &url];
    let ended = case.program("downloader").args(args).terminal(120, 30).run();
    expect_saved(case, &ended, "big", &body);
    let seen = Screen::of(&ended.stderr, 120).text();
    let note = format!("downloader: {url}: 503 Service Unavailable, trying again in ");
    case.expect(
        &ended,
        seen.lines()
            .any(|line| line.starts_with(&note) && line.ends_with(" ms (1 of 5)")),
        "the note on a line of its own",
        &seen,
    );
    let args = ["--backoff", "5", &site.url("/missing")];
    let ended = case.program("downloader").args(args).terminal(120, 30).run();
    case.expect_status(&ended, 1);
    let seen = Screen::of(&ended.stderr, 120).text();
    case.expect(&ended, seen.contains(": 404 Not Found"), "the error", &seen);
    expect_fresh_line(case, &ended, 120);
}

pub(super) fn nothing_is_drawn_where_nobody_looks(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let site = case.site(Site::new().at("/big", file(&body, "v1").rate(2_000_000)));
    let url = site.url("/big");
    let piped = case
        .program("downloader")
        .args(["-f", &url])
        .env("TERM", "xterm")
        .run();
    expect_saved(case, &piped, "big", &body);
    case.expect_quiet(&piped);
    for option in ["--quiet", "--json"] {
        let ended = case
            .program("downloader")
            .args(["-f", option, &url])
            .terminal(80, 24)
            .run();
        case.expect_status(&ended, 0);
        case.expect_quiet(&ended);
    }
}

pub(super) fn quiet_is_quiet(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let site = case.site(
        Site::new()
            .at("/big", Response::status(503).times(1))
            .at("/big", Response::ok(body.clone())),
    );
    // On the way there are notes: it is tried again, and the server knows no ranges.
    let ended = downloader(case, &["--quiet", "--backoff", "5", &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
    case.expect_quiet(&ended);
    let ended = downloader(case, &["--quiet", "--backoff", "5", &site.url("/missing")]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(
        &ended,
        &format!("downloader: {}: 404 Not Found\n", site.url("/missing")),
    );
}

pub(super) fn a_note_does_not_get_into_the_bars(case: &mut Case) {
    const COLUMNS: u16 = 130;
    let body = Body::pattern(LENGTH, 1);
    let (fail, go_on) = (Gate::new(), Gate::new());
    let (served, failing, held) = (body.clone(), fail.clone(), go_on.clone());
    let site = case.site(
        Site::new().when("/big", move |request: &Request| match request.before {
            0 => file(&served, "v1"),
            1 => Response::status(503).at(Point::Head, Act::Hold(failing.clone())),
            _ => file(&served, "v1").at(Point::Body(10_000), Act::Hold(held.clone())),
        }),
    );
    let url = site.url("/big");
    // Nobody loses patience while the case looks at the bars.
    let args = ["-x", "2", "--timeout", "600000", "--backoff", "5", &url];
    let mut running = case
        .program("downloader")
        .args(args)
        .terminal(COLUMNS, 30)
        .spawn();
    let bars = |drawn: &[u8]| {
        let seen = Screen::of(drawn, COLUMNS).text();
        let lines = seen.lines().filter(|line| !line.is_empty());
        lines.filter(|line| !line.starts_with("downloader: ")).count()
    };
    running.wait_for_stderr("drew three bars, two of them for connections", |drawn| {
        bars(drawn) == 3
    });
    fail.open();
    let note = format!("downloader: {url}: 503 Service Unavailable, trying again in ");
    let is_note = |line: &str| line.starts_with(&note) && line.ends_with(" ms (1 of 5)");
    running.wait_for_stderr("wrote the note above three bars", |drawn| {
        let seen = Screen::of(drawn, COLUMNS).text();
        seen.lines().next().is_some_and(is_note) && bars(drawn) == 3
    });
    go_on.open();
    let ended = running.wait();
    expect_saved(case, &ended, "big", &body);
    let seen = Screen::of(&ended.stderr, COLUMNS).text();
    let lines: Vec<&str> = seen.lines().filter(|line| !line.is_empty()).collect();
    case.expect(
        &ended,
        lines.len() == 1 && is_note(lines[0]),
        "in the end the note, and nothing of the bars",
        &seen,
    );
    expect_fresh_line(case, &ended, COLUMNS);
}

pub(super) fn without_a_rate_there_is_no_time_left(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let gate = Gate::new();
    let held = file(&body, "v1").at(Point::Body(0), Act::Hold(gate.clone()));
    let site = case.site(Site::new().at("/big", held));
    let args = ["-x", "1", "--timeout", "600000", &site.url("/big")];
    let mut running = case.program("downloader").args(args).terminal(100, 30).spawn();
    // It draws more than once, so that it cannot be too early.
    let drawn = running.wait_for_stderr("drew 0 B/s twice", |drawn| {
        String::from_utf8_lossy(drawn).matches("0 B/s").count() >= 2
    });
    gate.open();
    let ended = running.wait();
    expect_saved(case, &ended, "big", &body);
    let drawn = support::text::visible(&drawn);
    case.expect(
        &ended,
        !drawn.contains("left"),
        "no time left as long as the rate is 0",
        drawn,
    );
}
