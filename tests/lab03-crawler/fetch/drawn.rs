//! Chains of redirects, charsets and codings, drawn from a seed.

use support::http::Page;
use support::{Case, Exchange, Rng};

use super::{gzip, zlib};

/// Draws a site with chains of redirects, pages in several charsets and codings, and a start somewhere in it.
pub(super) fn drawn_chains_and_charsets_are_fetched_like_the_reference_does(case: &mut Case) {
    case.seeded(12, |rng: &mut Rng| {
        let mut exchange = Exchange::of("crawler").args(["fetch"]);
        if rng.bool() {
            exchange = exchange.args(["--json"]);
        }
        if rng.u8(..4) == 0 {
            exchange = exchange.args(["--max-redirects".to_owned(), rng.u8(..4).to_string()]);
        }
        let pages = rng.usize(2..7);
        for at in 0..pages {
            let page = if rng.u8(..5) < 3 {
                redirect(rng, pages)
            } else {
                text(rng)
            };
            exchange = exchange.page(&path(at), page);
        }
        exchange.args([format!("{{site}}{}", path(0))])
    });
}

fn path(at: usize) -> String {
    format!("/{}/{at}", "abc".repeat(at % 3))
}

fn redirect(rng: &mut Rng, pages: usize) -> Page {
    let to = rng.usize(..pages + 1);
    let location = match rng.u8(..3) {
        0 => path(to),
        1 => format!("{{site}}{}", path(to)),
        _ => format!("..{}#part", path(to)),
    };
    let status = [301, 302, 303, 307, 308][rng.usize(..5)];
    Page::redirect(status, &location)
}

fn text(rng: &mut Rng) -> Page {
    // Each label with bytes that are letters in it.
    const CHARSETS: [(&str, &[u8]); 6] = [
        ("windows-1251", b"\xcf\xf0\xe8\xe2\xe5\xf2"),
        ("koi8-r", b"\xf0\xd2\xc9\xd7\xc5\xd4"),
        ("shift_jis", b"\x93\xfa\x96\x7b\x8c\xea"),
        ("latin1", b"caf\xe9 \x85"),
        ("utf-8", "größer".as_bytes()),
        ("big5", b"\xa4\xa4\xa4\xe5"),
    ];
    let (label, bytes) = CHARSETS[rng.usize(..CHARSETS.len())];
    let (other, _) = CHARSETS[rng.usize(..CHARSETS.len())];
    let (in_header, in_page) = match rng.u8(..4) {
        0 => (Some(label), None),
        1 => (None, Some(label)),
        2 => (Some(label), Some(other)),
        _ => (None, None),
    };
    let meta = in_page.map_or(String::new(), |label| format!("<meta charset={label}>"));
    let mut body = [meta.as_bytes(), bytes, b"\n"].concat();
    let kind = in_header.map_or("text/html".to_owned(), |label| {
        format!("text/html; charset={label}")
    });
    let mut page_header = None;
    match rng.u8(..4) {
        0 => (body, page_header) = (gzip(&body), Some("gzip")),
        1 => (body, page_header) = (zlib(&body), Some("deflate")),
        _ => {}
    }
    let status = if rng.u8(..6) == 0 { 404 } else { 200 };
    let page = Page::new(status, body).header("Content-Type", &kind);
    match page_header {
        Some(coding) => page.header("Content-Encoding", coding),
        None => page,
    }
}
