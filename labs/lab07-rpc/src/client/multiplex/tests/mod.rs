//! The client against a server that does what a test says, over a pipe in memory.
