//! What is asked when, and that nobody can tell it from the report.

use std::time::Duration;

use support::Case;
use support::http::{Act, Gate, Point, Response, Site};

use super::{page, pages};
use crate::sheet::crawler;

pub(super) fn levels_are_asked_in_the_order_of_their_bytes(case: &mut Case) {
    let site = case.site(pages(&[
        ("/", &["/z", "/B", "/a", "/%C3%A4", "/a/"]),
        ("/a", &["/z/1", "/0"]),
        ("/a/", &["/b"]),
        ("/B", &["/a/2"]),
        ("/%C3%A4", &["/a/1"]),
        ("/z", &["/A"]),
        ("/0", &[]),
        ("/A", &[]),
        ("/b", &["/last"]),
        ("/a/1", &[]),
        ("/a/2", &[]),
        ("/z/1", &[]),
        ("/last", &[]),
    ]));
    let ended = crawler(case, &["crawl", "--jobs", "1", &site.url("/")]);
    let log = site.log();
    case.snapshot_text(&ended, &(log.targets().join("\n") + "\n"));
}

pub(super) fn as_many_requests_are_in_flight_as_jobs_and_no_more(case: &mut Case) {
    let paths: Vec<String> = (0..24).map(|at| format!("/{at}")).collect();
    let links: Vec<&str> = paths.iter().map(String::as_str).collect();
    for jobs in [1, 4, 16] {
        let gate = Gate::new();
        let held = |path: &str| {
            // Each answer also takes a little time, or a crawler that asks for all at once might not be seen doing it.
            Response::html(page(path, &[]))
                .at(Point::Head, Act::Hold(gate.clone()))
                .at(Point::Head, Act::Wait(Duration::from_millis(5)))
        };
        let site = paths.iter().fold(
            Site::new()
                .named(&format!("site{jobs}"))
                .at("/", Response::html(page("start", &links))),
            |site, path| site.at(path, held(path)),
        );
        let site = case.site(site);
        let jobs_text = jobs.to_string();
        let mut running = case
            .program("crawler")
            .args(["crawl", "--jobs", &jobs_text, &site.url("/")])
            .spawn();
        running.wait_until(&format!("{jobs} requests are in flight"), || {
            site.log().in_flight() >= jobs
        });
        gate.open();
        let ended = running.wait();
        case.expect_status(&ended, 0);
        let most = site.log().most_in_flight;
        case.expect(
            &ended,
            most == jobs,
            &format!("{jobs} requests in flight at most"),
            most,
        );
    }
}

pub(super) fn a_terminal_shows_how_far_it_is(case: &mut Case) {
    let site = case.site(pages(&[("/", &["/a", "/b"]), ("/a", &[]), ("/b", &[])]));
    let args = ["crawl", &site.url("/")];
    let piped = crawler(case, &args);
    case.expect_quiet(&piped);
    let shown = case.program("crawler").args(args).terminal(80, 24).run();
    case.expect_stdout(&shown, &piped.stdout);
    let drawn = shown.stderr_text();
    case.expect(&shown, !drawn.is_empty(), "a line on the terminal", "nothing");
    case.expect(
        &shown,
        drawn.matches('\n').count() <= 1,
        "one line, drawn over again",
        support::text::visible(&shown.stderr),
    );
}

/// A site of three levels in which every page has its own answer: redirects, duplicates, errors and all.
fn tangle(answer: impl Fn(usize, Response) -> Response) -> Site {
    let path = |at: usize| format!("/{}/{at}", at % 5);
    let mut site = Site::new().at("/", {
        let links: Vec<String> = (0..12).map(path).collect();
        let links: Vec<&str> = links.iter().map(String::as_str).collect();
        Response::html(page("start", &links))
    });
    for at in 0..40 {
        let links = [path(at * 3 % 47), path(at * 7 % 41), path(at + 9)];
        let links: Vec<&str> = links.iter().map(String::as_str).collect();
        let response = match at % 8 {
            3 => Response::redirect(301, &path(at * 5 % 43)),
            5 => Response::html(page("many are the same", &["/only-from-a-duplicate"])),
            6 => Response::status(404),
            7 if at % 3 == 0 => Response::html("0123456789").at(Point::Body(3), Act::Close),
            _ => Response::html(page(&path(at), &links)),
        };
        site = site.at(&path(at), answer(at, response));
    }
    site
}

pub(super) fn the_order_of_the_answers_cannot_be_seen(case: &mut Case) {
    // The first page of the level answers only when the last one has been asked, so that its answer comes last.
    let gate = Gate::new();
    let opens = gate.clone();
    let same = page("the same", &["deeper"]);
    let last = same.clone();
    let site = pages(&[
        ("/", &["/a/", "/b/", "/c/"]),
        ("/a/deeper", &[]),
        ("/b/deeper", &[]),
        ("/c/deeper", &[]),
    ])
    .at(
        "/a/",
        Response::html(&*same).at(Point::Head, Act::Hold(gate.clone())),
    )
    .at("/b/", Response::html(page("another", &["/missing"])))
    .when("/c/", move |_| {
        opens.open();
        Response::html(&*last)
    });
    let site = case.site(site);
    let late = crawler(case, &["crawl", "--jobs", "3", &site.url("/")]);
    case.snapshot(&late);
    let in_order = crawler(case, &["crawl", "--jobs", "1", &site.url("/")]);
    case.expect_stdout(&in_order, &late.stdout);
}

pub(super) fn the_report_is_the_same_at_any_number_of_jobs(case: &mut Case) {
    // Every answer takes a time of its own, so that with several jobs they come in another order.
    let site = case.site(tangle(|at, response| {
        response.at(Point::Head, Act::Wait(Duration::from_millis(at as u64 * 7 % 11)))
    }));
    let mut first: Option<Vec<u8>> = None;
    for jobs in ["1", "3", "16"] {
        let url = site.url("/");
        let ended = crawler(case, &["crawl", "--jobs", jobs, "--max-pages", "35", &url]);
        case.expect_status(&ended, 1);
        match &first {
            None => case.snapshot(&ended),
            Some(first) => case.expect_stdout(&ended, first),
        }
        first.get_or_insert(ended.stdout);
    }
}

pub(super) fn the_delay_lies_between_any_two_requests(case: &mut Case) {
    let site = case.site(pages(&[
        ("/", &["/a", "/b", "/c", "/d"]),
        ("/a", &["/e"]),
        ("/b", &[]),
        ("/c", &[]),
        ("/d", &[]),
        ("/e", &[]),
    ]));
    let ended = crawler(case, &["crawl", "--jobs", "4", "--delay", "60", &site.url("/")]);
    case.expect_status(&ended, 0);
    // Six pages have five pauses between them, and the request for robots.txt comes before.
    let least = Duration::from_millis(5 * 60);
    case.expect(
        &ended,
        ended.wall >= least,
        "six requests with 60 ms between them take 300 ms",
        format!("{:?}", ended.wall),
    );
    let site = case.site(pages(&[("/", &[])]).named("single"));
    let ended = crawler(case, &["crawl", "--delay", "900", &site.url("/")]);
    case.expect(
        &ended,
        ended.wall >= Duration::from_millis(900),
        "900 ms between the request for robots.txt and that for the only page",
        format!("{:?}", ended.wall),
    );
}
