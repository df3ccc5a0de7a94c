//! Texts without what changes from run to run: folders of runs, ports, numbers of threads.

use xtask::course::Course;

/// The longest text that a report shows of one thing, in bytes.
const SHOWN: usize = 16 << 10;

/// Knows which folder the course is in.
#[derive(Debug)]
pub(crate) struct Steady {
    root: String,
}

impl Steady {
    pub(crate) fn of(course: &Course) -> Self {
        Self {
            root: course.root.display().to_string(),
        }
    }

    /// Writes `text` as any run of the same programs would have it, and not longer than anybody reads.
    pub(crate) fn text(&self, text: &str) -> String {
        let text = text.replace(&self.root, "…");
        let text = each(&text, "{run}/", |rest| {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let files = rest[digits..].strip_prefix("/files").is_some();
            (digits > 0 && files).then(|| (digits + "/files".len(), String::from(".")))
        });
        let text = text
            .replace("{run}/bin/", "")
            .replace("{run}/reference/", "reference/");
        let text = each(&text, "thread '", |rest| {
            let name = rest.find("' (")?;
            let number = rest[name + 3..].bytes().take_while(u8::is_ascii_digit).count();
            let end = name + 3 + number;
            (number > 0 && rest[end..].starts_with(')'))
                .then(|| (end + 1, format!("thread '{}'", &rest[..name])))
        });
        let mut text = text;
        for host in ["127.0.0.1:", "[::1]:", "localhost:"] {
            text = each(&text, host, |rest| {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                (digits > 3).then(|| (digits, format!("{host}PORT")))
            });
        }
        cut(text)
    }
}

/// Replaces each `mark` with what follows it where `change` says how much that is, and what stands there instead.
fn each(text: &str, mark: &str, change: impl Fn(&str) -> Option<(usize, String)>) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(mark) {
        let behind = &rest[at + mark.len()..];
        out.push_str(&rest[..at]);
        rest = match change(behind) {
            Some((length, new)) => {
                out.push_str(&new);
                &behind[length..]
            }
            None => {
                out.push_str(mark);
                behind
            }
        };
    }
    out + rest
}

fn cut(mut text: String) -> String {
    if text.len() > SHOWN {
        let left_out = text.len() - SHOWN;
        let mut end = SHOWN;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push_str(&format!("\n… and {left_out} bytes more\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_from_run_to_run_is_not_in_a_text() {
        let steady = Steady {
            root: "/home/x/course".into(),
        };
        for (text, steadied) in [
            ("{run}/17/files/a.txt and {run}/2/files", "./a.txt and ."),
            ("{run}/bin/wordcount", "wordcount"),
            (
                "thread 'main' (4711) panicked at src/x.rs:1:2",
                "thread 'main' panicked at src/x.rs:1:2",
            ),
            ("thread '", "thread '"),
            ("listening on 127.0.0.1:43210", "listening on 127.0.0.1:PORT"),
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("/home/x/course/tests/x", "…/tests/x"),
        ] {
            assert_eq!(steady.text(text), steadied);
        }
        let long = steady.text(&"é".repeat(SHOWN));
        assert!(long.len() < SHOWN + 100 && long.ends_with("bytes more\n"));
    }
}
