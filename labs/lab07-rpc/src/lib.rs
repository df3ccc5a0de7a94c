//! Remote calls over long connections: a wire protocol, a server on nbnet, clients, commands run from afar, and JSON-RPC.
//!
//! | module | what | stage |
//! |---|---|---|
//! | [`frame`] | where a frame begins and ends | frame |
//! | [`message`] | what its payload says | frame |
//! | [`code`], [`error`] | what can go wrong, with numbers | given |
//! | [`methods`] | what a server can be asked | given |
//! | [`server`] | the server: sessions, calls, deadlines, streams | call, multiplex |
//! | [`builtin`] | the methods of `rpc serve` | given |
//! | [`topics`] | publish and subscribe | push |
//! | [`client`] | clients that block, that multiplex, that keep pools | call, multiplex, pool, push |
//! | [`ring`] | consistent hashing | pool |
//! | [`exec`] | commands of the system, run from afar | exec |
//! | [`jsonrpc`] | JSON-RPC 2.0 | jsonrpc |
//! | `tls` | both sides in TLS | given |

#![expect(clippy::todo, reason = "delete this line with the last todo!")]

pub mod builtin;
pub mod client;
pub mod code;
pub mod error;
pub mod exec;
pub mod frame;
pub mod jsonrpc;
pub mod message;
pub mod methods;
#[expect(dead_code, reason = "stage pool will use it")]
pub mod ring;
#[expect(dead_code, reason = "stage call will use it")]
pub mod server;
#[cfg(feature = "tls")]
pub mod tls;
pub mod topics;

pub use code::Code;
pub use error::{Error, Result};
pub use message::Failure;
