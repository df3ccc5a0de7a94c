//! A server, and a client that says what it likes.
