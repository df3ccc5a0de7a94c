//! Analyses nginx access logs, and looks at the files beneath them.
//!
//! | module | what | stage |
//! |---|---|---|
//! | [`lines`] | a file cut into lines in bounded memory | parse |
//! | [`time`] | the times of a log, in seconds since 1970 | parse |
//! | [`record`] | one line taken apart | parse |
//! | [`escape`] | nginx's `\xHH` taken back | parse |
//! | [`input`] | files, standard input and gzip opened alike | report |
//! | [`summary`] | everything that a report counts | report |
//! | [`report`] | a summary as a table and as JSON | given |
//! | [`filter`] | which requests a report counts | filter |
//! | [`layout`] | inode, size, blocks and holes of a file | files |
//! | [`follow`] | a log followed through its rotations | files |
//! | [`seek`] | the first record at a time, found by reading kilobytes | index |
//! | [`index`] | an index beside the log | index |
//! | [`parallel`] | one file read by all cores | parallel |

#![expect(clippy::todo, reason = "delete this line with the last todo!")]

pub mod error;
pub mod escape;
pub mod filter;
pub mod follow;
pub mod index;
pub mod input;
pub mod json;
pub mod layout;
pub mod lines;
pub mod parallel;
pub mod record;
pub mod report;
pub mod seek;
pub mod summary;
pub mod time;

pub use error::{Error, Result};
pub use filter::Filter;
pub use follow::Follower;
pub use index::Index;
pub use input::Input;
pub use layout::Layout;
pub use lines::{Line, Lines, Section};
pub use record::{Found, Fragment, Malformed, Parser, Record, Request};
pub use summary::Summary;
pub use time::Timestamp;
