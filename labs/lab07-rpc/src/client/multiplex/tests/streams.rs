//! Items, input and messages.
