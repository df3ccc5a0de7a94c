//! Where a body ends.

use std::borrow::Cow;

use httparse::Status as Parsed;
use nbnet::http::Status;

use super::head::Length;

/// The longest line of a chunk's size with all that may stand behind it, or of a trailer, in bytes.
const LINE_LIMIT: usize = 1024;

/// A body that comes, after a head of so many bytes. It remembers how far it has looked, so that looking again costs nothing.
#[derive(Debug)]
pub struct Body {
    /// Where what was not looked at yet begins, in bytes from the begin of the request.
    at: usize,
    limit: usize,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Plain { length: usize },
    Chunked { data: Vec<u8>, next: Next },
}

/// What of a chunked body comes next.
#[derive(Debug, Clone, Copy)]
enum Next {
    Size,
    Data {
        left: usize,
    },
    /// The line end behind the data of a chunk.
    End,
    Trailer,
}

impl Body {
    /// Begins a body of at most `limit` bytes, behind a head that takes `head`.
    ///
    /// # Errors
    /// [`Status::ContentTooLarge`]
    pub fn new(length: Length, head: usize, limit: usize) -> Result<Self, Status> {
        let kind = match length {
            Length::Bytes(length) => Kind::Plain {
                length: usize::try_from(length)
                    .ok()
                    .filter(|&length| length <= limit)
                    .ok_or(Status::ContentTooLarge)?,
            },
            Length::Chunked => Kind::Chunked {
                data: Vec::new(),
                next: Next::Size,
            },
        };
        Ok(Self {
            at: head,
            limit,
            kind,
        })
    }

    /// Returns whether there is none, whatever comes.
    pub fn is_empty(&self) -> bool {
        matches!(self.kind, Kind::Plain { length: 0 })
    }

    /// Looks for the end in `input`, which is all of the request that came. Returns where it is.
    ///
    /// # Errors
    /// [`Status::ContentTooLarge`], or [`Status::BadRequest`] when the chunks are none.
    ///
    /// Source: RFC 9112, section 7.1
    pub fn end(&mut self, input: &[u8]) -> Result<Option<usize>, Status> {
        let Kind::Chunked { data, next } = &mut self.kind else {
            return Ok(self.plain_end().filter(|&end| end <= input.len()));
        };
        // What frames the chunks may take as much as they do, and a little more: who sends single bytes pays himself. What stands behind the end
        // is the next request's, and does not count.
        let most = self.limit.saturating_mul(2).saturating_add(LINE_LIMIT);
        loop {
            if self.at > most.saturating_add(nbnet::http::request::HEAD_LIMIT) {
                return Err(Status::ContentTooLarge);
            }
            let rest = &input[self.at..];
            match *next {
                // For httparse no digit at all is 0.
                Next::Size if rest.first().is_some_and(|byte| !byte.is_ascii_hexdigit()) => {
                    return Err(Status::BadRequest);
                }
                Next::Size => match httparse::parse_chunk_size(rest) {
                    Ok(Parsed::Complete((taken, size))) if taken <= LINE_LIMIT => {
                        let size = usize::try_from(size).unwrap_or(usize::MAX);
                        if size > self.limit - data.len() {
                            return Err(Status::ContentTooLarge);
                        }
                        self.at += taken;
                        *next = match size {
                            0 => Next::Trailer,
                            left => Next::Data { left },
                        };
                    }
                    Ok(Parsed::Partial) if rest.len() <= LINE_LIMIT => return Ok(None),
                    Ok(_) | Err(_) => return Err(Status::BadRequest),
                },
                Next::Data { left } => {
                    let came = &rest[..left.min(rest.len())];
                    data.extend_from_slice(came);
                    self.at += came.len();
                    if came.len() < left {
                        *next = Next::Data {
                            left: left - came.len(),
                        };
                        return Ok(None);
                    }
                    *next = Next::End;
                }
                Next::End => match rest {
                    [b'\r', b'\n', ..] => {
                        self.at += 2;
                        *next = Next::Size;
                    }
                    [] | [b'\r'] => return Ok(None),
                    _ => return Err(Status::BadRequest),
                },
                Next::Trailer => match line(rest)? {
                    None => return Ok(None),
                    Some(length) => {
                        self.at += length;
                        if length == b"\r\n".len() {
                            return Ok(Some(self.at));
                        }
                    }
                },
            }
        }
    }

    /// Returns the body, after its end was found in `input`.
    pub fn take(self, input: &[u8]) -> Cow<'_, [u8]> {
        match self.kind {
            Kind::Plain { length } => Cow::Borrowed(&input[self.at..self.at + length]),
            Kind::Chunked { data, .. } => Cow::Owned(data),
        }
    }

    fn plain_end(&self) -> Option<usize> {
        match self.kind {
            Kind::Plain { length } => Some(self.at + length),
            Kind::Chunked { .. } => None,
        }
    }
}

/// Returns how long the line at the front is, with its end.
fn line(rest: &[u8]) -> Result<Option<usize>, Status> {
    let end = rest.iter().take(LINE_LIMIT).position(|&byte| byte == b'\n');
    match end {
        Some(end) if rest[..end].ends_with(b"\r") => Ok(Some(end + 1)),
        None if rest.len() < LINE_LIMIT => Ok(None),
        Some(_) => Err(Status::BadRequest),
        None => Err(Status::HeaderFieldsTooLarge),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds a body after a head of two bytes, so many bytes at a time, and returns it with what it takes.
    fn feed(length: Length, body: &[u8], step: usize) -> Result<Option<(Vec<u8>, usize)>, Status> {
        let input = [b"..".as_slice(), body].concat();
        let mut found = Body::new(length, 2, 10)?;
        let mut came = 2;
        loop {
            if let Some(end) = found.end(&input[..came])? {
                return Ok(Some((found.take(&input).into_owned(), end - 2)));
            }
            if came == input.len() {
                return Ok(None);
            }
            came = input.len().min(came + step);
        }
    }

    #[test]
    fn a_body_is_the_same_whatever_the_split() {
        let chunked: &[u8] = b"3\r\nabc\r\n0002;x=\"y\"\r\nde\r\n0\r\nA: b\r\n\r\nPOST";
        for step in 1..=chunked.len() {
            let whole = Some((b"abcde".to_vec(), chunked.len() - 4));
            assert_eq!(feed(Length::Chunked, chunked, step), Ok(whole), "{step}");
            let plain = Some((b"abcde".to_vec(), 5));
            assert_eq!(feed(Length::Bytes(5), b"abcdePOST", step), Ok(plain), "{step}");
        }
        assert_eq!(feed(Length::Bytes(5), b"abcd", 1), Ok(None));
        assert_eq!(feed(Length::Bytes(0), b"", 1), Ok(Some((Vec::new(), 0))));
    }

    #[test]
    fn what_is_too_long_or_no_chunk_is_refused() {
        for (body, status) in [
            ("b\r\n", Status::ContentTooLarge),
            ("ffffffffffffffff\r\n", Status::ContentTooLarge),
            ("9\r\nabcdefghi\r\n2\r\n", Status::ContentTooLarge),
            ("x\r\n", Status::BadRequest),
            ("\r\n", Status::BadRequest),
            ("1\r\nab\r\n", Status::BadRequest),
            ("1\nab\r\n", Status::BadRequest),
            ("0\r\nA: b\n", Status::BadRequest),
            (&format!("1;{}", "x".repeat(LINE_LIMIT)), Status::BadRequest),
            (
                &format!("0\r\n{}", "x".repeat(LINE_LIMIT)),
                Status::HeaderFieldsTooLarge,
            ),
            (&"0".repeat(2000), Status::BadRequest),
            (
                &format!("1;{}\r\na\r\n0\r\n\r\n", "x".repeat(LINE_LIMIT)),
                Status::BadRequest,
            ),
        ] {
            for step in [1, body.len()] {
                assert_eq!(
                    feed(Length::Chunked, body.as_bytes(), step),
                    Err(status),
                    "{body}"
                );
            }
        }
        assert_eq!(feed(Length::Bytes(11), b"", 1), Err(Status::ContentTooLarge));
        // However much of later requests came with it.
        let followed = ["1\r\na\r\n0\r\n\r\n".to_owned(), "x".repeat(100_000)].concat();
        assert_eq!(
            feed(Length::Chunked, followed.as_bytes(), followed.len()),
            Ok(Some((b"a".to_vec(), 11)))
        );
        let endless = ["0\r\n".to_owned(), "a: b\r\n".repeat(10_000)].concat();
        assert_eq!(
            feed(Length::Chunked, endless.as_bytes(), 1000),
            Err(Status::ContentTooLarge)
        );
    }
}
