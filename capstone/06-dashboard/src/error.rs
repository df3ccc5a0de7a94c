use std::io;

/// The result of what can go wrong.
pub type Result<T> = std::result::Result<T, Error>;

/// Says why the pages cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be read.
    #[error("cannot show what is stored")]
    Store(#[from] store::Error),
    /// The token would be easy to guess.
    #[error("the token has {bytes} bytes, and less than {least} are guessed too easily")]
    Token {
        /// How long it is.
        bytes: usize,
        /// How long it must be.
        least: usize,
    },
    /// The system does not let the server work.
    #[error("cannot serve the dashboard")]
    Serve(#[source] io::Error),
}
