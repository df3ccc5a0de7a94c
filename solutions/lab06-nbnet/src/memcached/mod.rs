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

/// What `version` answers. Clients read a number from it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
