//! Counts lines, words, characters and bytes as `wc` does, ranks words by how often they occur, and holds a range
//! of one's own with lazy adaptors.
//!
//! | module | what |
//! |---|---|
//! | [`class`] | what the bytes of a text are: white space, graphic characters, neither, no UTF-8 (given) |
//! | [`count`] | stage `count`: counting a text, a file, many files |
//! | [`rows`] | stage `count`: the columns of a row |
//! | [`words`] | stage `freq`: where a word begins and ends, and which words are the same |
//! | [`tally`] | stage `freq`: how often each word occurs |
//! | [`range`] | stage `range`: an iterator with a step, from both ends |
//! | [`lazy`] | stage `range`: adaptors that work only when they are pulled |
//! | [`stream`] | stage `stream`: the same counts in bounded memory |
//! | [`parallel`] | stage `parallel`: the same counts on all cores |
//! | [`input`] | opening and reading what the command line names (given) |

#![expect(clippy::todo, reason = "delete this line with the last todo!")]

pub mod class;
pub mod count;
mod error;
pub mod input;
pub mod lazy;
pub mod parallel;
mod printable;
pub mod range;
pub mod rows;
pub mod stream;
pub mod tally;
pub mod words;

pub use error::Error;
