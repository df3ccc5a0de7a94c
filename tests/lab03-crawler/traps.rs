//! Stage 6: what is set for crawlers. Beside every trap lies a plain page, which has to be found all the same.

use std::time::Duration;

use serde_json::Value;
use support::http::{Act, Body, End, Page, Point, Response, Server, Site};
use support::{Case, Ended, Exchange, Rng, Stage, stage};

use crate::crawl::page;
use crate::sheet::crawler;

pub(crate) const STAGE: Stage = stage!("traps":
    variants_of_a_path_are_bounded,
    the_first_variants_are_taken_at_any_number_of_jobs,
    only_the_query_makes_a_variant,
    redirects_that_never_arrive_end_after_ten,
    ten_redirects_are_not_too_many,
    redirects_in_a_circle_end_by_themselves,
    paths_that_go_in_circles_are_left,
    paths_that_only_look_like_circles_are_followed,
    urls_that_are_too_long_are_left,
    a_calendar_without_end_ends_at_the_depth,
    session_ids_do_not_make_new_pages,
    a_bomb_costs_its_own_line,
    ten_gigabytes_cost_their_own_line,
    one_byte_a_second_costs_its_own_line,
    a_server_that_says_nothing_costs_its_own_line,
    a_server_that_closes_early_costs_its_own_line,
    headers_without_end_cost_their_own_line,
    many_large_pages_do_not_fill_the_memory,
    all_of_them_on_one_site;
    seeded: drawn_traps_are_reported_like_the_reference_reports_them
);

/// Crawls `/` of `site`.
fn crawl(case: &mut Case, site: &Server, args: &[&str]) -> Ended {
    let url = site.url("/");
    let args: Vec<&str> = ["crawl", &url].iter().chain(args).copied().collect();
    crawler(case, &args)
}

/// Returns what the last line of `--json` says.
fn summary(ended: &Ended) -> Value {
    let last = ended.stdout_text().lines().last().unwrap_or_default().to_owned();
    let value: Value = serde_json::from_str(&last).unwrap_or_default();
    value["summary"].clone()
}

/// Expects numbers of the summary.
fn expect_summary(case: &mut Case, ended: &Ended, expected: &[(&str, u64)]) {
    let summary = summary(ended);
    let wanted: Vec<String> = expected
        .iter()
        .map(|(key, number)| format!("{key} {number}"))
        .collect();
    let found: Vec<String> = expected
        .iter()
        .map(|(key, _)| format!("{key} {}", summary[*key]))
        .collect();
    case.expect_same(ended, "the summary", &wanted.join("\n"), &found.join("\n"));
}

/// Expects a line of the report, status and error, for `target`; and that the plain page was found.
fn expect_cost(case: &mut Case, site: &Server, ended: &Ended, target: &str, status: &str, error: &str) {
    let out = ended.stdout_text();
    let line = |target: &str| {
        let url = site.url(target);
        let found = out
            .lines()
            .find(|line| line.split('\t').nth(3) == Some(&url))
            .unwrap_or("none");
        let fields: Vec<&str> = found.split('\t').collect();
        match fields[..] {
            [status, _, _, _] => format!("{status} "),
            [status, _, _, _, note] => format!("{status} {note}"),
            _ => found.to_owned(),
        }
    };
    let what = format!("status and note of {target}");
    case.expect_same(ended, &what, &format!("{status} {error}"), &line(target));
    case.expect_same(
        ended,
        "status and note of /plain, which lies beside it",
        "200 ",
        &line("/plain"),
    );
}

fn variants_of_a_path_are_bounded(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("shop", &["/plain", "/list?sort=a", "/list"])),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .when("/list", |request| {
                let query = request.query();
                let targets: Vec<String> = ["a", "b", "c"]
                    .iter()
                    .map(|more| format!("/list?{query}{more}"))
                    .collect();
                let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
                Response::html(page(query, &targets))
            }),
    );
    let ended = crawl(case, &site, &["--max-variants", "4", "--depth", "6"]);
    case.snapshot(&ended);
}

fn the_first_variants_are_taken_at_any_number_of_jobs(case: &mut Case) {
    let targets: Vec<String> = (0..40).map(|n| format!("/list?{:02}", n * 7 % 40)).collect();
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("shop", &targets)))
            .when("/list", |request| Response::html(page(request.query(), &[]))),
    );
    let one = crawl(case, &site, &["--max-variants", "9", "--jobs", "1"]);
    let asked: Vec<String> = site
        .log()
        .targets()
        .iter()
        .filter(|target| target.starts_with("/list"))
        .map(|target| (*target).to_owned())
        .collect();
    let expected: Vec<String> = (0..9).map(|n| format!("/list?{n:02}")).collect();
    case.expect_same(
        &one,
        "the variants that were asked for",
        &expected.join("\n"),
        &asked.join("\n"),
    );
    let many = crawl(case, &site, &["--max-variants", "9", "--jobs", "16"]);
    case.expect_stdout(&many, &one.stdout);
}

fn only_the_query_makes_a_variant(case: &mut Case) {
    let targets = [
        "/list",
        "/list?",
        "/list?1",
        "/list?2",
        "/other?1",
        "/other?2",
        "/list/?1",
        "/list/?2",
        "/list?1#a",
    ];
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("shop", &targets)))
            .when("/*", |request| {
                Response::html(page(&format!("{}?{}", request.path(), request.query()), &[]))
            }),
    );
    let ended = crawl(case, &site, &["--max-variants", "3", "--json"]);
    // `/list?` is one as well: an empty query is a query.
    expect_summary(
        case,
        &ended,
        &[("pages", 9), ("too_many_variants", 0), ("broken", 0)],
    );
    let ended = crawl(case, &site, &["--max-variants", "1", "--json"]);
    expect_summary(case, &ended, &[("pages", 5), ("too_many_variants", 4)]);
    let ended = crawl(case, &site, &["--max-variants", "0", "--json"]);
    expect_summary(case, &ended, &[("pages", 2), ("too_many_variants", 7)]);
}

fn redirects_that_never_arrive_end_after_ten(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/plain", "/away/1"])))
            .at("/plain", Response::html(page("plain", &[])))
            .when("/away/*", |request| {
                Response::redirect(302, &format!("/away/{}", next_number(request.path())))
            }),
    );
    let ended = crawl(case, &site, &[]);
    case.snapshot(&ended);
}

/// Returns the number at the end of a path, and one more.
fn next_number(path: &str) -> u32 {
    path.rsplit('/')
        .next()
        .and_then(|number| number.parse().ok())
        .map_or(1, |number: u32| number + 1)
}

fn ten_redirects_are_not_too_many(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/plain", "/away/1"])))
            .at("/plain", Response::html(page("plain", &[])))
            .at("/away/11", Response::html(page("arrived", &["/away/21"])))
            .at("/away/21", Response::html(page("arrived again", &[])))
            .when("/away/*", |request| {
                Response::redirect(302, &format!("/away/{}", next_number(request.path())))
            }),
    );
    let ended = crawl(case, &site, &["--json"]);
    case.expect_status(&ended, 0);
    expect_summary(case, &ended, &[("pages", 14), ("broken", 0)]);
}

fn redirects_in_a_circle_end_by_themselves(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/plain", "/a", "/self"])))
            .at("/plain", Response::html(page("plain", &[])))
            .at("/a", Response::redirect(301, "/b"))
            .at("/b", Response::redirect(302, "/c"))
            .at("/c", Response::redirect(307, "/a"))
            .at("/self", Response::redirect(308, "/self")),
    );
    let ended = crawl(case, &site, &[]);
    case.snapshot(&ended);
}

fn paths_that_go_in_circles_are_left(case: &mut Case) {
    // Folders with links to themselves: what lies in them lies in them again, a level deeper.
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("home", &["/plain", "/self/", "/up/down/", "/x/1/2/3/"])),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .when("/self/*", |request| {
                Response::html(page(request.path(), &["self/", "file"]))
            })
            .when("/up/*", |request| {
                Response::html(page(request.path(), &["up/down/"]))
            })
            .when("/x/*", |request| {
                Response::html(page(request.path(), &["1/2/3/"]))
            }),
    );
    let ended = crawl(case, &site, &[]);
    case.snapshot(&ended);
}

fn paths_that_only_look_like_circles_are_followed(case: &mut Case) {
    let targets = [
        "/plain",
        "/a/a/b/a",
        "/a/b/a/b/a",
        "/a/b/a/b/x/a/b",
        "/1/2/3/1/2/3/1/2",
        "/a/ab/abab/a/ab/abab",
        "/2026/11/11/11x",
        "/q/q?q/q/q",
    ];
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &targets)))
            .when("/*", |request| Response::html(page(request.path(), &[]))),
    );
    let ended = crawl(case, &site, &["--json"]);
    case.expect_status(&ended, 0);
    expect_summary(case, &ended, &[("pages", targets.len() as u64 + 1), ("loops", 0)]);
}

fn urls_that_are_too_long_are_left(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/plain", Response::html(page("plain", &[])))
            .when("/long/*", |request| {
                Response::html(page(&request.path().len().to_string(), &[]))
            }),
    );
    let longest = 2048 - site.url("/long/").len();
    let fits = format!("/long/{}", "y".repeat(longest));
    let too_long = format!("/long/{}", "z".repeat(longest + 1));
    let with_fragment = format!("{fits}#fragment");
    site.set(
        "/",
        Response::html(page("home", &["/plain", &fits, &too_long, &with_fragment])),
    );
    let ended = crawl(case, &site, &["--json"]);
    case.expect_status(&ended, 0);
    expect_summary(case, &ended, &[("pages", 3), ("too_long", 1), ("broken", 0)]);
}

fn a_calendar_without_end_ends_at_the_depth(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/plain", "/calendar/1"])))
            .at("/plain", Response::html(page("plain", &[])))
            .when("/calendar/*", |request| {
                let next = next_number(request.path());
                Response::html(page(&next.to_string(), &[&format!("/calendar/{next}"), "/plain"]))
            }),
    );
    let ended = crawl(case, &site, &["--depth", "5"]);
    case.snapshot(&ended);
    let ended = crawl(case, &site, &["--json"]);
    // Without a number it is 32.
    expect_summary(case, &ended, &[("pages", 34), ("too_deep", 1)]);
}

fn session_ids_do_not_make_new_pages(case: &mut Case) {
    // Every answer gives its links another session.
    let site = case.site(
        Site::new()
            .when("/", |request| {
                Response::html(page(
                    "home",
                    &[
                        &format!("/a;jsessionid={:X}?x=1", request.before),
                        &format!("/b?PHPSESSID={}&y=2", request.before),
                    ],
                ))
            })
            .when("/*", |request| {
                Response::html(page(
                    request.path(),
                    &[
                        &format!("/?sid={}1", request.before),
                        &format!("/a;JSESSIONID={}2?x=1", request.before),
                        &format!("/b?y=2&session_id={}", request.before),
                    ],
                ))
            }),
    );
    let ended = crawl(case, &site, &["--json"]);
    expect_summary(case, &ended, &[("pages", 3), ("broken", 0)]);
}

fn a_bomb_costs_its_own_line(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/bomb", "/plain"])))
            .at("/plain", Response::html(page("plain", &[])))
            .at(
                "/bomb",
                Response::html(Body::gzip_bomb(4 << 30)).header("Content-Encoding", "gzip"),
            ),
    );
    let ended = crawl(case, &site, &[]);
    expect_cost(
        case,
        &site,
        &ended,
        "/bomb",
        "200",
        "body is longer than 16777216 bytes",
    );
    case.expect_status(&ended, 1);
    let ended = crawl(case, &site, &["--max-bytes", "100000"]);
    expect_cost(
        case,
        &site,
        &ended,
        "/bomb",
        "200",
        "body is longer than 100000 bytes",
    );
}

fn ten_gigabytes_cost_their_own_line(case: &mut Case) {
    let endless = Body::endless("<title>endless</title>", "<p>more</p>");
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("home", &["/announced", "/chunked", "/plain"])),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .at(
                "/announced",
                Response::ok(Body::pattern(10 << 30, 1)).header("Content-Type", "image/x-raw"),
            )
            .at("/chunked", Response::html(endless).chunked()),
    );
    let ended = crawl(case, &site, &[]);
    for target in ["/announced", "/chunked"] {
        expect_cost(
            case,
            &site,
            &ended,
            target,
            "200",
            "body is longer than 16777216 bytes",
        );
    }
    // Whoever reads no further hangs up; what was on its way then is lost.
    let log = site.wait_for("the connections are dropped", |log| {
        log.requests.iter().all(|seen| seen.end.is_some())
    });
    for target in ["/announced", "/chunked"] {
        let (end, sent) = log
            .of(target)
            .map(|seen| (seen.end, seen.sent))
            .next()
            .unwrap_or((None, 0));
        case.expect(
            &ended,
            end == Some(End::ClientLeft) && sent < 128 << 20,
            &format!("{target} is dropped"),
            format!("{end:?} after {sent} bytes"),
        );
    }
}

fn one_byte_a_second_costs_its_own_line(case: &mut Case) {
    let drip = Response::html("<p>slow</p>".repeat(10)).drip(1, Duration::from_secs(1));
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/slow", "/plain"])))
            .at("/plain", Response::html(page("plain", &[])))
            .at("/slow", drip),
    );
    let ended = crawl(case, &site, &["--timeout", "2500"]);
    expect_cost(case, &site, &ended, "/slow", "200", "timed out after 2500 ms");
}

fn a_server_that_says_nothing_costs_its_own_line(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("home", &["/silent", "/stops", "/plain"])),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .at("/silent", Response::ok("x").at(Point::Head, Act::Stall))
            .at(
                "/stops",
                Response::html("<p>it stops</p>").at(Point::Body(5), Act::Stall),
            ),
    );
    let ended = crawl(case, &site, &["--timeout", "1500"]);
    expect_cost(case, &site, &ended, "/silent", "-", "timed out after 1500 ms");
    expect_cost(case, &site, &ended, "/stops", "200", "timed out after 1500 ms");
}

fn a_server_that_closes_early_costs_its_own_line(case: &mut Case) {
    let text = "<p>torn</p>".repeat(100);
    let torn = |point, act| Response::html(text.clone()).at(point, act);
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("home", &["/head", "/body", "/chunk", "/reset", "/plain"])),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .at("/head", torn(Point::Head, Act::Close))
            .at("/body", torn(Point::Body(100), Act::Close))
            .at("/chunk", torn(Point::Body(100), Act::Close).chunked())
            .at("/reset", torn(Point::Body(100), Act::Reset)),
    );
    let ended = crawl(case, &site, &[]);
    for (target, status, error) in [
        ("/head", "-", "connection closed before an answer"),
        ("/body", "200", "body ends after 100 of 1100 bytes"),
        ("/chunk", "200", "body ends inside a chunk"),
        ("/reset", "200", "connection reset"),
    ] {
        expect_cost(case, &site, &ended, target, status, error);
    }
}

fn headers_without_end_cost_their_own_line(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("home", &["/headers", "/garbage", "/plain"])),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .at("/headers", Response::endless_headers())
            .at("/garbage", Response::raw("\x16\x03\x01 this is no HTTP\r\n\r\n")),
    );
    let ended = crawl(case, &site, &[]);
    for target in ["/headers", "/garbage"] {
        expect_cost(case, &site, &ended, target, "-", "answer is no HTTP");
    }
}

fn many_large_pages_do_not_fill_the_memory(case: &mut Case) {
    // Each of them is allowed; all at once they would be more than the program may use.
    let targets: Vec<String> = (0..12).map(|n| format!("/large/{n}")).collect();
    let mut targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    targets.push("/plain");
    let large = |path: &str| format!("<title>{path}</title>{}", "many words ".repeat(1_300_000));
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &targets)))
            .at("/plain", Response::html(page("plain", &[])))
            .when("/large/*", move |request| Response::html(large(request.path()))),
    );
    let ended = crawl(case, &site, &["--jobs", "12", "--json", "--timeout", "60000"]);
    expect_summary(case, &ended, &[("pages", 14), ("broken", 0)]);
}

fn all_of_them_on_one_site(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page(
                    "home",
                    &[
                        "/plain",
                        "/calendar/1",
                        "/list?1",
                        "/list?2",
                        "/list?3",
                        "/self/",
                        "/away/1",
                        "/bomb",
                        "/silent",
                        "/torn",
                    ],
                )),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .when("/calendar/*", |request| {
                Response::html(page(
                    "calendar",
                    &[&format!("/calendar/{}", next_number(request.path()))],
                ))
            })
            .when("/list", |request| Response::html(page(request.query(), &[])))
            .when("/self/*", |request| {
                Response::html(page(request.path(), &["self/"]))
            })
            .when("/away/*", |request| {
                Response::redirect(302, &format!("/away/{}", next_number(request.path())))
            })
            .at(
                "/bomb",
                Response::html(Body::gzip_bomb(1 << 30)).header("Content-Encoding", "gzip"),
            )
            .at("/silent", Response::ok("x").at(Point::Head, Act::Stall))
            .at(
                "/torn",
                Response::html("<p>torn</p>").at(Point::Body(4), Act::Close),
            ),
    );
    let args = ["--depth", "4", "--max-variants", "2", "--timeout", "1500"];
    let ended = crawl(case, &site, &args);
    case.snapshot(&ended);
    let one = crawl(case, &site, &[&args[..], &["--jobs", "1"]].concat());
    case.expect_stdout(&one, &ended.stdout);
}

fn drawn_traps_are_reported_like_the_reference_reports_them(case: &mut Case) {
    case.seeded(4, |rng| {
        let mut exchange = Exchange::of("crawler").args([
            "crawl".to_owned(),
            "{site}/".to_owned(),
            "--max-variants".to_owned(),
            rng.u32(1..5).to_string(),
            "--depth".to_owned(),
            rng.u32(3..20).to_string(),
        ]);
        let mut targets = vec!["/plain".to_owned()];
        for n in 0..rng.usize(5..20) {
            targets.push(drawn_target(rng, n));
        }
        let linked: Vec<&str> = targets.iter().map(String::as_str).collect();
        exchange = exchange.page("/", Page::html(page("home", &linked)));
        for (n, target) in targets.iter().enumerate() {
            exchange = exchange.page(target, Page::html(page(&format!("page {n}"), &linked[n..])));
        }
        let hops = rng.usize(8..13);
        for hop in 0..hops {
            let to = if hop + 1 == hops {
                "/plain".to_owned()
            } else {
                format!("/hop/{}", hop + 1)
            };
            exchange = exchange.page(&format!("/hop/{hop}"), Page::redirect(302, &to));
        }
        exchange.page("/plain", Page::html(page("plain", &["/hop/0"])))
    });
}

/// Draws a variant, or a path that may go in circles.
fn drawn_target(rng: &mut Rng, n: usize) -> String {
    match rng.u8(0..3) {
        0 => format!("/list/{}?{n}", rng.u8(0..2)),
        1 => {
            let part = ["/a", "/a/b", "/b/a/c"][rng.usize(0..3)];
            format!("{}{}", part.repeat(rng.usize(1..5)), ["", "/x"][rng.usize(0..2)])
        }
        _ => format!("/long/{}", "y".repeat(rng.usize(1990..2060))),
    }
}
