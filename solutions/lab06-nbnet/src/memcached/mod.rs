//! The cache, by its text protocol.
