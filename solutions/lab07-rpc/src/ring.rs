//! Consistent hashing: which node has a key.
