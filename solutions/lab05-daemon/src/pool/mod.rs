//! Jobs, each a process, so many at a time.
