//! loganalysis
