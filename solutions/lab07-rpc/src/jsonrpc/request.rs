//! From a text to requests, or to what is wrong with it.
//!
//! Nothing here is copied: requests point into the text, and numbers stay as they were written. An id of 1.0 is not 1, and one of thirty
//! digits loses none of them.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::error::Error;
// region:jsonrpc
use super::error::{INVALID_REQUEST, PARSE_ERROR, SERVER_ERROR};
// endregion:jsonrpc

/// How deep arrays and objects may stand in each other. Whoever reads them later calls itself for each level, and a stack has an end.
pub const MOST_LEVELS: usize = 128;

/// How many requests a batch may have. An answer to two bytes of a batch is forty times as long as they are.
pub const MOST_IN_BATCH: usize = 10_000;

/// What a text holds. None of the requests is looked at yet.
#[derive(Debug)]
pub enum Text<'a> {
    /// A request.
    One(&'a RawValue),
    /// Several, one at least.
    Batch(Vec<&'a RawValue>),
}

/// A request.
#[derive(Debug)]
pub struct Request<'a> {
    /// What is called.
    pub method: Cow<'a, str>,
    /// An array or an object.
    pub params: Option<&'a RawValue>,
    /// A string, a number or null, as it was written. Without it, it is a notification: nobody waits for an answer.
    pub id: Option<&'a RawValue>,
}

/// Something that is no request.
#[derive(Debug, Clone, Copy)]
pub struct Invalid<'a> {
    /// The id that the answer has, if there is one to be seen.
    pub id: Option<&'a RawValue>,
}

/// The members of a request, as far as they are there. All others are nobody's business.
#[derive(Deserialize)]
//~jsonrpc #[expect(dead_code, reason = "`request` will use them")]
struct Members<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    method: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
}

/// Reads a member that is there. Left to itself, serde would take one that is null for one that is missing.
//~jsonrpc #[expect(dead_code, reason = "`Members` will use it")]
fn present<'de, D: Deserializer<'de>>(member: D) -> Result<Option<&'de RawValue>, D::Error> {
    Deserialize::deserialize(member).map(Some)
}

/// Looks what a text holds.
///
/// # Errors
/// What is answered to the text as a whole, with an id of null.
pub fn split(text: &[u8]) -> Result<Text<'_>, Error> {
    // region:jsonrpc Read all of it as one `&RawValue`: what fails is a parse error, and so is what nests deeper than MOST_LEVELS (`levels`). An object is one request, an array with something in it is a batch; anything else is an invalid request. A batch of more than MOST_IN_BATCH is a server error.
    let whole: &RawValue = serde_json::from_slice(text).map_err(|_| Error::new(PARSE_ERROR))?;
    if levels(whole.get()) > MOST_LEVELS {
        let why = format!("more than {MOST_LEVELS} levels");
        return Err(Error::new(PARSE_ERROR).because(why));
    }
    match kind(whole) {
        Kind::Object => Ok(Text::One(whole)),
        Kind::Array => {
            let batch: Vec<&RawValue> =
                serde_json::from_str(whole.get()).map_err(|_| Error::new(PARSE_ERROR))?;
            match batch.len() {
                0 => Err(Error::new(INVALID_REQUEST)),
                1..=MOST_IN_BATCH => Ok(Text::Batch(batch)),
                _ => Err(Error::new(SERVER_ERROR).because(format!("more than {MOST_IN_BATCH} requests"))),
            }
        }
        Kind::String | Kind::Number | Kind::Null | Kind::Boolean => Err(Error::new(INVALID_REQUEST)),
    }
    // endregion:jsonrpc
}

/// Reads a request.
///
/// # Errors
/// That it is none.
///
/// ```
/// use rpc::jsonrpc::request::request;
/// use serde_json::value::RawValue;
///
/// let raw: &RawValue = serde_json::from_str(r#"{"jsonrpc": "2.0", "method": "sum", "id": 1.0}"#)?;
/// let request = request(raw).expect("it is one");
/// assert_eq!(request.id.map(RawValue::get), Some("1.0"));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Source: JSON-RPC 2.0, section 4
pub fn request(raw: &RawValue) -> Result<Request<'_>, Invalid<'_>> {
    // region:jsonrpc Read an object's `Members`: whoever gives one of them twice has no id to be seen. An id that is no string, no number and not null is none either, and makes it invalid. `jsonrpc` is the string 2.0 and nothing else, `method` a string, `params` an array or an object if it is there.
    let nameless = Invalid { id: None };
    let members: Members<'_> = match kind(raw) {
        Kind::Object => serde_json::from_str(raw.get()).map_err(|_| nameless)?,
        _ => return Err(nameless),
    };
    let id = members.id;
    if id.is_some_and(|id| !matches!(kind(id), Kind::String | Kind::Number | Kind::Null)) {
        return Err(nameless);
    }
    let invalid = Invalid { id };
    if members.jsonrpc.and_then(string).as_deref() != Some("2.0") {
        return Err(invalid);
    }
    let params = members.params;
    if params.is_some_and(|params| !matches!(kind(params), Kind::Array | Kind::Object)) {
        return Err(invalid);
    }
    match members.method.and_then(string) {
        Some(method) => Ok(Request { method, params, id }),
        None => Err(invalid),
    }
    // endregion:jsonrpc
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `{}`
    Object,
    /// `[]`
    Array,
    /// `""`
    String,
    /// `0`
    Number,
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
}

/// Returns what a value is. Its first byte says that.
pub fn kind(raw: &RawValue) -> Kind {
    match raw.get().as_bytes().first() {
        Some(b'{') => Kind::Object,
        Some(b'[') => Kind::Array,
        Some(b'"') => Kind::String,
        Some(b'n') => Kind::Null,
        Some(b't' | b'f') => Kind::Boolean,
        _ => Kind::Number,
    }
}

/// Returns a string without its quotes and escapes.
//~jsonrpc #[expect(dead_code, reason = "`request` will use it")]
fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    /// Left to itself, serde copies every string.
    #[derive(Deserialize)]
    struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);
    let Borrowed(text) = serde_json::from_str(raw.get()).ok()?;
    Some(text)
}

/// Returns how deep arrays and objects stand in each other, in a text that is JSON.
//~jsonrpc #[expect(dead_code, reason = "`split` will use it")]
fn levels(text: &str) -> usize {
    let (mut level, mut most): (usize, usize) = (0, 0);
    let mut bytes = text.bytes();
    let mut in_string = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            // Whatever is escaped ends no string.
            b'\\' => drop(bytes.next()),
            b'[' | b'{' if !in_string => {
                level += 1;
                most = most.max(level);
            }
            b']' | b'}' if !in_string => level = level.saturating_sub(1),
            _ => {}
        }
    }
    most
}

// region:jsonrpc
#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> &RawValue {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn a_text_is_one_request_or_a_batch() {
        for (text, expected) in [
            ("{}", Ok(1)),
            (" {} \r\n", Ok(1)),
            ("[{}]", Ok(1)),
            ("[1,2,3]", Ok(3)),
            ("[]", Err(INVALID_REQUEST)),
            ("1", Err(INVALID_REQUEST)),
            ("null", Err(INVALID_REQUEST)),
            ("\"{}\"", Err(INVALID_REQUEST)),
            ("", Err(PARSE_ERROR)),
            ("{", Err(PARSE_ERROR)),
            ("{} {}", Err(PARSE_ERROR)),
            ("[1,]", Err(PARSE_ERROR)),
            ("{'a':1}", Err(PARSE_ERROR)),
            ("[01]", Err(PARSE_ERROR)),
            ("\u{feff}{}", Err(PARSE_ERROR)),
        ] {
            let found = match split(text.as_bytes()) {
                Ok(Text::One(_)) => Ok(1),
                Ok(Text::Batch(batch)) => Ok(batch.len()),
                Err(error) => Err(error.code),
            };
            assert_eq!(found, expected, "{text}");
        }
        let no_text = split(b"[\"\xff\"]").map_err(|error| error.code);
        assert!(matches!(no_text, Err(PARSE_ERROR)));
    }

    #[test]
    fn what_is_too_deep_or_too_much_is_refused() {
        for (levels, fine) in [(MOST_LEVELS, true), (MOST_LEVELS + 1, false), (1_000_000, false)] {
            let text = ["[".repeat(levels), "]".repeat(levels)].concat();
            assert_eq!(split(text.as_bytes()).is_ok(), fine, "{levels}");
        }
        assert_eq!(levels(r#"{"a\"[[[[":["]",{}]}"#), 3);
        for (requests, fine) in [(MOST_IN_BATCH, true), (MOST_IN_BATCH + 1, false)] {
            let text = format!("[{}]", vec!["1"; requests].join(","));
            assert_eq!(split(text.as_bytes()).is_ok(), fine, "{requests}");
        }
    }

    #[test]
    fn a_request_has_the_members_of_the_specification() {
        let all = r#"{"jsonrpc":"2.0","method":"m","params":[1],"id":7,"more":{}}"#;
        let found = request(raw(all)).expect("a request");
        assert_eq!(found.method, "m");
        assert_eq!(found.params.map(RawValue::get), Some("[1]"));
        assert_eq!(found.id.map(RawValue::get), Some("7"));
        let escaped = r#"{"json\u0072pc":"2\u002e0","method":"\u006d"}"#;
        let found = request(raw(escaped)).expect("a request");
        assert_eq!(
            (found.method.as_ref(), found.params.is_none(), found.id.is_none()),
            ("m", true, true)
        );
    }

    #[test]
    fn an_id_stays_as_it_was_written() {
        for id in [
            "1",
            "1.0",
            "-1e400",
            "\"1\"",
            "\"\\u0031\\/\"",
            "null",
            "123456789012345678901234567890",
        ] {
            let text = format!(r#"{{"jsonrpc":"2.0","method":"m","id": {id} }}"#);
            let request = request(raw(&text)).expect("a request");
            assert_eq!(request.id.map(RawValue::get), Some(id));
        }
    }

    #[test]
    fn what_is_no_request_has_an_id_if_one_can_be_seen() {
        for (text, id) in [
            ("1", None),
            ("[]", None),
            ("{}", None),
            (r#"{"foo":"boo"}"#, None),
            (r#"{"jsonrpc":"2.0","method":1,"params":"bar"}"#, None),
            (r#"{"jsonrpc":"2.0","id":1}"#, Some("1")),
            (r#"{"jsonrpc":"2.0","method":null,"id":1}"#, Some("1")),
            (r#"{"jsonrpc":"1.0","method":"m","id":"a"}"#, Some("\"a\"")),
            (r#"{"jsonrpc":2.0,"method":"m","id":null}"#, Some("null")),
            (r#"{"JSONRPC":"2.0","method":"m","id":1}"#, Some("1")),
            (r#"{"method":"m","id":1}"#, Some("1")),
            (
                r#"{"jsonrpc":"2.0","method":"m","params":null,"id":1}"#,
                Some("1"),
            ),
            (r#"{"jsonrpc":"2.0","method":"m","params":"x","id":1}"#, Some("1")),
            (r#"{"jsonrpc":"2.0","method":"m","id":[1]}"#, None),
            (r#"{"jsonrpc":"2.0","method":"m","id":true}"#, None),
            (r#"{"jsonrpc":"2.0","method":"m","id":1,"id":2}"#, None),
            (r#"{"jsonrpc":"2.0","method":"\ud800","id":1}"#, Some("1")),
        ] {
            let invalid = request(raw(text)).expect_err(text);
            assert_eq!(invalid.id.map(RawValue::get), id, "{text}");
        }
    }
}
// endregion:jsonrpc
