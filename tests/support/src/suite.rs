//! Stages, the list of cases, and running one of them.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use rustix::process::{WaitOptions, set_child_subreaper, wait};
use serde_json::{Value, json};

use crate::case::Case;
use crate::exchange::{Exchange, Stored};
use crate::report::{Failure, Outcome, Report};

/// One stage of a lab: its name as in `lab.toml` and its cases, made by [`stage!`](crate::stage).
#[derive(Debug)]
pub struct Stage {
    /// The stage's name.
    pub name: &'static str,
    /// Its cases, in the order in which a student meets them.
    pub cases: &'static [Entry],
}

/// A case in a stage's table.
#[derive(Debug)]
pub struct Entry {
    /// The function's name: a sentence with underscores for spaces.
    pub name: &'static str,
    /// When the case runs.
    pub kind: Kind,
    /// The case itself.
    pub run: fn(&mut Case),
}

/// When a case runs and what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In every check.
    Snapshot,
    /// When a seed is given: its expectation comes from the reference.
    Seeded,
    /// In `verify` only: too large for a student's check.
    Slow,
    /// In every check where `tests/hidden/` is there; shown by name only.
    Hidden,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Snapshot => "snapshot",
            Kind::Seeded => "seeded",
            Kind::Slow => "slow",
            Kind::Hidden => "hidden",
        }
    }
}

/// What a program of a case may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    pub(crate) memory_kib: u64,
    pub(crate) output_bytes: usize,
    pub(crate) processes: usize,
    pub(crate) file_bytes: u64,
}

impl Limits {
    /// What a case may use that no runner started.
    pub(crate) const USUAL: &str = "10000,10000,512,16,32,1024";

    /// Reads `wall_ms,cpu_ms,memory_mib,output_mib,processes,file_mib`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let numbers: Vec<u64> = text
            .split(',')
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        let [wall, cpu, memory, output, processes, file] = numbers[..] else {
            return None;
        };
        Some(Self {
            wall: Duration::from_millis(wall),
            cpu: Duration::from_millis(cpu),
            memory_kib: memory << 10,
            output_bytes: usize::try_from(output).ok()? << 20,
            processes: usize::try_from(processes).ok()?,
            file_bytes: file << 20,
        })
    }
}

/// What the runner told this process.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) suite_dir: PathBuf,
    pub(crate) bin: PathBuf,
    pub(crate) reference_bin: Option<PathBuf>,
    pub(crate) scratch: PathBuf,
    pub(crate) seed: u64,
    pub(crate) limits: Limits,
    /// Whether the expectations of hidden cases are to be made rather than met (`bless`).
    pub(crate) bless: bool,
}

impl Setup {
    fn from_env(suite_dir: &str) -> Result<Self, String> {
        let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let need =
            |name: &str| path(name).ok_or_else(|| format!("{name} is not set; run `cargo xtask check`"));
        let text = |name: &str| std::env::var(name).ok();
        let limits = text("COURSE_LIMITS").unwrap_or_else(|| Limits::USUAL.to_owned());
        Ok(Self {
            suite_dir: PathBuf::from(suite_dir),
            bin: need("COURSE_BIN")?,
            reference_bin: path("COURSE_REFERENCE_BIN"),
            scratch: need("COURSE_SCRATCH")?,
            seed: text("COURSE_SEED")
                .and_then(|seed| seed.parse().ok())
                .unwrap_or(0),
            limits: Limits::parse(&limits).ok_or_else(|| format!("COURSE_LIMITS is malformed: {limits}"))?,
            bless: std::env::var_os("COURSE_BLESS").is_some(),
        })
    }
}

thread_local! {
    /// The report of the case that this process runs. Programs add their steps to it as they start.
    static REPORT: RefCell<Option<Report>> = const { RefCell::new(None) };
}

/// Adds a line to the case's report.
pub(crate) fn report_line(key: &str, value: Value) {
    REPORT.with_borrow_mut(|report| {
        if let Some(report) = report {
            report.line(key, value);
        }
    });
}

thread_local! {
    /// What programs were fed, for the student to feed again should the case fail.
    static INPUTS: RefCell<Vec<(PathBuf, Vec<u8>)>> = const { RefCell::new(Vec::new()) };
}

/// Remembers a program's input, if it is not too large, and says where it will stand should the case fail.
pub(crate) fn keep_input(bytes: &[u8]) -> Option<PathBuf> {
    const LARGEST: usize = 1 << 20;
    let scratch = PathBuf::from(std::env::var_os("COURSE_SCRATCH")?);
    let fits = bytes.len() <= LARGEST;
    fits.then(|| {
        INPUTS.with_borrow_mut(|inputs| {
            let path = scratch
                .parent()
                .unwrap_or(&scratch)
                .join(format!("stdin-{}", inputs.len() + 1));
            inputs.push((path.clone(), bytes.to_vec()));
            path
        })
    })
}

fn write_inputs() {
    for (path, bytes) in INPUTS.take() {
        // Without the copy the student lacks a convenience; the verdict stands.
        let _ = std::fs::write(path, bytes);
    }
}

/// Lists the suite's cases, or runs the one that the runner names; `suite_dir` is `env!("CARGO_MANIFEST_DIR")`.
///
/// The exit status only says whether the protocol was kept: 0 when a list or a verdict was written, 2 otherwise. Whether
/// the case passed stands in the report.
pub fn main(suite_dir: &str, stages: &[Stage]) -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--list"] => list(stages),
        ["--case", name] => run(suite_dir, stages, name),
        _ => Err("a suite is run by `cargo xtask check`; by hand: --list, or --case STAGE.CASE".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn list(stages: &[Stage]) -> Result<(), String> {
    let row = |stage: &str, case: &str, kind: Kind| {
        println!("{}", json!({"stage": stage, "case": case, "kind": kind.word()}))
    };
    for stage in stages {
        for entry in stage.cases {
            row(stage.name, entry.name, entry.kind);
        }
    }
    if let Some(dir) = hidden_dir() {
        for (stage, case, _) in hidden_cases(&dir)? {
            row(&stage, &case, Kind::Hidden);
        }
    }
    Ok(())
}

fn hidden_dir() -> Option<PathBuf> {
    std::env::var_os("COURSE_HIDDEN")
        .map(PathBuf::from)
        .filter(|dir| dir.is_dir())
}

/// Finds `STAGE.CASE.json` files, sorted.
fn hidden_cases(dir: &Path) -> Result<Vec<(String, String, PathBuf)>, String> {
    let unreadable = |error: std::io::Error| format!("{}: {error}", dir.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if let Some((stage, case)) = name.strip_suffix(".json").and_then(|name| name.split_once('.')) {
            found.push((stage.to_owned(), case.to_owned(), path));
        }
    }
    found.sort();
    Ok(found)
}

fn run(suite_dir: &str, stages: &[Stage], name: &str) -> Result<(), String> {
    let setup = Setup::from_env(suite_dir)?;
    let report = std::env::var_os("COURSE_REPORT").map(PathBuf::from);
    let report =
        Report::open(report.as_deref()).map_err(|error| format!("the report cannot be opened: {error}"))?;
    REPORT.with_borrow_mut(|slot| *slot = Some(report));
    // What a program leaves behind becomes this process's child, and ends with the case.
    set_child_subreaper(Some(rustix::process::getpid())).map_err(|error| format!("prctl: {error}"))?;

    std::thread::spawn(end_with_the_runner);

    let body = find(stages, name)?;
    let mut case = Case::new(name, setup);
    std::panic::set_hook(Box::new(|_| {}));
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(&mut case)));
    if ended.is_err() {
        write_inputs();
        for site in case.sites() {
            report_line("site", site);
        }
    }
    report_line("used", case.used());
    report_line("verdict", verdict(ended));
    end_children();
    Ok(())
}

/// Waits until the runner closes standard input, which also its death does, and then takes the case's programs along.
///
/// The programs are in process groups of their own, so that the terminal's interrupt reaches the runner alone.
fn end_with_the_runner() {
    if std::env::var_os("COURSE_LIFELINE").is_none() {
        return;
    }
    let mut stdin = std::io::stdin();
    let _ = std::io::copy(&mut stdin, &mut std::io::sink());
    crate::watch::kill_descendants();
    std::process::exit(3);
}

type Body = Box<dyn FnOnce(&mut Case)>;

fn find(stages: &[Stage], name: &str) -> Result<Body, String> {
    if let Some(path) = std::env::var_os("COURSE_REPLAY").map(PathBuf::from) {
        let stored = Stored::read(&path)?;
        return Ok(Box::new(move |case| {
            case.meet(&stored.exchange, &stored.expected)
        }));
    }
    let (stage, short) = name
        .split_once('.')
        .ok_or_else(|| format!("`{name}` is not STAGE.CASE"))?;
    let entry = stages
        .iter()
        .filter(|s| s.name == stage)
        .flat_map(|s| s.cases)
        .find(|entry| entry.name == short);
    if let Some(entry) = entry {
        return Ok(Box::new(entry.run));
    }
    let hidden = hidden_dir()
        .map(|dir| hidden_cases(&dir))
        .transpose()?
        .unwrap_or_default();
    match hidden
        .into_iter()
        .find(|(s, case, _)| s == stage && case == short)
    {
        Some((_, _, path)) if std::env::var_os("COURSE_BLESS").is_some() => {
            let exchange = Exchange::read(&path)?;
            Ok(Box::new(move |case| case.store(&exchange, &path)))
        }
        Some((_, _, path)) => {
            let stored = Stored::read(&path)?;
            Ok(Box::new(move |case| {
                case.meet(&stored.exchange, &stored.expected)
            }))
        }
        None => Err(format!("there is no case `{name}`")),
    }
}

fn verdict(ended: Result<(), Box<dyn std::any::Any + Send>>) -> Value {
    let payload = match ended {
        Ok(()) => return json!({ "outcome": Outcome::Pass.word() }),
        Err(payload) => payload,
    };
    let failure = match payload.downcast::<Box<Failure>>() {
        Ok(failure) => *failure,
        Err(other) => {
            let words = other
                .downcast_ref::<String>()
                .map(String::as_str)
                .or(other.downcast_ref::<&str>().copied());
            Box::new(Failure::new(
                Outcome::Fault,
                format!("the suite itself failed: {}", words.unwrap_or("a panic")),
            ))
        }
    };
    failure.json()
}

/// Kills and reaps whatever the case's programs left behind.
fn end_children() {
    loop {
        crate::watch::kill_descendants();
        match wait(WaitOptions::empty()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return,
        }
        // Of many that have ended, each would be looked for again.
        while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
    }
}
