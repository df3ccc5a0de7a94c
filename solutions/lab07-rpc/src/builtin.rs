//! The methods of `rpc serve`.
