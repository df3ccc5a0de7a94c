//! Builds the course's book and proves that it holds.
//!
//! mdBook does the typesetting, as a library, so that no tool has to be installed. What the chapters take from the tree is expanded
//! by an in-process preprocessor:
//!
//! | in a chapter, alone on its line | becomes |
//! |---|---|
//! | `{{#code LAB/src/FILE.rs NAME}}` | the region `NAME` of the reference, captioned with the file |
//! | `{{#snapshot LAB/STAGE.CASE}}` | what the graded case compares with |
//! | `{{#bench LAB}}` | the figures of `cargo xtask bench`, as a table and a plot |
//! | `{{#figure FILE.svg CAPTION}}` | a drawing from `src/figures`, inline, so that it follows the theme |
//!
//! A block quote that begins with `[!PREDICT]`, `[!TRY]`, `[!TASK]` or `[!CHECKPOINT]` becomes a box.

mod bench;
mod boxes;
mod check;
mod directive;
mod error;
mod examples;
mod expand;
mod layout;
mod links;
mod region;
mod render;
mod snapshot;
mod warnings;

pub use check::{Report, check};
pub use error::{Error, Result};
pub use layout::Layout;
pub use render::build;
