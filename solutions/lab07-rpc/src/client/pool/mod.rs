//! Connections to many servers: which are healthy, and which one gets a call.
