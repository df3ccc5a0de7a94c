//! Files by HTTP/1.1.
