//! The preprocessor: replaces directives and boxes in the chapters.

use std::fs;
use std::path::Path;

use mdbook_core::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::directive::Directive;
use crate::error::{Error, Result, read};
use crate::layout::Layout;
use crate::{bench, boxes, region, snapshot};

/// Expands chapters with what lies in a course's folder.
#[derive(Debug, Clone)]
pub(crate) struct Expander {
    layout: Layout,
}

impl Expander {
    pub(crate) fn new(layout: Layout) -> Self {
        Self { layout }
    }

    /// Returns the chapter `text` with every directive and box replaced; `chapter` is only used to say where.
    ///
    /// Lines inside a fence are left alone.
    ///
    /// # Errors
    /// [`Error::Chapter`] for the first line that cannot be expanded.
    pub(crate) fn expand(&self, chapter: &str, text: &str) -> Result<String> {
        let mut expanded = String::with_capacity(text.len());
        let mut fence: Option<&str> = None;
        let mut in_box = false;
        for (number, line) in (1..).zip(text.lines()) {
            let at = |fault: Error| fault.at(chapter, number);
            let mut line = line;
            if in_box {
                if let Some(inner) = boxes::inside(line) {
                    line = inner;
                } else {
                    expanded.push_str(boxes::CLOSE);
                    (in_box, fence) = (false, None);
                }
            }
            if let Some(marks) = fence_marks(line) {
                match fence {
                    None if line.trim() == marks => return Err(at(Error::BareFence)),
                    None => fence = Some(marks),
                    Some(open) if marks.starts_with(open) && line.trim() == marks => fence = None,
                    Some(_) => {}
                }
            } else if fence.is_none() {
                if !in_box && let Some(opening) = boxes::open(line).map_err(at)? {
                    in_box = true;
                    expanded.push_str(&opening);
                    continue;
                }
                if let Some(directive) = Directive::parse(line).map_err(at)? {
                    expanded.push_str(&self.replace(&directive).map_err(at)?);
                    expanded.push('\n');
                    continue;
                }
            }
            expanded.push_str(line);
            expanded.push('\n');
        }
        if in_box {
            expanded.push_str(boxes::CLOSE);
        }
        Ok(expanded)
    }

    /// Returns what takes the place of `directive`.
    fn replace(&self, directive: &Directive) -> Result<String> {
        match *directive {
            Directive::Code { lab, file, region } => self.code(lab, file, region),
            Directive::Snapshot { lab, case } => {
                let path = self
                    .layout
                    .suite(lab)
                    .join("snapshots")
                    .join(format!("{case}.snap"));
                let text = self.read(&path)?;
                Ok(fenced(
                    "console",
                    snapshot::body(&self.layout.short(&path), &text)?,
                ))
            }
            Directive::Bench { lab } => self.bench(lab),
            Directive::Figure { file, caption } => self.figure(file, caption),
        }
    }

    fn code(&self, lab: &str, file: &str, name: &str) -> Result<String> {
        let caption = format!(
            "<p class=\"caption\">{}</p>",
            boxes::escape(&format!("{lab}/{file}"))
        );
        let Some(reference) = self.layout.reference() else {
            return Ok(format!(
                "{caption}\n\n*The reference is not in this copy of the course.*\n"
            ));
        };
        let path = reference.join(lab).join(file);
        let source = self.read(&path)?;
        let code = region::extract(&self.layout.short(&path), &source, name)?;
        Ok(format!("{caption}\n\n{}", fenced("rust,ignore", &code)))
    }

    fn bench(&self, lab: &str) -> Result<String> {
        let suite = self.layout.suite(lab);
        if !suite.is_dir() {
            let source = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(Error::Read {
                path: self.layout.short(&suite),
                source,
            });
        }
        let path = suite.join("bench-result.json");
        if !path.is_file() {
            return Ok(format!(
                "*No figures are kept in this copy yet. `cargo xtask bench {lab}` measures yours.*\n"
            ));
        }
        let mut table = bench::table(&self.layout.short(&path), &self.read(&path)?)?;
        let plot = format!("figures/{lab}-bench.svg");
        if self.layout.chapters().join(&plot).is_file() {
            table.push_str(&format!(
                "\n\n<p class=\"plot\"><img src=\"{plot}\" alt=\"The figures of {lab} as bars\"></p>"
            ));
        }
        Ok(table + "\n")
    }

    /// Sets a drawing inline: only so does it see the colours of the page's theme.
    fn figure(&self, file: &str, caption: &str) -> Result<String> {
        let path = self.layout.chapters().join("figures").join(file);
        let text = self.read(&path)?;
        let element = text
            .find("<svg")
            .zip(text.rfind("</svg>"))
            .and_then(|(from, to)| text.get(from..to));
        let element = element.ok_or_else(|| Error::NotSvg(self.layout.short(&path)))?;
        // An empty line would end the HTML block in Markdown.
        let lines: Vec<_> = element.lines().filter(|line| !line.trim().is_empty()).collect();
        let caption = boxes::escape(caption);
        Ok(format!(
            "<figure class=\"drawing\">\n{}\n</svg>\n<figcaption>{caption}</figcaption>\n</figure>\n",
            lines.join("\n")
        ))
    }

    fn read(&self, path: &Path) -> Result<String> {
        read(path).map_err(|error| match error {
            Error::Read { path, source } => Error::Read {
                path: self.layout.short(&path),
                source,
            },
            other => other,
        })
    }
}

impl Preprocessor for Expander {
    fn name(&self) -> &str {
        "course"
    }

    fn run(&self, _: &PreprocessorContext, mut book: Book) -> mdbook_core::errors::Result<Book> {
        let mut fault = None;
        book.for_each_chapter_mut(|chapter| {
            let path = chapter
                .source_path
                .as_deref()
                .unwrap_or(Path::new(""))
                .display()
                .to_string();
            match self.expand(&path, &chapter.content) {
                Ok(content) => chapter.content = content,
                Err(error) => fault = fault.take().or(Some(error)),
            }
        });
        fault.map_or(Ok(book), |error| Err(error.into()))
    }
}

/// Returns the run of backticks or tildes that opens or closes a fence on this line.
fn fence_marks(line: &str) -> Option<&str> {
    let text = line.trim_start();
    let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = text.len() - text.trim_start_matches(mark).len();
    (length >= 3).then(|| &text[..length])
}

/// Sets `text` as a fenced block, with a fence longer than any inside.
fn fenced(language: &str, text: &str) -> String {
    let longest = text
        .lines()
        .filter_map(fence_marks)
        .map(str::len)
        .max()
        .unwrap_or(0);
    let marks = "`".repeat(longest.max(2) + 1);
    format!("{marks}{language}\n{text}\n{marks}\n")
}

/// Lists the files below `folder`, sorted.
///
/// # Errors
/// [`Error::Read`] for a folder that cannot be listed.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let fault = |source| Error::Read {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A course of one lab with a reference, a snapshot and a drawing, removed when dropped.
    struct Course(PathBuf);

    impl Course {
        fn new(name: &str) -> Self {
            let root = std::env::temp_dir().join(format!("course-book-{}-{name}", std::process::id()));
            let course = Self(root);
            course.write("book/book.toml", "");
            course.write(
                "book/src/figures/a.svg",
                "<?xml?>\n<svg id=\"a\">\n\n<g/>\n</svg>\n",
            );
            course.write(
                "solutions/lab01-x/src/a.rs",
                "// region:one\n    let a = 1;\n// endregion:one\n",
            );
            course.write(
                "tests/lab01-x/snapshots/one.works.snap",
                "---\nsource: a\n---\n$ x\n1\n",
            );
            course
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn expand(&self, text: &str) -> Result<String> {
            Expander::new(Layout::at(&self.0).unwrap()).expand("a.md", text)
        }
    }

    impl Drop for Course {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    #[test]
    fn directives_are_replaced_by_what_they_name() {
        let course = Course::new("replaced");
        let cases = [
            (
                "{{#code lab01-x/src/a.rs one}}",
                "```rust,ignore\nlet a = 1;\n```",
            ),
            ("{{#snapshot lab01-x/one.works}}", "```console\n$ x\n1\n```"),
            (
                "{{#figure a.svg A drawing.}}",
                "<svg id=\"a\">\n<g/>\n</svg>\n<figcaption>A drawing.</figcaption>",
            ),
            ("{{#bench lab01-x}}", "`cargo xtask bench lab01-x`"),
        ];
        for (text, expected) in cases {
            let expanded = course.expand(text).unwrap();
            assert!(expanded.contains(expected), "{text}: {expanded}");
        }
    }

    #[test]
    fn without_the_reference_code_becomes_a_note() {
        let course = Course::new("note");
        fs::remove_dir_all(course.0.join("solutions")).unwrap();
        let expanded = course.expand("{{#code lab01-x/src/a.rs one}}").unwrap();
        assert!(expanded.contains("not in this copy"), "{expanded}");
    }

    #[test]
    fn what_is_missing_is_named_with_chapter_and_line() {
        let course = Course::new("missing");
        for text in [
            "\n{{#code lab01-x/src/b.rs one}}",
            "\n{{#code lab01-x/src/a.rs two}}",
            "\n{{#snapshot lab01-x/one.fails}}",
            "\n{{#figure b.svg Nothing.}}",
            "\n{{#bench lab09-x}}",
            "\n> [!WRONG]",
            "\n```\nbare\n```",
        ] {
            let message = course.expand(text).unwrap_err().to_string();
            assert_eq!(message, "book/src/a.md:2", "{text}");
        }
    }

    #[test]
    fn a_fence_hides_directives_and_boxes() {
        let course = Course::new("fence");
        let text = "````text\n```\n{{#nothing}}\n> [!WRONG]\n````\n";
        assert_eq!(course.expand(text).unwrap(), text);
    }

    #[test]
    fn a_box_ends_with_its_quote_and_may_hold_a_directive() {
        let course = Course::new("box");
        let expanded = course
            .expand("> [!TASK]\n> Do it.\n> {{#snapshot lab01-x/one.works}}\nafter\n")
            .unwrap();
        let expected = "<div class=\"box task\">\n<p class=\"box-title\">Task</p>\n\nDo it.\n```console\n$ x\n1\n```\n\n\n</div>\nafter\n";
        assert_eq!(expanded, expected);
    }
}
