//! Stage 3: a whole site. What robots.txt allows has its own file.

use std::collections::BTreeSet;
use std::time::Duration;

use support::http::{Act, Gate, Page, Point, Response, Site};
use support::{Case, Exchange, Nginx, Rng, Stage, stage};

use crate::robots::{
    a_crawl_delay_holds_where_it_is_longer,
    a_group_is_for_every_name_above_its_rules,
    groups_of_one_name_are_one,
    only_the_first_512000_bytes_of_it_count,
    percent_encoding_makes_no_difference,
    robots_may_be_ignored,
    robots_txt_is_asked_for_before_all_else,
    robots_txt_is_read_however_it_is_written,
    robots_txt_may_be_redirected,
    robots_txt_that_fails_forbids_everything,
    robots_txt_that_is_missing_allows_everything,
    stars_match_anything_and_a_dollar_the_end,
    the_longest_rule_decides_and_allow_wins_a_tie,
    the_start_may_be_forbidden,
};
use crate::sheet::{Sheet, crawler};

pub(crate) const STAGE: Stage = stage!("crawl":
    a_site_is_reported_line_by_line,
    json_reports_the_same_site,
    each_url_is_asked_for_once,
    levels_are_asked_in_the_order_of_their_bytes,
    pages_stylesheets_and_frames_are_followed_and_pictures_are_leaves,
    the_depth_bounds_how_far_it_goes,
    redirects_are_urls_of_their_own,
    the_depth_of_a_redirect_is_that_of_its_target,
    a_start_that_leaves_the_site_is_all_there_is,
    a_start_that_fails_is_a_failure,
    the_site_is_scheme_host_and_port,
    one_page_under_two_urls_is_a_duplicate,
    what_only_looks_like_a_duplicate_is_none,
    broken_links_are_listed_with_the_pages_that_hold_them,
    no_more_than_ten_pages_are_listed_for_a_broken_link,
    answers_that_never_come_whole_are_broken_too,
    filters_choose_by_the_whole_url,
    the_most_pages_are_the_first_in_order,
    urls_that_differ_in_fragment_or_session_are_one,
    robots_txt_is_asked_for_before_all_else,
    the_longest_rule_decides_and_allow_wins_a_tie,
    stars_match_anything_and_a_dollar_the_end,
    a_group_is_for_every_name_above_its_rules,
    groups_of_one_name_are_one,
    percent_encoding_makes_no_difference,
    robots_txt_is_read_however_it_is_written,
    robots_txt_may_be_redirected,
    robots_txt_that_is_missing_allows_everything,
    robots_txt_that_fails_forbids_everything,
    only_the_first_512000_bytes_of_it_count,
    the_start_may_be_forbidden,
    robots_may_be_ignored,
    a_crawl_delay_holds_where_it_is_longer,
    as_many_requests_are_in_flight_as_jobs_and_no_more,
    the_order_of_the_answers_cannot_be_seen,
    the_report_is_the_same_at_any_number_of_jobs,
    the_delay_lies_between_any_two_requests,
    options_that_mean_nothing_are_wrong_usage,
    a_real_server_is_crawled;
    seeded: drawn_sites_are_reported_like_the_reference_reports_them
);

/// Makes a page with a link to each of `targets`, and some words that make it differ from others.
pub(crate) fn page(words: &str, targets: &[&str]) -> String {
    let links: String = targets
        .iter()
        .map(|target| format!("<a href=\"{target}\">x</a>\n"))
        .collect();
    format!("<!doctype html><title>{words}</title>\n{links}")
}

/// Makes a site of pages from their paths and links.
pub(crate) fn pages(table: &[(&str, &[&str])]) -> Site {
    table.iter().fold(Site::new(), |site, (path, targets)| {
        site.at(path, Response::html(page(path, targets)))
    })
}

/// Crawls `site` from `/` with these arguments and compares the report with the snapshot.
fn check(case: &mut Case, site: Site, args: &[&str]) {
    check_all(case, site, &[args]);
}

/// Crawls `site` once with each row of arguments and compares all reports with the snapshot.
fn check_all(case: &mut Case, site: Site, rows: &[&[&str]]) {
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for args in rows {
        let url = site.url("/");
        let title = case.redacted(&args.join(" "));
        let args: Vec<&str> = ["crawl", &url].iter().chain(*args).copied().collect();
        sheet.run(case, &title, &args);
    }
    sheet.compare(case);
}

/// A site with a little of everything.
fn village() -> Site {
    Site::new()
        .at("/", Response::html(page("Village", &["/mill", "/church#tower", "/old-road", "http://town.example/", "/well"])))
        .at(
            "/mill",
            Response::html("<title>Mill</title><link rel=stylesheet href=/style.css><img src=/wheel.png><a href=/>back</a><a href=/gone>gone</a>"),
        )
        .at("/church", Response::html(page("Church", &["/", "/crypt", "/gone"])))
        .at("/crypt", Response::html(page("Crypt", &["/church"])))
        .at("/old-road", Response::redirect(301, "/mill"))
        .at("/well", Response::redirect(302, "http://town.example/water"))
        .at("/style.css", Response::ok("body { background: url(/stone.png) }").header("Content-Type", "text/css"))
        .at("/wheel.png", Response::ok("not really a picture").header("Content-Type", "image/png"))
        .at("/stone.png", Response::ok("nor this").header("Content-Type", "image/png"))
}

fn a_site_is_reported_line_by_line(case: &mut Case) {
    let site = case.site(village());
    let ended = crawler(case, &["crawl", &site.url("/")]);
    case.snapshot(&ended);
    case.expect_stderr_names(&ended, "1 link is broken");
    let site = case.site(pages(&[("/", &["/a"]), ("/a", &[])]).named("hamlet"));
    let ended = crawler(case, &["crawl", &site.url("/")]);
    case.snapshot(&ended);
    case.expect_quiet(&ended);
}

fn json_reports_the_same_site(case: &mut Case) {
    check(case, village(), &["--json"]);
}

fn each_url_is_asked_for_once(case: &mut Case) {
    let site = case.site(village());
    let ended = crawler(case, &["crawl", &site.url("/")]);
    let log = site.log();
    let mut asked: Vec<String> = log
        .requests
        .iter()
        .map(|seen| format!("{} {} {}", seen.method, seen.target, seen.header("user-agent").unwrap_or("nobody")))
        .collect();
    asked.sort();
    case.snapshot_text(&ended, &(asked.join("\n") + "\n"));
}

fn levels_are_asked_in_the_order_of_their_bytes(case: &mut Case) {
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

fn pages_stylesheets_and_frames_are_followed_and_pictures_are_leaves(case: &mut Case) {
    let link = |path: &str| format!("<a href={path}>x</a>");
    let typed = |kind: &str, body: String| Response::ok(body).header("Content-Type", kind);
    let site = Site::new()
        .at(
            "/",
            Response::html(
                "<link rel=stylesheet href=/s.css><img srcset='/i.png 1x, /j.png 2x'><iframe src=/f></iframe><script src=/s.js></script>
                <a href=/t.txt>t</a><a href=/x.xhtml>x</a><meta http-equiv=refresh content='9; url=/r'><p style='background: url(/k.png)'>",
            ),
        )
        .at("/s.css", typed("text/css", "@import 'more.css'; p { background: url(l.png) }".to_owned()))
        .at("/more.css", typed("text/css", "p { background: url(m.png) }".to_owned()))
        .at("/f", Response::html(link("/from-frame")))
        .at("/r", Response::html(link("/from-refresh")))
        .at("/x.xhtml", typed("application/xhtml+xml", link("/from-xhtml")))
        .at("/s.js", typed("text/javascript", link("/from-script")))
        .at("/t.txt", typed("text/plain", link("/from-text")))
        .at("/i.png", typed("image/png", link("/from-image")))
        .at("/*", typed("image/png", "x".to_owned()));
    check(case, site, &["--json"]);
}

fn the_depth_bounds_how_far_it_goes(case: &mut Case) {
    let site = pages(&[
        ("/", &["/1", "/image"]),
        ("/1", &["/2", "/", "/3"]),
        ("/2", &["/3", "/4"]),
        ("/3", &["/4"]),
        ("/4", &[]),
        ("/image", &[]),
    ]);
    check_all(case, site, &[&["--depth", "0"], &["--depth", "1"], &["--depth", "2"], &["--depth", "3"]]);
}

fn redirects_are_urls_of_their_own(case: &mut Case) {
    let other = case.site(Site::new().named("other").on("127.0.0.2").at("/*", Response::html("elsewhere")));
    let site = pages(&[
        ("/", &["/to-page", "/to-self", "/ring-1", "/out", "/chain", "/bare", "/mail", "/to-missing"]),
        ("/page", &["/to-page"]),
        ("/end", &[]),
    ])
    .at("/to-page", Response::redirect(301, "page#part"))
    .at("/to-self", Response::redirect(302, "/to-self"))
    .at("/ring-1", Response::redirect(303, "/ring-2"))
    .at("/ring-2", Response::redirect(307, "/ring-1"))
    .at("/out", Response::redirect(308, &other.url("/there")))
    .at("/chain", Response::redirect(301, "/chain/2"))
    .at("/chain/2", Response::redirect(301, "/chain/3;jsessionid=1"))
    .at("/chain/3", Response::redirect(301, "/end"))
    .at("/bare", Response::status(301))
    .at("/mail", Response::redirect(301, "mailto:me@example.com"))
    .at("/to-missing", Response::redirect(301, "/missing"));
    let site = case.site(site);
    let mut sheet = Sheet::default();
    sheet.run(case, "text", &["crawl", &site.url("/")]);
    let last = sheet.run(case, "json", &["crawl", "--json", &site.url("/")]).clone();
    let asked = other.log().requests.len();
    case.expect(&last, asked == 0, "the other site is not asked", asked);
    sheet.compare(case);
}

fn the_depth_of_a_redirect_is_that_of_its_target(case: &mut Case) {
    let site = pages(&[("/", &["/old"]), ("/new", &["/next"]), ("/next", &["/too-far"]), ("/too-far", &[])])
        .at("/old", Response::redirect(301, "/older"))
        .at("/older", Response::redirect(301, "/new"));
    check_all(case, site, &[&["--depth", "1"], &["--depth", "2"]]);
}

fn a_start_that_leaves_the_site_is_all_there_is(case: &mut Case) {
    let other = case.site(Site::new().named("other").on("127.0.0.2").at("/*", Response::html("elsewhere")));
    let site = Site::new().at("/", Response::redirect(301, &other.url("/")));
    check(case, site, &[]);
}

fn a_start_that_fails_is_a_failure(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/missing/page", Response::new(404, page("gone", &["/a"])).header("Content-Type", "text/html"))
            .at("/closed", Response::html("x").at(Point::Head, Act::Close)),
    );
    let mut sheet = Sheet::default();
    for target in ["/missing/page", "/closed"] {
        let ended = sheet.run(case, target, &["crawl", &site.url(target)]).clone();
        case.expect_stderr_names(&ended, "1 link is broken");
    }
    sheet.compare(case);
}

fn the_site_is_scheme_host_and_port(case: &mut Case) {
    let other = case.site(Site::new().named("port").at("/*", Response::html("another port")));
    let host = case.site(Site::new().named("host").on("127.0.0.2").at("/*", Response::html("another host")));
    let site = case.site(Site::new().at("/inside", Response::html("inside")));
    let own = site.address().to_string();
    let links = [
        other.url("/"),
        host.url("/"),
        format!("https://{own}/"),
        format!("//{own}/inside"),
        format!("http://LOCALHOST:{}/", site.address().port()),
        format!("HTTP://{own}/inside"),
        "http://127.0.0.1:1/".to_owned(),
    ];
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    site.set("/", Response::html(page("start", &links)));
    let ended = crawler(case, &["crawl", &site.url("/")]);
    let asked = other.log().requests.len() + host.log().requests.len();
    case.expect(&ended, asked == 0, "no other site is asked", asked);
    case.snapshot_text(&ended, &without_bytes(&ended.stdout_text()));
}

/// Leaves out the numbers of bytes of a report: a page that names a port is as long as the port.
fn without_bytes(report: &str) -> String {
    let line = |line: &str| {
        let mut fields: Vec<&str> = line.split('\t').collect();
        if fields.len() > 1 {
            fields[1] = "N";
        }
        let line = fields.join("\t");
        match line.split_once(" bytes") {
            Some((before, behind)) => {
                let kept = before.trim_end_matches(|c: char| c.is_ascii_digit());
                format!("{kept}N bytes{behind}\n")
            }
            None => line + "\n",
        }
    };
    report.lines().map(line).collect()
}

fn one_page_under_two_urls_is_a_duplicate(case: &mut Case) {
    let same = page("the same", &["deeper"]);
    let site = pages(&[("/", &["/b/", "/a/", "/c/", "/index.html"]), ("/a/deeper", &["/z/"])])
        .at("/index.html", Response::html(page("/", &["/b/", "/a/", "/c/", "/index.html"])))
        .at("/a/", Response::html(&*same))
        .at("/b/", Response::html(&*same))
        .at("/c/", Response::html(&*same).chunked())
        .at("/z/", Response::html(&*same));
    check_all(case, site, &[&[], &["--json"]]);
}

fn what_only_looks_like_a_duplicate_is_none(case: &mut Case) {
    let same = page("the same", &["deeper"]);
    let html = |status| Response::new(status, &*same).header("Content-Type", "text/html");
    let site = pages(&[("/", &["/a/", "/error/", "/empty-1", "/empty-2", "/text/", "/longer/", "/image/"])])
        .at("/a/", html(200))
        .at("/error/", html(404))
        .at("/empty-1", Response::html(""))
        .at("/empty-2", Response::html(""))
        .at("/text/", Response::ok(&*same).header("Content-Type", "text/plain"))
        .at("/image/", Response::ok(&*same).header("Content-Type", "image/png"))
        .at("/longer/", Response::html(format!("{same}\n")));
    check(case, site, &[]);
}

fn broken_links_are_listed_with_the_pages_that_hold_them(case: &mut Case) {
    let site = pages(&[
        ("/", &["/a", "/b", "/missing"]),
        ("/a", &["/missing", "/forbidden", "/missing#part", "/fails"]),
        ("/b", &["/missing", "/old"]),
    ])
    .at("/old", Response::redirect(301, "/missing"))
    .at("/forbidden", Response::status(403))
    .at("/fails", Response::status(500))
    .at("/missing", Response::new(404, page("not here", &["/only-from-404"])).header("Content-Type", "text/html"));
    let site = case.site(site);
    let ended = crawler(case, &["crawl", &site.url("/")]);
    case.snapshot(&ended);
    case.expect_stderr_names(&ended, "3 links are broken");
}

fn no_more_than_ten_pages_are_listed_for_a_broken_link(case: &mut Case) {
    let targets: Vec<String> = (0..12).map(|at| format!("/{at}")).collect();
    let refs: Vec<&str> = targets.iter().map(String::as_str).chain(["/ten"]).collect();
    let site = targets.iter().enumerate().fold(
        Site::new().at("/", Response::html(page("start", &refs))),
        |site, (at, path)| {
            let holds: &[&str] = if at < 10 { &["/twelve", "/ten"] } else { &["/twelve"] };
            site.at(path, Response::html(page(path, holds)))
        },
    );
    // The start links to /ten as well, so that one of eleven is left over there and two of twelve below.
    check_all(case, site, &[&[], &["--json"]]);
}

fn answers_that_never_come_whole_are_broken_too(case: &mut Case) {
    let site = pages(&[("/", &["/closed", "/cut", "/long", "/ok", "/silent", "/packed", "/no-http"]), ("/ok", &["/next"]), ("/next", &[])])
        .at("/closed", Response::html("x").at(Point::Head, Act::Close))
        .at("/cut", Response::html("0123456789").at(Point::Body(5), Act::Close))
        .at("/long", Response::html("x".repeat(2000)))
        .at("/silent", Response::html("x").at(Point::Head, Act::Stall))
        .at("/packed", Response::html("no gzip").header("Content-Encoding", "gzip"))
        .at("/no-http", Response::raw("hello\r\n\r\n"));
    check_all(
        case,
        site,
        &[&["--timeout", "500", "--max-bytes", "1000"], &["--timeout", "500", "--max-bytes", "1000", "--json"]],
    );
}

fn filters_choose_by_the_whole_url(case: &mut Case) {
    let site = pages(&[
        ("/", &["/docs/", "/blog/", "/docs/a.pdf", "/docs/b?print=1", "/DOCS/", "/off"]),
        ("/docs/", &["/docs/c", "/blog/d", "/"]),
        ("/docs/c", &[]),
        ("/docs/a.pdf", &[]),
        ("/docs/b", &[]),
        ("/DOCS/", &[]),
        ("/blog/", &["/docs/only-from-blog"]),
        ("/blog/d", &[]),
    ])
    .at("/off", Response::redirect(301, "/docs/from-off"));
    check_all(
        case,
        site,
        &[
            &["--include", "/docs/"],
            &["--exclude", "/docs/"],
            &["--include", "(?i)/docs/", "--exclude", r"\.pdf$|[?]print="],
            &["--include", "nothing is like this"],
            &["--exclude", "^http://127[.]0[.]0[.]1:[0-9]+/$"],
            &["--exclude", "^/docs/"],
        ],
    );
}

fn the_most_pages_are_the_first_in_order(case: &mut Case) {
    let site = pages(&[
        ("/", &["/c", "/a", "/b"]),
        ("/a", &["/z", "/y"]),
        ("/b", &["/missing"]),
        ("/c", &["/x", "/a"]),
        ("/x", &[]),
        ("/y", &[]),
        ("/z", &[]),
    ]);
    check_all(
        case,
        site,
        &[&["--max-pages", "1"], &["--max-pages", "3"], &["--max-pages", "4"], &["--max-pages", "5"], &["--max-pages", "8"]],
    );
}

fn urls_that_differ_in_fragment_or_session_are_one(case: &mut Case) {
    let site = case.site(pages(&[
        ("/", &["/a#one", "/a#two", "/a", "/a;jsessionid=1", "/a?PHPSESSID=2", "/./a", "/b/../a", "/a?", "/b?sid=1&amp;x=1", "/b?x=1"]),
        ("/a", &["#top", ""]),
        ("/a?", &[]),
        ("/b?x=1", &["/b?x=1&amp;sid=3"]),
    ]));
    let ended = crawler(case, &["crawl", "--ignore-robots", &site.url("/#start")]);
    case.snapshot(&ended);
    let log = site.log();
    let asked: BTreeSet<&str> = log.targets().into_iter().collect();
    case.expect(
        &ended,
        asked.len() == log.requests.len() && !log.targets().concat().contains("sid"),
        "each URL is asked once, without its session",
        log.targets().join(" "),
    );
}

fn as_many_requests_are_in_flight_as_jobs_and_no_more(case: &mut Case) {
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
        let running = case
            .program("crawler")
            .args(["crawl", "--jobs", &jobs_text, &site.url("/")])
            .spawn();
        site.wait_for(&format!("{jobs} requests are in flight"), |log| log.in_flight() >= jobs);
        gate.open();
        let ended = running.wait();
        case.expect_status(&ended, 0);
        let most = site.log().most_in_flight;
        case.expect(&ended, most == jobs, &format!("{jobs} requests in flight at most"), most);
    }
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

fn the_order_of_the_answers_cannot_be_seen(case: &mut Case) {
    // The first page of the level answers only when the last one has been asked, so that its answer comes last.
    let gate = Gate::new();
    let opens = gate.clone();
    let same = page("the same", &["deeper"]);
    let last = same.clone();
    let site = pages(&[("/", &["/a/", "/b/", "/c/"]), ("/a/deeper", &[]), ("/b/deeper", &[]), ("/c/deeper", &[])])
        .at("/a/", Response::html(&*same).at(Point::Head, Act::Hold(gate.clone())))
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

fn the_report_is_the_same_at_any_number_of_jobs(case: &mut Case) {
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

fn the_delay_lies_between_any_two_requests(case: &mut Case) {
    let site = case.site(pages(&[("/", &["/a", "/b", "/c", "/d"]), ("/a", &["/e"]), ("/b", &[]), ("/c", &[]), ("/d", &[]), ("/e", &[])]));
    let ended = crawler(case, &["crawl", "--jobs", "4", "--delay", "60", &site.url("/")]);
    case.expect_status(&ended, 0);
    // Six pages have five pauses between them, and the request for robots.txt comes before.
    let least = Duration::from_millis(5 * 60);
    case.expect(&ended, ended.wall >= least, "six requests with 60 ms between them take 300 ms", format!("{:?}", ended.wall));
}

fn options_that_mean_nothing_are_wrong_usage(case: &mut Case) {
    for args in [
        &["--depth", "deep"][..],
        &["--jobs", "0"],
        &["--jobs", "many"],
        &["--delay", "-5"],
        &["--max-pages", "1.5"],
        &["--include", "("],
        &["--exclude", "["],
        &["--color"],
    ] {
        let args: Vec<&str> = ["crawl", "http://127.0.0.1:1/"].iter().chain(args).copied().collect();
        let ended = crawler(case, &args);
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
    }
}

fn a_real_server_is_crawled(case: &mut Case) {
    let nav = "<a href=/>home</a><a href=/docs/>docs</a><a href=\"/docs\">docs</a><a href=\"/files/\">files</a>";
    case.file("www/index.html", format!("<title>Home</title>{nav}<link rel=stylesheet href=style.css>"));
    case.file("www/docs/index.html", format!("<title>Docs</title>{nav}<a href=b%20c.html>b c</a><a href=missing.html>m</a>"));
    case.file("www/docs/b c.html", format!("<title>B C</title>{nav}<img src=../logo.png>"));
    case.file("www/style.css", "body { background: url(logo.png) }\n");
    case.file("www/logo.png", "no picture");
    case.file("www/files/größe.txt", "text");
    case.file("www/files/private/x.txt", "private");
    case.file("www/robots.txt", "User-agent: *\nDisallow: /files/private/\nDisallow: /files/?\n");
    let nginx = case.nginx(Nginx::new().root("www").server(
        "gzip on; gzip_min_length 1; gzip_types *;\nlocation /files/ { autoindex on; autoindex_exact_size on; }",
    ));
    let ended = crawler(case, &["crawl", &nginx.url("/")]);
    // A listing shows when its files were made.
    let report = without_bytes(&ended.stdout_text());
    case.snapshot_text(&ended, &report);
}

/// Draws a site: pages, redirects, duplicates, missing ones, odd references, a robots.txt.
fn drawn_sites_are_reported_like_the_reference_reports_them(case: &mut Case) {
    case.seeded(12, |rng: &mut Rng| {
        let count = rng.usize(3..40);
        let mut exchange = Exchange::of("crawler").args(["crawl", "{site}/"]);
        for option in options(rng) {
            exchange = exchange.args(option);
        }
        if rng.bool() {
            exchange = exchange.page("/robots.txt", Page::new(200, robots(rng)).header("Content-Type", "text/plain"));
        }
        exchange = exchange.page("/", drawn_page(rng, count, 0));
        for at in 0..count {
            let page = match rng.u8(..10) {
                0 => continue,
                1 | 2 => Page::redirect([301, 302, 307][rng.usize(..3)], &target(rng, count)),
                3 => Page::html(page("one of the same", &["deeper/x"])),
                4 => Page::new(200, "p { background: url(1) }").header("Content-Type", "text/css"),
                _ => drawn_page(rng, count, at),
            };
            exchange = exchange.page(&place(at), page);
        }
        exchange
    });
}

fn options(rng: &mut Rng) -> Vec<Vec<String>> {
    let mut options = vec![vec!["--jobs".to_owned(), ["1", "2", "8", "16"][rng.usize(..4)].to_owned()]];
    let mut sometimes = |one_in: u8, option: &str, value: String| {
        if rng.u8(..one_in) == 0 {
            options.push(vec![option.to_owned(), value]);
        }
    };
    sometimes(3, "--depth", "2".to_owned());
    sometimes(3, "--max-pages", "9".to_owned());
    sometimes(4, "--include", "/[a0-5]".to_owned());
    sometimes(4, "--exclude", "[?]|/b/1".to_owned());
    if rng.bool() {
        options.push(vec!["--json".to_owned()]);
    }
    options
}

fn place(at: usize) -> String {
    let folder = ["", "/a", "/b", "/a/b"][at % 4];
    format!("{folder}/{at}")
}

/// Draws a reference to a page of the site, in one of many spellings, or to nowhere.
fn target(rng: &mut Rng, count: usize) -> String {
    let place = place(rng.usize(..count + 2));
    match rng.u8(..12) {
        0 => format!("{{site}}{place}"),
        1 => format!("{place}#part"),
        2 => format!("{place};jsessionid=7"),
        3 => format!("/./x/..{place}"),
        4 => place.trim_start_matches('/').to_owned(),
        5 => "http://other.example/".to_owned(),
        6 => "mailto:me@example.com".to_owned(),
        7 => format!("{place}?q={}", rng.u8(..3)),
        _ => place,
    }
}

fn drawn_page(rng: &mut Rng, count: usize, at: usize) -> Page {
    let links: Vec<String> = (0..rng.usize(1..7)).map(|_| target(rng, count)).collect();
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    Page::html(page(&format!("page {at}"), &links))
}

fn robots(rng: &mut Rng) -> String {
    const PATTERNS: [&str; 8] = ["/a", "/b/", "/*1", "/*3$", "/a/b/", "/", "", "/%61/b"];
    let mut text = format!("User-agent: {}\n", ["*", "Crawler", "other"][rng.usize(..3)]);
    for _ in 0..rng.usize(1..6) {
        // A site of which nothing may be fetched is a dull one.
        let word = if rng.u8(..3) == 0 { "Disallow" } else { "Allow" };
        let pattern = PATTERNS[rng.usize(..PATTERNS.len())];
        let pattern = if word == "Disallow" && pattern == "/" { "/b" } else { pattern };
        text.push_str(&format!("{word}: {pattern}\n"));
    }
    text
}
