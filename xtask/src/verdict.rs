//! The result model: what a check found, whoever looks at it.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::course::Lab;

/// How one case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Pass,
    /// The output or the status is not the expected one.
    Wrong,
    /// The program met a `todo!` of the starter.
    NotWritten,
    /// A panic or a signal.
    Crashed,
    TimedOut,
    OverMemory,
    OverOutput,
    OverProcesses,
    /// This machine lacks a program that the case is about.
    NotRun,
    /// The grader itself failed. It never scores.
    Fault,
}

impl Outcome {
    const ALL: [Outcome; 10] = [
        Outcome::Pass,
        Outcome::Wrong,
        Outcome::NotWritten,
        Outcome::Crashed,
        Outcome::TimedOut,
        Outcome::OverMemory,
        Outcome::OverOutput,
        Outcome::OverProcesses,
        Outcome::NotRun,
        Outcome::Fault,
    ];

    /// The word that stands in reports and in `--json`.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Pass => "pass",
            Outcome::Wrong => "wrong",
            Outcome::NotWritten => "not written",
            Outcome::Crashed => "crashed",
            Outcome::TimedOut => "timed out",
            Outcome::OverMemory => "over memory",
            Outcome::OverOutput => "over output",
            Outcome::OverProcesses => "over processes",
            Outcome::NotRun => "not run",
            Outcome::Fault => "fault",
        }
    }

    /// The outcome that this word stands for.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }
}

/// When a case runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Snapshot,
    Seeded,
    Slow,
    Hidden,
}

impl Kind {
    /// The word that the suite's list has for it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Snapshot => "snapshot",
            Kind::Seeded => "seeded",
            Kind::Slow => "slow",
            Kind::Hidden => "hidden",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "snapshot" => Kind::Snapshot,
            "seeded" => Kind::Seeded,
            "slow" => Kind::Slow,
            "hidden" => Kind::Hidden,
            _ => return None,
        })
    }
}

/// A program that a case ran.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    pub program: String,
    /// Whether it is a program of the system and not the subject's.
    pub peer: bool,
    pub args: Vec<String>,
    /// Its working directory.
    pub dir: PathBuf,
    pub stdin: Stdin,
}

/// Where a program's input came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Stdin {
    #[default]
    None,
    /// A copy stands in this file, beside the case's folder.
    Saved(PathBuf),
    File(PathBuf),
    /// Made on the fly: only the case itself can repeat it.
    Made,
}

impl Step {
    fn parse(value: &Value) -> Self {
        let path = |value: &Value| value.as_str().map(PathBuf::from);
        let stdin = &value["stdin"];
        Self {
            program: value["program"].as_str().unwrap_or_default().to_owned(),
            peer: value["peer"].as_bool().unwrap_or(false),
            args: value["args"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|arg| arg.as_str().map(str::to_owned))
                .collect(),
            dir: path(&value["dir"]).unwrap_or_default(),
            stdin: match (path(&stdin["saved"]), path(&stdin["file"])) {
                (Some(saved), _) => Stdin::Saved(saved),
                (_, Some(file)) => Stdin::File(file),
                _ if stdin.is_null() => Stdin::None,
                _ => Stdin::Made,
            },
        }
    }
}

/// A site that a case served, which is gone by now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// What snapshots call its address.
    pub name: String,
    pub url: String,
    /// Requests with their answers, a line each; of many, the first ones.
    pub asked: Vec<String>,
    /// How many more requests came.
    pub more: u64,
    /// The folder among the case's files that has the beginnings of the answers, if there are any.
    pub answers: Option<String>,
}

impl Site {
    fn parse(value: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            name: text(&value["name"]),
            url: text(&value["url"]),
            asked: value["asked"]
                .as_array()
                .into_iter()
                .flatten()
                .map(text)
                .collect(),
            more: value["more"].as_u64().unwrap_or(0),
            answers: value["answers"].as_str().map(str::to_owned),
        }
    }
}

/// How the program ended that a failure speaks of.
#[derive(Debug, Clone, Default)]
pub struct Ended {
    pub step: Step,
    pub status: Option<i64>,
    pub signal: Option<i64>,
    /// Whether it was the case that ended it.
    pub killed: bool,
    pub wall_ms: u64,
    /// How long it might run, where the case allowed it less than its stage does.
    pub wall_limit_ms: Option<u64>,
    pub cpu_ms: u64,
    pub peak_kib: u64,
    pub stderr: String,
}

/// What one case found.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// `a_missing_file_is_named`, without the stage.
    pub name: String,
    pub kind: Kind,
    pub outcome: Outcome,
    /// One sentence: what did not hold.
    pub what: String,
    pub expected: Option<String>,
    pub actual: Option<String>,
    pub ended: Option<Ended>,
    /// The last program that was started.
    pub last_step: Option<Step>,
    /// The sites that a case served which did not pass.
    pub sites: Vec<Site>,
    /// The exchange that failed, for a replay file.
    pub replay: Option<Value>,
    /// The folder where the case's files are kept.
    pub kept: Option<PathBuf>,
    pub snapshots: Vec<String>,
    pub fixtures: Vec<String>,
    /// The subject's executables that the case needs.
    pub programs: Vec<String>,
    pub wall_ms: u64,
    /// Whether it is an earlier result, since nothing has changed.
    pub reused: bool,
}

impl CaseResult {
    /// A result without a report.
    pub fn bare(name: &str, kind: Kind, outcome: Outcome, what: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            outcome,
            what: what.into(),
            expected: None,
            actual: None,
            ended: None,
            last_step: None,
            sites: Vec::new(),
            replay: None,
            kept: None,
            snapshots: Vec::new(),
            fixtures: Vec::new(),
            programs: Vec::new(),
            wall_ms: 0,
            reused: false,
        }
    }

    /// Reads what the case wrote. Anything but exactly one verdict is a fault.
    pub fn from_report(name: &str, kind: Kind, report: &str) -> Self {
        let lines: Vec<Value> = report
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        let all = |key: &str| lines.iter().filter_map(|line| line.get(key)).collect::<Vec<_>>();
        let mut result = match all("verdict")[..] {
            [verdict] => Self::from_verdict(name, kind, verdict),
            [] => Self::bare(name, kind, Outcome::Fault, "the case ended without a verdict"),
            _ => Self::bare(name, kind, Outcome::Fault, "the case gave more than one verdict"),
        };
        result.last_step = all("step").last().map(|step| Step::parse(step));
        result.sites = all("site").into_iter().map(Site::parse).collect();
        let strings = |key: &str| {
            let lists = all("used").into_iter().filter_map(|used| used[key].as_array());
            lists
                .flatten()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect()
        };
        (result.snapshots, result.fixtures) = (strings("snapshots"), strings("fixtures"));
        result.programs = strings("programs");
        result
    }

    fn from_verdict(name: &str, kind: Kind, verdict: &Value) -> Self {
        let text = |key: &str| verdict[key].as_str().map(str::to_owned);
        let outcome = text("outcome")
            .as_deref()
            .and_then(Outcome::parse)
            .unwrap_or(Outcome::Fault);
        let mut result = Self::bare(name, kind, outcome, text("what").unwrap_or_default());
        result.expected = text("expected");
        result.actual = text("actual");
        result.replay = Some(verdict["replay"].clone()).filter(|replay| !replay.is_null());
        let ended = &verdict["ended"];
        if !ended.is_null() {
            let number = |key: &str| ended[key].as_u64().unwrap_or(0);
            result.ended = Some(Ended {
                step: Step::parse(&ended["step"]),
                status: ended["status"].as_i64(),
                signal: ended["signal"].as_i64(),
                killed: ended["killed"].as_bool().unwrap_or(false),
                wall_ms: number("wall_ms"),
                wall_limit_ms: ended["wall_limit_ms"].as_u64(),
                cpu_ms: number("cpu_ms"),
                peak_kib: number("peak_kib"),
                stderr: ended["stderr"].as_str().unwrap_or_default().to_owned(),
            });
        }
        result
    }

    /// The program that the verdict speaks of.
    pub fn step(&self) -> Option<&Step> {
        self.ended
            .as_ref()
            .map(|ended| &ended.step)
            .or(self.last_step.as_ref())
    }

    /// The name as the sentence it is.
    pub fn sentence(&self) -> String {
        self.name.replace('_', " ")
    }
}

/// What one stage came to.
#[derive(Debug, Clone)]
pub struct StageResult {
    pub name: String,
    pub points: u32,
    pub cases: Vec<CaseResult>,
}

impl StageResult {
    /// A stage passes when every case of it that could run passes, and at least one did.
    pub fn passed(&self) -> bool {
        self.count(Outcome::Pass) > 0
            && self.count(Outcome::Pass) + self.count(Outcome::NotRun) == self.cases.len()
    }

    pub fn count(&self, outcome: Outcome) -> usize {
        self.cases.iter().filter(|case| case.outcome == outcome).count()
    }

    /// The cases that keep the stage from passing.
    pub fn failures(&self) -> impl Iterator<Item = &CaseResult> {
        self.cases
            .iter()
            .filter(|case| !matches!(case.outcome, Outcome::Pass | Outcome::NotRun))
    }

    /// Whether all that is wrong is that nothing is written yet.
    pub fn unwritten(&self) -> bool {
        self.failures().next().is_some() && self.failures().all(|case| case.outcome == Outcome::NotWritten)
    }
}

/// What a check of one lab found.
#[derive(Debug, Clone)]
pub struct LabResult {
    /// Where the subject's executables stand, for commands that repeat a case.
    pub programs: PathBuf,
    /// The compiler's words, if the subject does not compile; then no stage was run.
    pub broken: Option<String>,
    pub stages: Vec<StageResult>,
}

impl LabResult {
    pub fn passed(&self) -> bool {
        self.broken.is_none() && self.stages.iter().all(StageResult::passed)
    }

    pub fn has_fault(&self) -> bool {
        self.stages.iter().any(|stage| stage.count(Outcome::Fault) > 0)
    }

    /// Points reached.
    pub fn points(&self) -> u32 {
        self.stages
            .iter()
            .filter(|stage| stage.passed())
            .map(|stage| stage.points)
            .sum()
    }

    /// The whole result for machines.
    pub fn json(&self, lab: &Lab) -> Value {
        let stages: Vec<Value> = self.stages.iter().map(stage_json).collect();
        json!({
            "lab": lab.id,
            "package": lab.package,
            "compiles": self.broken.is_none(),
            "passed": self.passed(),
            "points": self.points(),
            "points_of": lab.stages.iter().map(|stage| stage.points).sum::<u32>(),
            "stages": stages,
        })
    }
}

fn stage_json(stage: &StageResult) -> Value {
    json!({
        "stage": stage.name,
        "passed": stage.passed(),
        "points": if stage.passed() { stage.points } else { 0 },
        "points_of": stage.points,
        "cases": stage.cases.iter().map(case_json).collect::<Vec<_>>(),
    })
}

fn case_json(case: &CaseResult) -> Value {
    // Of a hidden case nobody learns more than its name and whether it passed.
    if case.kind == Kind::Hidden {
        return json!({ "case": case.name, "outcome": case.outcome.word(), "hidden": true });
    }
    json!({
        "case": case.name,
        "outcome": case.outcome.word(),
        "what": case.what,
        "expected": case.expected,
        "actual": case.actual,
        "command": case.step().map(|step| std::iter::once(&step.program).chain(&step.args).collect::<Vec<_>>()),
        "ended": case.ended.as_ref().map(|ended| json!({
            "status": ended.status,
            "signal": ended.signal,
            "killed": ended.killed,
            "wall_ms": ended.wall_ms,
            "cpu_ms": ended.cpu_ms,
            "peak_kib": ended.peak_kib,
            "stderr": ended.stderr,
        })),
        "sites": case.sites.iter().map(|site| json!({
            "name": site.name,
            "url": site.url,
            "asked": site.asked,
            "more": site.more,
            "answers": site.answers,
        })).collect::<Vec<_>>(),
        "kept": case.kept,
        "wall_ms": case.wall_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(report: &str) -> Outcome {
        CaseResult::from_report("x", Kind::Snapshot, report).outcome
    }

    #[test]
    fn only_exactly_one_verdict_counts() {
        let pass = "{\"verdict\":{\"outcome\":\"pass\"}}\n";
        assert_eq!(outcome(pass), Outcome::Pass);
        assert_eq!(outcome(""), Outcome::Fault);
        assert_eq!(outcome(&pass.repeat(2)), Outcome::Fault);
        assert_eq!(
            outcome("{\"verdict\":{\"outcome\":\"splendid\"}}\n"),
            Outcome::Fault
        );
        assert_eq!(outcome("{\"verdict\":"), Outcome::Fault);
    }

    #[test]
    fn what_a_site_was_asked_stands_beside_the_verdict() {
        let report = "{\"site\":{\"name\":\"site\",\"url\":\"http://127.0.0.1:4321\",\"asked\":[\"GET /: 200\"],\"more\":2,\"answers\":\"answers/site\"}}\n\
                      {\"verdict\":{\"outcome\":\"wrong\"}}\n";
        let result = CaseResult::from_report("x", Kind::Snapshot, report);
        let expected = Site {
            name: "site".to_owned(),
            url: "http://127.0.0.1:4321".to_owned(),
            asked: vec!["GET /: 200".to_owned()],
            more: 2,
            answers: Some("answers/site".to_owned()),
        };
        assert_eq!((result.outcome, result.sites), (Outcome::Wrong, vec![expected]));
    }

    #[test]
    fn a_stage_without_a_case_that_ran_does_not_pass() {
        let case = |outcome| CaseResult::bare("x", Kind::Snapshot, outcome, "");
        let stage = |outcomes: &[Outcome]| StageResult {
            name: "s".into(),
            points: 10,
            cases: outcomes.iter().map(|outcome| case(*outcome)).collect(),
        };
        assert!(!stage(&[]).passed());
        assert!(!stage(&[Outcome::NotRun]).passed());
        assert!(stage(&[Outcome::Pass, Outcome::NotRun]).passed());
        assert!(!stage(&[Outcome::Pass, Outcome::Fault]).passed());
        assert!(stage(&[Outcome::Pass, Outcome::NotWritten]).unwritten());
    }
}
