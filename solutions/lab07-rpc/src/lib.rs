//! Remote calls over long connections: a wire protocol, a server on nbnet, clients, commands run from afar, and JSON-RPC.
pub mod jsonrpc;
