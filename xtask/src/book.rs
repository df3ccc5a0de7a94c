//! `book`: builds the book and opens it at the right page.

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cargo;
use crate::check::print_quietly;
use crate::course::{Course, Target};
use crate::exit::{OK, Result, Stop};
use crate::machine::find_program;
use crate::subject::{Subject, write_atomically};
use crate::t;

/// The program that typesets the book.
const BUILDER: &str = "course-book";

/// Builds the book and opens it: at its cover, a lab's chapter or a stage's section.
pub(crate) fn run(course: &Course, name: Option<&str>, open: bool) -> Result<u8> {
    let target = name.map(|name| course.target(name)).transpose()?;
    let out = course.root.join("target/book");
    build(course, &out)?;
    let (page, anchor) = place(target);
    if !out.join(&page).is_file() {
        return Err(Stop::failed(t!("book.no_page", page = page)));
    }
    let mut url = file_url(&out.join(&page));
    if let Some(anchor) = anchor {
        let _ = write!(url, "#{anchor}");
    }
    print_quietly(&format!("{url}\n"))?;
    // Without a terminal nobody sits there for whom a window could open.
    if open && std::io::stdout().is_terminal() {
        show(course, &url)?;
    }
    Ok(OK)
}

fn build(course: &Course, out: &Path) -> Result {
    if !course.root.join("target/debug").join(BUILDER).is_file() {
        eprintln!("{}", t!("book.first_time"));
    }
    let mut command = cargo::cargo(course, &Subject::Labs, "build");
    command.args(["--package", BUILDER]);
    let builder = cargo::executables(command)?
        .remove(BUILDER)
        .ok_or_else(|| Stop::failed(t!("book.not_built")))?;
    let built = Command::new(&builder)
        .arg("build")
        .arg("--root")
        .arg(&course.root)
        .arg("--out")
        .arg(out)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .map_err(|error| Stop::io(&builder, error))?;
    if built.success() {
        Ok(())
    } else {
        Err(Stop::failed(t!("book.not_built")))
    }
}

/// The page of the book that a lab or stage is explained on, and the heading on it.
fn place(target: Option<Target<'_>>) -> (String, Option<&str>) {
    let Some(Target { lab, stage }) = target else {
        return ("index.html".to_owned(), None);
    };
    let page = format!("{}.html", lab.chapter.trim_end_matches(".md"));
    (page, stage.map(|stage| &*lab.stages[stage].anchor))
}

/// Opens `url` in a browser. Where there is none, the printed address is all that can be done.
fn show(course: &Course, url: &str) -> Result {
    let opened = match browser() {
        None => {
            eprintln!("{}", t!("book.no_browser"));
            return Ok(());
        }
        // What BROWSER names takes the address itself.
        Some(Browser::Named(words)) => start(words, url),
        // A desktop's opener takes a file and drops what follows the `#`: it gets a page that leads on to the address.
        Some(Browser::Opener(program)) => {
            let door = course.work_dir().join("book.html");
            let page = format!(
                "<!DOCTYPE html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0; url={url}\">\n"
            );
            write_atomically(&door, page.as_bytes())?;
            start(vec![program.display().to_string()], &door.display().to_string())
        }
    };
    if let Err(error) = opened {
        eprintln!("{}", t!("book.cannot_open", why = error));
    }
    Ok(())
}

/// What opens a page.
pub(crate) enum Browser {
    /// The words of the user's BROWSER.
    Named(Vec<String>),
    /// A desktop's way to open any file.
    Opener(PathBuf),
}

/// Finds a browser: the user's BROWSER, Windows' from WSL, a desktop's.
///
/// Source: BROWSER is a list of commands with colons between them, the first that is installed counts; xdg-open(1).
pub(crate) fn browser() -> Option<Browser> {
    let named = std::env::var("BROWSER").unwrap_or_default();
    let mut commands = named
        .split(':')
        .map(|command| command.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    if let Some(words) = commands.find(|words| words.first().is_some_and(|name| find_program(name).is_some()))
    {
        return Some(Browser::Named(words));
    }
    let has_screen = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    let opener = find_program("wslview").or_else(|| find_program("xdg-open").filter(|_| has_screen));
    opener.map(Browser::Opener)
}

/// Starts a browser that may go on longer than this program. One in the terminal has it until it ends.
fn start(mut words: Vec<String>, address: &str) -> std::io::Result<()> {
    match words.iter_mut().find(|word| word.contains("%s")) {
        Some(word) => *word = word.replace("%s", address),
        None => words.push(address.to_owned()),
    }
    let ended = Command::new(&words[0]).args(&words[1..]).status()?;
    if ended.success() {
        Ok(())
    } else {
        Err(std::io::Error::other(format!("{}: {ended}", words[0])))
    }
}

/// Returns the address of a file, its bytes escaped where an address cannot hold them.
///
/// Source: RFC 3986, 2.3; RFC 8089.
fn file_url(path: &Path) -> String {
    let mut url = String::from("file://");
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                url.push(byte.into())
            }
            _ => {
                let _ = write!(url, "%{byte:02X}");
            }
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_spaces_and_letters_beyond_ascii_as_escapes() {
        assert_eq!(
            file_url(Path::new("/home/a b/é.html")),
            "file:///home/a%20b/%C3%A9.html"
        );
    }
}
