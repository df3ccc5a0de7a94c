//! JSON-RPC 2.0 to the letter, so that others' clients work: over lines, and over HTTP/1.1.
//!
//! | module | what |
//! |---|---|
//! | [`request`] | from a text to requests, or to what is wrong with it |
//! | [`dispatch`](mod@dispatch) | from a text to its answer: no socket, no clock |
//! | [`methods`] | what can be called |
//! | [`error`](mod@error) | the codes of the specification |
//! | [`examples`] | the methods of the specification's examples |
//! | [`Lines`], [`Http`] | the two services on nbnet |
//!
//! Source: JSON-RPC 2.0 Specification, <https://www.jsonrpc.org/specification>; RFC 8259 (JSON)

pub mod dispatch;
pub mod error;
pub mod examples;
pub mod http;
pub mod methods;
pub mod request;

mod lines;

pub use dispatch::dispatch;
pub use error::Error;
pub use http::Http;
pub use lines::Lines;
pub use methods::{Methods, Params};
