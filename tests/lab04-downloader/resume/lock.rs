//! Two downloaders of one file.

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

/// Plays a run that resumes while another one comes: locks the new journal (`$ARGV[1]`), and takes a lease on the one that has the name
/// (`$ARGV[0]`). Then the other one's open(2) waits, with the old file in its hands, until the new journal has got the name.
///
/// Source: fcntl(2), "Leases".
const RENEWS: &str = r#"
    use strict;
    use Fcntl qw(:DEFAULT :flock);
    use constant F_SETLEASE => 1024; # Linux
    my ($name, $new) = @ARGV;
    open(my $next, '<', $new) or die "$new: $!";
    flock($next, LOCK_EX) or die "$new: $!";
    open(my $old, '<', $name) or die "$name: $!";
    $SIG{IO} = sub { rename($new, $name) && fcntl($old, F_SETLEASE, F_UNLCK) or die "$name: $!" };
    $| = 1;
    print fcntl($old, F_SETLEASE, F_WRLCK) ? "leased\n" : "refused\n";
    <STDIN>;
"#;

pub(super) fn a_lock_on_a_file_that_lost_its_name_is_none(case: &mut Case) {
    let body = Body::pattern(FIRST, 1);
    let have = [(0, FIRST / 2)];
    let url = "http://127.0.0.1:1/big";
    case.file("big.part", partly(&body, &have));
    let text = journal(url, FIRST, &["etag \"v1\""], &have);
    for name in ["big.part.journal", "new"] {
        case.file(name, &text);
    }
    let args = ["-e", RENEWS, "big.part.journal", "new"];
    let mut first = case.peer("perl", "perl-base").args(args).stdin_piped().spawn();
    let said = first.wait_for_lines(1);
    let ended = downloader(case, &["--retries", "0", "-o", "big", url]);
    first.close_stdin();
    let renewed = first.wait();
    assert!(renewed.code() == 0, "perl: {}", renewed.stderr_text());
    // Where the file system gives no lease, nothing can be said.
    if said == ["leased"] {
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, "big.part: another downloader is at work");
    }
}
