//! `reset`: the starter again, of a lab or of one stage. What stood there is kept aside.

use std::ops::Range;

use crate::source::{Function, Source, closing};
use crate::starter::{self, Todo, expects};
use xtask::check::print_quietly;
use xtask::course::{Course, Lab};
use xtask::exit::{OK, Result, Stop};
use xtask::progress::Progress;
use xtask::subject::Files;
use xtask::{t, tree};

/// Puts the starter of what `name` names back.
pub(crate) fn run(course: &Course, name: &str) -> Result<u8> {
    let target = course.target(name)?;
    let lab = target.lab;
    let starter = tree::read(&course.starter_dir(lab))?;
    if starter.is_empty() {
        return Err(Stop::failed(t!(
            "reset.no_starter",
            dir = course.starter_dir(lab).display()
        )));
    }
    let ours = tree::read(&course.lab_dir(lab))?;
    let (files, stages) = match target.stage {
        None => (starter, 0..lab.stages.len()),
        Some(stage) => (one_stage(lab, stage, &starter, &ours)?, stage..stage + 1),
    };
    let mut out = String::new();
    if files == ours {
        out.push_str(&format!("{}\n", t!("reset.nothing", name = target.name())));
    } else {
        if !ours.is_empty() {
            let kept = tree::keep_aside(course, &lab.dir, &ours)?;
            out.push_str(&format!("{}\n", t!("kept.aside", dir = kept.display())));
        }
        tree::write(&course.lab_dir(lab), &files)?;
        out.push_str(&format!("{}\n", t!("reset.done", name = target.name())));
    }
    let mut progress = Progress::load(course);
    stages.for_each(|stage| progress.forget(lab, &lab.stages[stage].name));
    progress.set_last(lab);
    progress.save()?;
    print_quietly(&out).map(|()| OK)
}

/// Puts back what the starter has for one stage, file by file; all of it or nothing.
fn one_stage(lab: &Lab, stage: usize, starter: &Files, ours: &Files) -> Result<Files> {
    let name = &lab.stages[stage].name;
    let mut files = ours.clone();
    let mut gone = Vec::new();
    for (path, bytes) in starter.iter().filter(|(path, _)| starter::is_rust(path)) {
        let text = String::from_utf8_lossy(bytes);
        let todos = starter::todos_in(path, &text);
        if !todos.iter().any(|todo| todo.stage == *name) {
            continue;
        }
        let Some(mine) = ours.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok()) else {
            gone.push(path.display().to_string());
            continue;
        };
        match restore(&text, &todos, name, mine) {
            Ok(restored) => drop(files.insert(path.clone(), restored.into_bytes())),
            Err(places) => {
                gone.extend(
                    places
                        .into_iter()
                        .map(|place| format!("{}: {place}", path.display())),
                );
            }
        }
    }
    if !gone.is_empty() {
        let places = gone.join("\n  ");
        return Err(Stop::failed(t!(
            "reset.gone",
            stage = name,
            places = places,
            lab = lab.id
        )));
    }
    // A crate that holds a `todo!` again says again that it expects one.
    for root in starter::roots_with_todo(&files) {
        let expected = starter
            .get(&root)
            .is_some_and(|text| expects::is_in_crate_root(text));
        if let Some(text) = files.get(&root).and_then(|bytes| std::str::from_utf8(bytes).ok())
            && expected
        {
            let text = expects::in_crate_root(text);
            files.insert(root, text.into_bytes());
        }
    }
    Ok(files)
}

/// Puts the starter's functions with a `todo!` of `stage` into `mine`.
///
/// # Errors
/// The functions, or the blocks in them, that `mine` does not have exactly once.
fn restore(
    starter: &str,
    todos: &[Todo],
    stage: &str,
    mine: &str,
) -> std::result::Result<String, Vec<String>> {
    let (starter, mine) = (Source::new(starter), Source::new(mine));
    let (given, written) = (starter.functions(), mine.functions());
    let mut edits: Vec<(Range<usize>, &str)> = Vec::new();
    let mut gone = Vec::new();
    for todo in todos.iter().filter(|todo| todo.stage == stage) {
        let Some(function) = innermost(&given, todo.at) else {
            gone.push(starter.line(todo.at).to_string());
            continue;
        };
        let Some(own) = only(written.iter().filter(|own| own.path == function.path)) else {
            gone.push(format!("fn {}", function.path));
            continue;
        };
        let inside = |other: &&Todo| function.body.contains(&other.at);
        let edit = if todos.iter().filter(inside).all(|other| other.stage == stage) {
            Some((own.item.clone(), &starter.text[function.item.clone()]))
        } else {
            // Another stage lives in the same function: only the block around this one is put back.
            block(&starter, todo.at, &mine, own)
        };
        match edit {
            Some(edit) if edits.contains(&edit) => {}
            Some(edit) => edits.push(edit),
            None => gone.push(format!(
                "fn {}: {}",
                function.path,
                header(&starter, todo.at).unwrap_or_default()
            )),
        }
    }
    if !gone.is_empty() {
        return Err(gone);
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut text = mine.text.to_owned();
    for (range, with) in edits.into_iter().rev() {
        text.replace_range(range, with);
    }
    Ok(text)
}

/// Finds the function whose body lies closest around a place.
fn innermost(functions: &[Function], at: usize) -> Option<&Function> {
    functions
        .iter()
        .filter(|function| function.body.contains(&at))
        .min_by_key(|function| function.body.len())
}

/// Finds the block in the student's function that begins with the same line as the starter's around `at`.
fn block<'a>(
    starter: &'a Source<'_>,
    at: usize,
    mine: &Source<'_>,
    own: &Function,
) -> Option<(Range<usize>, &'a str)> {
    let open = opening(&starter.code, at)?;
    let header = header(starter, at)?;
    let lines = mine.text[own.body.clone()]
        .split_inclusive('\n')
        .scan(own.body.start, |start, line| {
            let own = *start;
            *start += line.len();
            Some((own, line))
        });
    let (start, line) = only(lines.filter(|(_, line)| line.trim() == header))?;
    let inside = start + line.trim_end().len();
    let end = closing(&mine.code, inside, b'{', b'}')?;
    let given = open + 1..closing(&starter.code, open + 1, b'{', b'}')?;
    Some((inside..end, &starter.text[given]))
}

/// Gives the line that opens the block around `at`.
fn header<'a>(source: &Source<'a>, at: usize) -> Option<&'a str> {
    let open = opening(&source.code, at)?;
    let start = source.text[..open].rfind('\n').map_or(0, |newline| newline + 1);
    Some(source.text[start..=open].trim())
}

/// Finds the brace that opens the block around `at`.
fn opening(code: &str, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    code.as_bytes()[..at].iter().rposition(|&byte| match byte {
        b'}' => {
            depth += 1;
            false
        }
        b'{' if depth > 0 => {
            depth -= 1;
            false
        }
        byte => byte == b'{',
    })
}

/// Gives the only element, if there is just one.
fn only<T>(mut elements: impl Iterator<Item = T>) -> Option<T> {
    let first = elements.next()?;
    elements.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STARTER: &str = "\
impl Tally {
    /// Adds.
    #[expect(unused_variables, reason = \"goes with the todo!\")]
    pub fn add(&mut self, word: &str) {
        todo!(\"freq: Add.\")
    }
}

fn run(command: Command) {
    match command {
        Command::Count(args) => {
            todo!(\"count: Count.\")
        }
        Command::Freq(args) => {
            todo!(\"freq: Rank.\")
        }
    }
}
";

    const MINE: &str = "\
use std::collections::HashMap;

impl Tally {
    /// Adds.
    pub fn add(&mut self, words: &str) {
        helper(words); // }
    }
}

fn helper(_: &str) {}

fn run(command: Command) {
    match command {
        Command::Count(args) => {
            count(args)
        }
        Command::Freq(args) => {
            for word in words { add(word); }
        }
    }
}
";

    fn reset(mine: &str) -> std::result::Result<String, Vec<String>> {
        let todos = starter::todos_in(std::path::Path::new("lib.rs"), STARTER);
        restore(STARTER, &todos, "freq", mine)
    }

    #[test]
    fn one_stage_goes_back_and_the_rest_stays() {
        let text = reset(MINE).unwrap();
        let add = &STARTER[STARTER.find("    #[expect").unwrap()..STARTER.find("\n}\n").unwrap()];
        assert!(text.contains(add), "{text}");
        assert!(
            text.contains("            todo!(\"freq: Rank.\")\n        }\n"),
            "{text}"
        );
        assert!(text.contains("count(args)") && !text.contains("count: Count") && text.contains("fn helper"));
        assert!(text.starts_with("use std::collections::HashMap;\n"));
    }

    #[test]
    fn resetting_the_starter_changes_nothing() {
        assert_eq!(reset(STARTER).unwrap(), STARTER);
    }

    #[test]
    fn what_has_no_place_any_more_is_named() {
        let gone = reset(&MINE.replace("fn add", "fn insert")).unwrap_err();
        assert_eq!(gone, ["fn impl Tally::add"]);
        let gone = reset(&MINE.replace("Freq(args) =>", "Freq(a) =>")).unwrap_err();
        assert_eq!(gone, ["fn run: Command::Freq(args) => {"]);
    }
}
