//! Stage 6: what is set for crawlers. Beside every trap lies a plain page, which has to be found all the same.

mod answers;
mod large;
mod redirects;
mod urls;

use serde_json::Value;
use support::http::{Act, Body, Page, Point, Response, Server, Site};
use support::{Case, Ended, Exchange, Rng, Stage, stage};

use crate::crawl::page;
use crate::sheet::crawler;
use answers::{
    a_bomb_costs_its_own_line, a_page_nested_without_end_is_a_page_like_others,
    a_robots_txt_without_end_counts_as_far_as_it_may, a_server_that_closes_early_costs_its_own_line,
    a_server_that_says_nothing_costs_its_own_line, headers_without_end_cost_their_own_line,
    many_bombs_at_once_do_not_fill_the_memory, many_slow_pages_are_waited_for_side_by_side,
    one_byte_a_second_costs_its_own_line, ten_gigabytes_cost_their_own_line,
};
use large::{
    a_large_page_does_not_pay_for_the_time_of_others, a_reference_without_end_is_none,
    many_large_pages_do_not_fill_the_memory, many_links_beyond_the_limits_do_not_fill_the_memory,
    of_one_page_the_first_hundred_thousand_links_are_followed,
};
use redirects::{
    a_redirect_into_a_trap_is_judged_like_a_link, a_start_that_redirects_for_ever_is_broken,
    redirects_in_a_circle_end_by_themselves, redirects_that_never_arrive_end_after_ten,
    ten_redirects_are_not_too_many,
};
use urls::{
    a_calendar_without_end_ends_at_the_depth, a_circle_may_lie_anywhere_in_a_path,
    only_the_query_makes_a_variant, paths_that_go_in_circles_are_left,
    paths_that_only_look_like_circles_are_followed, session_ids_do_not_make_new_pages,
    the_first_variants_are_taken_at_any_number_of_jobs, the_length_is_that_of_the_normalised_url,
    urls_that_are_too_long_are_left, variants_are_counted_before_the_most_pages,
    variants_of_a_path_are_bounded,
};

pub(crate) const STAGE: Stage = stage!("traps":
    variants_of_a_path_are_bounded,
    the_first_variants_are_taken_at_any_number_of_jobs,
    only_the_query_makes_a_variant,
    variants_are_counted_before_the_most_pages,
    redirects_that_never_arrive_end_after_ten,
    ten_redirects_are_not_too_many,
    redirects_in_a_circle_end_by_themselves,
    a_start_that_redirects_for_ever_is_broken,
    a_redirect_into_a_trap_is_judged_like_a_link,
    paths_that_go_in_circles_are_left,
    a_circle_may_lie_anywhere_in_a_path,
    paths_that_only_look_like_circles_are_followed,
    urls_that_are_too_long_are_left,
    the_length_is_that_of_the_normalised_url,
    a_calendar_without_end_ends_at_the_depth,
    session_ids_do_not_make_new_pages,
    a_bomb_costs_its_own_line,
    many_bombs_at_once_do_not_fill_the_memory,
    ten_gigabytes_cost_their_own_line,
    one_byte_a_second_costs_its_own_line,
    a_server_that_says_nothing_costs_its_own_line,
    many_slow_pages_are_waited_for_side_by_side,
    a_server_that_closes_early_costs_its_own_line,
    headers_without_end_cost_their_own_line,
    many_large_pages_do_not_fill_the_memory,
    a_large_page_does_not_pay_for_the_time_of_others,
    of_one_page_the_first_hundred_thousand_links_are_followed,
    many_links_beyond_the_limits_do_not_fill_the_memory,
    a_reference_without_end_is_none,
    a_robots_txt_without_end_counts_as_far_as_it_may,
    a_page_nested_without_end_is_a_page_like_others,
    all_of_them_on_one_site,
    limits_are_numbers;
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

/// Returns the number at the end of a path, and one more.
fn next_number(path: &str) -> u32 {
    path.rsplit('/')
        .next()
        .and_then(|number| number.parse().ok())
        .map_or(1, |number: u32| number + 1)
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

fn limits_are_numbers(case: &mut Case) {
    for args in [
        &["--max-variants", "many"][..],
        &["--max-variants", "-1"],
        &["--max-variants"],
        &["--timeout", "0"],
        &["--max-bytes", "16M"],
    ] {
        let args: Vec<&str> = ["crawl", "http://127.0.0.1:1/"]
            .iter()
            .chain(args)
            .copied()
            .collect();
        let ended = crawler(case, &args);
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
    }
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
