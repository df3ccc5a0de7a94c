//! The command line: which commands there are, and what each is called with.

mod arguments;

use std::path::PathBuf;

use lexopt::prelude::*;

use crate::check;
use crate::course::{Course, unknown};
use crate::exit::{OK, Result, Stop};
use crate::t;
use arguments::nothing;

pub use arguments::{Given, at_least_one, given, one};

/// Who a command is for: the order in which `help` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    Students,
    Authors,
    Instructors,
}

/// One command, as `help` and the shells' completions know it.
pub struct Command {
    pub name: &'static str,
    pub audience: For,
    /// What follows the name.
    pub usage: &'static str,
    /// Whether its arguments are labs and stages.
    pub takes_lab: bool,
    pub options: &'static [&'static str],
    pub about: fn() -> String,
    run: fn(lexopt::Parser) -> Result<u8>,
}

/// All commands, in the order in which a newcomer meets them.
pub const COMMANDS: &[Command] = &[
    Command {
        name: "check",
        audience: For::Students,
        usage: "[LAB[.STAGE]|all]…",
        takes_lab: true,
        options: &[
            "--case",
            "--all",
            "--fresh",
            "--seed",
            "--replay",
            "--solution",
            "--subject",
            "--json",
        ],
        about: || t!("help.check"),
        run: check_command,
    },
    Command {
        name: "watch",
        audience: For::Students,
        usage: "[LAB]",
        takes_lab: true,
        options: &[],
        about: || t!("help.watch"),
        run: |parser| crate::watch::run(&Course::find()?, one(parser)?.as_deref()),
    },
    Command {
        name: "hint",
        audience: For::Students,
        usage: "[LAB.STAGE]",
        takes_lab: true,
        options: &[],
        about: || t!("help.hint"),
        run: |parser| crate::hint::run(&Course::find()?, one(parser)?.as_deref()).map(|()| OK),
    },
    Command {
        name: "catch-up",
        audience: For::Students,
        usage: "LAB[.STAGE]",
        takes_lab: true,
        options: &[],
        about: || t!("help.catch_up"),
        run: |_| crate::workshop::run(),
    },
    Command {
        name: "diff",
        audience: For::Students,
        usage: "LAB[.STAGE]",
        takes_lab: true,
        options: &["--yes"],
        about: || t!("help.diff"),
        run: |_| crate::workshop::run(),
    },
    Command {
        name: "reset",
        audience: For::Students,
        usage: "LAB[.STAGE]",
        takes_lab: true,
        options: &[],
        about: || t!("help.reset"),
        run: |_| crate::workshop::run(),
    },
    Command {
        name: "bench",
        audience: For::Students,
        usage: "[LAB]",
        takes_lab: true,
        options: &["--runs", "--only", "--record"],
        about: || t!("help.bench"),
        run: |_| crate::workshop::run(),
    },
    Command {
        name: "update",
        audience: For::Students,
        usage: "",
        takes_lab: false,
        options: &["--from"],
        about: || t!("help.update"),
        run: update_command,
    },
    Command {
        name: "book",
        audience: For::Students,
        usage: "[LAB[.STAGE]]",
        takes_lab: true,
        options: &["--no-open"],
        about: || t!("help.book"),
        run: |parser| {
            let given = given(parser, &["--no-open"])?;
            crate::book::run(&Course::find()?, given.one()?, !given.has("--no-open"))
        },
    },
    Command {
        name: "doctor",
        audience: For::Students,
        usage: "",
        takes_lab: false,
        options: &[],
        about: || t!("help.doctor"),
        run: |parser| nothing(parser).and_then(|()| crate::doctor::run(&Course::find()?)),
    },
    Command {
        name: "completions",
        audience: For::Students,
        usage: "bash|zsh|fish",
        takes_lab: false,
        options: &[],
        about: || t!("help.completions"),
        run: |parser| crate::completions::run(&Course::find()?, one(parser)?.as_deref()),
    },
    Command {
        name: "starters",
        audience: For::Authors,
        usage: "[--check] [LAB]…",
        takes_lab: true,
        options: &["--check"],
        about: || t!("help.starters"),
        run: |_| crate::workshop::run(),
    },
    Command {
        name: "new-lab",
        audience: For::Authors,
        usage: "NAME",
        takes_lab: false,
        options: &[],
        about: || t!("help.new_lab"),
        run: |_| crate::workshop::run(),
    },
    Command {
        name: "bless",
        audience: For::Authors,
        usage: "[--yes] LAB",
        takes_lab: true,
        options: &["--yes"],
        about: || t!("help.bless"),
        run: |_| crate::workshop::run(),
    },
    Command {
        name: "verify",
        audience: For::Authors,
        usage: "[--note] [LAB]",
        takes_lab: true,
        options: &["--note"],
        about: || t!("help.verify"),
        run: |_| crate::workshop::run(),
    },
    Command {
        name: "mutants",
        audience: For::Authors,
        usage: "[LAB]",
        takes_lab: true,
        options: &["--sample", "--seed", "--list"],
        about: || t!("help.mutants"),
        run: |_| crate::workshop::run(),
    },
    Command {
        name: "grade",
        audience: For::Instructors,
        usage: "SUBMISSIONS --out DIR",
        takes_lab: false,
        options: &[
            "--out",
            "--labs",
            "--jobs",
            "--key",
            "--policy",
            "--resume",
            "--apply",
            "--shard",
            "--tier",
            "--unsafe",
            "--timings",
        ],
        about: || t!("help.grade"),
        run: |_| crate::workshop::grader(),
    },
    Command {
        name: "handout",
        audience: For::Instructors,
        usage: "OUT",
        takes_lab: false,
        options: &[],
        about: || t!("help.handout"),
        run: |_| crate::workshop::grader(),
    },
    Command {
        name: "merge",
        audience: For::Instructors,
        usage: "DIR… --out DIR",
        takes_lab: false,
        options: &["--out", "--policy"],
        about: || t!("help.merge"),
        run: |_| crate::workshop::grader(),
    },
];

/// Runs what the command line says and returns the exit status.
pub fn run() -> Result<u8> {
    let mut parser = lexopt::Parser::from_env();
    let Some(first) = parser.next()? else {
        return crate::map::run(&Course::find()?).map(|()| OK);
    };
    let name = match first {
        Short('h') | Long("help") => return help(),
        Short('V') | Long("version") => return version(),
        Value(name) => name.string()?,
        other => return Err(other.unexpected().into()),
    };
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) if wants_help(&mut parser) => command_help(command),
        Some(command) => (command.run)(parser),
        None if name == "help" => help(),
        None => {
            let known = COMMANDS.iter().map(|command| command.name);
            Err(Stop::usage(unknown(
                t!("help.no_command", name = name),
                &name,
                known,
            )))
        }
    }
}

fn wants_help(parser: &mut lexopt::Parser) -> bool {
    let raw = parser.try_raw_args();
    raw.is_some_and(|raw| raw.peek().is_some_and(|next| next == "--help" || next == "-h"))
}

fn help() -> Result<u8> {
    let mut out = format!("{}\n\n{}\n", t!("help.title"), t!("help.usage"));
    for (audience, heading) in [
        (For::Students, t!("help.students")),
        (For::Authors, t!("help.authors")),
        (For::Instructors, t!("help.instructors")),
    ] {
        if audience == For::Instructors && Course::find().is_ok_and(|course| !course.has_grader()) {
            continue;
        }
        out.push_str(&format!("\n{heading}\n"));
        for command in COMMANDS.iter().filter(|command| command.audience == audience) {
            let call = format!("{} {}", command.name, command.usage);
            out.push_str(&format!("  {:28} {}\n", call.trim_end(), (command.about)()));
        }
    }
    out.push_str(&format!("\n{}\n\n{}\n", t!("help.names"), t!("help.exit")));
    check::print_quietly(&out)?;
    Ok(OK)
}

fn command_help(command: &Command) -> Result<u8> {
    let mut out = format!(
        "{}\n\ncargo xtask {} {}\n",
        (command.about)(),
        command.name,
        command.usage
    );
    for option in command.options {
        let (usage, about) = option_help(option);
        out.push_str(&format!("  {usage:16} {about}\n"));
    }
    check::print_quietly(&out)?;
    Ok(OK)
}

/// What an option takes and does; one name means the same in every command.
pub fn option_help(option: &str) -> (&'static str, String) {
    match option {
        "--case" => ("--case NAME", t!("option.case")),
        "--all" => ("--all", t!("option.all")),
        "--fresh" => ("--fresh", t!("option.fresh")),
        "--seed" => ("--seed N", t!("option.seed")),
        "--replay" => ("--replay FILE", t!("option.replay")),
        "--solution" => ("--solution", t!("option.solution")),
        "--subject" => ("--subject DIR", t!("option.subject")),
        "--json" => ("--json", t!("option.json")),
        "--yes" => ("--yes", t!("option.yes")),
        "--runs" => ("--runs N", t!("option.runs")),
        "--only" => ("--only MEASURE", t!("option.only")),
        "--record" => ("--record", t!("option.record")),
        "--sample" => ("--sample N", t!("option.sample")),
        "--list" => ("--list", t!("option.list")),
        "--from" => ("--from SOURCE", t!("option.from")),
        "--note" => ("--note", t!("option.note")),
        "--no-open" => ("--no-open", t!("option.no_open")),
        "--check" => ("--check", t!("option.check")),
        "--out" => ("--out DIR", t!("option.out")),
        "--labs" => ("--labs LAB,…", t!("option.labs")),
        "--jobs" => ("--jobs N", t!("option.jobs")),
        "--resume" => ("--resume", t!("option.resume")),
        "--key" => ("--key FILE", t!("option.key")),
        "--policy" => ("--policy FILE", t!("option.policy")),
        "--apply" => ("--apply", t!("option.apply")),
        "--shard" => ("--shard I/N", t!("option.shard")),
        "--tier" => ("--tier A|B|C", t!("option.tier")),
        "--timings" => ("--timings", t!("option.timings")),
        "--unsafe" => ("--unsafe", t!("option.unsafe")),
        _ => ("", String::new()),
    }
}

fn version() -> Result<u8> {
    check::print_quietly(&format!("xtask {}\n", env!("CARGO_PKG_VERSION")))?;
    Ok(OK)
}

fn check_command(mut parser: lexopt::Parser) -> Result<u8> {
    let mut options = check::Options::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("solution") => options.solution = true,
            Long("subject") => options.subject = Some(PathBuf::from(parser.value()?)),
            Long("case") => options.case = Some(parser.value()?.string()?),
            Long("seed") => options.seed = Some(parser.value()?.parse()?),
            Long("replay") => options.replay = Some(PathBuf::from(parser.value()?)),
            Long("json") => options.json = true,
            Long("all") => options.all = true,
            Long("fresh") => options.fresh = true,
            Value(name) => options.targets.push(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    check::run(&Course::find()?, &options)
}

fn update_command(mut parser: lexopt::Parser) -> Result<u8> {
    let mut from = None;
    while let Some(arg) = parser.next()? {
        match arg {
            Long("from") => from = Some(parser.value()?.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    crate::update::run(&Course::find()?, from.as_deref())
}
