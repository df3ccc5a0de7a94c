//! An event library for servers: pollers, a state machine for each connection, timers and loops; and five servers on it.
//!
//! | module | what | stage |
//! |---|---|---|
//! | [`poller`] | select, poll, epoll and mio behind one trait | poller, mio |
//! | [`slab`] | values found by tokens that are never given twice | poller |
//! | [`machine`] | what a connection does next, as a table | machine |
//! | [`buffer`] | bytes that wait, and no memory when none do | machine |
//! | [`codec`] | where a request ends: three pure decoders | machine |
//! | [`service`] | what a server is asked, and how it answers | given |
//! | `connection` | one connection | machine, triggers, timers |
//! | [`transport`] | what carries its bytes: TCP, or TLS over it | given |
//! | `event_loop` | one thread that waits for everything | machine, timers |
//! | [`mailbox`] | what threads have to say to a loop | memcached |
//! | [`timers`] | deadlines, without a clock | timers |
//! | `workers` | threads for what would block a loop | timers |
//! | [`server`] | loops, a listener and an orderly end | memcached, timers |
//! | [`echo`], [`chat`] | two servers | machine, given |
//! | [`memcached`] | the cache, by its text protocol | memcached, cache |
//! | [`http`] | files by HTTP/1.1 | given |
//! | [`script`] | what the little programs read | given |
//! | [`sys`] | the calls of the kernel that no safe crate offers | given |

#![expect(clippy::todo, reason = "delete this line with the last todo!")]

pub mod buffer;
pub mod chat;
pub mod codec;
#[expect(dead_code, reason = "the loop will use it")]
mod connection;
pub mod echo;
pub mod error;
#[expect(dead_code, reason = "its turn will use it")]
mod event_loop;
pub mod http;
#[expect(dead_code, reason = "the loop will use it")]
mod listener;
pub mod machine;
#[expect(dead_code, reason = "the loop will use it")]
pub mod mailbox;
pub mod memcached;
pub mod poller;
pub mod script;
pub mod server;
pub mod service;
pub mod slab;
pub mod sys;
pub mod timers;
#[cfg(feature = "tls")]
pub mod tls;
pub mod transport;
mod workers;

pub use error::{Error, Result};
