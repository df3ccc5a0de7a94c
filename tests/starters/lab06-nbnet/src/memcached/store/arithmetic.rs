//! Sums for `incr` and `decr`. The whole file belongs to stage `cache`.
