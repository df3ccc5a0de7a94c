//! Stage `single`.

use support::http::{Body, Response, Site};
use support::{Case, Stage, stage};

pub(crate) const STAGE: Stage = stage!("single": a_file_comes_whole);

fn a_file_comes_whole(case: &mut Case) {
    let body = Body::pattern(3 << 20, 1);
    let site = case.site(Site::new().at("/big", Response::ok(body.clone()).ranges()));
    let ended = case.program("downloader").args(["--quiet", &site.url("/big")]).run();
    case.snapshot(&ended);
}
