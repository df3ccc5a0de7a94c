use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use store::Committed;

use crate::error::Result;

/// What whoever runs the dashboard decides.
#[derive(Clone)]
pub struct Settings {
    /// What one logs in with: 16 bytes at least.
    pub token: String,
    /// How often hosts report: a host that is silent for three of it is down.
    pub interval: Duration,
}

/// What the pages are made of; a clone is the same.
#[derive(Clone)]
pub struct State(Arc<PathBuf>);

impl State {
    /// Opens the database that a [`store::Store`] has made.
    ///
    /// # Errors
    /// [`Error::Store`](crate::Error::Store), [`Error::Token`](crate::Error::Token).
    pub fn new(database: &Path, _settings: Settings) -> Result<Self> {
        Ok(Self(Arc::new(database.into())))
    }

    /// Returns what a [`store::Writer`] calls after each commit, so that open pages show it.
    pub fn feed(&self) -> impl FnMut(&Committed) + Send + 'static {
        |_: &Committed| ()
    }

    /// Ends [`serve`].
    pub fn stop(&self) {}
}

/// Serves the pages until [`State::stop`].
///
/// # Errors
/// [`Error::Serve`](crate::Error::Serve).
pub fn serve(_listener: TcpListener, _state: State) -> Result<()> {
    Ok(())
}
