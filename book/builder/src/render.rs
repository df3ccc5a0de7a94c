//! Builds the book with mdBook.

use std::fs;
use std::path::Path;

use mdbook_core::config::Config;
use mdbook_driver::MDBook;

use crate::error::{Error, Result};
use crate::expand::Expander;
use crate::layout::Layout;
use crate::warnings;

/// A file that mdBook leaves in every book it builds.
const MARK_OF_A_BOOK: &str = ".nojekyll";

/// Builds the book into `out` and returns what mdBook warned about.
///
/// # Errors
/// What a chapter asks for is not there ([`Error::Chapter`]), mdBook refuses the book ([`Error::Mdbook`]), or `out` is a
/// folder that holds something else ([`Error::ForeignOut`]).
pub fn build(layout: &Layout, out: &Path) -> Result<Vec<String>> {
    load(layout, out).map(|(_, warnings)| warnings)
}

/// Builds the book and also returns it as mdBook loaded it, its directives not yet expanded.
pub(crate) fn load(layout: &Layout, out: &Path) -> Result<(MDBook, Vec<String>)> {
    refuse_foreign(out)?;
    let out = std::path::absolute(out).map_err(|source| Error::Write {
        path: out.to_owned(),
        source,
    })?;
    let (book, warnings) = warnings::collect(|| {
        let mut config = Config::from_disk(layout.book().join("book.toml"))?;
        config.build.build_dir = out;
        let mut book = MDBook::load_with_config(layout.book(), config)?;
        book.with_preprocessor(Expander::new(layout.clone()));
        book.build()?;
        Ok(book)
    });
    let book = book.map_err(
        |error: mdbook_core::errors::Error| match error.downcast::<Error>() {
            Ok(ours) => ours,
            Err(theirs) => Error::Mdbook(format!("{theirs:#}")),
        },
    )?;
    Ok((book, warnings))
}

/// Refuses a folder that mdBook would empty although no book stands in it.
fn refuse_foreign(out: &Path) -> Result<()> {
    let empty = fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none());
    if !out.exists() || empty || out.join(MARK_OF_A_BOOK).is_file() {
        Ok(())
    } else {
        Err(Error::ForeignOut(out.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_no_book_is_never_emptied() {
        assert!(matches!(
            refuse_foreign(Path::new(env!("CARGO_MANIFEST_DIR"))),
            Err(Error::ForeignOut(_))
        ));
    }
}
