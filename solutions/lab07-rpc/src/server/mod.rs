//! The server: sessions, calls, deadlines, streams.

mod call;

pub use call::Call;
