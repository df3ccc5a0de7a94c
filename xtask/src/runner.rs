//! Runs the cases of a suite over a subject's programs: one process group a case, one report a case.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open, test_kill_process};
use serde_json::Value;

use crate::cargo::{self, Say};
use crate::course::{Course, Lab, Limits, unknown};
use crate::exit::{FAULT, Result, Stop};
use crate::grading::{CaseBook, Grading, Told, with_run};
use crate::machine::with_default_signals;
use crate::reuse::{Report, Settled};
use crate::subject::Subject;
use crate::t;
use crate::term::Status;
use crate::verdict::{CaseResult, Kind, LabResult, Outcome, StageResult};

/// The most that a failing case's folder may take on disk to be kept for the student.
const KEPT_BYTES: u64 = 64 << 20;

/// What to run.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Only these stages; none is all of them.
    pub stages: Option<Vec<String>>,
    /// Only this case, `STAGE.CASE` or `CASE`.
    pub case: Option<String>,
    /// Run the seeded cases with this seed, beside the reference.
    pub seed: Option<u64>,
    /// Run the cases that are too large for a student's check.
    pub slow: bool,
    /// Play this replay file instead of the suite's own cases.
    pub replay: Option<PathBuf>,
    /// Of this stage only the first case (`verify`'s look one stage ahead).
    pub first_case_of: Option<String>,
    /// Let insta write snapshots, and hidden cases their expectations.
    pub bless: bool,
    /// Say nothing while it runs.
    pub quiet: bool,
    /// Take over the results of cases of which nothing has changed since, as [`crate::reuse`] says.
    pub reuse: bool,
    /// Each failing case will be shown, so each is run.
    pub in_full: bool,
    /// Only cases of these kinds; none is all of them.
    pub kinds: Option<Vec<Kind>>,
    /// Start no more cases once one has come to this, and keep no files: all that counts is whether any does.
    pub until: Option<Until>,
    /// What each case took before, in milliseconds, by `STAGE.CASE`: those that take least are run first.
    pub took: Option<Arc<BTreeMap<String, u64>>>,
    /// How many cases run at the same time; without a number, as many as there are processors.
    pub at_once: Option<usize>,
    /// What is built already, by [`Ready::build`], and has not changed since.
    pub ready: Option<Arc<Ready>>,
    /// Build only these executables of the subject; none is all of them.
    pub programs: Option<Vec<String>>,
    /// Of the cases that are wanted, only these (`STAGE.CASE`); none is all of them.
    pub among: Option<BTreeSet<String>>,
    /// A class is graded: each case is put down in a book, runs in a cell, and keeps no files.
    pub grading: Option<Grading>,
}

/// What a case may come to that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// It has passed.
    Pass,
    /// It has failed; a grader fault is no failure.
    Failure,
}

impl Until {
    fn is_met(self, outcome: Outcome) -> bool {
        match self {
            Self::Pass => outcome == Outcome::Pass,
            Self::Failure => !matches!(outcome, Outcome::Pass | Outcome::NotRun | Outcome::Fault),
        }
    }
}

/// What several subjects of one lab are graded with.
#[derive(Debug)]
pub struct Ready {
    pub suite: PathBuf,
    /// The reference's executables.
    pub reference: BTreeMap<String, PathBuf>,
}

impl Ready {
    /// Builds the suite and the reference of a lab, for plans without slow cases.
    pub fn build(course: &Course, lab: &Lab) -> Result<Self> {
        Ok(Self {
            suite: cargo::build_suite(course, lab, Say::Keep)?,
            reference: reference(course, lab, &[], Say::Keep)?,
        })
    }
}

/// A case as the suite lists it.
#[derive(Debug, Clone)]
struct Listed {
    stage: String,
    name: String,
    kind: Kind,
}

impl Listed {
    /// `STAGE.CASE`.
    fn full_name(&self) -> String {
        format!("{}.{}", self.stage, self.name)
    }
}

/// Builds the suite and `subject`, runs what `plan` says, and returns what was found.
pub fn grade(course: &Course, lab: &Lab, subject: &Subject, plan: &Plan) -> Result<LabResult> {
    let say = if plan.quiet { Say::Keep } else { Say::Now };
    // Nobody builds for minutes what only a slow case looks at.
    let features = if plan.slow { lab.features() } else { Vec::new() };
    let wanted = cargo::Wanted {
        features: &features,
        programs: plan.programs.as_deref(),
    };
    let mut built = cargo::build_with(course, lab, subject, &wanted, say)?;
    let Some(programs) = built.programs.take() else {
        return Ok(LabResult {
            programs: PathBuf::new(),
            broken: Some(built.diagnostics),
            stages: Vec::new(),
        });
    };
    let suite = match (built.suite, &plan.ready) {
        (Some(suite), _) => suite,
        (None, Some(ready)) => ready.suite.clone(),
        (None, None) => cargo::build_suite(course, lab, say)?,
    };
    let reference = match (plan.seed, &plan.ready) {
        (None, _) => None,
        (Some(_), Some(ready)) => Some(ready.reference.clone()),
        (Some(_), None) => Some(reference(course, lab, &features, say)?),
    };
    grade_built(course, lab, &suite, &programs, reference.as_ref(), plan)
}

/// Runs what `plan` says over executables that are built, beside the reference's where there is one.
pub fn grade_built(
    course: &Course,
    lab: &Lab,
    suite: &Path,
    programs: &BTreeMap<String, PathBuf>,
    reference: Option<&BTreeMap<String, PathBuf>>,
    plan: &Plan,
) -> Result<LabResult> {
    let run = Run::prepare(course, lab, programs, reference)?;
    let settled = plan
        .reuse
        .then(|| Mutex::new(Settled::load(course, lab, suite, programs)));
    let stages = run.grade(suite, plan, settled.as_ref())?;
    if let Some(settled) = &settled {
        lock(settled).save();
    }
    let program = programs.get(&lab.package).and_then(|path| path.parent());
    Ok(LabResult {
        programs: program.map(Path::to_owned).unwrap_or_default(),
        broken: None,
        stages,
    })
}

/// Builds the reference's executables.
fn reference(course: &Course, lab: &Lab, features: &[String], say: Say) -> Result<BTreeMap<String, PathBuf>> {
    course.solutions()?;
    let wanted = cargo::Wanted {
        features,
        programs: None,
    };
    let built = cargo::build_with(course, lab, &Subject::Reference, &wanted, say)?;
    built
        .programs
        .ok_or_else(|| Stop::new(FAULT, t!("runner.reference_broken", lab = lab.id)))
}

/// The folders of one run. They go when it ends; those of a run that was killed go when the next one starts.
struct Run<'c> {
    course: &'c Course,
    lab: &'c Lab,
    dir: PathBuf,
    has_reference: bool,
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.dir);
    }
}

impl<'c> Run<'c> {
    fn prepare(
        course: &'c Course,
        lab: &'c Lab,
        programs: &BTreeMap<String, PathBuf>,
        reference: Option<&BTreeMap<String, PathBuf>>,
    ) -> Result<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let runs = course.work_dir().join("runs");
        sweep(&runs);
        let dir = runs.join(format!(
            "{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        ));
        let run = Self {
            course,
            lab,
            dir,
            has_reference: reference.is_some(),
        };
        link_all(programs, &run.dir.join("bin"))?;
        if let Some(reference) = reference {
            link_all(reference, &run.dir.join("reference"))?;
        }
        Ok(run)
    }

    fn grade(&self, suite: &Path, plan: &Plan, settled: Option<&Mutex<Settled>>) -> Result<Vec<StageResult>> {
        let listed = self.list(suite)?;
        let mut chosen = self.choose(&listed, plan)?;
        if let Some(took) = &plan.took {
            chosen.sort_by_key(|case| took.get(&case.full_name()).copied());
        }
        let chosen = chosen;
        let failed_dir = self.course.failed_dir().join(&self.lab.id);
        if plan.case.is_none() && plan.stages.is_none() && plan.until.is_none() && plan.grading.is_none() {
            let _ = fs::remove_dir_all(&failed_dir);
        }

        if let Some(settled) = settled {
            for stage in &self.lab.stages {
                let of_stage = chosen.iter().filter(|case| case.stage == stage.name);
                let names: Vec<String> = of_stage.map(Listed::full_name).collect();
                lock(settled).run_again(&names, plan.in_full);
            }
        }
        let next = AtomicUsize::new(0);
        let results: Mutex<Vec<Option<CaseResult>>> = Mutex::new(vec![None; chosen.len()]);
        let status = Mutex::new((Status::start(), 0));
        let workers = plan
            .at_once
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
            .min(chosen.len().max(1));
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    while let Some(case) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let index = chosen
                            .iter()
                            .position(|other| std::ptr::eq(other, case))
                            .unwrap_or(0);
                        let result = self.case(suite, (index, case), plan, settled, &failed_dir);
                        if plan.until.is_some_and(|until| until.is_met(result.outcome)) {
                            next.store(chosen.len(), Ordering::Relaxed);
                        }
                        lock(&results)[index] = Some(result);
                        let mut status = lock(&status);
                        status.1 += 1;
                        if !plan.quiet {
                            let line = t!(
                                "runner.progress",
                                lab = self.lab.id,
                                done = status.1,
                                all = chosen.len()
                            );
                            status.0.show(&line);
                        }
                    }
                });
            }
        });
        lock(&status).0.clear();

        let mut results: Vec<_> = std::mem::take(&mut *lock(&results));
        let missing = results.iter().filter(|result| result.is_none()).count();
        if missing > 0 && plan.until.is_none() {
            return Err(Stop::new(FAULT, t!("runner.lost", missing = missing)));
        }
        let mut stages = Vec::new();
        for stage in &self.lab.stages {
            let of_stage = chosen
                .iter()
                .zip(&mut results)
                .filter(|(case, _)| case.stage == stage.name);
            let cases: Vec<CaseResult> = of_stage.filter_map(|(_, result)| result.take()).collect();
            if !cases.is_empty() || plan.stages.is_none() && plan.case.is_none() {
                stages.push(StageResult {
                    name: stage.name.clone(),
                    points: stage.points,
                    cases,
                });
            }
        }
        Ok(stages)
    }

    /// Asks the suite for its cases. Every stage of lab.toml must have some, and no other stage may.
    fn list(&self, suite: &Path) -> Result<Vec<Listed>> {
        let faulty = |what: String| Stop::new(FAULT, t!("runner.bad_list", lab = self.lab.id, what = what));
        let output = Command::new(suite)
            .arg("--list")
            .env("COURSE_HIDDEN", self.hidden_dir())
            .stdin(Stdio::null())
            .output()
            .map_err(|error| faulty(error.to_string()))?;
        let mut listed = Vec::new();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let value: Value = serde_json::from_str(line).map_err(|error| faulty(error.to_string()))?;
            let text = |key: &str| {
                value[key]
                    .as_str()
                    .map(str::to_owned)
                    .ok_or_else(|| faulty(line.to_owned()))
            };
            let kind = Kind::parse(&text("kind")?).ok_or_else(|| faulty(line.to_owned()))?;
            listed.push(Listed {
                stage: text("stage")?,
                name: text("case")?,
                kind,
            });
        }
        if let Some(stranger) = listed
            .iter()
            .find(|case| !self.lab.stages.iter().any(|stage| stage.name == case.stage))
        {
            return Err(faulty(stranger.stage.clone()));
        }
        if let Some(empty) = self
            .lab
            .stages
            .iter()
            .find(|stage| !listed.iter().any(|case| case.stage == stage.name))
        {
            return Err(faulty(empty.name.clone()));
        }
        Ok(listed)
    }

    /// Picks the plan's cases, in the order of lab.toml's stages.
    fn choose(&self, listed: &[Listed], plan: &Plan) -> Result<Vec<Listed>> {
        let wanted_stage = |name: &str| {
            let ahead = plan.first_case_of.as_deref() == Some(name);
            ahead
                || plan
                    .stages
                    .as_ref()
                    .is_none_or(|stages| stages.iter().any(|stage| stage == name))
        };
        // The name as it was printed, as a sentence or as an identifier; or else a part of it.
        let name = plan.case.as_deref().map(|name| name.replace(' ', "_"));
        let exact = |case: &Listed, name: &str| name == case.name || name == case.full_name();
        let named = name
            .as_deref()
            .is_some_and(|name| listed.iter().any(|case| exact(case, name)));
        let wanted_case = |case: &Listed| match &name {
            None => true,
            Some(name) if named => exact(case, name),
            Some(name) => case.name.contains(name.as_str()),
        };
        let mut chosen = Vec::new();
        for stage in self.lab.stages.iter().filter(|stage| wanted_stage(&stage.name)) {
            let mut cases: Vec<Listed> = listed
                .iter()
                .filter(|case| case.stage == stage.name && wanted_case(case))
                .filter(|case| plan.kinds.as_ref().is_none_or(|kinds| kinds.contains(&case.kind)))
                .filter(|case| {
                    let among = plan.among.as_ref();
                    among.is_none_or(|among| among.contains(&case.full_name()))
                })
                .filter(|case| match case.kind {
                    Kind::Snapshot => true,
                    Kind::Hidden => !plan.bless || plan.case.is_none(),
                    Kind::Seeded => self.has_reference || plan.replay.is_some(),
                    Kind::Slow => plan.slow || named,
                })
                .cloned()
                .collect();
            if plan.first_case_of.as_deref() == Some(&*stage.name) {
                cases.truncate(1);
            }
            chosen.append(&mut cases);
        }
        match &plan.case {
            Some(name) if chosen.is_empty() => {
                let known = listed.iter().map(|case| case.name.as_str());
                let message = t!("runner.no_case", lab = self.lab.id, name = name);
                Err(Stop::usage(unknown(message, &name.replace(' ', "_"), known)))
            }
            _ => Ok(chosen),
        }
    }

    fn hidden_dir(&self) -> PathBuf {
        self.course.root.join("tests/hidden").join(&self.lab.dir)
    }

    /// Runs one case in a process group of its own and reads its report.
    fn case(
        &self,
        suite: &Path,
        (index, case): (usize, &Listed),
        plan: &Plan,
        settled: Option<&Mutex<Settled>>,
        failed_dir: &Path,
    ) -> CaseResult {
        let full_name = case.full_name();
        if let Some(report) = settled
            .map(lock)
            .as_ref()
            .and_then(|settled| settled.get(&full_name))
        {
            let mut result = CaseResult::from_report(&case.name, case.kind, &report.text);
            (result.wall_ms, result.reused) = (report.wall_ms, true);
            return result;
        }
        let book = plan.grading.as_ref().map(|grading| &*grading.book);
        if let Some(told) = book.and_then(|book| book.known(&full_name)) {
            return told.result(&case.name, case.kind);
        }
        // A program sees its working folder, and need not read there which case it is in.
        let base = self.dir.join(match book {
            Some(_) => index.to_string(),
            None => full_name.clone(),
        });
        let (scratch, report) = (base.join("files"), base.join("report"));
        let fault = |what: String| CaseResult::bare(&case.name, case.kind, Outcome::Fault, what);
        if let Err(error) = fs::create_dir_all(&scratch) {
            return fault(format!("{}: {error}", scratch.display()));
        }
        let limits = self
            .lab
            .stages
            .iter()
            .find(|stage| stage.name == case.stage)
            .map_or_else(Limits::default, |stage| stage.limits);
        let mut command = self.confined(suite, plan);
        command
            .args(["--case", &full_name])
            .current_dir(&scratch)
            .process_group(0)
            .stdin(Stdio::piped());
        self.set_environment(&mut command, plan, &limits);
        command
            .env("COURSE_SCRATCH", &scratch)
            .env("COURSE_REPORT", &report);
        let said = base.join("said");
        match File::create(&said).and_then(|file| Ok((file.try_clone()?, file))) {
            Ok((out, err)) => drop(command.stdout(out).stderr(err)),
            Err(error) => return fault(format!("{}: {error}", said.display())),
        }
        let started = Instant::now();
        let in_time = match command
            .spawn()
            .and_then(|child| wait(child, Duration::from_millis(limits.case_ms)))
        {
            Ok(in_time) => in_time,
            Err(error) => return fault(error.to_string()),
        };
        let text = fs::read_to_string(&report).unwrap_or_default();
        let mut result = CaseResult::from_report(&case.name, case.kind, &text);
        result.wall_ms = started.elapsed().as_millis() as u64;
        if !in_time && result.outcome == Outcome::Fault {
            result.outcome = Outcome::TimedOut;
            result.what = t!("runner.case_limit", seconds = limits.case_ms / 1000);
        } else if result.outcome == Outcome::Fault {
            result.what = format!(
                "{}\n{}",
                result.what,
                fs::read_to_string(&said).unwrap_or_default()
            );
        }
        if let Some(book) = book {
            result = self.put_down(book, &full_name, text.clone(), result);
        }
        let failed = !matches!(result.outcome, Outcome::Pass | Outcome::NotRun);
        if failed && case.kind != Kind::Hidden && plan.until.is_none() && book.is_none() {
            result.kept = keep(&base, &failed_dir.join(&full_name));
        }
        let unwritten = result.outcome == Outcome::NotWritten;
        if let Some(settled) = settled.filter(|_| unwritten || result.outcome == Outcome::Pass) {
            let report = Report {
                text,
                wall_ms: result.wall_ms,
                unwritten,
            };
            lock(settled).add(full_name, report);
        }
        let _ = fs::remove_dir_all(&base);
        result
    }

    /// The suite's executable, in a cell if there is one.
    fn confined(&self, suite: &Path, plan: &Plan) -> Command {
        let cell = plan.grading.as_ref().map(|grading| &grading.cell);
        let mut before = cell.into_iter().flat_map(|cell| &cell.before);
        let Some(program) = before.next() else {
            return with_default_signals(suite);
        };
        let mut command = with_default_signals(Path::new(&with_run(program, &self.dir)));
        command.args(before.map(|word| with_run(word, &self.dir)));
        command.arg(suite);
        command
    }

    /// Puts down what a case told. What could not be put down counts as nothing.
    fn put_down(&self, book: &dyn CaseBook, case: &str, report: String, result: CaseResult) -> CaseResult {
        let told = Told {
            report: report.replace(&*self.dir.to_string_lossy(), "{run}"),
            outcome: result.outcome,
            what: result.what.replace(&*self.dir.to_string_lossy(), "{run}"),
            wall_ms: result.wall_ms,
        };
        match book.keep(case, &told) {
            Ok(()) => told.result(&result.name, result.kind),
            Err(why) => CaseResult::bare(&result.name, result.kind, Outcome::Fault, why),
        }
    }

    fn set_environment(&self, command: &mut Command, plan: &Plan, limits: &Limits) {
        // A variable of insta's in the student's shell could make every snapshot pass.
        for (name, _) in std::env::vars_os() {
            if name
                .to_str()
                .is_some_and(|name| name.starts_with("INSTA_") || name.starts_with("COURSE_"))
            {
                command.env_remove(name);
            }
        }
        command
            .env("INSTA_FORCE_PASS", "0")
            .env("INSTA_OUTPUT", "none")
            .env("INSTA_WORKSPACE_ROOT", &self.course.root);
        command
            .env("INSTA_UPDATE", if plan.bless { "always" } else { "no" })
            .env("RUST_BACKTRACE", "0");
        command.env("COURSE_LIFELINE", "1");
        command
            .env("COURSE_BIN", self.dir.join("bin"))
            .env("COURSE_HIDDEN", self.hidden_dir());
        let Limits {
            wall_ms,
            cpu_ms,
            memory_mib,
            output_mib,
            processes,
            file_mib,
            ..
        } = limits;
        command.env(
            "COURSE_LIMITS",
            format!("{wall_ms},{cpu_ms},{memory_mib},{output_mib},{processes},{file_mib}"),
        );
        if self.has_reference {
            command.env("COURSE_REFERENCE_BIN", self.dir.join("reference"));
        }
        if let Some(seed) = plan.seed {
            command.env("COURSE_SEED", seed.to_string());
        }
        if let Some(replay) = &plan.replay {
            command.env("COURSE_REPLAY", replay);
        }
        if plan.bless {
            command.env("COURSE_BLESS", "1");
        }
        for (name, value) in plan.grading.iter().flat_map(|grading| &grading.cell.env) {
            command.env(name, with_run(value, &self.dir));
        }
    }
}

/// Waits for `child` for at most `limit`; then kills its group. Returns whether it ended by itself.
fn wait(mut child: Child, limit: Duration) -> std::io::Result<bool> {
    let pid = Pid::from_child(&child);
    let pidfd = pidfd_open(pid, PidfdFlags::empty())?;
    // `Child::wait` would close the lifeline, so it is waited for by its descriptor first.
    let deadline = Instant::now() + limit;
    let in_time = loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = Timespec {
            tv_sec: left.as_secs().cast_signed(),
            tv_nsec: left.subsec_nanos().into(),
        };
        match poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], Some(&timeout)) {
            Ok(0) => break false,
            Ok(_) => break true,
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    };
    if !in_time {
        // The case kills its programs when its lifeline closes. Where it cannot, it is killed itself.
        drop(child.stdin.take());
        let grace = Timespec {
            tv_sec: 2,
            tv_nsec: 0,
        };
        if !matches!(
            poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], Some(&grace)),
            Ok(1..)
        ) {
            let _ = kill_process_group(pid, Signal::KILL);
        }
    }
    child.wait()?;
    Ok(in_time)
}

/// Gives each program a hard link in `dir`, which no later build replaces.
fn link_all(programs: &BTreeMap<String, PathBuf>, dir: &Path) -> Result {
    fs::create_dir_all(dir).map_err(|error| Stop::io(dir, error))?;
    for (name, path) in programs {
        let link = dir.join(name);
        if fs::hard_link(path, &link).is_err() {
            fs::copy(path, &link).map_err(|error| Stop::io(path, error))?;
        }
    }
    Ok(())
}

/// Removes the folders of runs whose process is gone.
fn sweep(runs: &Path) {
    for entry in fs::read_dir(runs).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let pid = name
            .to_str()
            .and_then(|name| name.split_once('-')?.0.parse().ok())
            .and_then(Pid::from_raw);
        if pid.is_none_or(|pid| test_kill_process(pid).is_err()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Moves a failing case's files to where the student can look at them, with what its programs were fed, unless they are large.
fn keep(base: &Path, to: &Path) -> Option<PathBuf> {
    let _ = fs::remove_dir_all(to);
    if bytes_on_disk(base) > KEPT_BYTES {
        return None;
    }
    fs::create_dir_all(to.parent()?).ok()?;
    fs::rename(base.join("files"), to).ok()?;
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("stdin-") {
            let _ = fs::rename(entry.path(), to.join(entry.file_name()));
        }
    }
    Some(to.to_owned())
}

fn bytes_on_disk(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => bytes_on_disk(&entry.path()),
            Ok(data) => data.blocks() * 512,
            Err(_) => 0,
        })
        .sum()
}

/// Locks a mutex whose holder cannot have left it half changed.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
