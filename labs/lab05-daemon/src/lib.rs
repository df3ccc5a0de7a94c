//! Turns programs into daemons, runs pools of processes and schedules, and explains what a process is made of.
//!
//! | module | what | stage |
//! |---|---|---|
//! | [`control`] | a daemon: started, supervised, asked, stopped | daemonize, signals |
//! | [`pool`] | jobs, each a process, so many at a time | pool |
//! | [`schedule`] | jobs at their times | schedule |
//! | [`layout`] | the memory of a process, explained | layout |
//! | [`models`] | processes, threads and tasks under the same load | models |
//! | [`events`] | one place to wait: signals, descriptors, deadlines | given |
//! | [`duration`], [`stamp`] | lengths of time and moments, as people write them | given |
//! | [`process`] | signals for processes, and their ends | signals |
//! | [`backoff`] | waiting longer each time | signals |
//! | [`intensity`] | how often something goes wrong | signals |
//! | [`sys`] | the calls of the kernel that no safe crate offers | given |

#![expect(clippy::todo, reason = "delete this line with the last todo!")]

pub mod backoff;
pub mod control;
pub mod duration;
pub mod events;
pub mod intensity;
pub mod layout;
pub mod models;
pub mod pool;
pub mod process;
pub mod schedule;
pub mod stamp;
pub mod sys;
