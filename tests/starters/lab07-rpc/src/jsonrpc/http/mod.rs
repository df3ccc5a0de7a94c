//! JSON-RPC over HTTP/1.1: a text is the body of a POST, and its answer that of the response.
//!
//! | module | what |
//! |---|---|
//! | [`head`] | a request's head, parsed |
//! | [`body`] | where a body ends |
//! | [`Http`] | the service |
//!
//! Source: RFC 9110 (what HTTP means), RFC 9112 (how HTTP/1.1 writes it). That of JSON-RPC says nothing about HTTP.

pub mod body;
pub mod head;

mod answer;
mod service;

pub use service::Http;
