//! The grader, as a library: what `cargo xtask grade` runs.
//!
//! | module | what |
//! |---|---|
//! | `cell` | where a student's code is built and run |

pub mod cell;
