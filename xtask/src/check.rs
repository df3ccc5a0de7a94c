//! `check`: build, run, show.

use std::path::PathBuf;

use serde_json::Value;

use crate::course::{Course, Lab};
use crate::earlier::{self, Student};
use crate::exit::{self, Result, Stop};
use crate::progress::Progress;
use crate::runner::{self, Plan};
use crate::show::View;
use crate::subject::{Subject, write_atomically};
use crate::t;
use crate::verdict::{Kind, LabResult};

/// What `check` was asked for.
#[derive(Debug, Default)]
pub struct Options {
    /// Labs or stages; none is the lab worked on last; `all` is every lab.
    pub targets: Vec<String>,
    pub solution: bool,
    pub subject: Option<PathBuf>,
    pub case: Option<String>,
    pub seed: Option<u64>,
    pub replay: Option<PathBuf>,
    pub json: bool,
    pub all: bool,
    pub fresh: bool,
}

/// Checks what `options` names, and returns the exit status.
pub fn run(course: &Course, options: &Options) -> Result<u8> {
    let mut progress = Progress::load(course);
    let mut documents = Vec::new();
    let mut worst = exit::OK;
    for (lab, stage) in targets(course, &progress, options)? {
        // One lab's trouble does not hide another's result.
        match check_lab(course, lab, stage, options, &mut progress) {
            Ok((status, document)) => {
                worst = worst.max(status);
                documents.push(document);
            }
            Err(stop) if options.targets.len() > 1 || options.targets.iter().any(|name| name == "all") => {
                eprintln!("{}: {}", lab.id, stop.message);
                worst = worst.max(stop.status);
            }
            Err(stop) => return Err(stop),
        }
    }
    if options.json {
        let whole = if documents.len() == 1 {
            documents.remove(0)
        } else {
            Value::Array(documents)
        };
        print_quietly(&format!("{whole:#}\n"))?;
    }
    Ok(worst)
}

type Chosen<'c> = (&'c Lab, Option<usize>);

fn targets<'c>(course: &'c Course, progress: &Progress, options: &Options) -> Result<Vec<Chosen<'c>>> {
    if let Some(path) = &options.replay {
        let replay = read_replay(path)?;
        let target = course.target(replay["lab"].as_str().unwrap_or_default())?;
        return Ok(vec![(target.lab, None)]);
    }
    if options.targets.iter().any(|name| name == "all") {
        return Ok(course.labs.iter().map(|lab| (lab, None)).collect());
    }
    if options.targets.is_empty() {
        return Ok(vec![(current_lab(course, progress)?, None)]);
    }
    options
        .targets
        .iter()
        .map(|name| course.target(name).map(|target| (target.lab, target.stage)))
        .collect()
}

/// Returns the lab worked on last or, before any, the first.
pub fn current_lab<'c>(course: &'c Course, progress: &Progress) -> Result<&'c Lab> {
    let last = progress
        .last()
        .and_then(|dir| course.labs.iter().find(|lab| lab.dir == dir));
    last.or(course.labs.first())
        .ok_or_else(|| Stop::failed(t!("course.no_labs")))
}

/// Returns the lab called `name` or, without a name, the one worked on last.
pub fn lab_or_current<'c>(course: &'c Course, name: Option<&str>) -> Result<&'c Lab> {
    match name {
        Some(name) => course.target(name).map(|target| target.lab),
        None => current_lab(course, &Progress::load(course)),
    }
}

fn check_lab(
    course: &Course,
    lab: &Lab,
    stage: Option<usize>,
    options: &Options,
    progress: &mut Progress,
) -> Result<(u8, Value)> {
    let Student { subject, note } = subject(course, lab, options, progress)?;
    let replay = match &options.replay {
        Some(path) => Some((path.clone(), read_replay(path)?)),
        None => None,
    };
    let plan = Plan {
        stages: stage.map(|stage| vec![lab.stages[stage].name.clone()]),
        case: match &replay {
            Some((_, replay)) => replay["case"].as_str().map(str::to_owned),
            None => options.case.clone(),
        },
        seed: options.seed,
        replay: replay.map(|(path, _)| std::path::absolute(&path).unwrap_or(path)),
        quiet: options.json,
        reuse: subject.is_students()
            && !options.fresh
            && options.case.is_none()
            && options.replay.is_none()
            && options.seed.is_none(),
        in_full: options.all || options.json,
        ..Plan::default()
    };
    // As they are before the build: what is saved while it goes on was not checked.
    let files = subject
        .is_students()
        .then(|| earlier::print_of(course, lab))
        .transpose()?;
    let result = runner::grade(course, lab, &subject, &plan)?;
    if let Some(files) = files.filter(|_| plan.case.is_none()) {
        progress.record(lab, &result, &files);
        if let Err(stop) = progress.save() {
            eprintln!("{}", t!("check.progress_lost", why = stop.message));
        }
    }
    let replays = write_replays(course, lab, &result, options.seed)?;
    if !options.json {
        let arguments = repeat_arguments(options);
        let view = View {
            course,
            lab,
            options: &arguments,
            all: options.all,
            picked: plan.case.is_some(),
            note: note.as_deref(),
        };
        print_quietly(&view.draw(&result))?;
        for path in replays {
            let shown = path
                .strip_prefix(&course.root)
                .unwrap_or(&path)
                .display()
                .to_string();
            print_quietly(&format!(
                "  {}\n",
                t!("check.replay", file = crate::show::quoted(&shown))
            ))?;
        }
    }
    let mut document = result.json(lab);
    document["note"] = note.into();
    Ok((status(&result), document))
}

/// What `options` asks to be graded.
fn subject(course: &Course, lab: &Lab, options: &Options, progress: &Progress) -> Result<Student> {
    let subject = match &options.subject {
        Some(dir) => Subject::from_dir(course, lab, dir)?,
        None if options.solution => {
            course.solutions()?;
            Subject::Reference
        }
        None => return Student::find(course, lab, progress),
    };
    let note = None;
    Ok(Student { subject, note })
}

/// Prints to standard output; a reader that has gone (`| head`) ends the program quietly.
pub fn print_quietly(text: &str) -> Result {
    use std::io::Write;
    match std::io::stdout()
        .write_all(text.as_bytes())
        .and_then(|()| std::io::stdout().flush())
    {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(Stop::new(exit::OK, "")),
        Err(error) => Err(Stop::failed(t!("check.cannot_print", error = error))),
        Ok(()) => Ok(()),
    }
}

/// The exit status that a result ends `check` with.
pub fn status(result: &LabResult) -> u8 {
    if result.broken.is_some() {
        exit::BUILD
    } else if result.has_fault() {
        exit::FAULT
    } else if result.passed() {
        exit::OK
    } else {
        exit::FAILED
    }
}

fn repeat_arguments(options: &Options) -> String {
    let mut arguments = String::new();
    if options.solution {
        arguments.push_str(" --solution");
    }
    if let Some(dir) = &options.subject {
        arguments.push_str(&format!(
            " --subject {}",
            crate::show::quoted(&dir.display().to_string())
        ));
    }
    if let Some(seed) = options.seed {
        arguments.push_str(&format!(" --seed {seed}"));
    }
    arguments
}

fn read_replay(path: &std::path::Path) -> Result<Value> {
    let text = std::fs::read_to_string(path).map_err(|error| Stop::io(path, error))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| Stop::io(path, error))?;
    let whole = ["lab", "case", "program"]
        .iter()
        .all(|key| value[key].is_string());
    if whole {
        Ok(value)
    } else {
        Err(Stop::io(path, t!("check.no_replay")))
    }
}

/// Writes a replay file for each seeded case that failed, and returns their paths.
fn write_replays(course: &Course, lab: &Lab, result: &LabResult, seed: Option<u64>) -> Result<Vec<PathBuf>> {
    let Some(seed) = seed else { return Ok(Vec::new()) };
    let mut written = Vec::new();
    for stage in &result.stages {
        for case in stage.cases.iter().filter(|case| case.kind == Kind::Seeded) {
            let Some(Value::Object(mut replay)) = case.replay.clone() else {
                continue;
            };
            let name = format!("{}.{}", stage.name, case.name);
            replay.insert("lab".into(), lab.id.clone().into());
            replay.insert("case".into(), name.clone().into());
            replay.insert("seed".into(), seed.into());
            let path = course
                .work_dir()
                .join("replay")
                .join(format!("{}.{name}-{seed}.json", lab.id));
            write_atomically(&path, format!("{:#}\n", Value::Object(replay)).as_bytes())?;
            written.push(path);
        }
    }
    Ok(written)
}
