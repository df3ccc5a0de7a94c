//! A memcached: its text protocol, and a store that forgets what was not used for longest.
//!
//! | module | what | stage |
//! |---|---|---|
//! | [`protocol`] | command lines, parsed where they lie | memcached, cache |
//! | [`store`] | items: found by key, ordered by use | memcached, cache |
//! | [`Shards`] | several stores, so that threads seldom wait for each other | given |
//! | [`Memcached`] | the service: requests in, answers out | memcached |
//! | [`Clock`] | seconds that never go back | given |
//!
//! Source: memcached's `doc/protocol.txt`, <https://github.com/memcached/memcached/blob/master/doc/protocol.txt>

pub mod protocol;
pub mod store;

mod answer;
mod clock;
mod report;
mod service;
mod shards;

pub use clock::Clock;
pub use service::{Memcached, Session, Settings};
pub use shards::Shards;

/// What `version` answers: whose answers these are. Clients read numbers from it, expect what that version does, and some take a first
/// number of 0 for an error.
pub const VERSION: &str = "1.6.0";
