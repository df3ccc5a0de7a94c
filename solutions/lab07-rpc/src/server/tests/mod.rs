//! A server, and a client that says what it likes.

// region:call
mod calls;
mod peer;
// endregion:call
// region:multiplex
mod streams;
// endregion:multiplex
// region:push
mod topics;
// endregion:push
