//! So many bytes a second.

use std::time::Duration;

use support::Case;
use support::http::{Body, Site};

use crate::runs::expect_saved;
use crate::served::{BLOCK, FIRST, file};

pub(super) fn a_limit_holds_for_all_connections_together(case: &mut Case) {
    // At 512 KiB a second this takes 4 s. A program may begin with what it would be allowed in a second.
    const LENGTH: u64 = FIRST + 4 * BLOCK;
    const LEAST: Duration = Duration::from_millis(2800);
    let body = Body::pattern(LENGTH, 1);
    let rows = [("1", "512k"), ("4", "512K"), ("8", "524288")];
    let running: Vec<_> = rows
        .into_iter()
        .enumerate()
        .map(|(at, (connections, limit))| {
            let site = case.site(
                Site::new()
                    .named(&format!("site{at}"))
                    .at("/big", file(&body, "v1")),
            );
            let name = format!("big{at}");
            let args = [
                "-x",
                connections,
                "--limit",
                limit,
                "-o",
                &name,
                &site.url("/big"),
            ];
            let running = case.program("downloader").args(args).spawn();
            (name, limit, site, running)
        })
        .collect();
    for (name, limit, _site, running) in running {
        let ended = running.wait();
        expect_saved(case, &ended, &name, &body);
        let found = format!("{:?}", ended.wall);
        case.expect(
            &ended,
            ended.wall >= LEAST,
            &format!("at least {LEAST:?} for {LENGTH} bytes with --limit {limit}"),
            found,
        );
    }
    // Nobody is held back by a limit that is never reached.
    let site = case.site(Site::new().at("/big", file(&body, "v1")));
    for limit in ["1g", "1G", "900m"] {
        let ended = case
            .program("downloader")
            .args(["-f", "--limit", limit, &site.url("/big")])
            .run();
        expect_saved(case, &ended, "big", &body);
    }
}
