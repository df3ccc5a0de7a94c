//! Records between agents and stores, so that nothing acknowledged is lost and nothing is stored twice.
//!
//! | module | what |
//! |---|---|
//! | [`ranges`] | sets of sequence numbers |
//! | [`spool`] | a bounded queue on disk |
//! | [`book`] | what has become of each number |
//! | [`origin`] | who a record is from: source, epoch, sequence |
//! | [`marks`] | what a receiver has taken already |
//! | [`window`] | what a sender has sent and nobody has acknowledged |
//! | [`wire`] | what senders and receivers say to each other |
//! | [`receive`] | the server's side: commits, then acknowledges |
//! | [`sink`] | a plain store: a file that only grows |
//! | [`relay`] | a store that passes on: a spool |
//! | [`send`] | the client's side: one store or several |
//! | [`route`] | which store a source's records belong to |
//! | [`ledger`] | adds up what all of them say |

#![expect(clippy::todo, reason = "delete this line with the last todo!")]
#![expect(dead_code, unused_imports, reason = "what your code will use is here already")]

pub mod book;
pub mod error;
mod files;
pub mod ledger;
pub mod marks;
pub mod origin;
pub mod ranges;
pub mod receive;
pub mod relay;
pub mod route;
pub mod send;
pub mod sink;
pub mod spool;
pub mod window;
pub mod wire;

pub use error::{Error, Result};
pub use origin::Origin;
pub use ranges::Ranges;
pub use spool::{Settings, Spool};
