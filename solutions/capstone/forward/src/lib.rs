//! Prometheus' remote write: what stands in a request, and how one is sent.
//!
//! A request is a message `prometheus.WriteRequest` of protobuf, compressed as one block of Snappy, in the body of a POST.
//!
//! | module | what |
//! |---|---|
//! | [`block`] | the compression, with a bound that is looked at before anything is allocated |
//! | [`proto`] | the few parts of protobuf that the message needs |
//! | [`request`] | the message: [`Request`] writes one, [`Series`] are read from one |
//! | [`names`] | what may be a name |
//! | [`client`] | sends a request, and says what became of it |
//! | [`backoff`] | how long to wait before the next try |
//!
//! **Why protobuf is written out here.** The message has three kinds of parts. A general coder (`prost`) makes a `String` of each label of each series before
//! anybody can ask whether there are too many; this one walks over the bytes, gives texts that lie in them, and stops where a bound is met. It also needs no
//! compiler of `.proto` files and no macros.
//!
//! ```
//! use forward::{Labels, Limits, Request, Sample, Series, block, request};
//!
//! let mut message = Request::default();
//! let labels = Labels::new([("__name__", "up"), ("instance", "web01:9100")]);
//! message.push(&labels, &[Sample { time_ms: 1_800_000_000_000, value: 1.0 }]);
//! let body = block::compress(message.bytes())?;
//!
//! let bytes = block::decompress(&body, 1 << 20)?;
//! let mut read = request::Reader::new(&bytes, Limits::default());
//! let mut series = Series::default();
//! assert!(read.next_into(&mut series)?);
//! assert_eq!(series.labels, [("__name__", "up"), ("instance", "web01:9100")]);
//! assert_eq!(series.samples[0].value, 1.0);
//! assert!(!read.next_into(&mut series)?);
//! # Ok::<(), forward::Malformed>(())
//! ```
//!
//! Source: <https://prometheus.io/docs/specs/prw/remote_write_spec/>, version 0.1.0 of the wire form.

pub mod backoff;
pub mod block;
pub mod client;
mod error;
pub mod names;
pub mod proto;
pub mod request;

pub use backoff::Backoff;
pub use client::{Answer, Client, ClientSettings};
pub use error::{Error, Malformed};
pub use request::{Labels, Limits, Request, Sample, Series};

/// The version of the wire form, as the header `X-Prometheus-Remote-Write-Version` says it.
pub const VERSION: &str = "0.1.0";

/// What the header `Content-Type` says.
pub const CONTENT_TYPE: &str = "application/x-protobuf";

/// What the header `Content-Encoding` says.
pub const CONTENT_ENCODING: &str = "snappy";

/// The bits of the number that says that a series has ended: a NaN that nobody measures.
///
/// Source: the specification, "Stale markers".
pub const STALE: u64 = 0x7ff0_0000_0000_0002;

/// Says whether a value says that its series has ended.
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE
}
