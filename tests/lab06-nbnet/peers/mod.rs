//! Servers of a case, and the peers that speak to them: raw sockets that send in pieces, read late or not at all, and end in every way.

mod observed;
mod peer;
mod server;
mod wire;

pub(crate) use observed::{Threads, number_in_status, sockets};
pub(crate) use peer::{End, Peer, Split};
pub(crate) use server::{Kind, LEVEL, Server, everywhere};
pub(crate) use wire::{Protocol, bodies};

use std::time::Duration;

/// How long a peer waits for what must come. A machine with much to do is slower than an answer takes, and never as slow as this.
pub(crate) const PATIENCE: Duration = Duration::from_secs(12);
