//! The face of the course, as a library: what `cargo xtask` itself runs, and what its workshop builds on.
//!
//! | module | what |
//! |---|---|
//! | `course`, `progress`, `text` | labs and stages, what the student reached, what is said to people |
//! | `subject`, `earlier`, `cargo` | whose crates are built, over whose earlier labs, and how |
//! | `runner`, `verdict` | running the cases of a suite, and what they found |
//! | `grading` | what the grader puts into a run |
//! | `tree` | keeping and merging what a student wrote |
//! | `show`, `side_by_side`, `unified`, `term` | a result for people |
//! | `check`, `map`, `hint`, `watch` … | one command each |
//! | `workshop` | the door to `xtask/workshop` and `xtask/grader`, which hold the commands that nobody needs at every save |

#![expect(
    missing_docs,
    reason = "a library for the course's own workshop: a field whose name says it all gets no sentence"
)]

mod book;
pub mod cargo;
pub mod check;
pub mod commands;
mod completions;
pub mod course;
mod doctor;
pub mod earlier;
pub mod exit;
pub mod grading;
mod hint;
pub mod machine;
mod map;
pub mod measures;
pub mod progress;
mod reuse;
pub mod runner;
pub mod show;
mod side_by_side;
pub mod subject;
pub mod term;
pub mod text;
pub mod tree;
pub mod unified;
mod update;
pub mod verdict;
mod watch;
mod workshop;
