//! Stage 1: one URL, its redirects, its bytes, and the text that they mean.

mod bodies;
mod charsets;
mod drawn;
mod faults;
mod redirects;

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use support::http::{Body, Response, Site};
use support::{Case, Nginx, Stage, stage};

use crate::sheet::{Sheet, crawler};
use bodies::{
    a_body_ends_where_its_framing_says, a_packed_body_that_is_damaged_is_an_error,
    every_member_of_a_gzip_body_counts, gzip_and_deflate_are_undone,
};
use charsets::{
    a_charset_is_looked_for_in_the_first_1024_bytes, labels_mean_what_the_encoding_standard_says,
    only_html_says_its_charset_itself, pages_say_their_charset_in_many_ways,
    the_byte_order_mark_decides_before_the_header_and_the_header_before_the_page,
};
use drawn::drawn_chains_and_charsets_are_fetched_like_the_reference_does;
use faults::{
    a_body_may_be_as_long_as_max_bytes_and_no_longer, a_body_that_is_cut_short_is_an_error_that_says_where,
    the_time_is_that_of_one_whole_answer, what_is_not_there_in_time_is_an_error,
    what_is_too_long_is_dropped_at_the_limit, what_never_answers_is_named_with_its_reason,
};
use redirects::{
    a_location_is_resolved_against_the_url_that_gave_it, a_redirect_may_lead_to_another_site,
    a_redirect_that_leads_nowhere_is_the_last_answer, every_kind_of_redirect_is_followed_by_a_get,
    redirects_beyond_the_most_are_an_error, the_body_of_a_redirect_is_read_like_any_other,
};

pub(crate) const STAGE: Stage = stage!("fetch":
    a_page_is_printed_as_it_is,
    json_says_what_came_instead_of_printing_it,
    the_request_says_who_asks_and_carries_no_fragment,
    every_kind_of_redirect_is_followed_by_a_get,
    a_location_is_resolved_against_the_url_that_gave_it,
    a_redirect_may_lead_to_another_site,
    redirects_beyond_the_most_are_an_error,
    a_redirect_that_leads_nowhere_is_the_last_answer,
    the_body_of_a_redirect_is_read_like_any_other,
    a_status_that_is_no_success_is_named_and_its_body_is_printed,
    gzip_and_deflate_are_undone,
    every_member_of_a_gzip_body_counts,
    a_packed_body_that_is_damaged_is_an_error,
    a_body_ends_where_its_framing_says,
    the_byte_order_mark_decides_before_the_header_and_the_header_before_the_page,
    pages_say_their_charset_in_many_ways,
    a_charset_is_looked_for_in_the_first_1024_bytes,
    labels_mean_what_the_encoding_standard_says,
    only_html_says_its_charset_itself,
    what_is_no_text_is_printed_byte_for_byte,
    what_is_not_there_in_time_is_an_error,
    the_time_is_that_of_one_whole_answer,
    what_is_too_long_is_dropped_at_the_limit,
    a_body_may_be_as_long_as_max_bytes_and_no_longer,
    a_body_that_is_cut_short_is_an_error_that_says_where,
    what_never_answers_is_named_with_its_reason,
    a_url_that_is_no_http_is_wrong_usage,
    a_reader_that_leaves_ends_it_quietly,
    nginx_packs_a_page_and_says_what_is_missing;
    seeded: drawn_chains_and_charsets_are_fetched_like_the_reference_does
);

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// Packs as zlib does, but for its header and its checksum.
fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// Makes a 200 of this type, or without a type.
fn typed(kind: &str, body: impl Into<Body>) -> Response {
    match kind {
        "" => Response::ok(body),
        kind => Response::ok(body).header("Content-Type", kind),
    }
}

/// Serves each body with its type, fetches them all, and compares text and JSON with the snapshot.
fn check_typed(case: &mut Case, rows: &[(&str, &str, &[u8])]) {
    let site = rows
        .iter()
        .enumerate()
        .fold(Site::new(), |site, (at, (_, kind, body))| {
            site.at(&format!("/{at}"), typed(kind, *body))
        });
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for (at, (title, kind, _)) in rows.iter().enumerate() {
        let url = site.url(&format!("/{at}"));
        sheet.run(case, &format!("{title} ({kind})"), &["fetch", &url]);
        sheet.run(case, "json", &["fetch", "--json", &url]);
    }
    sheet.compare(case);
}

/// Fetches each target with `--json` and the arguments that stand with it, and compares all lines with the snapshot.
fn check_json(case: &mut Case, site: Site, rows: &[(&str, &[&str])]) {
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for (target, args) in rows {
        let url = site.url(target);
        let args: Vec<&str> = ["fetch", "--json"]
            .iter()
            .chain(*args)
            .copied()
            .chain([&*url])
            .collect();
        sheet.run(case, target, &args);
    }
    sheet.compare(case);
}

fn a_page_is_printed_as_it_is(case: &mut Case) {
    let page = "<!doctype html>\n<title>Hello</title>\r\n<p>größer, 日本語 &amp; so on</p>\n\n";
    let site = case.site(Site::new().at("/", Response::html(page)));
    let ended = crawler(case, &["fetch", &site.url("/")]);
    case.expect_stdout(&ended, page);
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
}

fn json_says_what_came_instead_of_printing_it(case: &mut Case) {
    let site = Site::new()
        .at("/", Response::html("größer"))
        .at("/old", Response::redirect(301, "/"))
        .at(
            "/missing",
            Response::new(404, "gone").header("Content-Type", "TEXT/Plain"),
        )
        .at("/empty", Response::status(204).without("Content-Type"));
    check_json(
        case,
        site,
        &[
            ("/", &[]),
            ("/old", &[]),
            ("/missing", &[]),
            ("/empty", &[]),
            ("/?q=a b#c", &[]),
        ],
    );
}

fn the_request_says_who_asks_and_carries_no_fragment(case: &mut Case) {
    let site = case.site(Site::new().at("/*", Response::html("x")));
    for target in ["/a b/../é?q=ü x#part", "/?#", "", "/%7euser/./x"] {
        crawler(case, &["fetch", &site.url(target)]);
    }
    let ended = crawler(case, &["fetch", &site.url("/last#here")]);
    let log = site.log();
    let requests: Vec<String> = log
        .requests
        .iter()
        .map(|seen| {
            let header = |name| seen.header(name).unwrap_or("none");
            format!(
                "{} {} {} {} ({})\n",
                seen.method,
                seen.target,
                header("host"),
                header("user-agent"),
                header("accept-encoding")
            )
        })
        .collect();
    case.snapshot_text(&ended, &requests.concat());
}

fn a_status_that_is_no_success_is_named_and_its_body_is_printed(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/gone",
                Response::new(410, "<p>it was here</p>").header("Content-Type", "text/html"),
            )
            .at("/old", Response::redirect(301, "/down"))
            .at("/down", Response::status(503)),
    );
    for (target, asked_last, sentence) in [
        ("/gone", "/gone", "410 Gone"),
        ("/missing", "/missing", "404 Not Found"),
        ("/old", "/down", "503 Service Unavailable"),
    ] {
        let ended = crawler(case, &["fetch", &site.url(target)]);
        case.snapshot(&ended);
        case.expect_stderr_names(&ended, &format!("{}: {sentence}", site.url(asked_last)));
    }
}

fn what_is_no_text_is_printed_byte_for_byte(case: &mut Case) {
    let all: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    for kind in ["image/png", "application/octet-stream", ""] {
        let name = format!("site{}", kind.len());
        let site = case.site(Site::new().named(&name).at("/", typed(kind, all.as_slice())));
        let ended = crawler(case, &["fetch", &site.url("/")]);
        case.expect_stdout(&ended, &all);
        case.expect_status(&ended, 0);
    }
}

fn a_url_that_is_no_http_is_wrong_usage(case: &mut Case) {
    for args in [
        &["fetch"][..],
        &["fetch", "ftp://127.0.0.1/"],
        &["fetch", "file:///etc/passwd"],
        &["fetch", "127.0.0.1/"],
        &["fetch", "http://"],
        &["fetch", "--timeout", "soon", "http://127.0.0.1:1/"],
        &["fetch", "--max-redirects", "-1", "http://127.0.0.1:1/"],
        &["fetch", "--no-such-option", "http://127.0.0.1:1/"],
        &["fetch", "http://127.0.0.1:1/", "http://127.0.0.1:1/"],
        &["no-such-command"],
        &[],
    ] {
        let ended = crawler(case, args);
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
    }
}

fn a_reader_that_leaves_ends_it_quietly(case: &mut Case) {
    let site = case.site(Site::new().at("/", Response::html("a line\n".repeat(200_000))));
    let ended = case
        .program("crawler")
        .args(["fetch", &site.url("/")])
        .close_stdout_after(100)
        .run();
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
}

fn nginx_packs_a_page_and_says_what_is_missing(case: &mut Case) {
    case.file("www/index.html", "<p>one of many lines</p>\n".repeat(100));
    case.file("www/folder/index.html", "<p>in a folder</p>\n");
    let nginx = case.nginx(
        Nginx::new()
            .root("www")
            .server("gzip on; gzip_min_length 1; charset utf-8;\nerror_page 404 /missing.html;\nabsolute_redirect on; port_in_redirect on;"),
    );
    let mut sheet = Sheet::default();
    for target in ["/", "/folder", "/nothing"] {
        sheet.run(case, target, &["fetch", "--json", &nginx.url(target)]);
    }
    sheet.run(case, "text", &["fetch", &nginx.url("/folder")]);
    sheet.compare(case);
}
