//! The scripted server, seen by a client that speaks through a plain socket.

mod client;
mod connections;
mod faults;
mod framing;
mod ranges;
mod sites;
