//! One line taken apart.
//!
//! The combined format is
//! `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`.
//! nginx writes quotation marks inside a field as `\x22`, so a bare one always ends a field.
//!
//! Source: <https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format>

use crate::lines::Line;
use crate::time::{Clock, Timestamp};

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
        todo!("parse: Find the first blank for the method and look at the last nine bytes for the protocol.")
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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn leading<'a>(&mut self, text: &'a [u8]) -> Result<(Record<'a>, &'a [u8]), Malformed> {
        todo!("parse: Cut one field after the other off the front, and name the first that is not there.")
    }

    /// Finds where, behind its first byte, `text` has a whole record: at the first ` - ` from which [`Parser::leading`] can go on when it
    /// begins with the longest address that ends there. An address that begins at the first byte is that of the damaged record itself.
    ///
    /// `1.127.0.0.1 - - […` has the client `127.0.0.1`. A cut number before an address can lengthen it (`… 200 1` and `10.0.0.1`
    /// become `110.0.0.1`): the log does not say which was meant.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn next_start(&mut self, text: &[u8]) -> Option<usize> {
        todo!(
            "parse: For each ` - ` walk back over what an address is made of, take the longest that is one, and try from there."
        )
    }

    /// Reads the time between the brackets.
    #[inline]
    pub fn time(&mut self, text: &[u8]) -> Option<Timestamp> {
        self.clock.read(text)
    }
}
