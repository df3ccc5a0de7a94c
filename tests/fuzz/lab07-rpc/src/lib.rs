//! Feeds the decoders, the server and the clients of lab 7 with what a fuzzer thinks of.
//!
//! | target | what must hold |
//! |---|---|
//! | `frames` | a decoder finds the frames that `decode` finds, however the bytes are cut; what is written again is what came |
//! | `messages` | a payload that is read and written again says the same |
//! | `session` | each call ends once, credit is kept to, what is wrong is told by the sentence of the protocol |
//! | `multiplex`, `blocking` | a client ends each call, whatever a server says, and says nothing that is no frame |
//! | `params` | what `exec` is asked for is what the JSON says, or refused |
//! | `jsonrpc` | `dispatch` answers as a naive reading with `serde_json` does |
//! | `services` | JSON-RPC over lines and HTTP answers the same however the bytes are cut |
//! | `ring` | a key's node is the naive one, and stays when others come and go |
//!
//! To run one, from the root of the course (`session` is one of nine):
//!
//! ```text
//! cargo install cargo-fuzz
//! cd tests/fuzz/lab07-rpc
//! mkdir -p corpus/session seeds/session
//! RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir . session corpus/session seeds/session -- -max_len=4000 -max_total_time=300
//! ```
//!
//! `RUSTC_BOOTSTRAP=1` lets the stable compiler take the options of the sanitizer. `jsonrpc`, `services` and `params` have a dictionary:
//! `-dict=dictionaries/json.dict`.
//!
//! What is found lies in `artifacts/` and what was learned in `corpus/`; neither is committed. What is found becomes a case of the suite.
//!
//! The modules of the solution are compiled here as modules of this crate, over the `nbnet` beside it, which plays connections without sockets.

#[path = "../../../../solutions/lab07-rpc/src/builtin.rs"]
pub mod builtin;
#[path = "../../../../solutions/lab07-rpc/src/client/mod.rs"]
pub mod client;
#[path = "../../../../solutions/lab07-rpc/src/code.rs"]
pub mod code;
#[path = "../../../../solutions/lab07-rpc/src/error.rs"]
pub mod error;
#[path = "../../../../solutions/lab07-rpc/src/exec/mod.rs"]
pub mod exec;
#[path = "../../../../solutions/lab07-rpc/src/frame/mod.rs"]
pub mod frame;
#[path = "../../../../solutions/lab07-rpc/src/jsonrpc/mod.rs"]
pub mod jsonrpc;
#[path = "../../../../solutions/lab07-rpc/src/message/mod.rs"]
pub mod message;
#[path = "../../../../solutions/lab07-rpc/src/methods.rs"]
pub mod methods;
#[path = "../../../../solutions/lab07-rpc/src/ring/mod.rs"]
pub mod ring;
#[path = "../../../../solutions/lab07-rpc/src/server/mod.rs"]
pub mod server;
#[path = "../../../../solutions/lab07-rpc/src/topics.rs"]
pub mod topics;

pub mod model;
pub mod naive;
pub mod script;
pub mod source;

pub use code::Code;
pub use error::{Error, Result};
pub use message::Failure;
