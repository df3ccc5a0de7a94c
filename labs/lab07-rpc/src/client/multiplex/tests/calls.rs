//! Calls, and what becomes of them.
