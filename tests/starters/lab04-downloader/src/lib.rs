//! Downloads a file over several connections at once, and goes on where it was stopped.
//!
//! | module | what | stage |
//! |---|---|---|
//! | [`download`](mod@download) | from the first request to the file | given |
//! | [`saved`] | the end: the bytes are checked, and the file gets its name | given |
//! | [`run`] | what is to be done, and what threads share | given |
//! | [`http`] | one request and its answer, over a connection that can be hung up | given |
//! | [`follow`](mod@follow) | redirects | single |
//! | [`name`](mod@name) | a name for the file, which never leaves the folder | single |
//! | [`target`] | the names of the files of one download | given |
//! | [`store`] | the `.part`, and the rename at the end | single |
//! | [`single`] | one answer, from its first byte to its last | single |
//! | [`answer`] | what an answer means | ranges |
//! | [`spans`] | sets of bytes | ranges |
//! | [`rate`] | how fast bytes come, of late | given |
//! | [`plan`] | who fetches what | ranges |
//! | [`pool`] | connections as threads | ranges |
//! | [`journal`] | which bytes are there, whenever the program is killed | resume |
//! | [`resume`] | what an earlier run has left | resume |
//! | [`validator`] | whether it is still the same file | resume |
//! | [`retry`] | what is tried again, and when | faults |
//! | [`date`] | dates of HTTP | faults |
//! | [`sources`] | a URL and its mirrors | polish |
//! | [`limit`] | so many bytes a second | polish |
//! | [`checksum`] | SHA-256 | polish |
//! | [`progress`] | bars and notes | polish |
//! | [`counts`] | what a run has done | given |

#![expect(clippy::todo, reason = "delete this line with the last todo!")]

pub mod answer;
pub mod checksum;
pub mod counts;
pub mod date;
pub mod download;
pub mod error;
pub mod follow;
pub mod http;
pub mod journal;
pub mod limit;
pub mod name;
pub mod plan;
pub mod pool;
pub mod progress;
pub mod rate;
pub mod resume;
pub mod retry;
pub mod run;
pub mod saved;
pub mod single;
pub mod sources;
pub mod spans;
pub mod store;
pub mod target;
pub mod validator;

pub use download::download;
pub use error::{Error, Fault, Missing, Result, Status};
pub use name::name;
pub use progress::{Progress, Say};
pub use run::Job;
pub use saved::Saved;
