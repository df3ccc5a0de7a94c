//! What the bytes of a text mean.

use support::Case;
use support::http::Site;

use super::{check_typed, typed};
use crate::sheet::crawler;

pub(super) fn the_byte_order_mark_decides_before_the_header_and_the_header_before_the_page(case: &mut Case) {
    let meta = b"<meta charset=koi8-r>\xf0\xd2\xc9\xd7\xc5\xd4".to_vec();
    let utf16: Vec<u8> = "\u{feff}héllo"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let utf16_be: Vec<u8> = "\u{feff}héllo"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let marked = ["\u{feff}<meta charset=koi8-r>".as_bytes(), "été".as_bytes()].concat();
    check_typed(
        case,
        &[
            ("nothing says it", "text/html", b"caf\xe9 \x80 \x93quoted\x94"),
            ("the page says it", "text/html", &meta),
            (
                "the header says it",
                "text/html; charset=windows-1251",
                b"<meta charset=koi8-r>\xcf\xf0\xe8\xe2\xe5\xf2",
            ),
            ("a mark says it", "text/html; charset=windows-1251", &marked),
            ("a mark of UTF-16", "text/html; charset=utf-8", &utf16),
            ("the other order", "text/plain", &utf16_be),
            ("a label that nobody knows", "text/html; charset=klingon", &meta),
            ("an empty label", "text/html; charset=", &meta),
        ],
    );
}

pub(super) fn pages_say_their_charset_in_many_ways(case: &mut Case) {
    let ways: Vec<Vec<u8>> = [
        "<meta charset=windows-1251>",
        "<META CHARSET='Windows-1251' />",
        "<meta name=a><meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">",
        "<meta content='text/html;charset = \"cp1251\"' http-equiv=content-type>",
        "<!-- <meta charset=koi8-r> --><meta charset=windows-1251>",
        "<meta charset=klingon><meta charset=windows-1251>",
        "<meta name=description content='charset=koi8-r'><meta charset=windows-1251>",
        "<meta http-equiv=content-type content=\"text/html; charset='windows-1251'\">",
        "<script charset=koi8-r></script><p charset=koi8-r><meta charset=windows-1251>",
        "<meta charset=utf-16><meta charset=windows-1251>",
    ]
    .iter()
    .map(|way| [way.as_bytes(), b"\xcf\xf0\xe8\xe2\xe5\xf2"].concat())
    .collect();
    let rows: Vec<(&str, &str, &[u8])> = ways.iter().map(|page| ("meta", "text/html", &page[..])).collect();
    check_typed(case, &rows);
}

pub(super) fn a_charset_is_looked_for_in_the_first_1024_bytes(case: &mut Case) {
    let at = |start: usize| {
        let mut page = format!("{:<start$}<meta charset=windows-1251>", "<title>").into_bytes();
        page.extend(b"\xcf\xf0\xe8\xe2\xe5\xf2");
        page
    };
    let site = case.site(
        Site::new()
            .at("/900", typed("text/html", at(900).as_slice()))
            .at("/1100", typed("text/html", at(1100).as_slice())),
    );
    for (target, expected) in [("/900", "windows-1251"), ("/1100", "windows-1252")] {
        let ended = crawler(case, &["fetch", "--json", &site.url(target)]);
        let line: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap_or_default();
        case.expect(
            &ended,
            line["charset"] == expected,
            &format!("a meta element at byte {} makes it {expected}", &target[1..]),
            &line["charset"],
        );
    }
}

pub(super) fn labels_mean_what_the_encoding_standard_says(case: &mut Case) {
    check_typed(
        case,
        &[
            (
                "Shift_JIS",
                "text/html; charset=\"Shift_JIS\"",
                b"\x93\xfa\x96\x7b\x8c\xea",
            ),
            ("EUC-JP", "Text/HTML;CHARSET=euc-jp", b"\xc6\xfc\xcb\xdc\xb8\xec"),
            (
                "GB 2312 is GBK",
                "text/html;charset=gb2312",
                b"\xd6\xd0\xce\xc4\x80",
            ),
            (
                "Latin 1 is windows-1252",
                "text/plain; charset=iso-8859-1",
                b"\x80uro \xe9",
            ),
            (
                "ASCII too",
                "text/plain; format=flowed; charset=us-ascii",
                b"\x80uro \xe9",
            ),
            (
                "broken UTF-8",
                "text/plain; charset=UTF8",
                b"a\xff\xc3\xa9\xe2\x82",
            ),
        ],
    );
}

pub(super) fn only_html_says_its_charset_itself(case: &mut Case) {
    let says: &[u8] = b"<meta charset=koi8-r>\xc3\xa9";
    check_typed(
        case,
        &[
            ("HTML", "text/html", says),
            ("XHTML", "application/xhtml+xml", says),
            ("text", "text/plain", says),
            ("XML", "application/xml", says),
            ("JSON", "application/json", says),
            ("a script", "text/javascript", says),
            ("a stylesheet", "text/css", b"@charset 'koi8-r'; \xe9"),
        ],
    );
}
