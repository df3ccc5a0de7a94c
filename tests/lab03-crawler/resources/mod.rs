//! Stage 4: a page with all it needs.
//!
//! A saved page may be written in many ways that mean the same; so these cases ask for attributes, and one asks a browser.

mod browser;
mod bytes;
mod failures;
mod names;
mod saved;
mod styles;

use support::http::{Response, Site};
use support::{Case, Stage, stage};

use browser::a_browser_without_a_network_misses_nothing;
use bytes::{
    a_page_that_begins_with_text_says_first_that_it_is_utf_8, a_stylesheet_is_utf_8_too,
    no_file_is_there_in_part, other_files_are_stored_byte_for_byte, the_page_is_utf_8_whatever_it_was,
};
use failures::{
    a_folder_with_something_in_it_is_left_alone, a_page_that_cannot_be_had_leaves_nothing,
    an_empty_folder_will_do, the_folder_is_an_argument, what_cannot_be_had_keeps_its_absolute_url,
};
use names::{
    a_missing_extension_comes_from_the_type, names_are_plain_whatever_the_url_is,
    names_that_clash_are_counted,
};
use saved::{PIXEL, save, typed};
use styles::{
    a_frame_is_a_page_of_its_own, a_stylesheet_refers_to_what_lies_beside_it, frames_without_end_come_to_one,
    large_stylesheets_do_not_wait_for_each_other, styles_in_the_page_are_rewritten_too,
    stylesheets_that_import_each_other_end,
};

pub(crate) const STAGE: Stage = stage!("resources":
    a_page_is_saved_with_what_it_needs,
    references_lead_to_the_files,
    everything_that_a_page_can_need_is_fetched,
    what_a_page_only_links_to_is_not_fetched,
    links_become_absolute_and_keep_their_fragments,
    the_base_has_done_its_work_and_is_gone,
    each_url_is_asked_for_and_stored_once,
    a_stylesheet_refers_to_what_lies_beside_it,
    stylesheets_that_import_each_other_end,
    large_stylesheets_do_not_wait_for_each_other,
    styles_in_the_page_are_rewritten_too,
    the_candidates_of_a_srcset_are_rewritten_one_by_one,
    a_frame_is_a_page_of_its_own,
    frames_without_end_come_to_one,
    names_are_plain_whatever_the_url_is,
    names_that_clash_are_counted,
    a_missing_extension_comes_from_the_type,
    the_page_is_utf_8_whatever_it_was,
    a_page_that_begins_with_text_says_first_that_it_is_utf_8,
    a_stylesheet_is_utf_8_too,
    other_files_are_stored_byte_for_byte,
    resources_may_lie_on_other_sites_and_behind_redirects,
    what_cannot_be_had_keeps_its_absolute_url,
    data_urls_stay_as_they_are,
    checks_that_a_file_cannot_pass_are_gone,
    no_file_is_there_in_part,
    a_page_that_cannot_be_had_leaves_nothing,
    a_folder_with_something_in_it_is_left_alone,
    an_empty_folder_will_do,
    the_folder_is_an_argument,
    a_browser_without_a_network_misses_nothing;
    seeded: drawn_pages_are_saved_whole
);

fn a_page_is_saved_with_what_it_needs(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/mill/",
                Response::html("<title>The mill</title><link rel=stylesheet href=/style.css><img src=wheel.gif><script src=turn.js></script><p>It turns.</p>"),
            )
            .at("/style.css", typed("text/css", "p { color: red }"))
            .at("/mill/wheel.gif", typed("image/gif", PIXEL))
            .at("/mill/turn.js", typed("text/javascript", "let turns = 0;\n")),
    );
    let saved = save(case, &site, "/mill/");
    saved.expect_done(case);
    saved.expect_lines(
        case,
        &[
            ("index.html", site.url("/mill/")),
            ("files/style.css", site.url("/style.css")),
            ("files/wheel.gif", site.url("/mill/wheel.gif")),
            ("files/turn.js", site.url("/mill/turn.js")),
        ],
    );
    saved.expect_files(
        case,
        &[
            "index.html",
            "files/style.css",
            "files/wheel.gif",
            "files/turn.js",
        ],
    );
    let picture = saved.bytes(case, "files/wheel.gif");
    case.expect(
        &saved.ended,
        picture == PIXEL,
        "the picture itself",
        picture.len(),
    );
}

fn references_lead_to_the_files(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/a/style.css", typed("text/css", ""))
            .at("/wheel.gif", typed("image/gif", PIXEL)),
    );
    // A reference may leave out the scheme alone.
    let host = site.url("").replacen("http:", "", 1);
    let page = format!(
        "<p>It turns.</p><link rel=stylesheet href=../style.css><img alt='A wheel' src='{host}/wheel.gif#part'>"
    );
    site.set("/a/b/page", Response::html(page));
    let saved = save(case, &site, "/a/b/page");
    saved.expect_done(case);
    saved.expect_attribute(case, "index.html", "href", "files/style.css");
    saved.expect_attribute(case, "index.html", "src", "files/wheel.gif#part");
    saved.expect_attribute(case, "index.html", "alt", "A wheel");
    let text = saved.text(case, "index.html");
    case.expect(
        &saved.ended,
        text.contains("<p>It turns."),
        "the text of the page",
        text,
    );
}

fn everything_that_a_page_can_need_is_fetched(case: &mut Case) {
    let page = "<link rel='shortcut icon' href=/icon><link rel=apple-touch-icon href=/touch><link rel=manifest href=/manifest>
        <style>@import '/import.css'; b { background: url(/style.gif) }</style>
        <body style='background: url(/inline.gif)'>
        <img src=/img srcset='/img2 2x, /img3 3x'><picture><source srcset=/webp></picture>
        <video src=/video poster=/poster><track src=/track></video><audio><source src=/sound></audio>
        <embed src=/embed><object data=/object></object><input type=image src=/button>
        <iframe src=/frame></iframe><script src=/script></script>";
    let mut site = Site::new()
        .at("/", Response::html(page))
        .at("/import.css", typed("text/css", "i { cursor: url(/cursor) }"))
        .at("/frame", Response::html("<p>in a frame</p>"));
    let plain = [
        "icon",
        "touch",
        "manifest",
        "style.gif",
        "inline.gif",
        "img",
        "img2",
        "img3",
        "webp",
        "video",
        "poster",
        "track",
        "sound",
        "embed",
        "object",
        "button",
        "script",
        "cursor",
    ];
    for name in plain {
        site = site.at(&format!("/{name}"), typed("application/octet-stream", name));
    }
    let site = case.site(site);
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let names: Vec<String> = plain.iter().map(|name| format!("files/{name}")).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.extend(["index.html", "files/import.css", "files/frame.html"]);
    saved.expect_files(case, &names);
}

fn what_a_page_only_links_to_is_not_fetched(case: &mut Case) {
    let site = case.site(Site::new().at(
        "/",
        Response::html(
            "<a href=/next>next</a><map><area href=/area></map><link rel=next href=/next2><link rel=canonical href=/same>
            <meta http-equiv=refresh content='600; url=/later'><form action=/send><input name=a></form><link rel=preconnect href=/x>
            <!-- <img src=/old.gif> --><script>document.write('<img src=/made.gif>')</script><noscript>no</noscript>",
        ),
    ));
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let log = site.log();
    case.expect_same(
        &saved.ended,
        "what the site was asked for",
        "/",
        &log.targets().join("\n"),
    );
    saved.expect_files(case, &["index.html"]);
}

fn links_become_absolute_and_keep_their_fragments(case: &mut Case) {
    let site = case.site(Site::new().at(
        "/a/page",
        Response::html(
            "<a href=next#part>next</a><a href='#here'>here</a><a href='?q=1&amp;r=2'>query</a><a href=''>this</a><map><area href=/area></map>
            <form action=send><button formaction=other>other</button><input type=submit formaction=third></form><meta http-equiv=refresh content='600;url=later'>",
        ),
    ));
    let saved = save(case, &site, "/a/page");
    saved.expect_done(case);
    let url = |target: &str| site.url(target);
    for (attribute, value) in [
        ("href", url("/a/next#part")),
        ("href", "#here".to_owned()),
        ("href", url("/a/page?q=1&r=2")),
        ("href", url("/area")),
        ("href", url("/a/page")),
        ("formaction", url("/a/third")),
        ("action", url("/a/send")),
        ("formaction", url("/a/other")),
    ] {
        saved.expect_attribute(case, "index.html", attribute, &value);
    }
    let text = saved.text(case, "index.html");
    case.expect(
        &saved.ended,
        text.contains(&url("/a/later")),
        "an absolute URL to refresh to",
        text,
    );
}

fn the_base_has_done_its_work_and_is_gone(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/page",
                Response::html(
                    "<head><base href=/deep/er/ target=_top></head><img src=a.gif><a href=next>next</a>",
                ),
            )
            .at("/deep/er/a.gif", typed("image/gif", PIXEL)),
    );
    let saved = save(case, &site, "/page");
    saved.expect_done(case);
    saved.expect_attribute(case, "index.html", "src", "files/a.gif");
    saved.expect_attribute(case, "index.html", "href", &site.url("/deep/er/next"));
    saved.expect_nothing_of(case, "index.html", "<base");
}

fn each_url_is_asked_for_and_stored_once(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html("<img src=a.gif><img src=/a.gif#1><img src='./a.gif#2'><link rel=stylesheet href=s.css><p style='background:url(a.gif)'>"))
            .at("/s.css", typed("text/css", "p { background: url(a.gif) } q { background: url(s.css) }"))
            .at("/a.gif", typed("image/gif", PIXEL)),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let log = site.log();
    let mut targets = log.targets();
    targets.sort_unstable();
    case.expect_same(
        &saved.ended,
        "what the site was asked for",
        "/\n/a.gif\n/s.css",
        &targets.join("\n"),
    );
    saved.expect_files(case, &["index.html", "files/a.gif", "files/s.css"]);
    saved.expect_attribute(case, "index.html", "src", "files/a.gif#2");
}

fn the_candidates_of_a_srcset_are_rewritten_one_by_one(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html("<img src=a.gif srcset='a.gif 1x,b,c.gif 2x, /gone.gif 3x'>"),
            )
            .at("/a.gif", typed("image/gif", PIXEL))
            .at("/b,c.gif", typed("image/gif", PIXEL)),
    );
    let saved = save(case, &site, "/");
    case.expect_status(&saved.ended, 1);
    let text = saved.text(case, "index.html");
    let value = text
        .split_once("srcset=")
        .map_or("", |(_, rest)| rest.split(['>']).next().unwrap_or_default())
        .trim_matches(['"', '\'']);
    let expected = format!("files/a.gif 1x\nfiles/b_c.gif 2x\n{} 3x", site.url("/gone.gif"));
    let found: Vec<&str> = value
        .split(", ")
        .flat_map(|part| part.split("x,"))
        .map(str::trim)
        .collect();
    let found: Vec<String> = found
        .iter()
        .map(|part| match part.ends_with('x') {
            true => (*part).to_owned(),
            false => format!("{part}x"),
        })
        .collect();
    case.expect_same(&saved.ended, "the candidates", &expected, &found.join("\n"));
}

fn resources_may_lie_on_other_sites_and_behind_redirects(case: &mut Case) {
    let other = case.site(
        Site::new()
            .named("other")
            .on("127.0.0.2")
            .at("/a.gif", typed("image/gif", "other")),
    );
    let site = case.site(
        Site::new()
            .at("/old", Response::redirect(302, "/new/"))
            .at(
                "/new/",
                Response::html(format!("<img src='{}'><img src=moved.gif>", other.url("/a.gif"))),
            )
            .at("/new/moved.gif", Response::redirect(301, "/there/b.gif"))
            .at("/there/b.gif", typed("image/gif", "there")),
    );
    let saved = save(case, &site, "/old");
    saved.expect_done(case);
    saved.expect_lines(
        case,
        &[
            ("index.html", site.url("/old")),
            ("files/a.gif", other.url("/a.gif")),
            ("files/moved.gif", site.url("/new/moved.gif")),
        ],
    );
    saved.expect_attribute(case, "index.html", "src", "files/moved.gif");
}

fn data_urls_stay_as_they_are(case: &mut Case) {
    let data = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
    let page =
        format!("<img src=\"{data}\"><a href=\"mailto:miller@mill.example\">write</a><img src=\"http://[\">");
    let site = case.site(Site::new().at("/", Response::html(page)));
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    saved.expect_files(case, &["index.html"]);
    saved.expect_attribute(case, "index.html", "src", data);
    saved.expect_attribute(case, "index.html", "href", "mailto:miller@mill.example");
    saved.expect_attribute(case, "index.html", "src", "http://[");
}

fn checks_that_a_file_cannot_pass_are_gone(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(
                    "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">
                    <script src=a.js integrity=sha384-x crossorigin=anonymous></script>",
                ),
            )
            .at("/a.js", typed("text/javascript", "")),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    for part in ["integrity", "crossorigin", "content-security-policy"] {
        saved.expect_nothing_of(case, "index.html", part);
    }
    saved.expect_attribute(case, "index.html", "src", "files/a.js");
}

/// A tree of frames with stylesheets and pictures, drawn anew for each seed; which file each reference has to lead to follows from how it was drawn.
fn drawn_pages_are_saved_whole(case: &mut Case) {
    let mut rng = case.rng(0);
    let words = ["mill", "wheel", "river", "stone", "flour"];
    let pictures: Vec<String> = (0..rng.usize(3..8))
        .map(|n| format!("/{}/{}{n}.gif", words[rng.usize(..5)], words[rng.usize(..5)]))
        .collect();
    let mut site = Site::new();
    for picture in &pictures {
        site = site.at(picture, typed("image/gif", picture.as_bytes()));
    }
    let pick = |rng: &mut support::Rng| pictures[rng.usize(..pictures.len())].clone();
    let (in_page, in_style, in_frame) = (pick(&mut rng), pick(&mut rng), pick(&mut rng));
    let salt = rng.u32(..);
    let site = case.site(
        site.at(
            "/",
            Response::html(format!(
                "<link rel=stylesheet href=/s{salt}.css><img src=\"{in_page}\"><iframe src=/f{salt}></iframe>"
            )),
        )
        .at(
            &format!("/s{salt}.css"),
            typed("text/css", format!("p {{ background: url({in_style}) }}")),
        )
        .at(
            &format!("/f{salt}"),
            Response::html(format!("<img src=\"{in_frame}\">")),
        ),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let name = |target: &str| target.rsplit('/').next().unwrap_or_default().to_owned();
    saved.expect_attribute(case, "index.html", "src", &format!("files/{}", name(&in_page)));
    saved.expect_attribute(case, "index.html", "src", &format!("files/f{salt}.html"));
    saved.expect_style(
        case,
        &format!("files/s{salt}.css"),
        &format!("url({})", name(&in_style)),
    );
    saved.expect_attribute(case, &format!("files/f{salt}.html"), "src", &name(&in_frame));
    for target in [&in_page, &in_style, &in_frame] {
        let found = saved.text(case, &format!("files/{}", name(target)));
        case.expect_same(
            &saved.ended,
            &format!("what {} holds", name(target)),
            target,
            &found,
        );
    }
}
