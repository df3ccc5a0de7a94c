//! Which encoding a body is written in, and the body as UTF-8.
//!
//! Source: the Encoding standard; the HTML standard, "prescan a byte stream to determine its encoding".

use std::borrow::Cow;

use encoding_rs::Encoding;

use crate::media::Media;

/// How much of an HTML page is searched for a declaration, in bytes.
pub const PRESCAN: usize = 1024;

/// Finds the encoding of a text: its byte order mark, then what the header says, then (HTML only) what a `meta` element in the first
/// [`PRESCAN`] bytes says, then windows-1252 for HTML and UTF-8 for the rest.
///
/// A label that the Encoding standard does not know counts as if it were not there.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn detect(body: &[u8], media: &Media) -> &'static Encoding {
    todo!(
        "fetch: Ask each source in turn: `Encoding::for_bom`, `Encoding::for_label`, `declared`; the first that answers is right."
    )
}

/// Finds what a `meta` element says about the encoding: `<meta charset=…>`, or `<meta http-equiv=content-type content="…; charset=…">`.
///
/// A declaration of UTF-16 that can be read as ASCII is wrong, and means UTF-8.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn declared(head: &[u8]) -> Option<&'static Encoding> {
    todo!(
        "fetch: Skip comments; of each tag `meta` read the attributes, and look up what they call the charset."
    )
}

/// Returns `body` as UTF-8, without its byte order mark. What means nothing in its encoding becomes U+FFFD. UTF-8 is not copied.
pub fn decode<'b>(body: &'b [u8], encoding: &'static Encoding) -> Cow<'b, str> {
    encoding.decode(body).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_source_that_answers_is_right() {
        let check = |body: &[u8], media: &str, name: &str| {
            assert_eq!(detect(body, &Media::parse(media)).name(), name, "{media}");
        };
        check(b"\xEF\xBB\xBFx", "text/html; charset=koi8-r", "UTF-8");
        check(b"<meta charset=utf-8>", "text/html; charset=koi8-r", "KOI8-R");
        check(b"<meta charset=big5>", "text/html; charset=nonsense", "Big5");
        check(b"<META Charset = 'latin1' >", "text/html", "windows-1252");
        check(b"<meta charset=utf-16>", "text/html", "UTF-8");
        check(
            b"<!-- <meta charset=big5> --><meta charset=gbk>",
            "text/html",
            "GBK",
        );
        check(b"<p title='<meta charset=big5>'>", "text/html", "windows-1252");
        check(
            b"<meta content='text/html; charset=euc-jp' http-equiv=Content-Type>",
            "text/html",
            "EUC-JP",
        );
        check(b"<meta charset=big5>", "text/plain", "UTF-8");
    }
}
