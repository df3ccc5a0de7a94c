//! What an answer says instead of a result.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::RawValue;

/// The text is no JSON.
pub const PARSE_ERROR: i64 = -32_700;
/// It is JSON, and no request.
pub const INVALID_REQUEST: i64 = -32_600;
/// There is no such method.
pub const METHOD_NOT_FOUND: i64 = -32_601;
/// The method cannot do anything with these parameters.
pub const INVALID_PARAMS: i64 = -32_602;
/// The server made a mistake.
pub const INTERNAL_ERROR: i64 = -32_603;
/// The first of those that a server may give a meaning: they go down to -32099.
pub const SERVER_ERROR: i64 = -32_000;

/// An error, as it is written into an answer.
///
/// ```
/// use rpc::jsonrpc::error::{Error, METHOD_NOT_FOUND};
///
/// let error = Error::new(METHOD_NOT_FOUND);
/// assert_eq!(serde_json::to_string(&error)?, r#"{"code":-32601,"message":"Method not found"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Source: JSON-RPC 2.0, section 5.1
#[derive(Debug, Clone, Serialize)]
pub struct Error {
    /// Which kind. -32768 to -32000 are the specification's, all others the application's.
    pub code: i64,
    /// What it is, in a sentence at the most.
    pub message: Cow<'static, str>,
    /// Whatever else there is to say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Box<RawValue>>,
}

impl Error {
    /// Makes one with the message that belongs to its code.
    pub const fn new(code: i64) -> Self {
        let message = match code {
            PARSE_ERROR => "Parse error",
            INVALID_REQUEST => "Invalid Request",
            METHOD_NOT_FOUND => "Method not found",
            INVALID_PARAMS => "Invalid params",
            INTERNAL_ERROR => "Internal error",
            _ => "Server error",
        };
        Self {
            code,
            message: Cow::Borrowed(message),
            data: None,
        }
    }

    /// Adds a sentence that says more.
    #[must_use]
    pub fn because(mut self, why: impl ToString) -> Self {
        self.data = serde_json::value::to_raw_value(&why.to_string()).ok();
        self
    }
}
