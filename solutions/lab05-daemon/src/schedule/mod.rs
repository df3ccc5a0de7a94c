//! Jobs at their times.
//!
//! A [`Schedule`] is read from a file. The [`Plan`] decides what happens when; it is told the time and never asks for it, and knows nothing
//! of processes. So the same plan can be simulated ([`simulate`]) and run ([`run`]).

mod clock;
pub mod cron;
pub mod decision;
mod file;
pub mod jitter;
pub mod plan;
mod run;
pub mod simulate;

pub use clock::Now;
pub use cron::Cron;
pub use decision::Decision;
pub use file::{Error, Job, Missed, Schedule, When};
pub use plan::Plan;
pub use run::{End, run};
pub use simulate::simulate;
