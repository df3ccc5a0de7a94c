//! Senders, relays and sinks as processes, over TCP, killed at any moment.

mod disk;
mod harness;
mod kills;
mod receivers;
mod routes;
