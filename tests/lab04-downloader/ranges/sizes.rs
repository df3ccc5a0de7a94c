//! Files of any length.

use support::Case;
use support::http::{Body, Response, Site};

use crate::runs::{Sheet, downloader, expect_saved};
use crate::served::{BLOCK, FIRST};

/// Fetches files of these lengths, and returns the most requests in flight and how many there were for each.
fn fetch(
    case: &mut Case,
    name: &str,
    connections: usize,
    lengths: &[u64],
) -> Vec<(u64, usize, usize, support::Ended)> {
    let fetched = lengths.iter().enumerate().map(|(at, &length)| {
        let body = Body::pattern(length, at as u64);
        let target = format!("/{length}");
        let site = Site::new().named(&format!("{name}{at}"));
        let site = case.site(site.at(&target, Response::ok(body.clone()).ranges()));
        let ended = downloader(case, &["-x", &connections.to_string(), &site.url(&target)]);
        expect_saved(case, &ended, &length.to_string(), &body);
        std::fs::remove_file(case.dir().join(length.to_string())).expect("it was saved");
        let log = site.log();
        (length, log.most_in_flight, log.requests.len(), ended)
    });
    fetched.collect()
}

pub(super) fn every_size_comes_whole(case: &mut Case) {
    let lengths = [
        0,
        1,
        BLOCK - 1,
        BLOCK,
        BLOCK + 1,
        FIRST - 1,
        FIRST,
        FIRST + 1,
        FIRST + BLOCK - 1,
        FIRST + BLOCK,
        FIRST + BLOCK + 1,
        FIRST + 4 * BLOCK,
        FIRST + 8 * BLOCK - 1,
        FIRST + 8 * BLOCK + 1,
    ];
    let mut sheet = Sheet::default();
    for (length, _, requests, ended) in fetch(case, "site", 8, &lengths) {
        // What one answer holds needs no second one; of the others, work that moves may make some more.
        let more = match length <= FIRST {
            true => format!("requests: {requests}"),
            false => String::new(),
        };
        sheet.row(&format!("{length} bytes"), ended, &more);
    }
    sheet.compare(case);
}

pub(super) fn small_files_need_few_connections(case: &mut Case) {
    for (length, most, _, ended) in fetch(
        case,
        "site",
        64,
        &[FIRST + 1, FIRST + BLOCK, FIRST + 2 * BLOCK + 1, FIRST + 5 * BLOCK],
    ) {
        let enough = (length - FIRST).div_ceil(BLOCK) as usize;
        case.expect(
            &ended,
            most <= enough,
            &format!(
                "no more than {enough} requests in flight for {length} bytes: none is worth less than a block"
            ),
            most,
        );
    }
}

pub(super) fn drawn_sizes_make_the_same_file(case: &mut Case) {
    for round in 0..12 {
        let mut rng = case.rng(round);
        let near = [0, BLOCK, FIRST, FIRST + BLOCK, 3 << 20, 7 << 20][rng.usize(..6)];
        let length = near + rng.u64(..70_000);
        let connections = rng.usize(1..=20);
        fetch(case, &format!("round{round}-"), connections, &[length]);
    }
}
