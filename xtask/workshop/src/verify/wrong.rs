//! Proves that wrong solutions are caught.

use std::fs;
use std::path::{Path, PathBuf};

use super::Proof;
use super::lab::{Shared, impossible, stage_fails};
use xtask::check::print_quietly;
use xtask::course::Reader;
use xtask::runner::Plan;
use xtask::subject::{Files, read_tree, write_atomically};
use xtask::t;
use xtask::verdict::{CaseResult, LabResult, Outcome, StageResult};

/// A wrong solution, `tests/mutants/LAB/NAME.toml`.
pub(super) struct Wrong {
    pub(super) name: String,
    path: PathBuf,
}

/// What its file says, and the files that it makes.
struct Read {
    stage: String,
    /// The case that is tried before the others.
    caught_by: Option<String>,
    files: Files,
}

impl Wrong {
    /// Lists the wrong solutions of a lab. Those that name no case that catches them take longest, and come first.
    pub(super) fn all(shared: &Shared<'_>) -> Vec<Self> {
        let dir = shared.course.root.join("tests/mutants").join(&shared.lab.dir);
        let entries = fs::read_dir(&dir).into_iter().flatten().flatten();
        let wrong = |entry: fs::DirEntry| {
            let name = entry.file_name().to_str()?.strip_suffix(".toml")?.to_owned();
            let path = entry.path();
            (name != "survivors").then_some(Self { name, path })
        };
        let mut all: Vec<Self> = entries.filter_map(wrong).collect();
        all.sort_by_cached_key(|wrong| {
            let text = fs::read_to_string(&wrong.path).unwrap_or_default();
            (text.contains("\ncaught_by = "), wrong.name.clone())
        });
        all
    }

    /// Builds it and runs its stage until a case has failed, beginning with the one that it names. With `note` the case is written down
    /// where another one did.
    ///
    /// Later stages are built on earlier ones and may fail with them; what counts is that the stage needs no other to notice.
    pub(super) fn prove(&self, shared: &Shared<'_>, place: usize, note: bool) -> Proof {
        let wrong = self.read(shared)?;
        let subject = shared.stage(place, &wrong.files)?;
        let plan = Plan {
            stages: Some(vec![wrong.stage.clone()]),
            ..shared.plan_to_catch()
        };
        if let Some(case) = &wrong.caught_by {
            let case = format!("{}.{case}", wrong.stage);
            let named = Plan {
                programs: shared.programs(|needed| needed == case),
                case: Some(case),
                ..plan.clone()
            };
            let result = shared.grade(&subject, &named)?;
            if fails(&result).is_ok() {
                return Ok(());
            }
            let mut cases = result.stages.iter().flat_map(|stage| &stage.cases);
            if let Some(case) = cases.find(|case| impossible(case)) {
                // Nothing else is known to catch it.
                let words = t!("verify.not_here", name = self.name, what = case.what);
                let _ = print_quietly(&format!("    {words}\n"));
                return Ok(());
            }
        }
        let of_stage = format!("{}.", wrong.stage);
        let needed = Plan {
            programs: shared.programs(|case| case.starts_with(&of_stage)),
            ..plan.clone()
        };
        let mut result = shared.grade(&subject, &needed)?;
        if result.has_fault() {
            // It may have met an executable that no case of the solution needs.
            result = shared.grade(&subject, &plan)?;
        }
        fails(&result)?;
        if !note {
            return Ok(());
        }
        if result.stages.iter().flat_map(StageResult::failures).all(is_late) {
            // Perhaps another case does not wait so long for what does not come.
            let whole = Plan {
                until: None,
                ..needed
            };
            result = shared.grade(&subject, &whole)?;
        }
        match soonest(&result) {
            Some(case) => self.write_down(&case),
            None => Ok(()),
        }
    }

    /// Reads it.
    fn read(&self, shared: &Shared<'_>) -> Result<Read, String> {
        let path = &self.path;
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let message = |stop: xtask::exit::Stop| stop.message;
        let reader = Reader::parse(path, &text).map_err(message)?;
        let stage = reader.string(reader.table(), "stage").map_err(message)?;
        reader.string(reader.table(), "mistake").map_err(message)?;
        let caught_by = match reader.table().contains_key("caught_by") {
            true => Some(reader.string(reader.table(), "caught_by").map_err(message)?),
            false => None,
        };
        if !shared.lab.stage_names().contains(&&*stage) {
            return Err(t!("course.no_stage", lab = shared.lab.id, name = stage));
        }
        let mut files = solution(shared)?;
        let edits = reader.array("edit").map_err(message)?;
        for edit in edits {
            let table = edit.as_table().ok_or_else(|| message(reader.wrong("edit")))?;
            let get = |key| reader.string(table, key).map_err(message);
            let (file, find, replace) = (get("file")?, get("find")?, get("replace")?);
            let bytes = files
                .get_mut(Path::new(&file))
                .ok_or_else(|| t!("verify.no_file", file = file))?;
            let text = String::from_utf8_lossy(bytes).into_owned();
            let times = text.matches(&*find).count();
            if times != 1 {
                return Err(t!("verify.found_times", file = file, times = times));
            }
            *bytes = text.replacen(&*find, &replace, 1).into_bytes();
        }
        let whole = path.with_extension("");
        if whole.is_dir() {
            read_tree(&whole, Path::new(""), &mut files).map_err(message)?;
        } else if edits.is_empty() {
            return Err(t!("verify.nothing_wrong"));
        }
        Ok(Read {
            stage,
            caught_by,
            files,
        })
    }

    fn write_down(&self, case: &str) -> Proof {
        let named = |error: std::io::Error| format!("{}: {error}", self.path.display());
        let text = fs::read_to_string(&self.path).map_err(named)?;
        let text = noted(&text, case);
        write_atomically(&self.path, text.as_bytes()).map_err(|stop| stop.message)
    }
}

/// The solution's own files.
fn solution(shared: &Shared<'_>) -> Result<Files, String> {
    let solution = shared
        .course
        .solution_dir(shared.lab)
        .map_err(|stop| stop.message)?;
    let mut files = Files::new();
    for part in ["src", "assets", "Cargo.toml"] {
        let path = solution.join(part);
        if part == "assets" && !path.exists() {
            continue;
        }
        if path.is_dir() {
            read_tree(&path, Path::new(part), &mut files).map_err(|stop| stop.message)?;
        } else {
            let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            files.insert(part.into(), bytes);
        }
    }
    Ok(files)
}

/// Whether the stage that was run fails, by cases and by no fault of the grader.
fn fails(result: &LabResult) -> Proof {
    result.stages.iter().try_for_each(stage_fails)
}

/// The case that failed soonest: one that waits for something in vain is the last choice.
fn soonest(result: &LabResult) -> Option<String> {
    let failures = result.stages.iter().flat_map(StageResult::failures);
    let soonest = failures.min_by_key(|case| (is_late(case), case.wall_ms));
    soonest.map(|case| case.name.clone())
}

fn is_late(case: &CaseResult) -> bool {
    case.outcome == Outcome::TimedOut
}

/// Writes below the stage which case catches it.
fn noted(text: &str, case: &str) -> String {
    let (head, edits) = text.split_at(text.find("\n[[edit]]").unwrap_or(text.len()));
    let mut out = String::new();
    for line in head
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("caught_by = "))
    {
        out.push_str(line);
        if line.starts_with("stage = ") {
            if !line.ends_with('\n') {
                out.push('\n');
            }
            out.push_str(&format!("caught_by = \"{case}\"\n"));
        }
    }
    out + edits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_case_stands_below_the_stage_once() {
        let text = "stage = \"count\"\nmistake = \"x\"\n\n[[edit]]\nreplace = \'\'\'\nstage = 1\n\'\'\'\n";
        let once = noted(text, "a_case");
        assert_eq!(
            once,
            text.replacen("\"count\"\n", "\"count\"\ncaught_by = \"a_case\"\n", 1)
        );
        assert_eq!(noted(&once, "b"), once.replace("a_case", "b"));
    }
}
