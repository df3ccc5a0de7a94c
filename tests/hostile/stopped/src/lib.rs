//! Nothing: this submission is its program.
