//! Feeds the decoders and the given servers of lab 6 with what a fuzzer thinks of.
//!
//! | target | what must hold |
//! |---|---|
//! | `codec` | a decoder and its server answer the same however the bytes are cut, and nothing is longer than its limit |
//! | `memcached` | the same; and every answer is that of a map |
//! | `http` | the same; an answer is whole, a path stays beneath the root, a range within the file |
//!
//! To run one, from the root of the course (`http` is one of three):
//!
//! ```text
//! cargo install cargo-fuzz
//! cd tests/fuzz/lab06-nbnet
//! mkdir -p corpus/http
//! RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir . http corpus/http seeds/http -- -dict=dictionaries/http.dict -max_len=4000 -max_total_time=300
//! ```
//!
//! `RUSTC_BOOTSTRAP=1` lets the stable compiler take the options of the sanitizer.
//!
//! What is found lies in `artifacts/` and what was learned in `corpus/`; neither is committed. What is found becomes a case of the suite.
//!
//! The modules of the solution are compiled here as modules of this crate, so that a target makes a
//! [`Reply`](service::Reply) as the event loop does, and the solution needs no door for it.

#[path = "../../../../solutions/lab06-nbnet/src/buffer.rs"]
pub mod buffer;
#[path = "../../../../solutions/lab06-nbnet/src/chat.rs"]
pub mod chat;
#[path = "../../../../solutions/lab06-nbnet/src/codec/mod.rs"]
pub mod codec;
#[path = "../../../../solutions/lab06-nbnet/src/connection/mod.rs"]
pub mod connection;
#[path = "../../../../solutions/lab06-nbnet/src/echo.rs"]
pub mod echo;
#[path = "../../../../solutions/lab06-nbnet/src/error.rs"]
pub mod error;
#[path = "../../../../solutions/lab06-nbnet/src/event_loop/mod.rs"]
pub mod event_loop;
#[path = "../../../../solutions/lab06-nbnet/src/http/mod.rs"]
pub mod http;
#[path = "../../../../solutions/lab06-nbnet/src/listener.rs"]
pub mod listener;
#[path = "../../../../solutions/lab06-nbnet/src/machine.rs"]
pub mod machine;
#[path = "../../../../solutions/lab06-nbnet/src/mailbox.rs"]
pub mod mailbox;
#[path = "../../../../solutions/lab06-nbnet/src/memcached/mod.rs"]
pub mod memcached;
#[path = "../../../../solutions/lab06-nbnet/src/poller/mod.rs"]
pub mod poller;
#[path = "../../../../solutions/lab06-nbnet/src/server.rs"]
pub mod server;
#[path = "../../../../solutions/lab06-nbnet/src/service.rs"]
pub mod service;
#[path = "../../../../solutions/lab06-nbnet/src/slab.rs"]
pub mod slab;
#[path = "../../../../solutions/lab06-nbnet/src/sys.rs"]
pub mod sys;
#[path = "../../../../solutions/lab06-nbnet/src/timers.rs"]
pub mod timers;
#[path = "../../../../solutions/lab06-nbnet/src/transport.rs"]
pub mod transport;
#[path = "../../../../solutions/lab06-nbnet/src/workers.rs"]
pub mod workers;

pub mod cache;
pub mod site;
pub mod talk;

pub use error::{Error, Result};
