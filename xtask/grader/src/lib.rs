//! The grader, as a library: what `cargo xtask grade` runs.
//!
//! | module | what |
//! |---|---|
//! | [`cell`] | where a student's code is built and run |
//! | [`intake`] | who is in the class, and what of their work is taken |
//! | [`grade`] | a class from its submissions to its reports |
//! | [`merge`] | the shares of a class as one |
//! | [`handout`] | the students' repository |
//! | `building`, `book` | building a submission, and putting down what its cases told |
//! | [`journal`], [`model`], `prints` | everything that was found, of what, and under which keys |
//! | [`results`], `steady`, [`policy`] | what it came to, without what changes from run to run; what it counts |
//! | [`report`] | what was found, for students, instructors and other systems |
//! | `alike` | submissions that are more alike than chance explains |
//! | [`seed`], [`moment`], `csv` | seeds, deadlines, tables that spreadsheets read |

mod alike;
mod book;
mod building;
pub mod cell;
mod csv;
pub mod grade;
pub mod handout;
pub mod intake;
pub mod journal;
pub mod merge;
pub mod model;
pub mod moment;
pub mod policy;
mod prints;
pub mod report;
pub mod results;
pub mod seed;
mod steady;
