//! A daemon: started, supervised, asked, stopped.
//!
//! | module | what | stage |
//! |---|---|---|
//! | [`config`] | what is to be run, and how | given |
//! | [`pidfile`] | one instance, and who it is: a lock and a number | daemonize |
//! | [`daemonize`](mod@daemonize) | away from the terminal, and from all that was inherited | daemonize |
//! | [`descriptors`] | which files a daemon has open | daemonize |
//! | [`ready`] | when a command is ready, and how whoever started it hears of that | daemonize |
//! | [`notify`] | the datagrams with which services tell how they are | given |
//! | [`client`] | what those do who are outside: stop, reload, ask | daemonize |
//! | [`service`] | the command: its process and its output | given |
//! | [`supervisor`] | what is done when something happens | signals |
//! | [`policy`] | whether what has ended is started again, and when | signals |
//! | [`log`] | whole lines in a file that may be renamed | signals |
//! | [`unit`] | the same for systemd | given |
//! | [`error`] | what goes wrong | given |

pub mod client;
pub mod config;
pub mod daemonize;
pub mod descriptors;
pub mod error;
pub mod log;
pub mod notify;
pub mod pidfile;
pub mod policy;
pub mod ready;
pub mod service;
pub mod supervisor;
pub mod unit;

pub use config::Config;
pub use error::{Error, Result};
pub use pidfile::{PidFile, State};
pub use supervisor::{End, Supervisor};
