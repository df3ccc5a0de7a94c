//! A disk that is full, or has something else in the way.

use std::fs;

use support::Case;
use support::http::{Body, Site};

use crate::journal::Journal;
use crate::runs::{downloader, expect_bytes, tree};
use crate::served::{BLOCK, FIRST, asked, common, file};
use crate::small_disk::on_a_small_disk;

const LENGTH: u64 = FIRST + 16 * BLOCK;

/// The program fails, room is made, and it runs again.
///
/// Without its options mode, mount would set the owner anew that it finds in the list of mounts, which only root may in a namespace.
const SCRIPT: &str = "\"$0\" --quiet -o big \"$1?run=1\"; echo \"status $?\"
cp big.part.journal ..
mount --options-mode ignore -o remount,size=64m \"$PWD\" || exit 98
\"$0\" --quiet -o big \"$1?run=2\"; echo \"status $?\"
ls; cp big ..";

pub(super) fn a_full_disk_stops_everything_and_the_next_run_goes_on(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let site = case.site(Site::new().at("/big", file(&body, "v1")));
    let ended = on_a_small_disk(case, SCRIPT, &site.url("/big"));
    case.snapshot(&ended);
    let stderr = ended.stderr_text();
    let said = missing(&stderr);
    case.expect(
        &ended,
        said.is_some_and(|(missing, of)| of == LENGTH && (LENGTH - (2 << 20)..LENGTH).contains(&missing)),
        "big.part: No space left on device (os error 28); N of M bytes are missing; run again to go on",
        &stderr,
    );
    expect_bytes(case, &ended, "big", &body);
    let journal = Journal::read(&case.dir().join("big.part.journal"));
    case.expect(
        &ended,
        journal.bytes() > 0,
        "a journal that names what is there",
        "no record",
    );
    let log = site.log();
    let again = log
        .of("/big?run=2")
        .map(|seen| common(asked(seen, LENGTH), &journal.have));
    let again: u64 = again.sum();
    case.expect(
        &ended,
        again == 0,
        "requests of the second run for what was not recorded",
        format!("{again} bytes were there"),
    );
}

/// Reads `N of M bytes are missing` in the line that names the full disk.
fn missing(stderr: &str) -> Option<(u64, u64)> {
    let line = stderr.lines().find(|line| line.contains("missing"))?;
    let rest = line.strip_prefix("downloader: big.part: No space left on device (os error 28); ")?;
    let (missing, rest) = rest.split_once(" of ")?;
    let of = rest.strip_suffix(" bytes are missing; run again to go on")?;
    Some((missing.parse().ok()?, of.parse().ok()?))
}

pub(super) fn a_name_that_is_a_folder_is_an_error(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let site = case.site(Site::new().at("/big", file(&body, "v1")));
    fs::create_dir(case.dir().join("big.part")).expect("the folder of a case takes folders");
    let before = tree(case.dir());
    let ended = downloader(case, &["--backoff", "5", &site.url("/big")]);
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
    case.expect_stderr_names(&ended, "big.part: ");
    let after = tree(case.dir());
    case.expect(
        &ended,
        !after.contains("big:") && after.contains(before.trim()),
        "no file big",
        after,
    );
}
