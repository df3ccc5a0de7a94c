//! Who gives up, when, and what it says.

use support::http::{Act, Body, Point, Request, Response, Site};
use support::{Case, Nginx};

use crate::runs::{Sheet, downloader, expect_saved, notes};
use crate::served::{BLOCK, FIRST, asked, common, file};

const LENGTH: u64 = FIRST + 8 * BLOCK;

pub(super) fn a_block_of_progress_begins_the_count_anew(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let cut = file(&body, "v1").at(Point::Body(BLOCK + 1000), Act::Close);
    let site = case.site(Site::new().at("/big", cut));
    let ended = downloader(
        case,
        &["-x", "1", "--backoff", "5", "--retries", "1", &site.url("/big")],
    );
    expect_saved(case, &ended, "big", &body);
    let noted = notes(&ended, "(1 of 1)").lines().count();
    case.expect(
        &ended,
        noted == 11,
        "eleven failures, each of them the first one in a row",
        noted,
    );
}

pub(super) fn less_than_a_block_does_not_begin_the_count_anew(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let cut = file(&body, "v1").at(Point::Body(1000), Act::Close);
    let site = case.site(Site::new().at("/big", cut));
    let url = site.url("/big");
    let ended = downloader(case, &["-x", "1", "--backoff", "5", "--retries", "3", &url]);
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
    let requests = site.log().requests.len();
    case.expect(&ended, requests == 4, "one request and three more", requests);
    case.expect_stderr_names(
        &ended,
        &format!("{url}: body ends after 1000 of 3142728 bytes; 3141728 of {LENGTH} bytes are missing; run again to go on"),
    );
}

pub(super) fn what_will_be_the_same_next_time_is_not_tried_again(case: &mut Case) {
    let redirect = Response::redirect(302, "gopher://site/");
    let site = case.site(
        Site::new()
            .at("/400", Response::status(400))
            .at("/403", Response::status(403))
            .at("/404", Response::status(404))
            .at("/501", Response::status(501))
            .at("/505", Response::status(505))
            .at("/circle", Response::redirect(302, "/circle"))
            .at("/gopher", redirect),
    );
    for (target, requests) in [
        ("/400", 1),
        ("/403", 1),
        ("/404", 1),
        ("/501", 1),
        ("/505", 1),
        ("/circle", 11),
        ("/gopher", 1),
    ] {
        for connections in ["1", "4"] {
            let before = site.log().of(target).count();
            let ended = downloader(case, &["-x", connections, "--backoff", "5", &site.url(target)]);
            case.expect_status(&ended, 1);
            let came = site.log().of(target).count() - before;
            case.expect(
                &ended,
                came == requests,
                &format!("{requests} requests for {target}"),
                came,
            );
        }
    }
}

pub(super) fn who_gives_up_hands_over_to_the_others(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let mut sheet = Sheet::default();
    for (name, fault, connections) in [
        ("at-once", 403, "4"),
        ("after-its-retries", 503, "4"),
        ("one-of-two", 403, "2"),
    ] {
        let served = body.clone();
        let site = Site::new().named(&format!("{name}.org"));
        let site = case.site(site.when("/big", move |request: &Request| match request.before {
            2 => Response::status(fault),
            _ => file(&served, "v1"),
        }));
        let url = site.url("/big");
        let ended = downloader(case, &["-x", connections, "--retries", "0", "-o", name, &url]);
        expect_saved(case, &ended, name, &body);
        let noted = notes(&ended, "going on with");
        sheet.row(name, ended, &noted);
    }
    sheet.compare(case);
}

pub(super) fn the_last_one_says_what_is_missing(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let mut sheet = Sheet::default();
    for connections in ["1", "4"] {
        let name = format!("big{connections}");
        let site = Site::new().named(&format!("site{connections}"));
        let site = case.site(
            site.at(
                "/big",
                file(&body, "v1").at(Point::Body(FIRST), Act::Close).times(1),
            )
            .at("/big", Response::status(403)),
        );
        let args = [
            "-x",
            connections,
            "--backoff",
            "5",
            "-o",
            &name,
            &site.url("/big"),
        ];
        let ended = downloader(case, &args);
        case.expect_status(&ended, 1);
        let said = notes(&ended, "are missing");
        sheet.row(&format!("-x {connections}"), ended, &said);
        // The next run finds a server in a better mood, and asks for nothing that is there.
        let before = site.log().requests.len();
        site.set("/big", file(&body, "v1"));
        let ended = downloader(case, &args);
        expect_saved(case, &ended, &name, &body);
        let log = site.log();
        let again = log.requests[before..]
            .iter()
            .map(|seen| common(asked(seen, LENGTH), &[(0, FIRST)]));
        let again: u64 = again.sum();
        case.expect(
            &ended,
            again == 0,
            "requests for what was missing",
            format!("{again} bytes were there"),
        );
    }
    sheet.compare(case);
}

pub(super) fn where_nobody_listens_it_says_so(case: &mut Case) {
    let mut sheet = Sheet::default();
    for (title, url, retries) in [
        ("nobody listens", "http://127.0.0.1:1/x", "2"),
        ("no such name", "http://no-such-host.invalid/x", "2"),
    ] {
        let args = ["-x", "1", "--backoff", "5", "--retries", retries, url];
        let ended = downloader(case, &args);
        case.expect_status(&ended, 1);
        let stderr = ended.stderr_text();
        let again = stderr
            .lines()
            .filter(|line| line.contains("trying again"))
            .count();
        let error = stderr.lines().last().unwrap_or_default().to_owned();
        sheet.row(title, ended, &format!("tried again {again} times\n{error}"));
    }
    sheet.compare(case);
}

pub(super) fn nginx_allows_one_connection_at_a_time(case: &mut Case) {
    const LENGTH: u64 = FIRST + 3 * BLOCK;
    let body = Body::pattern(LENGTH, 3);
    case.file("www/big.bin", body.bytes(0..LENGTH));
    // The first MiB takes longer than a second, so that whoever comes meanwhile is refused.
    let nginx = case.nginx(
        Nginx::new()
            .root("www")
            .limit_rate(400_000)
            .http("limit_conn_zone $binary_remote_addr zone=one:1m;")
            .server("limit_conn one 1;"),
    );
    let args = [
        "-x",
        "4",
        "--backoff",
        "10",
        "--retries",
        "2",
        &nginx.url("/big.bin"),
    ];
    let ended = downloader(case, &args);
    expect_saved(case, &ended, "big.bin", &body);
    case.expect_stderr_names(&ended, "503 Service Unavailable");
}
