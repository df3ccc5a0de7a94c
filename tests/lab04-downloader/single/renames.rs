//! Nobody's file is replaced, however late it comes into being.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::thread;
use std::time::{Duration, Instant};

use support::Case;
use support::http::{Act, Body, Gate, Point, Response, Site};

use crate::runs::{expect_bytes, start};

/// A folder is reached through so many links, each of a long way: to find a name in it takes the system milliseconds, so that what a
/// program does with the name twice is far apart. Linux follows 40 links for one path, and counts them twice when it has to begin anew.
const LINKS: usize = 15;

/// Makes `far`, which leads to `folder` by the longest way.
fn far_away(case: &mut Case) {
    case.file("folder/d/empty", "");
    let way = "d/../".repeat(800);
    let folder = case.dir().join("folder");
    let link = |name: &str, to: &str| {
        symlink(to, folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    };
    link("link0", ".");
    for at in 1..=LINKS {
        link(&format!("link{at}"), &format!("{way}link{}", at - 1));
    }
    symlink(format!("folder/link{LINKS}"), case.dir().join("far")).expect("a link to a link");
}

pub(super) fn a_file_that_appears_at_the_last_moment_is_not_replaced(case: &mut Case) {
    const ROUNDS: u32 = 120;
    const MINE: &str = "somebody else's\n";
    far_away(case);
    let body = Body::pattern(10_000, 1);
    let file = case.dir().join("folder/big");
    // When the file comes, after the last byte was let go: early, and the program sees it; late, and the name is taken already. Each
    // round gets nearer to the moment between the two.
    let (mut early, mut late) = (Duration::ZERO, Duration::from_millis(200));
    for round in 0..ROUNDS {
        let gate = Gate::new();
        let held = Response::ok(body.clone()).at(Point::Body(9_999), Act::Hold(gate.clone()));
        let site = case.site(Site::new().named(&format!("site{round}")).at("/big", held));
        let mut running = start(case, &["-x", "1", "-o", "far/big", &site.url("/big")]);
        let part = case.dir().join("folder/big.part");
        running.wait_until("wrote into far/big.part what had come", || {
            fs::read(&part).is_ok_and(|bytes| bytes.starts_with(&body.bytes(0..9_999)))
        });
        let wait = (early + late) / 2;
        gate.open();
        let opened = Instant::now();
        while opened.elapsed() < wait {
            thread::yield_now();
        }
        let mine = File::create_new(&file).and_then(|mut file| file.write_all(MINE.as_bytes()));
        let ended = running.wait();
        match mine {
            Ok(()) => {
                expect_bytes(case, &ended, "folder/big", &MINE.into());
                case.expect_status(&ended, 1);
                case.expect_stderr_names(&ended, "far/big: exists already");
                early = wait;
            }
            Err(_) => {
                expect_bytes(case, &ended, "folder/big", &body);
                case.expect_status(&ended, 0);
                late = wait;
            }
        }
        // No two rounds take the same time, so that the search goes on around the place where it would end.
        if late.saturating_sub(early) < Duration::from_millis(1) {
            early = early.saturating_sub(Duration::from_millis(2));
            late += Duration::from_millis(2);
        }
        for left in ["folder/big", "folder/big.part", "folder/big.part.journal"] {
            // Some of them are not there.
            let _ = fs::remove_file(case.dir().join(left));
        }
    }
}
