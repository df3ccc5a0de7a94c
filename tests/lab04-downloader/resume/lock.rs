//! Two downloaders of one file.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use support::Case;
use support::http::{Act, Body, Gate, Point, Site};

use crate::journal::{journal, partly};
use crate::runs::{downloader, expect_saved, start, tree};
use crate::served::{BLOCK, FIRST, file};

pub(super) fn two_at_once_do_not_meet(case: &mut Case) {
    check(case, false);
}

pub(super) fn two_at_once_do_not_meet_when_one_has_resumed(case: &mut Case) {
    check(case, true);
}

fn check(case: &mut Case, resumed: bool) {
    let body = Body::pattern(FIRST + 8 * BLOCK, 1);
    let gate = Gate::new();
    let held = file(&body, "v1").at(Point::Body(1000), Act::Hold(gate.clone()));
    let site = case.site(Site::new().at("/big", held));
    let url = site.url("/big");
    if resumed {
        let have = [(0, FIRST)];
        case.file("big.part", partly(&body, &have));
        let lines = ["etag \"v1\""];
        case.file(
            "big.part.journal",
            journal(&url, body.len().unwrap_or(0), &lines, &have),
        );
    }
    let mut running = start(case, &[&url]);
    running.wait_until("made big.part and its journal, and sent a request", || {
        case.dir().join("big.part.journal").exists()
            && case.dir().join("big.part").exists()
            && site.log().requests.iter().any(|seen| seen.sent > 0)
    });
    let journal_of_first = case.dir().join("big.part.journal");
    running.wait_until("wrote its journal", || {
        std::fs::metadata(&journal_of_first).is_ok_and(|meta| meta.len() > 0)
    });
    // The second one asks a server that holds nothing back: it could not be told from one that waits for its answer.
    let free = case.site(Site::new().named("free").at("/big", file(&body, "v1")));
    for name in [None, Some("big")] {
        let url = free.url("/big");
        let args: Vec<&str> = match name {
            Some(name) => vec!["-o", name, &url],
            None => vec![&url],
        };
        let second = downloader(case, &args);
        case.expect_status(&second, 1);
        case.expect_stdout(&second, "");
        case.expect_stderr_names(&second, "big.part: another downloader is at work");
        let left = tree(case.dir());
        case.expect(
            &second,
            left.contains("big.part:") && left.contains("big.part.journal:"),
            "the files of the first one are left alone",
            left,
        );
    }
    gate.open();
    let first = running.wait();
    expect_saved(case, &first, "big", &body);
}

/// Puts one of two journals after the other in the place of `journal`, as fast as it can, until it is told to stop. Whatever journal has
/// the name is locked, and has been since before it had the name; the one that has lost it is not.
fn renew(journal: &Path, text: &str, stop: &AtomicBool) -> io::Result<()> {
    let files = ["one", "other"].map(|name| journal.with_file_name(name));
    let fresh = journal.with_file_name("fresh");
    for file in &files {
        fs::write(file, text)?;
    }
    let locked: Vec<File> = files.iter().map(File::open).collect::<io::Result<_>>()?;
    locked[0].lock()?;
    fs::hard_link(&files[0], journal)?;
    let mut named = 0;
    while !stop.load(Ordering::Relaxed) {
        let next = 1 - named;
        // Whoever looks whether its file still has the name holds the lock until it has seen that it does not.
        locked[next].lock()?;
        fs::hard_link(&files[next], &fresh)?;
        fs::rename(&fresh, journal)?;
        locked[named].unlock()?;
        named = next;
    }
    Ok(())
}

pub(super) fn a_lock_on_a_file_that_lost_its_name_is_none(case: &mut Case) {
    const ROUNDS: usize = 250;
    let body = Body::pattern(FIRST, 1);
    let have = [(0, FIRST / 2)];
    let url = "http://127.0.0.1:1/big";
    case.file("big.part", partly(&body, &have));
    let text = journal(url, FIRST, &["etag \"v1\""], &have);
    let path = case.dir().join("big.part.journal");
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let other = scope.spawn(|| renew(&path, &text, &stop));
        case.wait_until("there is a journal", || path.exists());
        let other_run = Other { stop: &stop };
        for _ in 0..ROUNDS {
            let ended = downloader(case, &["--retries", "0", "-o", "big", url]);
            case.expect_status(&ended, 1);
            case.expect_stderr_names(&ended, "big.part: another downloader is at work");
        }
        drop(other_run);
        let renewed = other.join().expect("it does not panic");
        renewed.expect("a journal of the case can be renewed");
    });
}

/// Stops the other run also when an expectation ends the case.
struct Other<'a> {
    stop: &'a AtomicBool,
}

impl Drop for Other<'_> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
