//! From a text to its answer.

use serde::Serialize;
use serde_json::value::RawValue;

use super::error::Error;
use super::methods::Methods;

/// Does what a text asks for. Returns the answer, without a line feed, or nothing if none may be given.
///
/// ```
/// use rpc::jsonrpc::{dispatch, examples};
///
/// let methods = examples::methods();
/// let notification = br#"{"jsonrpc": "2.0", "method": "foobar"}"#;
/// assert_eq!(dispatch(&methods, notification), None);
/// ```
///
/// Source: JSON-RPC 2.0, sections 4.1, 5 and 6
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn dispatch(methods: &Methods, text: &[u8]) -> Option<Vec<u8>> {
    todo!(
        "jsonrpc: `split` the text. What is wrong with it as a whole is one answer without an id. A batch is answered with an array of the answers of its requests, in their order; if none of them has one, with nothing, and never with an empty array."
    )
}

/// Does what one request asks for. Returns its answer, or nothing for a notification, whatever came of it.
#[expect(dead_code, reason = "`dispatch` will use it")]
#[expect(unused_variables, reason = "goes with the todo!")]
fn answer(methods: &Methods, raw: &RawValue) -> Option<Vec<u8>> {
    todo!(
        "jsonrpc: What is no request is answered with INVALID_REQUEST, even if it has no id. A notification is called like any other request."
    )
}

/// Returns the answer to something that holds no request at all.
pub(super) fn refuse(error: Error) -> Vec<u8> {
    write(None, &Err(error))
}

/// Writes an answer.
fn write(id: Option<&RawValue>, outcome: &Result<Box<RawValue>, Error>) -> Vec<u8> {
    /// One of `result` and `error` is there, and the other one is not.
    #[derive(Serialize)]
    struct Answer<'a> {
        jsonrpc: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        result: Option<&'a RawValue>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'a Error>,
        id: Option<&'a RawValue>,
    }
    let answer = Answer {
        jsonrpc: "2.0",
        result: outcome.as_deref().ok(),
        error: outcome.as_ref().err(),
        id,
    };
    serde_json::to_vec(&answer).expect("strings and JSON can be written")
}
