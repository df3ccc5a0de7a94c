//! A folder that `crawler save` made, and what a case wants to know of it.

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

use support::http::{Response, Server};
use support::{Case, Ended};

use crate::sheet::crawler;

/// A picture of one pixel.
pub(crate) const PIXEL: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// What came of saving a page.
pub(crate) struct Saved {
    pub(crate) ended: Ended,
    dir: PathBuf,
}

/// Saves the page `target` of `site` in the folder `saved`.
pub(crate) fn save(case: &mut Case, site: &Server, target: &str) -> Saved {
    let ended = crawler(case, &["save", &site.url(target), "saved"]);
    let dir = case.dir().join("saved");
    Saved { ended, dir }
}

/// Makes an answer of a type.
pub(crate) fn typed(kind: &str, body: impl Into<Vec<u8>>) -> Response {
    Response::ok(body.into()).header("Content-Type", kind)
}

impl Saved {
    /// Reads a file.
    pub(crate) fn bytes(&self, case: &mut Case, name: &str) -> Vec<u8> {
        fs::read(self.dir.join(name)).unwrap_or_else(|error| {
            case.expect(&self.ended, false, &format!("a file saved/{name}"), error);
            Vec::new()
        })
    }

    /// Says when a file was written last.
    pub(crate) fn written(&self, name: &str) -> Option<SystemTime> {
        fs::metadata(self.dir.join(name))
            .and_then(|file| file.modified())
            .ok()
    }

    /// Reads a file that is to be UTF-8.
    pub(crate) fn text(&self, case: &mut Case, name: &str) -> String {
        String::from_utf8(self.bytes(case, name)).unwrap_or_else(|error| {
            case.expect(&self.ended, false, &format!("saved/{name} is UTF-8"), error);
            String::new()
        })
    }

    /// Expects the command to have done all of it.
    pub(crate) fn expect_done(&self, case: &mut Case) {
        case.expect_status(&self.ended, 0);
        case.expect_quiet(&self.ended);
    }

    /// Expects these files and no others, hidden ones included.
    pub(crate) fn expect_files(&self, case: &mut Case, names: &[&str]) {
        let list = |folder: &str| -> Vec<String> {
            fs::read_dir(self.dir.join(folder))
                .into_iter()
                .flatten()
                .flatten()
                .filter(|entry| entry.path().is_file())
                .map(|entry| format!("{folder}{}", entry.file_name().display()))
                .collect()
        };
        let mut found = [list(""), list("files/")].concat();
        found.sort_unstable();
        let mut names = names.to_vec();
        names.sort_unstable();
        case.expect_same(
            &self.ended,
            "the files in saved/",
            &names.join("\n"),
            &found.join("\n"),
        );
    }

    /// Expects the lines of standard output: a file, and the URL that it was. The length has to be the file's.
    pub(crate) fn expect_lines(&self, case: &mut Case, lines: &[(&str, String)]) {
        let expected: String = lines
            .iter()
            .map(|(name, url)| {
                let bytes = fs::metadata(self.dir.join(name)).map_or(0, |file| file.len());
                format!("{name}\t{bytes}\t{url}\n")
            })
            .collect();
        case.expect_stdout(&self.ended, expected);
    }

    /// Expects the file `name` to have an attribute `attribute` with the value `value`, in quotation marks of either kind or in none.
    pub(crate) fn expect_attribute(&self, case: &mut Case, name: &str, attribute: &str, value: &str) {
        let text = self.text(case, name);
        let escaped = value.replace('&', "&amp;");
        let holds = [value, &escaped].iter().any(|value| {
            text.match_indices(&format!("{attribute}="))
                .any(|(at, start)| begins_with_value(&text[at + start.len()..], value))
        });
        let what = format!("saved/{name} has {attribute}=\"{value}\"");
        case.expect(&self.ended, holds, &what, format!("\n{text}"));
    }

    /// Expects the stylesheet `name` to hold `part`, once quotation marks and blanks are out of both.
    pub(crate) fn expect_style(&self, case: &mut Case, name: &str, part: &str) {
        let plain = |text: &str| text.replace(['"', '\'', ' ', '\n'], "").replace("&quot;", "");
        let text = self.text(case, name);
        let what = format!("saved/{name} has {part}");
        case.expect(
            &self.ended,
            plain(&text).contains(&plain(part)),
            &what,
            format!("\n{text}"),
        );
    }

    /// Expects a file to hold nothing of `part`.
    pub(crate) fn expect_nothing_of(&self, case: &mut Case, name: &str, part: &str) {
        let text = self.text(case, name);
        let what = format!("saved/{name} has no `{part}`");
        case.expect(
            &self.ended,
            !text.to_ascii_lowercase().contains(part),
            &what,
            format!("\n{text}"),
        );
    }
}

fn begins_with_value(text: &str, value: &str) -> bool {
    let quoted = ['"', '\'']
        .iter()
        .any(|quote| text.starts_with(&format!("{quote}{value}{quote}")));
    let bare = text
        .strip_prefix(value)
        .is_some_and(|rest| rest.starts_with([' ', '>', '\n', '/']));
    quoted || bare
}
