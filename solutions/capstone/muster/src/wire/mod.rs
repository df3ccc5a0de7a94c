//! What agents, hub and operators say to each other: calls of `rpc`, over TLS with a certificate on both sides.
//!
//! | method | who calls | body | answer |
//! |---|---|---|---|
//! | [`HELLO`] | an agent, first | [`Hello`], JSON | [`Welcome`], JSON |
//! | [`REPORT`] | an agent, each interval | a [`batch`] | nothing, when the batch is stored |
//! | [`ORDERS`] | an agent, once | nothing | items, each an [`Order`], JSON; it never ends by itself |
//! | [`OUTPUT`] | an agent | a [`Piece`] of what a command writes | nothing, when the next piece may come |
//! | [`DONE`] | an agent | [`Done`], JSON | nothing |
//! | [`RUN`] | an operator | [`Ask`], JSON | items, each a [`News`], and then a [`Summary`], JSON |
//! | [`HOSTS`] | an operator | nothing | a list of [`Host`]s, JSON |
//! | [`ALARMS`] | an operator | nothing | a list of [`Alarm`]s, JSON |
//! | [`WHY`] | an operator | [`Why`], JSON | a text, JSON |
//! | [`ACK`], [`SILENCE`] | an operator | [`Ack`], [`Hush`], JSON | what follows, a text, JSON |
//! | [`UNSILENCE`], [`RETIRE`] | an operator | a name, JSON | what follows, a text, JSON |
//! | [`REVOKE`] | an operator | an [`Identity`](crate::identity::Identity), as its URI, JSON | what follows, a text, JSON |
//!
//! Who may call what is a matter of the certificate ([`Identity`](crate::identity::Identity)), and so is the name of an agent's host: in no body is
//! one that would be believed.

mod alarm;
pub mod batch;
mod bytes;
mod hello;
mod host;
mod order;
mod piece;
mod run;

pub use alarm::{Ack, Alarm, Hush, Why};
pub use bytes::Malformed;
pub use hello::{Hello, Welcome};
pub use host::{Host, State as HostState};
pub use order::{Command, Done, Ended, Order};
pub use piece::Piece;
pub use run::{Ask, News, State, Summary, Targets};

use rpc::{Code, Failure};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// An agent says who it is and what it does.
pub const HELLO: &str = "agent.hello";
/// An agent reports readings.
pub const REPORT: &str = "agent.report";
/// An agent waits for orders.
pub const ORDERS: &str = "agent.orders";
/// An agent passes on what a command writes.
pub const OUTPUT: &str = "agent.output";
/// An agent says how a command ended.
pub const DONE: &str = "agent.done";
/// An operator has a command run.
pub const RUN: &str = "run";
/// An operator asks for the hosts.
pub const HOSTS: &str = "hosts";
/// An operator asks for the alarms that are not well.
pub const ALARMS: &str = "alarms";
/// An operator asks why.
pub const WHY: &str = "why";
/// An operator looks after what fires.
pub const ACK: &str = "ack";
/// An operator does not want to be told.
pub const SILENCE: &str = "silence";
/// An operator ends a silence.
pub const UNSILENCE: &str = "unsilence";
/// An operator says that a host is no more.
pub const RETIRE: &str = "retire";
/// An operator says that somebody is not to be believed any more.
pub const REVOKE: &str = "revoke";

/// The hub knows nothing of a job, and never will: what an agent says of it is of no use to anybody.
pub const NO_SUCH_JOB: Code = Code(100);

/// The largest body that the hub takes, in bytes.
pub const LARGEST: u32 = 1 << 20;

/// Reads a body of JSON.
///
/// # Errors
/// [`Code::BAD_PARAMS`], with what is wrong.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(Failure::bad_params)
}

/// Writes a body of JSON.
pub fn write(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("what the wire's types hold can be written")
}
