//! What the cases serve, and which parts of it were asked for.

use support::http::{Body, Log, Request, Response, Seen};

/// What a connection records at least, as the chapter says.
pub(crate) const BLOCK: u64 = 256 << 10;

/// How much the first request asks for.
pub(crate) const FIRST: u64 = 1 << 20;

/// A file that knows ranges and has a strong ETag.
pub(crate) fn file(body: &Body, etag: &str) -> Response {
    Response::ok(body.clone())
        .ranges()
        .header("ETag", format!("\"{etag}\""))
}

/// A part from a first byte to the one behind the last.
pub(crate) type Span = (u64, u64);

/// Reads `bytes=A-B` or `bytes=A-` of a file that is `length` long.
pub(crate) fn range(header: &str, length: u64) -> Option<Span> {
    let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
    let end = match last {
        "" => length,
        last => last.parse::<u64>().ok()? + 1,
    };
    Some((first.parse().ok()?, end.min(length)))
}

/// The part that a request asked for: all of it without a Range.
pub(crate) fn asked(seen: &Seen, length: u64) -> Span {
    let header = seen.header("range");
    header
        .map_or(Some((0, length)), |header| range(header, length))
        .unwrap_or((0, 0))
}

/// The part that a request asks for.
pub(crate) fn wanted(request: &Request, length: u64) -> Span {
    let header = request.header("range");
    header
        .map_or(Some((0, length)), |header| range(header, length))
        .unwrap_or((0, 0))
}

/// All parts that were asked for, in the order of the requests.
pub(crate) fn all_asked(log: &Log, length: u64) -> Vec<Span> {
    log.requests.iter().map(|seen| asked(seen, length)).collect()
}

/// Sorts spans and joins those that touch or overlap.
pub(crate) fn union(spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans.into_iter().filter(|(from, to)| from < to).collect();
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some((_, end)) if from <= *end => *end = to.max(*end),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// How many bytes there are in spans that do not overlap.
pub(crate) fn bytes(spans: &[Span]) -> u64 {
    spans.iter().map(|(from, to)| to - from).sum()
}

/// How many bytes of `span` are in `spans`, which do not overlap.
pub(crate) fn common(span: Span, spans: &[Span]) -> u64 {
    let both = spans
        .iter()
        .map(|(from, to)| (span.0.max(*from), span.1.min(*to)));
    both.map(|(from, to)| to.saturating_sub(from)).sum()
}

/// Writes spans as the journal does: first and last byte.
pub(crate) fn written(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|(from, to)| format!("{from}-{}\n", to.saturating_sub(1)))
        .collect()
}
