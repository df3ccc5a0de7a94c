//! The memory of a process, explained.
