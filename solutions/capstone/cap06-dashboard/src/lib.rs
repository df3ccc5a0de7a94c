//! A JSON interface and pages over a store.
