//! Stage 1: one URL, its redirects, its bytes, and the text that they mean.

use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use support::http::{Act, Body, Page, Point, Response, Site};
use support::{Case, Exchange, Nginx, Rng, Stage, stage};

use crate::sheet::{Sheet, crawler};

pub(crate) const STAGE: Stage = stage!("fetch":
    a_page_is_printed_as_it_is,
    json_says_what_came_instead_of_printing_it,
    the_request_says_who_asks_and_carries_no_fragment,
    every_kind_of_redirect_is_followed_by_a_get,
    a_location_is_resolved_against_the_url_that_gave_it,
    a_redirect_may_lead_to_another_site,
    redirects_beyond_the_most_are_an_error,
    a_redirect_that_leads_nowhere_is_the_last_answer,
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
        let args: Vec<&str> = ["fetch", "--json"].iter().chain(*args).copied().chain([&*url]).collect();
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
        .at("/missing", Response::new(404, "gone").header("Content-Type", "TEXT/Plain"))
        .at("/empty", Response::status(204).without("Content-Type"));
    check_json(
        case,
        site,
        &[("/", &[]), ("/old", &[]), ("/missing", &[]), ("/empty", &[]), ("/?q=a b#c", &[])],
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
                "{} {} {} {}\n",
                seen.method,
                seen.target,
                header("host"),
                header("user-agent")
            )
        })
        .collect();
    case.snapshot_text(&ended, &requests.concat());
}

fn every_kind_of_redirect_is_followed_by_a_get(case: &mut Case) {
    let statuses = [301, 302, 303, 307, 308];
    let site = statuses.iter().fold(
        Site::new().at("/new", Response::html("here")),
        |site, status| site.at(&format!("/{status}"), Response::redirect(*status, "/new")),
    );
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for status in statuses {
        let url = site.url(&format!("/{status}"));
        sheet.run(case, &status.to_string(), &["fetch", &url]);
        sheet.run(case, "json", &["fetch", "--json", &url]);
    }
    let last = crawler(case, &["fetch", &site.url("/308")]);
    let log = site.log();
    let others: Vec<&str> = log
        .requests
        .iter()
        .map(|seen| &*seen.method)
        .filter(|method| *method != "GET")
        .collect();
    case.expect(&last, others.is_empty(), "every request is a GET", others.join(" "));
    sheet.compare(case);
}

fn a_location_is_resolved_against_the_url_that_gave_it(case: &mut Case) {
    let hops = [
        ("/a/b/start", "next"),
        ("/a/b/next", "../up?x=1"),
        ("/a/up?x=1", "?y=2"),
        ("/a/up?y=2", "./same#part"),
        ("/a/same", "/root/"),
        ("/root/", "//SITE/host"),
        ("/host", "/sp ace"),
        ("/sp%20ace", "end"),
    ];
    let server = case.site(Site::new());
    let host = server.address().to_string();
    for (from, to) in hops {
        server.set(from, Response::redirect(302, &to.replace("SITE", &host)));
    }
    server.set("/end", Response::html("arrived"));
    let mut sheet = Sheet::default();
    let url = server.url("/a/b/start");
    sheet.run(case, "text", &["fetch", &url]);
    sheet.run(case, "json", &["fetch", "--json", &url]);
    sheet.compare(case);
}

fn a_redirect_may_lead_to_another_site(case: &mut Case) {
    let other = case.site(
        Site::new()
            .named("other")
            .on("127.0.0.2")
            .at("/there", Response::redirect(307, "here"))
            .at("/here", Response::html("arrived")),
    );
    let site = case.site(Site::new().at("/", Response::redirect(301, &other.url("/there"))));
    let ended = crawler(case, &["fetch", "--json", &site.url("/")]);
    case.snapshot(&ended);
}

fn redirects_beyond_the_most_are_an_error(case: &mut Case) {
    let site = Site::new()
        .at("/loop", Response::redirect(302, "/loop"))
        .when("/chain/*", |request| {
            let left: u32 = request.path()["/chain/".len()..].parse().unwrap_or(0);
            match left {
                0 => Response::html("arrived"),
                left => Response::redirect(301, &format!("/chain/{}", left - 1)),
            }
        });
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for (target, args) in [
        ("/chain/10", &[][..]),
        ("/chain/11", &[]),
        ("/loop", &[]),
        ("/chain/2", &["--max-redirects", "2"]),
        ("/chain/3", &["--max-redirects", "2"]),
        ("/chain/1", &["--max-redirects", "0"]),
    ] {
        let url = site.url(target);
        let args: Vec<&str> = ["fetch", "--json"].iter().chain(args).copied().chain([&*url]).collect();
        sheet.run(case, target, &args);
    }
    let before = site.log().requests.len();
    let url = site.url("/loop");
    let ended = crawler(case, &["fetch", &url]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "more than 10 redirects");
    let asked = site.log().requests.len() - before;
    case.expect(&ended, asked == 11, "11 requests: the first and ten redirects", asked);
    sheet.compare(case);
}

fn a_redirect_that_leads_nowhere_is_the_last_answer(case: &mut Case) {
    let site = Site::new()
        .at("/bare", Response::status(301))
        .at("/no-url", Response::redirect(302, "http://["))
        .at("/choices", Response::status(300).header("Location", "/"))
        .at("/not-modified", Response::status(304).header("Location", "/"))
        .at("/mail", Response::redirect(302, "mailto:me@example.com"));
    check_json(
        case,
        site,
        &[("/bare", &[]), ("/no-url", &[]), ("/choices", &[]), ("/not-modified", &[]), ("/mail", &[])],
    );
}

fn a_status_that_is_no_success_is_named_and_its_body_is_printed(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/gone", Response::new(410, "<p>it was here</p>").header("Content-Type", "text/html"))
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

fn gzip_and_deflate_are_undone(case: &mut Case) {
    let page = "<p>packed</p>\n".repeat(3);
    let packed = |coding: &str, body: Vec<u8>| Response::html(body).header("Content-Encoding", coding);
    let site = Site::new()
        .at("/gzip", packed("gzip", gzip(page.as_bytes())))
        .at("/x-gzip", packed("X-GZip", gzip(page.as_bytes())))
        .at("/deflate", packed("deflate", zlib(page.as_bytes())))
        .at("/identity", packed("identity", page.clone().into()))
        .at("/chunked", packed("gzip", gzip(page.as_bytes())).chunked())
        .at(
            "/windows-1251",
            typed("text/html; charset=windows-1251", gzip(b"\xcf\xf0\xe8\xe2\xe5\xf2")).header("Content-Encoding", "gzip"),
        )
        .at("/archive.tar.gz", typed("application/gzip", gzip(b"not a content encoding")));
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for target in ["/gzip", "/x-gzip", "/deflate", "/identity", "/chunked", "/windows-1251"] {
        sheet.run(case, target, &["fetch", &site.url(target)]);
        sheet.run(case, "json", &["fetch", "--json", &site.url(target)]);
    }
    let ended = crawler(case, &["fetch", &site.url("/archive.tar.gz")]);
    case.expect_stdout(&ended, gzip(b"not a content encoding"));
    let log = site.log();
    let asks = log.requests[0].header("accept-encoding").unwrap_or("none").to_owned();
    let both = asks.contains("gzip") && asks.contains("deflate");
    case.expect(&ended, both, "Accept-Encoding names gzip and deflate", asks);
    sheet.compare(case);
}

fn every_member_of_a_gzip_body_counts(case: &mut Case) {
    let parts = ["first\n", "", "second\n", "third\n"];
    let packed = parts.map(|part| gzip(part.as_bytes())).concat();
    let site = case.site(Site::new().at("/", Response::html(packed).header("Content-Encoding", "gzip")));
    let ended = crawler(case, &["fetch", &site.url("/")]);
    case.expect_stdout(&ended, parts.concat());
    case.expect_status(&ended, 0);
}

fn a_packed_body_that_is_damaged_is_an_error(case: &mut Case) {
    let whole = gzip("some text that is long enough to be packed\n".repeat(20).as_bytes());
    let mut damaged = whole.clone();
    damaged[20] ^= 0x55;
    let cut = whole[..whole.len() - 9].to_vec();
    let packed = |coding: &str, body: Vec<u8>| Response::html(body).header("Content-Encoding", coding);
    let site = Site::new()
        .at("/plain", packed("gzip", b"this is no gzip at all".to_vec()))
        .at("/damaged", packed("gzip", damaged))
        .at("/cut", packed("gzip", cut))
        .at("/deflate", packed("deflate", b"this is no deflate".to_vec()));
    check_json(
        case,
        site,
        &[("/plain", &[]), ("/damaged", &[]), ("/cut", &[]), ("/deflate", &[])],
    );
}

fn a_body_ends_where_its_framing_says(case: &mut Case) {
    let site = Site::new()
        .at("/length", Response::html("by length"))
        .at("/chunked", Response::html("in chunks").chunked())
        .at("/close", Response::html("until the end").without("Content-Length"))
        .at("/empty", Response::html(""));
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for target in ["/length", "/chunked", "/close", "/empty"] {
        sheet.run(case, target, &["fetch", &site.url(target)]);
    }
    sheet.compare(case);
}

fn the_byte_order_mark_decides_before_the_header_and_the_header_before_the_page(case: &mut Case) {
    let meta = b"<meta charset=koi8-r>\xf0\xd2\xc9\xd7\xc5\xd4".to_vec();
    let utf16: Vec<u8> = "\u{feff}héllo".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16_be: Vec<u8> = "\u{feff}héllo".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let marked = ["\u{feff}<meta charset=koi8-r>".as_bytes(), "été".as_bytes()].concat();
    check_typed(
        case,
        &[
            ("nothing says it", "text/html", b"caf\xe9 \x80 \x93quoted\x94"),
            ("the page says it", "text/html", &meta),
            ("the header says it", "text/html; charset=windows-1251", b"<meta charset=koi8-r>\xcf\xf0\xe8\xe2\xe5\xf2"),
            ("a mark says it", "text/html; charset=windows-1251", &marked),
            ("a mark of UTF-16", "text/html; charset=utf-8", &utf16),
            ("the other order", "text/plain", &utf16_be),
            ("a label that nobody knows", "text/html; charset=klingon", &meta),
            ("an empty label", "text/html; charset=", &meta),
        ],
    );
}

fn pages_say_their_charset_in_many_ways(case: &mut Case) {
    let ways: Vec<Vec<u8>> = [
        "<meta charset=windows-1251>",
        "<META CHARSET='Windows-1251' />",
        "<meta name=a><meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">",
        "<meta content='text/html;charset = \"cp1251\"' http-equiv=content-type>",
        "<!-- <meta charset=koi8-r> --><meta charset=windows-1251>",
        "<meta charset=klingon><meta charset=windows-1251>",
        "<meta name=description content='charset=koi8-r'><meta charset=windows-1251>",
    ]
    .iter()
    .map(|way| [way.as_bytes(), b"\xcf\xf0\xe8\xe2\xe5\xf2"].concat())
    .collect();
    let rows: Vec<(&str, &str, &[u8])> = ways.iter().map(|page| ("meta", "text/html", &page[..])).collect();
    check_typed(case, &rows);
}

fn a_charset_is_looked_for_in_the_first_1024_bytes(case: &mut Case) {
    let at = |start: usize| {
        let mut page = format!("{:<start$}<meta charset=windows-1251>", "<title>").into_bytes();
        page.extend(b"\xcf\xf0\xe8\xe2\xe5\xf2");
        page
    };
    let site = case.site(
        Site::new()
            .at("/900", typed("text/html", at(900).as_slice()))
            .at("/1100", typed("text/html", at(1100).as_slice())),
    );
    for (target, expected) in [("/900", "windows-1251"), ("/1100", "windows-1252")] {
        let ended = crawler(case, &["fetch", "--json", &site.url(target)]);
        let line: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap_or_default();
        case.expect(
            &ended,
            line["charset"] == expected,
            &format!("a meta element at byte {} makes it {expected}", &target[1..]),
            &line["charset"],
        );
    }
}

fn labels_mean_what_the_encoding_standard_says(case: &mut Case) {
    check_typed(
        case,
        &[
            ("Shift_JIS", "text/html; charset=\"Shift_JIS\"", b"\x93\xfa\x96\x7b\x8c\xea"),
            ("EUC-JP", "Text/HTML;CHARSET=euc-jp", b"\xc6\xfc\xcb\xdc\xb8\xec"),
            ("GB 2312 is GBK", "text/html;charset=gb2312", b"\xd6\xd0\xce\xc4\x80"),
            ("Latin 1 is windows-1252", "text/plain; charset=iso-8859-1", b"\x80uro \xe9"),
            ("ASCII too", "text/plain; format=flowed; charset=us-ascii", b"\x80uro \xe9"),
            ("broken UTF-8", "text/plain; charset=UTF8", b"a\xff\xc3\xa9\xe2\x82"),
        ],
    );
}

fn only_html_says_its_charset_itself(case: &mut Case) {
    let says: &[u8] = b"<meta charset=koi8-r>\xc3\xa9";
    check_typed(
        case,
        &[
            ("HTML", "text/html", says),
            ("XHTML", "application/xhtml+xml", says),
            ("text", "text/plain", says),
            ("XML", "application/xml", says),
            ("JSON", "application/json", says),
            ("a script", "text/javascript", says),
            ("a stylesheet", "text/css", b"@charset 'koi8-r'; \xe9"),
        ],
    );
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

fn what_is_not_there_in_time_is_an_error(case: &mut Case) {
    let site = Site::new()
        .at("/silent", Response::html("x").at(Point::Head, Act::Stall))
        .at("/stuck", Response::html("0123456789").at(Point::Body(4), Act::Stall));
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for target in ["/silent", "/stuck"] {
        let url = site.url(target);
        let args = ["fetch", "--timeout", "200", &url];
        let ended = sheet.run(case, target, &args).clone();
        case.expect_stderr_names(&ended, &format!("{url}: timed out after 200 ms"));
        sheet.run(case, "json", &["fetch", "--json", "--timeout", "200", &url]);
    }
    sheet.compare(case);
}

fn a_body_may_be_as_long_as_max_bytes_and_no_longer(case: &mut Case) {
    let text = "x".repeat(1000);
    let site = Site::new()
        .at("/length", Response::html(&*text))
        .at("/chunked", Response::html(&*text).chunked())
        .at("/close", Response::html(&*text).without("Content-Length"))
        .at("/gzip", Response::html(gzip(text.as_bytes())).header("Content-Encoding", "gzip"));
    let targets = ["/length", "/chunked", "/close", "/gzip"];
    let rows: Vec<(&str, &[&str])> = targets
        .iter()
        .flat_map(|target| [(*target, &["--max-bytes", "1000"][..]), (*target, &["--max-bytes", "999"])])
        .collect();
    check_json(case, site, &rows);
}

fn a_body_that_is_cut_short_is_an_error_that_says_where(case: &mut Case) {
    let page = "0123456789";
    let site = Site::new()
        .at("/length", Response::html(page).at(Point::Body(4), Act::Close))
        .at("/nothing", Response::html(page).at(Point::Body(0), Act::Close))
        .at("/chunk", Response::html(page).chunked().at(Point::Body(4), Act::Close))
        .at("/lie", Response::html(page).header("Content-Length", "1000"))
        .at(
            "/packed",
            Response::html(gzip(page.as_bytes()))
                .header("Content-Encoding", "gzip")
                .header("Content-Length", "30")
                .at(Point::Body(12), Act::Close),
        );
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for target in ["/length", "/nothing", "/chunk", "/lie", "/packed"] {
        sheet.run(case, target, &["fetch", "--json", &site.url(target)]);
    }
    let ended = crawler(case, &["fetch", &site.url("/length")]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, &format!("{}: body ends after 4 of 10 bytes", site.url("/length")));
    sheet.compare(case);
}

fn what_never_answers_is_named_with_its_reason(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/close", Response::html("x").at(Point::Head, Act::Close))
            .at("/ssh", Response::raw("SSH-2.0-OpenSSH_9.2\r\n"))
            .at("/half", Response::raw("HTTP/1.1 200 OK\r\nContent-Le")),
    );
    let mut sheet = Sheet::default();
    // A name with a label of more than 63 letters is found nowhere, and no name server is asked for it.
    let nowhere = format!("http://{}.invalid/", "a".repeat(64));
    for url in [
        site.url("/close"),
        site.url("/ssh"),
        site.url("/half"),
        // Nothing listens on port 1 of any machine of today.
        "http://127.0.0.1:1/".to_owned(),
        nowhere,
    ] {
        let title = case.redacted(&url);
        let ended = sheet.run(case, &title, &["fetch", "--json", &url]).clone();
        let line: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap_or_default();
        let sentence = line["error"].as_str().unwrap_or("its error").to_owned();
        case.expect_stderr_names(&ended, &format!("{url}: {sentence}"));
    }
    sheet.compare(case);
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

/// Draws a site with chains of redirects, pages in several charsets and codings, and a start somewhere in it.
fn drawn_chains_and_charsets_are_fetched_like_the_reference_does(case: &mut Case) {
    case.seeded(12, |rng: &mut Rng| {
        let mut exchange = Exchange::of("crawler").args(["fetch"]);
        if rng.bool() {
            exchange = exchange.args(["--json"]);
        }
        if rng.u8(..4) == 0 {
            exchange = exchange.args(["--max-redirects".to_owned(), rng.u8(..4).to_string()]);
        }
        let pages = rng.usize(2..7);
        for at in 0..pages {
            let page = if rng.u8(..5) < 3 { redirect(rng, pages) } else { text(rng) };
            exchange = exchange.page(&path(at), page);
        }
        exchange.args([format!("{{site}}{}", path(0))])
    });
}

fn path(at: usize) -> String {
    format!("/{}/{at}", "abc".repeat(at % 3))
}

fn redirect(rng: &mut Rng, pages: usize) -> Page {
    let to = rng.usize(..pages + 1);
    let location = match rng.u8(..3) {
        0 => path(to),
        1 => format!("{{site}}{}", path(to)),
        _ => format!("..{}#part", path(to)),
    };
    let status = [301, 302, 303, 307, 308][rng.usize(..5)];
    Page::redirect(status, &location)
}

fn text(rng: &mut Rng) -> Page {
    // Each label with bytes that are letters in it.
    const CHARSETS: [(&str, &[u8]); 6] = [
        ("windows-1251", b"\xcf\xf0\xe8\xe2\xe5\xf2"),
        ("koi8-r", b"\xf0\xd2\xc9\xd7\xc5\xd4"),
        ("shift_jis", b"\x93\xfa\x96\x7b\x8c\xea"),
        ("latin1", b"caf\xe9 \x85"),
        ("utf-8", "größer".as_bytes()),
        ("big5", b"\xa4\xa4\xa4\xe5"),
    ];
    let (label, bytes) = CHARSETS[rng.usize(..CHARSETS.len())];
    let (other, _) = CHARSETS[rng.usize(..CHARSETS.len())];
    let (in_header, in_page) = match rng.u8(..4) {
        0 => (Some(label), None),
        1 => (None, Some(label)),
        2 => (Some(label), Some(other)),
        _ => (None, None),
    };
    let meta = in_page.map_or(String::new(), |label| format!("<meta charset={label}>"));
    let mut body = [meta.as_bytes(), bytes, b"\n"].concat();
    let kind = in_header.map_or("text/html".to_owned(), |label| format!("text/html; charset={label}"));
    let mut page_header = None;
    match rng.u8(..4) {
        0 => (body, page_header) = (gzip(&body), Some("gzip")),
        1 => (body, page_header) = (zlib(&body), Some("deflate")),
        _ => {}
    }
    let status = if rng.u8(..6) == 0 { 404 } else { 200 };
    let page = Page::new(status, body).header("Content-Type", &kind);
    match page_header {
        Some(coding) => page.header("Content-Encoding", coding),
        None => page,
    }
}
