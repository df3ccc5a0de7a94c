//! Jobs at their times.
