//! A subscription that survives its connection.
