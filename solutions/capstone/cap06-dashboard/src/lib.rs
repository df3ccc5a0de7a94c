//! A JSON interface and pages over a store.
mod error;
mod state;

pub use error::{Error, Result};
pub use state::{Settings, State, serve};
