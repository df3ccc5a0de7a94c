//! `tests/LAB/bench.toml`: what is measured, and against whom.

use std::fs;
use std::path::Path;

use toml_span::value::{Table, Value};

use crate::course::{Course, Lab, Reader};
use crate::exit::{Result, Stop};
use crate::t;

/// Everything that `bench` measures of one lab.
#[derive(Debug)]
pub struct Spec {
    pub inputs: Vec<Input>,
    pub measures: Vec<Measure>,
}

/// A file that the suite's example `PACKAGE-inputs` writes.
#[derive(Debug)]
pub struct Input {
    /// Also the file's name.
    pub name: String,
    /// Arguments of the program that writes it.
    pub make: Vec<String>,
    pub about: String,
}

/// One thing that the lab's program does, and who else does it.
#[derive(Debug)]
pub struct Measure {
    pub name: String,
    /// The name of an [`Input`].
    pub input: String,
    /// Arguments of the lab's main program.
    pub subject: Vec<String>,
    pub peers: Vec<Peer>,
}

/// A program of the system that does the same.
#[derive(Debug)]
pub struct Peer {
    pub name: String,
    pub call: Call,
    /// The Debian package that holds it.
    pub package: String,
    /// The share of the peer's time that the lab's program may take.
    pub goal: Option<f64>,
    /// Fewer runs than the others get, and no warm-up: for a peer that takes minutes.
    pub runs: Option<usize>,
}

/// How a program is started.
#[derive(Debug, Clone)]
pub enum Call {
    Program(Vec<String>),
    /// A line for `sh -c`.
    Shell(String),
}

impl Spec {
    /// Reads the lab's file.
    ///
    /// # Errors
    /// The lab has none; a key is missing or of the wrong type; a measure names an input that is not there.
    pub fn load(course: &Course, lab: &Lab) -> Result<Self> {
        let path = course.suite_dir(lab).join("bench.toml");
        if !path.is_file() {
            return Err(Stop::failed(t!("bench.none", lab = lab.id)));
        }
        let text = fs::read_to_string(&path).map_err(|error| Stop::io(&path, error))?;
        Self::parse(&path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self> {
        let reader = Reader::parse(path, text)?;
        let mut inputs: Vec<Input> = Vec::new();
        for table in tables(&reader, reader.array("input")?, "input")? {
            inputs.push(Input {
                // The name becomes a file's; a path would lead out of the folder.
                name: Some(reader.string(table, "name")?)
                    .filter(|name| !name.contains('/') && !name.starts_with('.'))
                    .ok_or_else(|| reader.wrong("input.name"))?,
                make: reader.strings(table, "make")?,
                about: reader.string(table, "about")?,
            });
        }
        let mut measures = Vec::new();
        for table in tables(&reader, reader.array("measure")?, "measure")? {
            let input = reader.string(table, "input")?;
            if !inputs.iter().any(|known| known.name == input) {
                return Err(reader.wrong("measure.input"));
            }
            let peers = table.get("peer").map(|value| {
                let list = value.as_array().ok_or_else(|| reader.wrong("measure.peer"))?;
                tables(&reader, list, "measure.peer")?
                    .into_iter()
                    .map(|table| peer(&reader, table))
                    .collect()
            });
            measures.push(Measure {
                name: reader.string(table, "name")?,
                subject: reader.strings(table, "subject")?,
                peers: peers.transpose()?.unwrap_or_default(),
                input,
            });
        }
        Ok(Self { inputs, measures })
    }
}

fn tables<'t, 'a>(reader: &Reader<'_>, list: &'t [Value<'a>], key: &str) -> Result<Vec<&'t Table<'a>>> {
    list.iter()
        .map(|value| value.as_table().ok_or_else(|| reader.wrong(key)))
        .collect()
}

fn peer(reader: &Reader<'_>, table: &Table<'_>) -> Result<Peer> {
    let call = match (table.contains_key("command"), table.contains_key("shell")) {
        (true, false) => Call::Program(reader.strings(table, "command")?),
        (false, true) => Call::Shell(reader.string(table, "shell")?),
        _ => return Err(reader.wrong("measure.peer.command")),
    };
    let goal = table.get("goal").map(|value| {
        let whole = value
            .as_integer()
            .and_then(|n| i32::try_from(n).ok())
            .map(f64::from);
        value
            .as_float()
            .or(whole)
            .ok_or_else(|| reader.wrong("measure.peer.goal"))
    });
    let runs = reader.integer(table, "runs")?.map(|n| {
        usize::try_from(n)
            .ok()
            .filter(|&n| n > 0)
            .ok_or_else(|| reader.wrong("measure.peer.runs"))
    });
    Ok(Peer {
        name: reader.string(table, "name")?,
        call,
        package: reader.string(table, "package")?,
        goal: goal.transpose()?,
        runs: runs.transpose()?,
    })
}

impl Call {
    /// The programs that this needs, as far as the line shows: the first word of each command.
    pub fn programs(&self) -> Vec<String> {
        let line = match self {
            Call::Program(words) => return words.first().cloned().into_iter().collect(),
            Call::Shell(line) => without_quoted(line),
        };
        line.split(['|', ';', '&', '('])
            .filter_map(|part| part.split_whitespace().find(|word| !word.contains('=')))
            .map(str::to_owned)
            .collect()
    }
}

/// A shell's line without what stands in quotes: programs of awk are full of what would look like commands.
fn without_quoted(line: &str) -> String {
    let mut open = None;
    let outside = |c: &char| match open {
        Some(quote) => {
            if quote == *c {
                open = None;
            }
            false
        }
        None if ['\'', '"'].contains(c) => {
            open = Some(*c);
            false
        }
        None => true,
    };
    line.chars().filter(outside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[[input]]
name = "english"
make = ["english", "100"]
about = "words"
[[measure]]
name = "count"
input = "english"
subject = ["count", "{input}"]
[[measure.peer]]
name = "wc"
command = ["wc", "{input}"]
package = "coreutils"
goal = 1
"#;

    #[test]
    fn a_goal_may_be_a_whole_number_and_runs_may_be_left_out() {
        let spec = Spec::parse(Path::new("bench.toml"), GOOD).expect("a good file");
        let peer = &spec.measures[0].peers[0];
        assert_eq!((peer.goal, peer.runs), (Some(1.0), None));
    }

    #[test]
    fn mistakes_are_named_by_their_key() {
        let check = |from: &str, to: &str, key: &str| {
            let stop = Spec::parse(Path::new("bench.toml"), &GOOD.replacen(from, to, 1)).expect_err(to);
            assert!(stop.message.contains(key), "{}", stop.message);
        };
        check("input = \"english\"", "input = \"german\"", "measure.input");
        check("command", "shell = \"wc\"\ncommand", "measure.peer.command");
        check("goal = 1", "goal = \"1\"", "measure.peer.goal");
        check("goal = 1", "runs = 0", "measure.peer.runs");
        check("name = \"english\"", "name = \"../english\"", "input.name");
    }

    #[test]
    fn the_programs_of_a_shell_line_are_the_first_words_of_its_commands() {
        let check =
            |line: &str, programs: &[&str]| assert_eq!(Call::Shell(line.to_owned()).programs(), programs);
        check(
            "LC_ALL=C tr -s ' ' '\\n' < {input} | sort | uniq -c",
            &["tr", "sort", "uniq"],
        );
        check(
            "mawk '{n[$7]++} END {for (k in n) print n[k]; exit}' {input} && \"wc\" x",
            &["mawk", "x"],
        );
    }
}
