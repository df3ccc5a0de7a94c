//! A hub, agents and the command line as processes on this machine. Each test has a fleet of its own, waits for what it wants to see, and leaves nothing.

mod alarms;
mod browser;
mod certificates;
mod demo;
mod forward;
mod harness;
mod hosts;
mod init;
mod intrusions;
mod peers;
mod plugins;
mod prometheus;
mod proxy;
mod remote;
mod restart;
mod revoked;
mod run;
mod service;
mod services;
mod spool;
