//! JSON-RPC 2.0, on lines and on HTTP.
