//! Commands of the system, run from afar: their input and output are streams of the call, their end is its reply.
//!
//! | module | what |
//! |---|---|
//! | [`params`] | what is to be run, read and checked |
//! | [`admission`] | who runs, who waits, and who is turned away |
//! | [`life`] | what becomes of one command: decided without a clock and without a process |
//! | [`outcome`] | how it ended, as the reply says it |
//! | [`item`] | pieces of its output |
//! | `command` | what the system is asked to start |
//! | `child`, `feed` | its process with its pipes, and what its standard input is still to get |
//! | `running` | a command that runs: does what its life decides |
//! | `engine`, `inbox` | one thread for all of them, and how others tell it something |
//! | `method` | the method of the server |
//! | [`client`] | the other side: `rpc exec` |
//!
//! No command has a thread. One thread waits for all pipes and for the ends of all processes, on nbnet's poller; nothing that it does waits.
//!
//! # What becomes of the commands
//! A command has a process group of its own, and what is in it dies with the command's first process. A process that leaves the group
//! (setsid(2)) is a stranger from then on and lives on, as one that was started by hand would. When the server ends, it kills all groups.
//! When it is killed itself (SIGKILL), nobody does: the commands run on, get an end on their standard input and SIGPIPE when they write.
//! Linux could kill them too (`PR_SET_PDEATHSIG`), but counts the end of the *thread* that has started a process as the end of the parent;
//! and it forgets the wish when the command's program changes its user.

pub mod admission;
pub mod client;
pub mod item;
pub mod life;
pub mod outcome;
pub mod params;

mod child;
mod command;
mod engine;
mod feed;
mod inbox;
mod method;
mod running;
mod signals;
mod sys;

pub use engine::Engine;
pub use method::{Settings, register};
pub use outcome::Outcome;
pub use params::Params;

use crate::Code;

/// There is no such program. The number is this method's own.
pub const NOT_FOUND: Code = Code(100);

/// There is one, and the system does not run it.
pub const NOT_EXECUTABLE: Code = Code(101);
