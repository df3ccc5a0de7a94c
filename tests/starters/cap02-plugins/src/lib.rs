//! Monitoring scripts of any make: described by a manifest, contained while they run, run at their times, and read.
//!
//! | module | what | stage |
//! |---|---|---|
//! | [`form`] | three forms of output become the same samples | forms, nagios |
//! | [`sample`] | what a plug-in may say, and how it is called then | forms |
//! | [`manifest`], [`name`] | what a plug-in is: one file of TOML each | manifest |
//! | [`script`] | the very bytes that are executed | manifest, contain |
//! | [`contain`] | one run: its process and all that this starts | contain |
//! | [`schedule`] | when runs begin, and what is known of each plug-in | schedule |
//! | [`page`] | samples for Prometheus | given |
//!
//! **A process that runs plug-ins has no other children.** It is the parent of whatever a plug-in leaves behind
//! ([`contain::Runs`]), and ends what it does not know.

#![expect(clippy::todo, reason = "delete this line with the last todo!")]
#![expect(
    dead_code,
    unused_imports,
    reason = "what your code will call is here already"
)]

pub mod contain;
mod error;
pub mod form;
pub mod manifest;
pub mod name;
pub mod page;
pub mod sample;
pub mod schedule;
pub mod script;

pub use error::Error;
pub use form::{Fault, Form, Report};
pub use manifest::Manifest;
pub use name::Name;
pub use sample::Sample;
