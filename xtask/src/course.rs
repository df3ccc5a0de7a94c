//! The course as the tree holds it: labs, their stages, and the names that people call them by.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use toml_span::value::{Table, Value, ValueInner};

use crate::earlier;
use crate::exit::{NO_REFERENCE, Result, Stop};
use crate::machine::find_program;
use crate::t;

/// All labs, in the order of their numbers, and behind them the parts of the capstone.
#[derive(Debug)]
pub struct Course {
    pub root: PathBuf,
    pub labs: Vec<Lab>,
}

/// One lab, as `tests/LAB/lab.toml` and `lab.LANG.toml` describe it.
#[derive(Debug, Clone)]
pub struct Lab {
    /// The folder's name: `lab01-wordcount`, or `cap01-collect` of a part of the capstone, which is graded as a lab is.
    pub dir: String,
    /// `lab01`, `cap01`.
    pub id: String,
    /// `wordcount`: package, library and main executable.
    pub package: String,
    pub chapter: String,
    pub summary: String,
    pub stages: Vec<Stage>,
    pub needs: Vec<Need>,
    /// The folders of the earlier labs that it is built on, directly or not.
    pub earlier: Vec<String>,
}

/// A program of the system that some of a lab's cases or measures drive or compare with.
#[derive(Debug, Clone)]
pub struct Need {
    pub program: String,
    /// The Debian package, or packages with spaces between them.
    pub package: String,
    /// What is not done without it.
    pub why: String,
    /// The feature of the lab's package that slow cases want where the program is there.
    pub feature: Option<String>,
}

/// One graded stage.
#[derive(Debug, Clone)]
pub struct Stage {
    pub name: String,
    pub points: u32,
    /// The heading in the chapter.
    pub anchor: String,
    pub title: String,
    pub goal: String,
    pub hints: Vec<String>,
    pub limits: Limits,
}

/// What each program of a case may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub wall_ms: u64,
    pub cpu_ms: u64,
    pub memory_mib: u64,
    pub output_mib: u64,
    pub processes: u64,
    pub file_mib: u64,
    /// The whole case, with all its programs and what it does between them.
    pub case_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall_ms: 10_000,
            cpu_ms: 10_000,
            memory_mib: 512,
            output_mib: 16,
            processes: 32,
            file_mib: 1024,
            case_ms: 60_000,
        }
    }
}

/// A lab or one of its stages, as named on the command line.
#[derive(Debug, Clone, Copy)]
pub struct Target<'c> {
    pub lab: &'c Lab,
    /// An index into the lab's stages.
    pub stage: Option<usize>,
}

impl Course {
    /// Finds the course that the working directory, or else this executable's package, lies in.
    pub fn find() -> Result<Self> {
        let here = std::env::current_dir().unwrap_or_default();
        let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root = package
            .iter()
            .flat_map(|dir| dir.ancestors())
            .chain(here.ancestors())
            .find(|dir| dir.join("xtask/Cargo.toml").is_file() && dir.join("tests/support").is_dir());
        match root {
            Some(root) => Self::load(root),
            None => Err(Stop::failed(t!("course.not_here", dir = here.display()))),
        }
    }

    /// Reads every `tests/labNN-NAME/` and `tests/capNN-NAME/`.
    pub fn load(root: &Path) -> Result<Self> {
        let tests = root.join("tests");
        let entries = fs::read_dir(&tests).map_err(|error| Stop::io(&tests, error))?;
        let mut names: Vec<String> = entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.retain(|name| is_graded(name) && tests.join(name).join("lab.toml").is_file());
        names.sort_by_cached_key(|name| (is_part(name), name.clone()));
        let labs = names
            .iter()
            .map(|name| Lab::load(root, name))
            .collect::<Result<_>>()?;
        let labs = earlier::with_those_below(labs);
        Ok(Self {
            root: root.to_owned(),
            labs,
        })
    }

    /// Resolves `lab05`, `daemon`, `5`, `lab05-daemon`, `cap01`, with `.STAGE` or `.NUMBER` behind.
    pub fn target(&self, name: &str) -> Result<Target<'_>> {
        let (lab_name, stage_name) = name
            .split_once('.')
            .map_or((name, None), |(lab, stage)| (lab, Some(stage)));
        let number: Option<u32> = lab_name.strip_prefix("lab").unwrap_or(lab_name).parse().ok();
        let lab = self.labs.iter().find(|lab| {
            [&lab.dir, &lab.id, &lab.package].contains(&&lab_name.to_owned())
                || number.is_some() && lab_number(&lab.dir) == number
        });
        let Some(lab) = lab else {
            let known = self.labs.iter().flat_map(|lab| [&*lab.id, &*lab.package]);
            return Err(Stop::usage(unknown(
                t!("course.no_lab", name = lab_name),
                lab_name,
                known,
            )));
        };
        let Some(stage_name) = stage_name else {
            return Ok(Target { lab, stage: None });
        };
        let found = lab.stages.iter().position(|stage| stage.name == stage_name);
        let numbered = stage_name
            .parse()
            .ok()
            .and_then(|n: usize| n.checked_sub(1))
            .filter(|&n| n < lab.stages.len());
        match found.or(numbered) {
            Some(stage) => Ok(Target {
                lab,
                stage: Some(stage),
            }),
            None => {
                let message = t!("course.no_stage", lab = lab.id, name = stage_name);
                Err(Stop::usage(unknown(
                    message,
                    stage_name,
                    lab.stages.iter().map(|stage| &*stage.name),
                )))
            }
        }
    }

    /// Returns the folder of the reference solutions.
    ///
    /// # Errors
    /// This copy of the course has none.
    pub fn solutions(&self) -> Result<PathBuf> {
        let dir = self.root.join("solutions");
        if dir.join("Cargo.toml").is_file() {
            Ok(dir)
        } else {
            Err(Stop::new(NO_REFERENCE, t!("course.no_reference")))
        }
    }

    /// Whether this is the instructor's copy: a hand-out has no grader.
    pub fn has_grader(&self) -> bool {
        self.root.join("xtask/grader").is_dir()
    }

    /// Returns the student's folder of `lab`.
    pub fn lab_dir(&self, lab: &Lab) -> PathBuf {
        self.root.join(place_of(&lab.dir))
    }

    /// Returns the folder of the reference for `lab`.
    ///
    /// # Errors
    /// As [`Course::solutions`].
    pub fn solution_dir(&self, lab: &Lab) -> Result<PathBuf> {
        Ok(self.solutions()?.join(reference_of(&lab.dir)))
    }

    /// Returns the folder of `lab`'s suite.
    pub fn suite_dir(&self, lab: &Lab) -> PathBuf {
        self.root.join("tests").join(&lab.dir)
    }

    /// Returns the pristine copy of `lab`'s starter.
    pub fn starter_dir(&self, lab: &Lab) -> PathBuf {
        self.root.join("tests/starters").join(&lab.dir)
    }

    /// Returns the folder for what the course itself keeps, git-ignored: progress, files kept aside.
    pub fn state_dir(&self) -> PathBuf {
        self.root.join(".course")
    }

    /// Returns the folder where failing cases leave their files; its path is short, since students type it.
    pub fn failed_dir(&self) -> PathBuf {
        self.root.join("target/failed")
    }

    /// Returns the folder for what can be made again: runs, failing cases, staged subjects.
    pub fn work_dir(&self) -> PathBuf {
        self.root.join("target/course")
    }
}

impl Target<'_> {
    /// `lab01` or `lab01.count`.
    pub fn name(&self) -> String {
        self.lab.name_of(self.stage)
    }
}

impl Lab {
    fn load(root: &Path, name: &str) -> Result<Self> {
        let dir = root.join("tests").join(name);
        let language = crate::text::language();
        let mut texts = dir.join(format!("lab.{language}.toml"));
        if !texts.is_file() {
            texts = dir.join("lab.en.toml");
        }
        let (data_file, data) = (dir.join("lab.toml"), read(&dir.join("lab.toml"))?);
        let (text_file, text) = (texts.clone(), read(&texts)?);
        let data = Reader::parse(&data_file, &data)?;
        let text = Reader::parse(&text_file, &text)?;

        let common = data.limits(data.table(), Limits::default())?;
        let mut stages = Vec::new();
        for value in data.array("stage")? {
            let table = value.as_table().ok_or_else(|| data.wrong("stage"))?;
            let stage_name = data.string(table, "name")?;
            let words = text
                .table()
                .get(&*stage_name)
                .and_then(Value::as_table)
                .ok_or_else(|| text.wrong(&stage_name))?;
            stages.push(Stage {
                points: data
                    .integer(table, "points")?
                    .and_then(|n| u32::try_from(n).ok())
                    .ok_or_else(|| data.wrong("points"))?,
                anchor: data.string(table, "anchor")?,
                title: text.string(words, "title")?,
                goal: text.string(words, "goal")?,
                hints: text.strings(words, "hints")?,
                limits: data.limits(table, common)?,
                name: stage_name,
            });
        }
        let whys = text.table().get("needs").and_then(Value::as_table);
        let need = |value: &Value<'_>| {
            let table = value.as_table().ok_or_else(|| data.wrong("needs"))?;
            let program = data.string(table, "program")?;
            Ok(Need {
                package: data.string(table, "package")?,
                why: text.string(whys.ok_or_else(|| text.wrong("needs"))?, &program)?,
                feature: table
                    .contains_key("feature")
                    .then(|| data.string(table, "feature"))
                    .transpose()?,
                program,
            })
        };
        Ok(Self {
            needs: data.array("needs")?.iter().map(need).collect::<Result<_>>()?,
            dir: name.to_owned(),
            id: name.split('-').next().unwrap_or(name).to_owned(),
            package: data.string(data.table(), "package")?,
            chapter: data.string(data.table(), "chapter")?,
            summary: text.string(text.table(), "summary")?,
            earlier: earlier::named_by(root, name),
            stages,
        })
    }

    /// `lab01` or `lab01.count`.
    pub fn name_of(&self, stage: Option<usize>) -> String {
        stage.map_or_else(
            || self.id.clone(),
            |stage| format!("{}.{}", self.id, self.stages[stage].name),
        )
    }

    /// The names of the stages, in order.
    pub fn stage_names(&self) -> Vec<&str> {
        self.stages.iter().map(|stage| &*stage.name).collect()
    }

    /// The features that slow cases want and that this machine can use.
    pub fn features(&self) -> Vec<String> {
        let usable = self
            .needs
            .iter()
            .filter(|need| find_program(&need.program).is_some());
        usable.filter_map(|need| need.feature.clone()).collect()
    }

    /// The suite's package.
    pub fn suite_package(&self) -> String {
        format!("{}-suite", self.package)
    }
}

/// Returns the number in `labNN-NAME`.
pub fn lab_number(dir: &str) -> Option<u32> {
    dir.strip_prefix("lab")?.split_once('-')?.0.parse().ok()
}

/// Tells whether a folder's name is that of a part of the capstone, `capNN-NAME`.
pub fn is_part(dir: &str) -> bool {
    let number = dir.strip_prefix("cap").and_then(|rest| rest.split_once('-'));
    number.is_some_and(|(number, _)| number.parse::<u32>().is_ok())
}

/// Tells whether a folder's name is that of something that is graded.
pub fn is_graded(dir: &str) -> bool {
    lab_number(dir).is_some() || is_part(dir)
}

/// The folders below the course's root whose folders are the student's.
pub const HOMES: [&str; 2] = ["labs", "capstone"];

/// Returns where the student's folder is, from the course's root: `labs/lab05-daemon`, `capstone/01-collect`.
///
/// It is not what [`reference_of`] returns: two crates of one name at the same path from their workspace's root are one to cargo, and it would
/// run the program of the one for the other.
pub fn place_of(dir: &str) -> PathBuf {
    match dir.strip_prefix("cap") {
        Some(name) if is_part(dir) => Path::new(HOMES[1]).join(name),
        _ => Path::new(HOMES[0]).join(dir),
    }
}

/// Returns where the reference's folder is, from the folder of the solutions: `lab05-daemon`, `capstone/cap01-collect`.
pub fn reference_of(dir: &str) -> PathBuf {
    match is_part(dir) {
        true => Path::new(HOMES[1]).join(dir),
        false => dir.into(),
    }
}

/// How many names a sentence can list and still be read.
const LISTED: usize = 12;

/// Adds "did you mean" to `message` if one of `known` is near, or else what there is, or the nearest of very much.
pub fn unknown<'a>(message: String, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.collect();
    // Another number is another thing, not a slip of the finger.
    let same_number = |candidate: &str| match (number(name), number(candidate)) {
        (Some(asked), Some(known)) => asked == known,
        _ => true,
    };
    let far = |candidate: &str| match same_number(candidate) {
        true => distance(name, candidate),
        false => usize::MAX,
    };
    if let Some(nearest) = known.iter().min_by_key(|candidate| far(candidate))
        && far(nearest) <= 2.max(name.chars().count() / 3)
    {
        return format!("{message}; {}", t!("course.did_you_mean", name = nearest));
    }
    if known.len() <= LISTED {
        return format!("{message}; {}", t!("course.there_are", names = known.join(", ")));
    }
    known.sort_by_key(|candidate| far(candidate));
    let nearest = known[..3].join(", ");
    format!(
        "{message}; {}",
        t!("course.nearest", count = known.len(), names = nearest)
    )
}

/// Returns the number that the digits of a name make.
fn number(name: &str) -> Option<u64> {
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Counts the insertions, deletions, replacements and swaps of neighbours between two names.
///
/// Source: optimal string alignment; the catalogue of names is too small for anything quicker to matter.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let best = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if swapped {
                    best.min(rows[i - 2][j - 2] + 1)
                } else {
                    best
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| Stop::io(path, error))
}

/// Reads one TOML file; its errors name the file and the key.
pub struct Reader<'a> {
    path: &'a Path,
    table: Table<'a>,
}

impl<'a> Reader<'a> {
    /// Parses `text`, which came from `path`.
    pub fn parse(path: &'a Path, text: &'a str) -> Result<Self> {
        let mut value = toml_span::parse(text).map_err(|error| {
            let line = text[..error.span.start.min(text.len())].matches('\n').count() + 1;
            Stop::failed(format!("{}:{line}: {error}", path.display()))
        })?;
        match value.take() {
            ValueInner::Table(table) => Ok(Self { path, table }),
            _ => Err(Stop::failed(path.display().to_string())),
        }
    }

    /// The whole document.
    pub fn table(&self) -> &Table<'a> {
        &self.table
    }

    /// The array of tables `key`; none is an empty one.
    pub fn array(&self, key: &str) -> Result<&[Value<'a>]> {
        match self.table.get(key) {
            None => Ok(&[]),
            Some(value) => value.as_array().map(Vec::as_slice).ok_or_else(|| self.wrong(key)),
        }
    }

    /// A string that must be there.
    pub fn string(&self, table: &Table<'_>, key: &str) -> Result<String> {
        table
            .get(key)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .ok_or_else(|| self.wrong(key))
    }

    /// A list of strings that must be there.
    pub fn strings(&self, table: &Table<'_>, key: &str) -> Result<Vec<String>> {
        let list = table
            .get(key)
            .and_then(Value::as_array)
            .ok_or_else(|| self.wrong(key))?;
        list.iter()
            .map(|value| value.as_str().map(str::to_owned).ok_or_else(|| self.wrong(key)))
            .collect()
    }

    /// An integer that may be there.
    pub fn integer(&self, table: &Table<'_>, key: &str) -> Result<Option<i64>> {
        table
            .get(key)
            .map(|value| value.as_integer().ok_or_else(|| self.wrong(key)))
            .transpose()
    }

    /// Reports `key` as missing or of the wrong type.
    pub fn wrong(&self, key: &str) -> Stop {
        Stop::failed(t!("course.wrong_key", file = self.path.display(), key = key))
    }

    /// Reads the table `limits` inside `table`, over `base`; an unknown limit is an error.
    fn limits(&self, table: &Table<'_>, base: Limits) -> Result<Limits> {
        let mut limits = base;
        let Some(value) = table.get("limits") else {
            return Ok(limits);
        };
        let given: BTreeMap<_, _> = value
            .as_table()
            .ok_or_else(|| self.wrong("limits"))?
            .iter()
            .collect();
        for (key, value) in given {
            let number = value
                .as_integer()
                .and_then(|n| u64::try_from(n).ok())
                .ok_or_else(|| self.wrong(&key.name))?;
            *match &*key.name {
                "wall_ms" => &mut limits.wall_ms,
                "cpu_ms" => &mut limits.cpu_ms,
                "memory_mib" => &mut limits.memory_mib,
                "output_mib" => &mut limits.output_mib,
                "processes" => &mut limits.processes,
                "file_mib" => &mut limits.file_mib,
                "case_ms" => &mut limits.case_ms,
                other => return Err(self.wrong(other)),
            } = number;
        }
        Ok(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_of_neighbours_is_one_step() {
        assert_eq!(distance("deamon", "daemon"), 1);
        assert_eq!(distance("lab1", "lab01"), 1);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn another_number_is_no_slip_of_the_finger() {
        let said = |name| unknown(String::new(), name, ["lab01", "lab02"].into_iter());
        assert!(said("lab09").ends_with("lab01, lab02"), "{}", said("lab09"));
        assert!(said("lab1").contains("`lab01`"), "{}", said("lab1"));
        assert!(said("labb2").contains("`lab02`"), "{}", said("labb2"));
    }

    #[test]
    fn the_number_stands_between_lab_and_the_dash() {
        assert_eq!(lab_number("lab05-daemon"), Some(5));
        assert_eq!(lab_number("labyrinth-5"), None);
    }

    #[test]
    fn parts_of_the_capstone_have_a_home_of_their_own() {
        let places = |dir| (place_of(dir), reference_of(dir));
        assert_eq!(
            places("cap01-collect"),
            ("capstone/01-collect".into(), "capstone/cap01-collect".into())
        );
        assert_eq!(
            places("lab05-daemon"),
            ("labs/lab05-daemon".into(), "lab05-daemon".into())
        );
        for dir in ["cap01-collect", "lab05-daemon"] {
            assert_ne!(
                place_of(dir),
                reference_of(dir),
                "cargo would take one for the other"
            );
        }
        assert!(is_graded("cap01-collect") && is_graded("lab05-daemon"));
        assert!(!is_graded("capstone") && !is_graded("cap-1") && !is_graded("support"));
    }
}
