//! Stage 3: a whole site.

mod bounds;
mod broken;
mod drawn;
mod duplicates;
mod order;
mod redirects;
mod robots;
mod rules;

use support::http::{Response, Site};
use support::{Case, Nginx, Stage, stage};

use crate::sheet::{Sheet, crawler};
use bounds::{
    filters_choose_by_the_whole_url, the_depth_bounds_how_far_it_goes, the_most_pages_are_the_first_in_order,
    the_site_is_scheme_host_and_port, urls_that_differ_in_fragment_or_session_are_one,
};
use broken::{
    a_start_that_fails_is_a_failure, answers_that_never_come_whole_are_broken_too,
    broken_links_are_listed_with_the_pages_that_hold_them,
    no_more_than_ten_pages_are_listed_for_a_broken_link,
};
use drawn::drawn_sites_are_reported_like_the_reference_reports_them;
use duplicates::{one_page_under_two_urls_is_a_duplicate, what_only_looks_like_a_duplicate_is_none};
use order::{
    a_terminal_shows_how_far_it_is, as_many_requests_are_in_flight_as_jobs_and_no_more,
    levels_are_asked_in_the_order_of_their_bytes, the_delay_lies_between_any_two_requests,
    the_order_of_the_answers_cannot_be_seen, the_report_is_the_same_at_any_number_of_jobs,
};
use redirects::{
    a_redirect_calls_its_target_into_its_own_level, a_start_that_leaves_the_site_is_all_there_is,
    redirects_are_urls_of_their_own, the_depth_of_a_redirect_is_that_of_its_target,
};
use robots::{
    a_crawl_delay_holds_where_it_is_longer, only_the_first_512000_bytes_of_it_count, robots_may_be_ignored,
    robots_txt_is_asked_for_before_all_else, robots_txt_may_be_redirected,
    robots_txt_that_fails_forbids_everything, robots_txt_that_is_missing_allows_everything,
    the_start_may_be_forbidden,
};
use rules::{
    a_group_is_for_every_name_above_its_rules, groups_of_one_name_are_one,
    percent_encoding_makes_no_difference, robots_txt_is_read_however_it_is_written,
    stars_match_anything_and_a_dollar_the_end, the_longest_rule_decides_and_allow_wins_a_tie,
};

pub(crate) const STAGE: Stage = stage!("crawl":
    a_site_is_reported_line_by_line,
    json_reports_the_same_site,
    each_url_is_asked_for_once,
    levels_are_asked_in_the_order_of_their_bytes,
    pages_stylesheets_and_frames_are_followed_and_pictures_are_leaves,
    the_depth_bounds_how_far_it_goes,
    redirects_are_urls_of_their_own,
    the_depth_of_a_redirect_is_that_of_its_target,
    a_redirect_calls_its_target_into_its_own_level,
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
    a_terminal_shows_how_far_it_is,
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
        .map(|seen| {
            format!(
                "{} {} {}",
                seen.method,
                seen.target,
                seen.header("user-agent").unwrap_or("nobody")
            )
        })
        .collect();
    asked.sort();
    case.snapshot_text(&ended, &(asked.join("\n") + "\n"));
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

fn a_real_server_is_crawled(case: &mut Case) {
    let nav =
        "<a href=/>home</a><a href=/docs/>docs</a><a href=\"/docs\">docs</a><a href=\"/files/\">files</a>";
    case.file(
        "www/index.html",
        format!("<title>Home</title>{nav}<link rel=stylesheet href=style.css>"),
    );
    case.file(
        "www/docs/index.html",
        format!("<title>Docs</title>{nav}<a href=b%20c.html>b c</a><a href=missing.html>m</a>"),
    );
    case.file(
        "www/docs/b c.html",
        format!("<title>B C</title>{nav}<img src=../logo.png>"),
    );
    case.file("www/style.css", "body { background: url(logo.png) }\n");
    case.file("www/logo.png", "no picture");
    case.file("www/files/größe.txt", "text");
    case.file("www/files/private/x.txt", "private");
    case.file(
        "www/robots.txt",
        "User-agent: *\nDisallow: /files/private/\nDisallow: /files/?\n",
    );
    let nginx = case.nginx(Nginx::new().root("www").server(
        "gzip on; gzip_min_length 1; gzip_types *;\nlocation /files/ { autoindex on; autoindex_exact_size on; }",
    ));
    let ended = crawler(case, &["crawl", &nginx.url("/")]);
    // A listing shows when its files were made.
    let report = without_bytes(&ended.stdout_text());
    case.snapshot_text(&ended, &report);
}
