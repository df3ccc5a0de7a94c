//! Which part of a body a request asks for.
//!
//! Source: RFC 9110, sections 13.1.5 (If-Range), 14.1.2 and 14.2 (Range).

use crate::http::request::Request;
use crate::http::response::Response;

/// What a request wants of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Whole,
    /// From the first to the last byte, both included.
    Part(u64, u64),
    /// There is no such part: 416.
    Nothing,
}

/// Says what `request` wants of a body of `len` bytes that `response` carries.
///
/// More than one range, and one that is malformed, is answered by the whole, as the standard allows.
pub(super) fn wanted(request: &Request, response: &Response, len: u64) -> Wanted {
    let Some(range) = request.header("range").filter(|_| request.method == "GET") else {
        return Wanted::Whole;
    };
    match request.header("if-range") {
        Some(condition) if !is_current(condition, response) => Wanted::Whole,
        _ => parse(range, len),
    }
}

fn is_current(condition: &str, response: &Response) -> bool {
    let is = |name: &str| response.header_value(name) == Some(condition);
    if condition.starts_with("W/") {
        return false;
    }
    if condition.starts_with('"') {
        is("etag")
    } else {
        is("last-modified")
    }
}

fn parse(range: &str, len: u64) -> Wanted {
    let Some((first, last)) = range
        .strip_prefix("bytes=")
        .and_then(|spec| spec.trim().split_once('-'))
    else {
        return Wanted::Whole;
    };
    let number = |text: &str| match text {
        "" => Ok(None),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            // A number past all bodies is as good as the largest.
            Ok(Some(digits.parse().unwrap_or(u64::MAX)))
        }
        _ => Err(()),
    };
    let (first, last) = match (number(first), number(last)) {
        (Ok(None), Ok(Some(0))) => return Wanted::Nothing,
        (Ok(None), Ok(Some(suffix))) => (len.saturating_sub(suffix), u64::MAX),
        (Ok(Some(first)), Ok(last)) => (first, last.unwrap_or(u64::MAX)),
        _ => return Wanted::Whole,
    };
    if last < first {
        Wanted::Whole
    } else if first >= len {
        Wanted::Nothing
    } else {
        Wanted::Part(first, last.min(len - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&str, &str)]) -> Wanted {
        let response = Response::ok("0123456789")
            .header("ETag", "\"v1\"")
            .header("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
        let request = Request {
            method: "GET".to_owned(),
            target: "/".to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            ..Request::default()
        };
        wanted(&request, &response, 10)
    }

    #[test]
    fn one_range_is_understood_and_all_else_means_the_whole() {
        for (range, expected) in [
            ("bytes=0-0", Wanted::Part(0, 0)),
            ("bytes=2-5", Wanted::Part(2, 5)),
            ("bytes=2-", Wanted::Part(2, 9)),
            ("bytes=2-99", Wanted::Part(2, 9)),
            ("bytes=-3", Wanted::Part(7, 9)),
            ("bytes=-99", Wanted::Part(0, 9)),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=99999999999999999999999-", Wanted::Nothing),
            ("bytes=5-2", Wanted::Whole),
            ("bytes=1-2,4-5", Wanted::Whole),
            ("bytes=x-y", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("lines=1-2", Wanted::Whole),
        ] {
            assert_eq!(asked(&[("Range", range)]), expected, "{range}");
        }
    }

    #[test]
    fn a_range_holds_only_if_the_condition_does() {
        for (condition, expected) in [
            ("\"v1\"", Wanted::Part(2, 9)),
            ("\"v2\"", Wanted::Whole),
            ("W/\"v1\"", Wanted::Whole),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Wanted::Part(2, 9)),
            ("Sun, 06 Nov 1994 08:49:38 GMT", Wanted::Whole),
        ] {
            assert_eq!(
                asked(&[("Range", "bytes=2-"), ("If-Range", condition)]),
                expected,
                "{condition}"
            );
        }
    }
}
