//! The grader, as a library: what `cargo xtask grade` runs.
//!
//! | module | what |
//! |---|---|
//! | [`cell`] | where a student's code is built and run |
//! | [`intake`] | who is in the class, and what of their work is taken |
//! | [`moment`], `csv` | deadlines, and tables that spreadsheets read |

pub mod cell;
mod csv;
pub mod intake;
pub mod moment;
