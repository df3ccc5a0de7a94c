//! Stage 2: what a page points to.

mod drawn;
mod markup;
mod styles;
mod urls;

use support::http::{Response, Site};
use support::{Case, Ended, Nginx, Stage, stage};

use crate::sheet::{Sheet, crawler};
use drawn::drawn_pages_have_the_links_that_the_reference_finds;
use markup::{
    a_link_element_is_what_its_rel_says, a_refresh_is_read_in_all_its_spellings,
    entities_in_attributes_are_undone_as_html_does, every_candidate_of_a_srcset_counts,
    every_element_that_points_somewhere_counts, json_says_what_each_link_is_for,
    markup_may_be_written_carelessly, what_is_no_markup_is_no_link,
};
use styles::{a_stylesheet_has_links_of_its_own, stylesheets_in_a_page_are_read};
use urls::{
    hosts_and_ports_have_one_spelling, references_are_resolved_as_a_browser_does, session_ids_are_taken_out,
    the_base_is_relative_to_the_url_that_answered_last, the_first_base_with_an_href_is_the_base,
    what_is_no_http_url_is_left_out,
};

pub(crate) const STAGE: Stage = stage!("links":
    links_are_absolute_and_printed_once_in_the_order_of_first_appearance,
    references_are_resolved_as_a_browser_does,
    hosts_and_ports_have_one_spelling,
    what_is_no_http_url_is_left_out,
    the_first_base_with_an_href_is_the_base,
    the_base_is_relative_to_the_url_that_answered_last,
    every_element_that_points_somewhere_counts,
    json_says_what_each_link_is_for,
    a_link_element_is_what_its_rel_says,
    what_is_no_markup_is_no_link,
    markup_may_be_written_carelessly,
    entities_in_attributes_are_undone_as_html_does,
    every_candidate_of_a_srcset_counts,
    stylesheets_in_a_page_are_read,
    a_stylesheet_has_links_of_its_own,
    a_refresh_is_read_in_all_its_spellings,
    session_ids_are_taken_out,
    a_page_is_decoded_before_it_is_read,
    an_answer_that_is_no_document_has_no_links,
    a_page_that_is_not_there_has_no_links_and_is_named,
    both_engines_agree_on_a_plain_page,
    the_regular_expression_believes_what_it_sees,
    an_engine_that_nobody_built_is_wrong_usage,
    a_listing_of_nginx_is_read;
    seeded: drawn_pages_have_the_links_that_the_reference_finds
);

/// Serves `page` at `/a/b/page?x=1` and prints its links.
fn links(case: &mut Case, args: &[&str], response: Response) -> Ended {
    let site = case.site(Site::new().at("/a/b/page", response));
    let url = site.url("/a/b/page?x=1");
    let args: Vec<&str> = ["links"].iter().chain(args).copied().chain([&*url]).collect();
    crawler(case, &args)
}

/// Compares the links of an HTML page with the snapshot.
fn check(case: &mut Case, args: &[&str], page: &str) {
    let ended = links(case, args, Response::html(page));
    case.snapshot(&ended);
    case.expect_quiet(&ended);
}

/// Makes a page with an `a` element for each reference, which it quotes.
fn anchors(references: &[&str]) -> String {
    let anchor = |reference: &&str| format!("<a href=\"{reference}\">x</a>\n");
    references.iter().map(anchor).collect()
}

fn links_are_absolute_and_printed_once_in_the_order_of_first_appearance(case: &mut Case) {
    check(
        case,
        &[],
        "<!doctype html><title>Plain</title><h1>Plain</h1>
        <a href='/z'>z</a> <img src=\"m.png\"> <a href=/a>a</a>
        <p><a href='/z#part'>z again</a> <a href='./m.png'>the picture</a> <a href='/Z'>another</a>
        <a href='/z?'>and another</a> <a href='/a'>a again</a> <a href='/z/'>and another</a>",
    );
}

fn a_page_is_decoded_before_it_is_read(case: &mut Case) {
    let mut page = b"<meta charset=windows-1251><a href='/".to_vec();
    page.extend(b"\xcf\xf0\xe8\xe2\xe5\xf2'>x</a>");
    let ended = links(case, &[], Response::ok(page).header("Content-Type", "text/html"));
    case.snapshot(&ended);
    let utf16: Vec<u8> = "\u{feff}<a href='/größe'>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let site = case.site(
        Site::new()
            .named("utf16")
            .at("/", Response::ok(utf16).header("Content-Type", "text/html")),
    );
    let ended = crawler(case, &["links", &site.url("/")]);
    case.snapshot(&ended);
}

fn an_answer_that_is_no_document_has_no_links(case: &mut Case) {
    let page = "<a href=/x>x</a>";
    let site = case.site(
        Site::new()
            .at("/text", Response::ok(page).header("Content-Type", "text/plain"))
            .at("/image", Response::ok(page).header("Content-Type", "image/png"))
            .at(
                "/script",
                Response::ok(page).header("Content-Type", "text/javascript"),
            )
            .at("/untyped", Response::ok(page))
            .at(
                "/xhtml",
                Response::ok(page).header("Content-Type", "application/xhtml+xml"),
            ),
    );
    let mut sheet = Sheet::default();
    for target in ["/text", "/image", "/script", "/untyped", "/xhtml"] {
        sheet.run(case, target, &["links", &site.url(target)]);
    }
    sheet.compare(case);
}

fn a_page_that_is_not_there_has_no_links_and_is_named(case: &mut Case) {
    let missing = Response::new(404, "<a href=/home>home</a>").header("Content-Type", "text/html");
    let site = case.site(
        Site::new()
            .at("/old", Response::redirect(301, "/missing"))
            .at("/missing", missing),
    );
    let ended = crawler(case, &["links", &site.url("/old")]);
    case.snapshot(&ended);
    case.expect_stderr_names(&ended, &format!("{}: 404 Not Found", site.url("/missing")));
}

/// A page on which a regular expression does no harm.
const PLAIN: &str = "<!doctype html><html><head><title>Plain</title>
    <link href=\"style.css\" rel=\"stylesheet\"><script src='script.js'></script></head>
    <body><a href=\"one\">1</a> <a class=x href='two?a=1&amp;b=2'>2</a> <A HREF=three>3</A> <a href = \"/four#part\">4</a>
    <img alt='' src=\"five.png\"> <a href=\"//other.example/six\">6</a> <a href='one'>1</a> <a href=''>7</a>
    <a href=\"mailto:me@example.com\">me</a> <a href=\"/8;jsessionid=1\">8</a></body></html>";

fn both_engines_agree_on_a_plain_page(case: &mut Case) {
    let based = PLAIN.replace("<title>", "<base href=\"/based/\"><title>");
    let site = case.site(
        Site::new()
            .at("/a/plain", Response::html(PLAIN))
            .at("/a/based", Response::html(based)),
    );
    for target in ["/a/plain", "/a/based"] {
        let html = crawler(case, &["links", "--engine", "html", &site.url(target)]);
        case.snapshot(&html);
        let regex = crawler(case, &["links", "--engine", "regex", &site.url(target)]);
        case.expect_stdout(&regex, &html.stdout);
        case.expect_status(&regex, 0);
    }
}

fn the_regular_expression_believes_what_it_sees(case: &mut Case) {
    check(
        case,
        &["--engine", "regex"],
        "<!-- <a href=\"/in-a-comment\"> --><script>x = \"<img src='/in-a-script'>\"</script>
        <a href=\"/caf&eacute;?a&amp;b\">only &amp;amp; is undone</a><div src='/div'></div>
        <a href=\"/number?a&#38;b\">x</a><a href=\"/name&quot;x\">x</a><a xhref=/another-name data-href=/its-end></a>
        <base target=_blank><a href=/behind-a-base-without-href>x</a><a href=relative>x</a>
        <img srcset='/srcset.png 2x'><p style='background: url(/style.png)'><style>@import '/import.css';</style>
        <meta http-equiv=refresh content='0; url=/refresh'><object data=/data></object><a href=/last>",
    );
}

fn an_engine_that_nobody_built_is_wrong_usage(case: &mut Case) {
    for args in [
        &["links"][..],
        &["links", "--engine", "xpath", "http://127.0.0.1:1/"],
        &["links", "--engine"],
        &["links", "mailto:me@example.com"],
    ] {
        let ended = crawler(case, args);
        case.expect_status(&ended, 2);
    }
}

fn a_listing_of_nginx_is_read(case: &mut Case) {
    for name in [
        "www/b c.txt",
        "www/größe.html",
        "www/sub/x",
        "www/100%.txt",
        "www/a&b",
        "www/quote\"d",
    ] {
        case.file(name, "x");
    }
    let nginx = case.nginx(
        Nginx::new()
            .root("www")
            .server("autoindex on; gzip on; gzip_min_length 1; gzip_types *;"),
    );
    let ended = crawler(case, &["links", &nginx.url("/")]);
    case.snapshot(&ended);
}
