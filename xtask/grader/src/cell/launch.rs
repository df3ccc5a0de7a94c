//! The launcher: what the program `cell` does.
