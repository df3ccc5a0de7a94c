//! A hub, agents and the command line as processes on this machine. Each test has a fleet of its own, waits for what it wants to see, and leaves nothing.

mod alarms;
mod alertmanager;
mod browser;
mod certificates;
mod demo;
mod drill;
mod forward;
mod harness;
mod hook;
mod hosts;
mod init;
mod intrusions;
mod mariadb;
mod outbox;
mod peers;
mod plugins;
mod prometheus;
mod proxy;
mod receivers;
mod remote;
mod restart;
mod revoked;
mod run;
#[path = "../../../cap04-store/tests/server/mod.rs"]
mod server;
mod service;
mod services;
mod soak;
mod spool;
mod transfer;
