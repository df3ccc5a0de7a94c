//! Stage 1: one connection, one file, under a name that stays in the folder.

mod ends;
mod faults;
mod names;
mod redirects;
mod renames;
mod usage;

use std::fs;

use support::http::{Act, Body, Gate, Point, Response, Site};
use support::{Case, Nginx, Stage, stage};

use crate::runs::{downloader, expect_bytes, expect_saved, start, tree};
use ends::{
    a_body_ends_where_its_framing_says, a_body_that_is_cut_short_is_never_taken_for_the_file,
    an_empty_file_is_a_file, hundreds_of_megabytes_need_no_memory,
};
use faults::{
    a_status_that_is_no_success_is_named_and_leaves_nothing_behind, a_url_of_another_kind_is_refused,
};
use names::{
    drawn_names_are_cleaned_like_the_reference_does, no_name_leads_out_of_the_folder,
    the_header_names_the_file, the_url_names_the_file,
};
use redirects::{
    a_redirect_that_leads_nowhere_is_an_error, redirects_are_followed_and_the_last_url_names_the_file,
};
use renames::a_file_that_appears_at_the_last_moment_is_not_replaced;
use usage::{help_and_version_are_there, what_cannot_be_printed_is_an_error, wrong_usage_is_status_2};

pub(crate) const STAGE: Stage = stage!("single":
    a_file_comes_whole_and_its_name_is_printed,
    the_request_is_one_plain_get,
    nothing_stands_under_the_name_before_the_end,
    o_says_where_it_goes,
    a_folder_that_is_not_there_is_not_made,
    a_file_that_exists_is_left_alone,
    f_replaces_a_file_at_the_end,
    a_file_that_appears_meanwhile_is_not_replaced,
    a_file_that_appears_at_the_last_moment_is_not_replaced,
    the_header_names_the_file,
    the_url_names_the_file,
    no_name_leads_out_of_the_folder,
    a_body_ends_where_its_framing_says,
    a_body_that_is_cut_short_is_never_taken_for_the_file,
    an_empty_file_is_a_file,
    what_the_server_packs_is_saved_as_it_comes,
    redirects_are_followed_and_the_last_url_names_the_file,
    a_redirect_that_leads_nowhere_is_an_error,
    a_status_that_is_no_success_is_named_and_leaves_nothing_behind,
    a_url_of_another_kind_is_refused,
    wrong_usage_is_status_2,
    help_and_version_are_there,
    what_cannot_be_printed_is_an_error,
    nginx_serves_a_file;
    seeded: drawn_names_are_cleaned_like_the_reference_does;
    slow: hundreds_of_megabytes_need_no_memory
);

fn a_file_comes_whole_and_its_name_is_printed(case: &mut Case) {
    let body = Body::pattern((3 << 20) + 17, 1);
    let site = case.site(Site::new().at("/files/big.iso", Response::ok(body.clone()).ranges()));
    let ended = downloader(case, &["-x", "1", &site.url("/files/big.iso?from=here#part")]);
    case.snapshot(&ended);
    expect_saved(case, &ended, "big.iso", &body);
    let left = tree(case.dir());
    case.expect_same(
        &ended,
        "what is in the folder",
        &format!("big.iso: {} bytes\n", body.len().unwrap_or(0)),
        &left,
    );
}

fn the_request_is_one_plain_get(case: &mut Case) {
    let site = case.site(Site::new().at("/big", Response::ok(Body::pattern(2 << 20, 1)).ranges()));
    let ended = downloader(case, &["-x", "1", &site.url("/big?a=b#part")]);
    let log = site.log();
    let mut text = String::new();
    for seen in &log.requests {
        text.push_str(&format!("{} {}\n", seen.method, seen.target));
        for name in ["Host", "User-Agent", "Accept-Encoding", "Range", "If-Range"] {
            let value = seen.header(name).unwrap_or("(none)");
            text.push_str(&format!("{name}: {value}\n"));
        }
    }
    case.snapshot_text(&ended, &text);
}

fn nothing_stands_under_the_name_before_the_end(case: &mut Case) {
    const HELD_AT: u64 = 1 << 20;
    let body = Body::pattern(2 << 20, 1);
    let gate = Gate::new();
    let held = Response::ok(body.clone()).at(Point::Body(HELD_AT), Act::Hold(gate.clone()));
    let site = case.site(Site::new().at("/big", held));
    let (part, whole) = (case.dir().join("big.part"), case.dir().join("big"));
    let expected = body.bytes(0..HELD_AT);
    let mut running = start(case, &["-x", "1", &site.url("/big")]);
    running.wait_until("wrote into big.part what had come", || {
        fs::read(&part).is_ok_and(|bytes| bytes.starts_with(&expected))
    });
    let early = whole.exists();
    gate.open();
    let ended = running.wait();
    case.expect(
        &ended,
        !early,
        "nothing called big before the end",
        "it was there",
    );
    expect_saved(case, &ended, "big", &body);
}

fn o_says_where_it_goes(case: &mut Case) {
    let body = Body::pattern(100_000, 1);
    let named = Response::ok(body.clone()).header("Content-Disposition", "attachment; filename=other");
    let site = case.site(Site::new().at("/big", named));
    case.file("folder/neighbour", "");
    for name in ["mine", "folder/mine", "./folder/../again", ".dots and spaces. "] {
        let ended = downloader(case, &["-x", "1", "-o", name, &site.url("/big")]);
        expect_saved(case, &ended, name, &body);
    }
    let absolute = case.dir().join("folder/absolute");
    let absolute = absolute
        .to_str()
        .expect("the folder of a case is text")
        .to_owned();
    let ended = downloader(case, &["-x", "1", "--output", &absolute, &site.url("/big")]);
    expect_saved(case, &ended, &absolute, &body);
}

fn a_folder_that_is_not_there_is_not_made(case: &mut Case) {
    let site = case.site(Site::new().at("/big", Response::ok("x")));
    let ended = downloader(case, &["-x", "1", "-o", "no/such/file", &site.url("/big")]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "no/such/file");
    let left = tree(case.dir());
    case.expect(&ended, left.is_empty(), "an empty folder", left);
}

fn a_file_that_exists_is_left_alone(case: &mut Case) {
    let site = case.site(Site::new().at("/big", Response::ok(Body::pattern(100_000, 1)).ranges()));
    case.file("big", "mine\n");
    let before = tree(case.dir());
    let given = downloader(case, &["-x", "1", "-o", "big", &site.url("/big")]);
    let asked = site.log().targets().join(" ");
    case.expect(
        &given,
        asked.is_empty(),
        "no request, since -o says the name",
        asked,
    );
    let found = downloader(case, &["-x", "1", &site.url("/big")]);
    for ended in [given, found] {
        case.expect_status(&ended, 1);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, "big: exists already");
        case.expect_same(&ended, "what is in the folder", &before, &tree(case.dir()));
        expect_bytes(case, &ended, "big", &"mine\n".into());
    }
}

fn f_replaces_a_file_at_the_end(case: &mut Case) {
    let body = Body::pattern(2 << 20, 1);
    for (at, args) in [["-f", "-x", "1"], ["--force", "--connections", "1"]]
        .iter()
        .enumerate()
    {
        let gate = Gate::new();
        let held = Response::ok(body.clone()).at(Point::Body(1 << 20), Act::Hold(gate.clone()));
        let site = case.site(Site::new().named(&format!("site{at}")).at("/big", held));
        let path = case.file("big", "the old one\n");
        let url = site.url("/big");
        let mut running = start(case, &[&args[..], &[url.as_str()]].concat());
        let part = case.dir().join("big.part");
        running.wait_until("made big.part", || part.exists());
        let meanwhile = fs::read(&path).unwrap_or_default();
        gate.open();
        let ended = running.wait();
        case.expect(
            &ended,
            meanwhile == b"the old one\n",
            "the old file as it was, until the new one is whole",
            format!("{} bytes", meanwhile.len()),
        );
        expect_saved(case, &ended, "big", &body);
    }
}

fn a_file_that_appears_meanwhile_is_not_replaced(case: &mut Case) {
    let gate = Gate::new();
    let body = Body::pattern(2 << 20, 1);
    let held = Response::ok(body).at(Point::Body(1 << 20), Act::Hold(gate.clone()));
    let site = case.site(Site::new().at("/big", held));
    let part = case.dir().join("big.part");
    let mut running = start(case, &["-x", "1", &site.url("/big")]);
    running.wait_until("made big.part", || part.exists());
    case.file("big", "somebody else's\n");
    gate.open();
    let ended = running.wait();
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
    case.expect_stderr_names(&ended, "big: exists already");
    expect_bytes(case, &ended, "big", &"somebody else's\n".into());
}

fn what_the_server_packs_is_saved_as_it_comes(case: &mut Case) {
    let packed = Body::gzip("hello\n");
    let response = Response::ok(packed.clone()).header("Content-Encoding", "gzip");
    let site = case.site(Site::new().at("/hello.gz", response));
    let ended = downloader(case, &["-x", "1", &site.url("/hello.gz")]);
    expect_saved(case, &ended, "hello.gz", &packed);
}

fn nginx_serves_a_file(case: &mut Case) {
    let body = Body::pattern(5_000_000, 3);
    case.file("www/big.bin", body.bytes(0..5_000_000));
    let nginx = case.nginx(Nginx::new().root("www"));
    let ended = downloader(case, &["-x", "1", &nginx.url("/big.bin")]);
    case.snapshot(&ended);
    expect_saved(case, &ended, "big.bin", &body);
}
