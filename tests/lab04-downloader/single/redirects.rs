//! Where a URL leads.

use support::Case;
use support::http::{Body, Response, Site};

use crate::runs::{downloader, expect_saved, tree};

pub(super) fn redirects_are_followed_and_the_last_url_names_the_file(case: &mut Case) {
    let body = Body::pattern(70_000, 1);
    let other = case.site(
        Site::new()
            .named("other")
            .on("127.0.0.2")
            .at("/far", Response::ok(body.clone())),
    );
    let mut site = Site::new()
        .at("/start", Response::redirect(301, "/a/b?c"))
        .at("/a/b?c", Response::redirect(302, "d"))
        .at("/a/d", Response::redirect(303, "../e"))
        .at("/e", Response::redirect(307, "//127.0.0.1/never"))
        .at("/last", Response::ok(body.clone()))
        .at("/away", Response::redirect(302, &other.url("/far")));
    // Ten hops are allowed.
    for hop in 0..9 {
        site = site.at(
            &format!("/hop/{hop}"),
            Response::redirect(302, &format!("{}", hop + 1)),
        );
    }
    let site = case.site(site.at("/hop/9", Response::redirect(308, "/last")));
    site.set("/e", Response::redirect(307, &site.url("/f#part")));
    site.set("/f", Response::redirect(308, "last"));
    for (target, name) in [("/start", "last"), ("/away", "far"), ("/hop/0", "last")] {
        let ended = downloader(case, &["-x", "1", &site.url(target)]);
        expect_saved(case, &ended, name, &body);
        std::fs::remove_file(case.dir().join(name)).expect("it was saved");
    }
}

pub(super) fn a_redirect_that_leads_nowhere_is_an_error(case: &mut Case) {
    let mut site = Site::new()
        .at("/circle", Response::redirect(302, "/circle"))
        .at("/ftp", Response::redirect(302, "ftp://site/file"))
        .at("/last", Response::ok("too far"));
    for hop in 0..11 {
        site = site.at(
            &format!("/hop/{hop}"),
            Response::redirect(302, &format!("{}", hop + 1)),
        );
    }
    let site = case.site(site.at("/hop/11", Response::redirect(302, "/last")));
    for (target, sentence) in [
        ("/circle", "more than 10 redirects"),
        ("/hop/0", "more than 10 redirects"),
        ("/ftp", "redirect to ftp://site/file, which is no http(s) URL"),
    ] {
        let ended = downloader(case, &["-x", "1", &site.url(target)]);
        case.expect_status(&ended, 1);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, sentence);
        let left = tree(case.dir());
        case.expect(&ended, left.is_empty(), "nothing left behind", left);
    }
    let most = site.log().of("/circle").count();
    let ended = downloader(case, &["-x", "1", &site.url("/last")]);
    case.expect(
        &ended,
        most == 11,
        "one request and ten redirects, not tried again",
        most,
    );
}
