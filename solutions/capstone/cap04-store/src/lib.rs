//! Series of samples in an SQL database.
