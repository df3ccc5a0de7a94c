//! What a host says of itself: readings from the kernel's files.
