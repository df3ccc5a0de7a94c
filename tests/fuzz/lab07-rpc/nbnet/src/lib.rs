//! The modules of lab 6 that lab 7 uses, and in place of its loops a [`table`] at which connections are played.
//!
//! They are compiled here as modules of this crate, so that [`table::Connection`] makes a [`Reply`](service::Reply) as the event loop does, and the
//! solution needs no door for it. A server of lab 7 that is told to serve hands its service over to whoever plays: see [`server`].

#[path = "../../../../../solutions/lab06-nbnet/src/buffer.rs"]
pub mod buffer;
#[path = "../../../../../solutions/lab06-nbnet/src/codec/mod.rs"]
pub mod codec;
#[path = "../../../../../solutions/lab06-nbnet/src/error.rs"]
pub mod error;
#[path = "../../../../../solutions/lab06-nbnet/src/http/mod.rs"]
pub mod http;
#[path = "../../../../../solutions/lab06-nbnet/src/mailbox.rs"]
pub mod mailbox;
#[path = "../../../../../solutions/lab06-nbnet/src/poller/mod.rs"]
pub mod poller;
#[path = "../../../../../solutions/lab06-nbnet/src/service.rs"]
pub mod service;
#[path = "../../../../../solutions/lab06-nbnet/src/slab.rs"]
pub mod slab;
#[path = "../../../../../solutions/lab06-nbnet/src/sys.rs"]
pub mod sys;
#[path = "../../../../../solutions/lab06-nbnet/src/timers.rs"]
pub mod timers;
#[path = "../../../../../solutions/lab06-nbnet/src/transport.rs"]
pub mod transport;

pub mod server;
pub mod table;

pub use error::{Error, Result};
