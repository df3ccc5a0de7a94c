//! What the file must have.

use support::http::{Body, Response, Site};
use support::{Case, Ended};

use crate::journal::{journal, partly};
use crate::runs::{downloader, expect_bytes, expect_saved, tree};
use crate::served::{BLOCK, FIRST, all_asked, bytes, file, union};

const LENGTH: u64 = FIRST + 8 * BLOCK;

/// Asks the system's own program.
fn sha256(case: &mut Case, body: &Body) -> String {
    let mut inside = vec![];
    inside.extend(body.bytes(0..body.len().unwrap_or(0)));
    let ended = case.peer("sha256sum", "coreutils").stdin(inside).run();
    ended
        .stdout_text()
        .split(' ')
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn json(ended: &Ended) -> serde_json::Value {
    serde_json::from_str(&ended.stdout_text()).unwrap_or_default()
}

pub(super) fn a_right_checksum_is_compared_in_any_case(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let right = sha256(case, &body);
    let upper = right.to_uppercase();
    let site = case.site(
        Site::new()
            .at("/big", file(&body, "v1"))
            .at("/chunks", Response::ok(body.clone()).chunked()),
    );
    for (name, connections) in [("big", "1"), ("big", "4"), ("chunks", "4")] {
        for hex in [&right, &upper] {
            let url = site.url(&format!("/{name}"));
            let args = ["-f", "-x", connections, "--sha256", hex, &url];
            let ended = downloader(case, &args);
            expect_saved(case, &ended, name, &body);
        }
    }
    let ended = downloader(case, &["-f", "--json", "--sha256", &upper, &site.url("/big")]);
    let said = json(&ended)["sha256"].to_string();
    let expected = format!("\"{right}\"");
    case.expect_same(&ended, "sha256 in the JSON", &expected, &said.to_lowercase());
}

pub(super) fn a_wrong_checksum_keeps_the_name_away(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let (right, wrong) = (sha256(case, &body), "0123456789abcdef".repeat(4));
    let site = case.site(Site::new().at("/big", file(&body, "v1")));
    let url = site.url("/big");
    case.file("big", "the old one\n");
    for connections in ["1", "4"] {
        let ended = downloader(case, &["-f", "-x", connections, "--sha256", &wrong, &url]);
        case.expect_status(&ended, 1);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, &format!("big.part: sha256 is {right}, not {wrong}"));
        let expected = format!("big.part: {LENGTH} bytes\nbig: 12 bytes\n");
        case.expect_same(&ended, "what is in the folder", &expected, &tree(case.dir()));
        expect_bytes(case, &ended, "big.part", &body);
    }
    let before = site.log().requests.len();
    let ended = downloader(case, &["-f", "--sha256", &right, &url]);
    expect_saved(case, &ended, "big", &body);
    let log = site.log();
    let asked = bytes(&union(all_asked(&log, LENGTH).split_off(before)));
    case.expect(
        &ended,
        asked == LENGTH,
        "a next run that starts over",
        format!("asked for {asked} bytes"),
    );
}

pub(super) fn a_checksum_is_of_the_whole_file_also_when_it_was_resumed(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let right = sha256(case, &body);
    let site = case.site(Site::new().at("/big", file(&body, "v1")));
    let have = [(0, FIRST), (FIRST + 5, FIRST + BLOCK)];
    for damaged in [false, true] {
        let mut part = partly(&body, &have);
        if damaged {
            // A disk that has lost a bit: only the checksum can tell.
            part[1000] ^= 1;
        }
        case.file("big.part", part);
        case.file(
            "big.part.journal",
            journal(&site.url("/big"), LENGTH, &["etag \"v1\""], &have),
        );
        let ended = downloader(case, &["-f", "-x", "2", "--sha256", &right, &site.url("/big")]);
        match damaged {
            false => expect_saved(case, &ended, "big", &body),
            true => {
                case.expect_status(&ended, 1);
                case.expect_stderr_names(&ended, &format!(", not {right}"));
            }
        }
    }
}
