//! A fleet of servers, monitored and controlled.
//!
//! | module | what |
//! |---|---|
//! | [`name`], [`hosts`] | names of hosts, and sets of them as people write them |
//! | [`identity`], [`pki`] | who somebody is, and the authority that vouches for it |
//! | [`config`], [`init`] | what each program reads, and how a working set is made |
//! | [`wire`] | what agents, hub and operators say to each other |
//! | [`agent`] | reports a host, and runs commands on it |
//! | [`hub`] | receives, stores, passes on |
//! | [`operator`] | what the command line asks of a hub |
//! | [`parent`] | processes that end with the one that has started them |
//! | [`service`] | what a supervisor is told |
//! | [`utc`] | moments, as people write them |

pub mod agent;
pub mod config;
mod error;
pub mod hosts;
pub mod hub;
pub mod identity;
pub mod init;
mod issued;
pub mod name;
pub mod operator;
pub mod parent;
pub mod pki;
pub mod service;
pub mod utc;
mod whole;
pub mod wire;

pub use error::{Error, Result};
