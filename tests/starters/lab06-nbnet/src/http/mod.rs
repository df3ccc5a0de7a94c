//! Files by HTTP/1.1: nothing outside of a folder, and never a whole large file in memory.
//!
//! | module | what |
//! |---|---|
//! | [`request`] | a request's head, parsed |
//! | [`target`] | from the target of a request to a path |
//! | [`root`] | opens paths beneath a folder |
//! | [`range`] | parts of files |
//! | [`date`] | dates as HTTP writes them |
//! | [`kind`] | types by the ends of names |
//! | [`Site`] | the service |
//!
//! Source: RFC 9110 (what HTTP means), RFC 9112 (how HTTP/1.1 writes it)

pub mod date;
pub mod kind;
pub mod range;
pub mod request;
pub mod root;
pub mod target;

mod answer;
mod head;
mod service;
mod status;

pub use service::{Session, Site};
pub use status::Status;
