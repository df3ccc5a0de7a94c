//! A client on tokio: many calls at a time, on one connection.
