//! From a text to its answer.

use serde::Serialize;
use serde_json::value::RawValue;

// region:jsonrpc
use super::error::INVALID_REQUEST;
// endregion:jsonrpc
use super::error::Error;
use super::methods::Methods;
// region:jsonrpc
use super::methods::Params;
use super::request::{Text, request, split};
// endregion:jsonrpc

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
pub fn dispatch(methods: &Methods, text: &[u8]) -> Option<Vec<u8>> {
    // region:jsonrpc `split` the text. What is wrong with it as a whole is one answer without an id. A batch is answered with an array of the answers of its requests, in their order; if none of them has one, with nothing, and never with an empty array.
    match split(text) {
        Err(error) => Some(refuse(error)),
        Ok(Text::One(raw)) => answer(methods, raw),
        Ok(Text::Batch(batch)) => {
            let answers: Vec<Vec<u8>> = batch.iter().filter_map(|raw| answer(methods, raw)).collect();
            (!answers.is_empty()).then(|| [b"[".as_slice(), &answers.join(&b','), b"]"].concat())
        }
    }
    // endregion:jsonrpc
}

/// Does what one request asks for. Returns its answer, or nothing for a notification, whatever came of it.
//~jsonrpc #[expect(dead_code, reason = "`dispatch` will use it")]
fn answer(methods: &Methods, raw: &RawValue) -> Option<Vec<u8>> {
    // region:jsonrpc What is no request is answered with INVALID_REQUEST, even if it has no id. A notification is called like any other request.
    let request = match request(raw) {
        Ok(request) => request,
        Err(invalid) => return Some(write(invalid.id, &Err(Error::new(INVALID_REQUEST)))),
    };
    let outcome = methods.call(&request.method, Params::new(request.params));
    request.id.map(|id| write(Some(id), &outcome))
    // endregion:jsonrpc
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

// region:jsonrpc
#[cfg(test)]
mod tests {
    use super::super::examples;
    use super::*;

    fn check(text: &str, expected: &str) {
        let answer = dispatch(&examples::methods(), text.as_bytes()).unwrap_or_default();
        assert_eq!(String::from_utf8_lossy(&answer), expected, "{text}");
    }

    /// Source: JSON-RPC 2.0, section 7
    #[test]
    fn the_examples_of_the_specification_are_answered_as_it_says() {
        let invalid = r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null}"#;
        let no_json = r#"{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}"#;
        for (text, expected) in [
            (
                r#"{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}"#,
                r#"{"jsonrpc":"2.0","result":19,"id":1}"#,
            ),
            (
                r#"{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}"#,
                r#"{"jsonrpc":"2.0","result":-19,"id":2}"#,
            ),
            (
                r#"{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}"#,
                r#"{"jsonrpc":"2.0","result":19,"id":3}"#,
            ),
            (
                r#"{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}"#,
                r#"{"jsonrpc":"2.0","result":19,"id":4}"#,
            ),
            (
                r#"{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}"#,
                "",
            ),
            (r#"{"jsonrpc": "2.0", "method": "foobar"}"#, ""),
            (
                r#"{"jsonrpc": "2.0", "method": "foobar", "id": "1"}"#,
                r#"{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":"1"}"#,
            ),
            (
                r#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#,
                no_json,
            ),
            (r#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#, invalid),
            (
                r#"[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}, {"jsonrpc": "2.0", "method" ]"#,
                no_json,
            ),
            ("", no_json),
            ("[]", invalid),
            ("[1]", &format!("[{invalid}]")),
            ("[1,2,3]", &format!("[{invalid},{invalid},{invalid}]")),
            (
                r#"[
                    {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
                    {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
                    {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
                    {"foo": "boo"},
                    {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
                    {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
                ]"#,
                &[
                    r#"[{"jsonrpc":"2.0","result":7,"id":"1"},{"jsonrpc":"2.0","result":19,"id":"2"},"#,
                    invalid,
                    r#",{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":"5"},"#,
                    r#"{"jsonrpc":"2.0","result":["hello",5],"id":"9"}]"#,
                ]
                .concat(),
            ),
            (
                r#"[
                    {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
                    {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
                ]"#,
                "",
            ),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn a_result_may_be_null_and_a_failure_has_none() {
        for (text, expected) in [
            (
                r#"{"jsonrpc":"2.0","method":"update","id":null}"#,
                r#"{"jsonrpc":"2.0","result":null,"id":null}"#,
            ),
            (
                r#"{"jsonrpc":"2.0","method":"echo","params":{"a": [1.0, 1e400]},"id":1}"#,
                r#"{"jsonrpc":"2.0","result":{"a": [1.0, 1e400]},"id":1}"#,
            ),
            (
                r#"{"jsonrpc":"2.0","method":"fail","params":[7,"no",{"x":1}],"id":1}"#,
                r#"{"jsonrpc":"2.0","error":{"code":7,"message":"no","data":{"x":1}},"id":1}"#,
            ),
            (r#"{"jsonrpc":"2.0","method":"fail","params":[7,"no"]}"#, ""),
            (
                r#"{"jsonrpc":"2.0","method":"rpc.discover","id":1}"#,
                r#"{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":1}"#,
            ),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn parameters_that_do_not_fit_are_the_callers_mistake() {
        for params in [
            "[1]",
            "[1,2,3]",
            "[1,\"2\"]",
            "{}",
            r#"{"minuend":1,"Subtrahend":2}"#,
        ] {
            let text = format!(r#"{{"jsonrpc":"2.0","method":"subtract","params":{params},"id":1}}"#);
            let answer = dispatch(&examples::methods(), text.as_bytes()).expect("an answer");
            let answer: serde_json::Value = serde_json::from_slice(&answer).expect("JSON");
            assert_eq!(answer["error"]["code"], -32602, "{text}");
        }
    }

    #[test]
    fn a_method_that_panics_is_an_internal_error() {
        check(
            r#"{"jsonrpc":"2.0","method":"panic","id":1}"#,
            r#"{"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error"},"id":1}"#,
        );
    }
}
// endregion:jsonrpc
