//! Peers of the servers: raw sockets that send in pieces, read slowly or not at all, and end in every way there is.
