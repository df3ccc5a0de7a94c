//! Jobs, each a process, so many at a time.
//!
//! | module | what |
//! |---|---|
//! | [`settings`] | what the command line says |
//! | [`job`], [`source`] | a job, and where jobs come from |
//! | [`plan`] | what to start, whom to stop, what to try again: decided without a clock and without a process |
//! | [`running`] | which jobs run, and when each gets its next signal |
//! | [`child`], [`capture`] | one process with its pipes, and what comes out of them |
//! | [`report`], [`output`] | a result, and a stream that is written without waiting for its reader |
//! | [`run`](mod@run) | the loop that does what the plan decides |

pub mod capture;
pub mod child;
pub mod error;
pub mod job;
pub mod output;
pub mod plan;
pub mod report;
pub mod run;
pub mod running;
pub mod settings;
pub mod source;

pub use error::Error;
pub use run::run;
pub use settings::Settings;
pub use source::Source;
