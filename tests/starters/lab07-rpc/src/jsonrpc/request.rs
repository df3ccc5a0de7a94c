//! From a text to requests, or to what is wrong with it.
//!
//! Nothing here is copied: requests point into the text, and numbers stay as they were written. An id of 1.0 is not 1, and one of thirty
//! digits loses none of them.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::error::Error;

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
#[expect(dead_code, reason = "`request` will use them")]
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
#[expect(dead_code, reason = "`Members` will use it")]
fn present<'de, D: Deserializer<'de>>(member: D) -> Result<Option<&'de RawValue>, D::Error> {
    Deserialize::deserialize(member).map(Some)
}

/// Looks what a text holds.
///
/// # Errors
/// What is answered to the text as a whole, with an id of null.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn split(text: &[u8]) -> Result<Text<'_>, Error> {
    todo!(
        "jsonrpc: Read all of it as one `&RawValue`: what fails is a parse error, and so is what nests deeper than MOST_LEVELS (`levels`). An object is one request, an array with something in it is a batch; anything else is an invalid request. A batch of more than MOST_IN_BATCH is a server error."
    )
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
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn request(raw: &RawValue) -> Result<Request<'_>, Invalid<'_>> {
    todo!(
        "jsonrpc: Read an object's `Members`: whoever gives one of them twice has no id to be seen. An id that is no string, no number and not null is none either, and makes it invalid. `jsonrpc` is the string 2.0 and nothing else, `method` a string, `params` an array or an object if it is there."
    )
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
#[expect(dead_code, reason = "`request` will use it")]
fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    /// Left to itself, serde copies every string.
    #[derive(Deserialize)]
    struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);
    let Borrowed(text) = serde_json::from_str(raw.get()).ok()?;
    Some(text)
}

/// Returns how deep arrays and objects stand in each other, in a text that is JSON.
#[expect(dead_code, reason = "`split` will use it")]
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
