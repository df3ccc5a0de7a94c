//! One line taken apart.
//!
//! The combined format is
//! `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`.
//! nginx writes quotation marks inside a field as `\x22`, so a bare one always ends a field.
//!
//! Source: <https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format>

use crate::lines::Line;
use crate::time::{Clock, Timestamp};

// region:given/record
/// What one request left in the log. Fields are as they were written, escapes and all; `-` is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// An IPv4 or IPv6 address, or `unix:`.
    pub client: &'a [u8],
    /// The name that HTTP's own authentication gave. It may hold blanks and brackets.
    pub user: Option<&'a [u8]>,
    /// When the server wrote the line, which is when the request was done.
    pub time: Timestamp,
    /// The first line of the request, whatever the client sent: it may be empty, or no HTTP at all.
    pub request: &'a [u8],
    /// Three digits, 000 to 999.
    pub status: u16,
    /// The size of the body in bytes.
    pub bytes: u64,
    /// Where the client says it comes from.
    pub referer: Option<&'a [u8]>,
    /// What the client says it is.
    pub agent: Option<&'a [u8]>,
}
// endregion:given/record

/// The parts of a request that has some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// Capital letters.
    pub method: &'a [u8],
    /// The path with its query. A client may have sent blanks in it.
    pub target: &'a [u8],
    /// `HTTP/1.1` and the like; HTTP/0.9 had none.
    pub protocol: Option<&'a [u8]>,
}

impl<'a> Record<'a> {
    /// Takes the request apart: capital letters, a blank, a target that is not empty, and perhaps a blank and `HTTP/` with a
    /// digit, a dot and a digit. Anything else (an empty request, a TLS greeting, a method in small letters) is `None`.
    pub fn parts(&self) -> Option<Request<'a>> {
        // region:parse/request Find the first blank for the method and look at the last nine bytes for the protocol.
        let blank = self.request.iter().position(|byte| !byte.is_ascii_uppercase())?;
        let (method, rest) = self.request.split_at(blank);
        let rest = rest.strip_prefix(b" ")?;
        let (target, protocol) = match rest.split_last_chunk::<9>() {
            Some((target, [b' ', b'H', b'T', b'T', b'P', b'/', major, b'.', minor]))
                if major.is_ascii_digit() && minor.is_ascii_digit() =>
            {
                (target, Some(&rest[target.len() + 1..]))
            }
            _ => (rest, None),
        };
        (!method.is_empty() && !target.is_empty()).then_some(Request {
            method,
            target,
            protocol,
        })
        // endregion:parse/request
    }
}

/// Why something is no record: the first field that is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It does not begin with an address, a blank and a hyphen.
    #[error("no client address at the start")]
    Client,
    /// No name and bracketed time follow.
    #[error("no user and time after the client")]
    Time,
    /// The request is not there or does not end.
    #[error("no request in quotation marks")]
    Request,
    /// No blank and three digits follow the request. Three bytes are taken and no more: of `2000` the last digit belongs to the size.
    #[error("no status of three digits")]
    Status,
    /// No blank, number (or hyphen) and blank follow the status. A cut status is blamed on the size, too, when the bytes of the next line
    /// make it three digits: ` 2` and `127.0.0.1` are the status 212 and what is no size.
    #[error("no size in bytes")]
    Bytes,
    /// The referer is not there or does not end.
    #[error("no referer in quotation marks")]
    Referer,
    /// The user agent is not there or does not end.
    #[error("no user agent in quotation marks")]
    Agent,
    /// A record with something behind it that is none.
    #[error("more after the user agent")]
    Trailing,
    /// Longer than [`crate::lines::LONGEST`].
    #[error("a line of more than 65536 bytes")]
    TooLong,
}

/// A part of a line that is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment<'a> {
    /// What is wrong with it.
    pub why: Malformed,
    /// The part.
    pub text: &'a [u8],
}

/// What [`Parser::each`] finds.
pub type Found<'a> = Result<Record<'a>, Fragment<'a>>;

/// Takes lines apart.
#[derive(Debug, Default)]
pub struct Parser {
    clock: Clock,
}

impl Parser {
    /// Calls `found` with everything that a line holds: as a rule one record.
    ///
    /// A disk that filled up cuts a line anywhere, and when there is room again the server goes on in the middle of that line.
    /// So a line may hold a fragment and then a whole record, or two records with no line feed between them, and none is lost.
    #[inline]
    pub fn each<'a>(&mut self, line: Line<'a>, mut found: impl FnMut(Found<'a>)) {
        if !line.clipped
            && let Ok((record, [])) = self.leading(line.text)
        {
            return found(Ok(record));
        }
        self.each_part(line, &mut found);
    }

    /// Does the same for the few lines that are not one record.
    #[cold]
    fn each_part<'a>(&mut self, line: Line<'a>, found: &mut dyn FnMut(Found<'a>)) {
        let mut rest = line.text;
        let mut clipped = line.clipped;
        loop {
            let why = if clipped {
                Malformed::TooLong
            } else {
                match self.leading(rest) {
                    Ok((record, [])) => return found(Ok(record)),
                    Ok((record, tail)) if self.leading(tail).is_ok() => {
                        found(Ok(record));
                        rest = tail;
                        continue;
                    }
                    Ok(_) => Malformed::Trailing,
                    Err(why) => why,
                }
            };
            clipped = false;
            let Some(next) = self.next_start(rest) else {
                return found(Err(Fragment { why, text: rest }));
            };
            found(Err(Fragment {
                why,
                text: &rest[..next],
            }));
            rest = &rest[next..];
        }
    }

    /// Takes the record apart that `text` begins with, and returns it with what follows it.
    ///
    /// The client is an address as nginx prints it, or `unix:`; the user is the shortest run of bytes that a time in brackets
    /// follows, and never holds ` - `, which would rather be the end of a cut line and the next client. Inside quotation marks a
    /// backslash hides the byte after it. The status is the next three digits; a fourth one already belongs to the size, so that `2000`
    /// and a status with another line behind it are [`Malformed::Bytes`]. The size is digits and a blank; a size of `-` is 0, as Apache
    /// writes it.
    ///
    /// # Errors
    /// The first field that is not as it should be.
    #[inline]
    pub fn leading<'a>(&mut self, text: &'a [u8]) -> Result<(Record<'a>, &'a [u8]), Malformed> {
        // region:parse/record Cut one field after the other off the front, and name the first that is not there.
        let client_len = memchr::memchr(b' ', &text[..text.len().min(64)]).ok_or(Malformed::Client)?;
        let (client, rest) = text.split_at(client_len);
        let rest = rest.strip_prefix(b" - ").ok_or(Malformed::Client)?;
        if !is_client(client) {
            return Err(Malformed::Client);
        }
        let (user, time, rest) = self.user_and_time(rest).ok_or(Malformed::Time)?;
        let (request, rest) = quoted(rest).ok_or(Malformed::Request)?;
        let (status, rest) = match rest {
            [b' ', a, b, c, rest @ ..] if [a, b, c].iter().all(|digit| digit.is_ascii_digit()) => {
                let digit = |byte: &u8| u16::from(byte - b'0');
                (digit(a) * 100 + digit(b) * 10 + digit(c), rest)
            }
            _ => return Err(Malformed::Status),
        };
        let (bytes, rest) = size(rest).ok_or(Malformed::Bytes)?;
        let (referer, rest) = quoted(rest).ok_or(Malformed::Referer)?;
        let (agent, rest) = rest.strip_prefix(b" ").and_then(quoted).ok_or(Malformed::Agent)?;
        let record = Record {
            client,
            user: unless_hyphen(user),
            time,
            request,
            status,
            bytes,
            referer: unless_hyphen(referer),
            agent: unless_hyphen(agent),
        };
        Ok((record, rest))
        // endregion:parse/record
    }

    /// Finds where, behind its first byte, `text` has a whole record: at the first ` - ` from which [`Parser::leading`] can go on when it
    /// begins with the longest address that ends there. An address that begins at the first byte is that of the damaged record itself.
    ///
    /// `1.127.0.0.1 - - […` has the client `127.0.0.1`. A cut number before an address can lengthen it (`… 200 1` and `10.0.0.1`
    /// become `110.0.0.1`): the log does not say which was meant.
    pub fn next_start(&mut self, text: &[u8]) -> Option<usize> {
        // region:parse/recover For each ` - ` walk back over what an address is made of, take the longest that is one, and try from there.
        memchr::memmem::find_iter(text, b" - ").find_map(|hyphen| {
            let before = &text[..hyphen];
            let address = before
                .iter()
                .rev()
                .take(45)
                .take_while(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':'))
                .count();
            let socket = before.ends_with(UNIX).then(|| hyphen - UNIX.len());
            let start = (hyphen - address..hyphen)
                .find(|&start| is_client(&text[start..hyphen]))
                .or(socket)?;
            (start > 0 && self.leading(&text[start..]).is_ok()).then_some(start)
        })
        // endregion:parse/recover
    }

    /// Reads the time between the brackets.
    #[inline]
    pub fn time(&mut self, text: &[u8]) -> Option<Timestamp> {
        self.clock.read(text)
    }
    // region:parse

    /// Returns the user, the time and what follows the blank after the time.
    #[inline]
    fn user_and_time<'a>(&mut self, text: &'a [u8]) -> Option<(&'a [u8], Timestamp, &'a [u8])> {
        let mut user = 0;
        loop {
            let rest = text.get(user..)?;
            if let [b' ', b'[', rest @ ..] = rest
                && let Some((time, rest)) = rest.split_at_checked(26)
                && let Some(rest) = rest.strip_prefix(b"] ")
                && let Some(time) = self.time(time)
            {
                return Some((&text[..user], time, rest));
            }
            if rest.is_empty() || rest.starts_with(b" - ") {
                return None;
            }
            user += 1;
        }
    }
    // endregion:parse
}

// region:parse
/// What nginx writes for a client that came through a Unix socket.
const UNIX: &[u8] = b"unix:";

fn unless_hyphen(field: &[u8]) -> Option<&[u8]> {
    (field != b"-").then_some(field)
}

/// Cuts `"…"` off the front of `text` and returns what was inside and what follows.
#[inline]
fn quoted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.strip_prefix(b"\"")?;
    let end = memchr::memchr(b'"', text)?;
    if end > 0 && text[end - 1] == b'\\' {
        return quoted_with_escapes(text);
    }
    Some((&text[..end], &text[end + 1..]))
}

/// The same for a text with a backslash before its first quotation mark.
#[cold]
fn quoted_with_escapes(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', &text[at..])?;
        if text[at] == b'"' {
            return Some((&text[..at], &text[at + 1..]));
        }
        at = text.len().min(at + 2);
    }
}

/// Cuts ` 123 ` off the front.
#[inline]
fn size(text: &[u8]) -> Option<(u64, &[u8])> {
    let text = text.strip_prefix(b" ")?;
    if let Some(rest) = text.strip_prefix(b"- ") {
        return Some((0, rest));
    }
    let mut number = 0u64;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => number = number.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?,
            b' ' if at > 0 => return Some((number, &text[at + 1..])),
            _ => return None,
        }
    }
    None
}

fn is_client(text: &[u8]) -> bool {
    is_ipv4(text)
        || text == UNIX
        || std::str::from_utf8(text).is_ok_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok())
}

/// Whether `text` is four numbers up to 255, with no needless zero, and dots between.
#[inline]
fn is_ipv4(text: &[u8]) -> bool {
    let mut numbers = 0;
    let mut digits = 0;
    let mut number = 0u16;
    for &byte in text {
        match byte {
            b'0'..=b'9' if digits == 0 || (digits < 3 && number > 0) => {
                number = number * 10 + u16::from(byte - b'0');
                digits += 1;
            }
            b'.' if digits > 0 && number <= 255 => {
                numbers += 1;
                (digits, number) = (0, 0);
            }
            _ => return false,
        }
    }
    numbers == 3 && digits > 0 && number <= 255
}
// endregion:parse
