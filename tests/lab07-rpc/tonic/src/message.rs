//! What is said, and the code for it that tonic generates.

use bytes::Bytes;

/// The message of a call, and of its answer: `message Said { bytes body = 1; }`.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Said {
    /// Anything.
    #[prost(bytes = "bytes", tag = "1")]
    pub(crate) body: Bytes,
}

#[expect(unreachable_pub, reason = "generated")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/bench.Echo.rs"));
}

pub(crate) use generated::echo_client::EchoClient;
pub(crate) use generated::echo_server::{Echo, EchoServer};
