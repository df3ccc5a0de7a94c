//! How a connection ends.
