//! Proves that the book holds: links, anchors, examples, no file left over.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

use mdbook_driver::MDBook;

use crate::error::{Result, read};
use crate::examples;
use crate::expand::{Expander, files_below};
use crate::layout::Layout;
use crate::links::Site;
use crate::render;

/// What was checked, and what is wrong.
#[derive(Debug, Default)]
pub struct Report {
    /// Chapters in the summary.
    pub chapters: usize,
    /// Links followed.
    pub links: usize,
    /// Rust examples compiled and run.
    pub examples: usize,
    /// One sentence for each fault; the book holds when there is none.
    pub faults: Vec<String>,
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            chapters,
            links,
            examples,
            faults,
        } = self;
        write!(
            f,
            "{chapters} chapters, {links} links, {examples} examples, {} faults",
            faults.len()
        )
    }
}

/// Builds the book into `out`, follows every internal link, runs every Rust example, and looks for files that no chapter uses.
///
/// # Errors
/// The same as [`build`](crate::build), and files that cannot be read. A broken link or example is no error but a fault in the report.
pub fn check(layout: &Layout, out: &Path) -> Result<Report> {
    let (book, warnings) = render::load(layout, out)?;
    let mut report = Report {
        faults: warnings,
        ..Report::default()
    };
    let chapters = chapters(&book);
    report.chapters = chapters.len();
    report.faults.extend(left_over(layout, &chapters)?);

    let mut site = Site::new(out);
    for page in chapters
        .iter()
        .map(|chapter| chapter.with_extension("html"))
        .chain(["toc.html".into()])
    {
        let (links, faults) = site.follow(&page)?;
        report.links += links;
        report.faults.extend(faults);
    }

    let expander = Expander::new(layout.clone());
    let folder = layout.root().join("target/book-examples");
    for chapter in &chapters {
        let text = read(&layout.chapters().join(chapter))?;
        let expanded = expander.expand(&chapter.display().to_string(), &text)?;
        let outcome = examples::run(&folder, chapter, &expanded)?;
        report.examples += outcome.ran;
        report.faults.extend(outcome.fault);
    }
    Ok(report)
}

/// Returns the chapters of the summary, as paths below `book/src`.
fn chapters(book: &MDBook) -> Vec<PathBuf> {
    book.book
        .chapters()
        .filter_map(|chapter| chapter.source_path.clone())
        .collect()
}

/// Names the files below `book/src` that are neither chapters nor mentioned by one.
fn left_over(layout: &Layout, chapters: &[PathBuf]) -> Result<Vec<String>> {
    let folder = layout.chapters();
    let mut texts = String::new();
    for chapter in chapters {
        texts.push_str(&read(&folder.join(chapter))?);
    }
    let used = |file: &Path| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let plotted = name
            .strip_suffix("-bench.svg")
            .is_some_and(|lab| texts.contains(&format!("{{{{#bench {lab}}}}}")));
        file == Path::new("SUMMARY.md")
            || chapters.iter().any(|chapter| chapter == file)
            || texts.contains(&*name)
            || plotted
    };
    let files = files_below(&folder)?;
    let files = files.iter().filter_map(|file| file.strip_prefix(&folder).ok());
    let unused = files.filter(|file| !used(file));
    Ok(unused
        .map(|file| format!("{}: no chapter uses this file", file.display()))
        .collect())
}
