//! A check's result, for people.

use std::path::{Path, PathBuf};

use crate::course::{Course, Lab};
use crate::side_by_side;
use crate::t;
use crate::term::Style;
use crate::verdict::{CaseResult, Ended, Kind, LabResult, Outcome, Site, StageResult, Stdin, Step};

/// How many failing cases are shown in full, unless all are asked for.
const IN_FULL: usize = 3;

/// What the reader of a result needs besides the result.
#[derive(Debug, Clone, Copy)]
pub struct View<'c> {
    pub course: &'c Course,
    pub lab: &'c Lab,
    /// What stands between `check` and the case in the command that repeats it: ` --solution`, ` --seed 7`.
    pub options: &'c str,
    /// Show every failing case in full.
    pub all: bool,
    /// Cases were picked by name: what passed is no whole stage and earns no points.
    pub picked: bool,
    /// What is to be said of the earlier labs that it was built on.
    pub note: Option<&'c str>,
}

impl View<'_> {
    /// Draws the whole result.
    pub fn draw(&self, result: &LabResult) -> String {
        let style = Style::stdout();
        let mut out = format!(
            "\n{} {}  {}\n\n",
            style.bold(&self.lab.id),
            style.bold(&self.lab.package),
            style.dim(&self.lab.summary)
        );
        if let Some(note) = self.note {
            out.push_str(&format!("  {}\n\n", style.yellow(note)));
        }
        if result.broken.is_some() {
            self.broken(&mut out, style);
            return out;
        }
        for stage in &result.stages {
            self.stage_line(&mut out, stage, style);
        }
        let untouched = !result.stages.is_empty() && result.stages.iter().all(StageResult::unwritten);
        if untouched {
            self.untouched(&mut out, result, style);
        } else {
            self.failures(&mut out, result, style);
        }
        out
    }

    fn broken(&self, out: &mut String, style: Style) {
        out.push_str(&format!(
            "  {} {}\n",
            style.red(style.sign("✘", "x")),
            style.bold(&t!("show.broken"))
        ));
        let waiting: Vec<&str> = self.lab.stage_names();
        out.push_str(&format!(
            "    {}\n\n",
            t!("show.waiting", stages = waiting.join(", "))
        ));
    }

    fn stage_line(&self, out: &mut String, stage: &StageResult, style: Style) {
        let width = self
            .lab
            .stages
            .iter()
            .map(|stage| stage.name.len())
            .max()
            .unwrap_or(0);
        let (sign, words) = if stage.passed() {
            let not_run = stage.count(Outcome::NotRun);
            let mut words = match stage.count(Outcome::Pass) {
                1 => t!("show.passed_one"),
                cases => t!("show.passed", cases = cases),
            };
            if stage
                .cases
                .iter()
                .all(|case| case.reused || case.outcome == Outcome::NotRun)
            {
                words.push_str(&style.dim(&t!("show.unchanged")));
            }
            if not_run > 0 {
                words.push_str(&t!("show.some_not_run", count = not_run));
            }
            (style.green(style.sign("✔", "ok")), words)
        } else if stage.unwritten() {
            (style.dim(style.sign("○", "--")), t!("show.unwritten"))
        } else if stage.cases.is_empty() {
            (style.yellow("?"), t!("show.no_cases"))
        } else {
            let failed = stage.failures().count();
            (
                style.red(style.sign("✘", "x")),
                t!("show.failed", failed = failed, all = stage.cases.len()),
            )
        };
        let points = t!(
            "show.points",
            have = format!("{:>3}", if stage.passed() { stage.points } else { 0 }),
            all = format!("{:<3}", stage.points)
        );
        let points = if self.picked {
            String::new()
        } else {
            format!("{}  ", style.dim(&points))
        };
        out.push_str(&format!("  {sign} {:width$}  {points}{words}\n", stage.name));
        for case in stage.cases.iter().filter(|case| case.outcome == Outcome::NotRun) {
            out.push_str(&format!(
                "      {}\n",
                style.yellow(&t!("show.not_run", case = case.sentence(), what = case.what))
            ));
        }
    }

    /// A starter that nobody touched is not a broken set-up: the reader learns where to begin.
    fn untouched(&self, out: &mut String, result: &LabResult, style: Style) {
        out.push_str(&format!(
            "\n  {}\n",
            style.bold(&t!("show.untouched", stages = result.stages.len()))
        ));
        let Some((stage, case)) = result
            .stages
            .iter()
            .find_map(|stage| Some((stage, stage.failures().next()?)))
        else {
            return;
        };
        if let Some((place, sentence)) = case
            .ended
            .as_ref()
            .and_then(|ended| unwritten_place(&ended.stderr))
        {
            out.push_str(&format!("  {}  {}\n", t!("show.start_here"), style.cyan(&place)));
            out.push_str(&format!("  {}  {sentence}\n", t!("show.do_this")));
        }
        out.push_str(&format!(
            "\n  {}\n",
            t!("show.first_case", case = case.sentence())
        ));
        self.command(out, case, &result.programs, style);
        if let Some(expected) = &case.expected {
            out.push_str(&format!("\n  {}\n", style.bold(&t!("diff.expected"))));
            for line in expected.lines().take(12) {
                out.push_str(&format!("  {}\n", style.green(line)));
            }
        }
        self.next_steps(out, stage, None, style);
    }

    fn failures(&self, out: &mut String, result: &LabResult, style: Style) {
        let failures: Vec<(&StageResult, &CaseResult)> = result
            .stages
            .iter()
            .filter(|stage| !stage.unwritten())
            .flat_map(|stage| stage.failures().map(move |case| (stage, case)))
            .collect();
        let shown = if self.all {
            failures.len()
        } else {
            IN_FULL.min(failures.len())
        };
        for (stage, case) in &failures[..shown] {
            self.failure(out, stage, case, &result.programs, style);
        }
        if shown < failures.len() {
            out.push_str(&format!(
                "\n  {}\n",
                style.bold(&t!("show.more", count = failures.len() - shown))
            ));
            for (stage, case) in &failures[shown..] {
                out.push_str(&format!(
                    "    {} {}  {}\n",
                    style.red(style.sign("✘", "x")),
                    stage.name,
                    case.sentence()
                ));
            }
            out.push_str(&format!(
                "    {}\n",
                style.dim(&t!("show.see_all", lab = self.lab.id, options = self.options))
            ));
        }
        if self.picked && failures.is_empty() {
            return;
        }
        let of: u32 = result.stages.iter().map(|stage| stage.points).sum();
        out.push_str(&match self.picked {
            true => String::from("\n"),
            false => format!(
                "\n  {}\n",
                style.bold(&t!("show.total", points = result.points(), of = of))
            ),
        });
        if let Some((stage, case)) = failures.first() {
            self.next_steps(out, stage, Some(case), style);
        } else if let Some(stage) = result.stages.iter().find(|stage| !stage.passed()) {
            self.next_stage(out, stage, style);
        } else if result.passed() {
            let checked: Vec<&str> = result.stages.iter().map(|stage| &*stage.name).collect();
            let line = passed_line(&checked, self.lab.stages.len());
            out.push_str(&format!("  {}\n", style.green(&line)));
        }
    }

    fn failure(
        &self,
        out: &mut String,
        stage: &StageResult,
        case: &CaseResult,
        programs: &Path,
        style: Style,
    ) {
        let cross = style.red(style.sign("✘", "x"));
        out.push_str(&format!(
            "\n{cross} {} {} {}\n",
            style.bold(&stage.name),
            style.dim(style.sign("›", ">")),
            style.bold(&case.sentence())
        ));
        if case.kind == Kind::Hidden {
            out.push_str(&format!("  {}\n", t!("show.hidden")));
            return;
        }
        if case.outcome == Outcome::Fault {
            out.push_str(&format!(
                "  {}\n  {}\n",
                style.yellow(&t!("show.fault")),
                case.what.replace('\n', "\n  ")
            ));
            return;
        }
        let what = match case.outcome {
            Outcome::NotWritten => t!("show.unwritten"),
            _ => case.what.clone(),
        };
        out.push_str(&format!("  {}\n", what.replace('\n', "\n  ")));
        self.command(out, case, programs, style);
        out.push('\n');
        match (&case.expected, &case.actual) {
            (Some(expected), Some(actual)) => out.push_str(&side_by_side::draw(expected, actual, style)),
            (None, Some(actual)) => {
                for line in actual.lines().take(20) {
                    out.push_str(&format!("  {line}\n"));
                }
            }
            _ => {}
        }
        if let Some(ended) = &case.ended {
            self.ended(out, stage, ended, style);
        }
        for site in &case.sites {
            let answers = case.kept.as_ref().zip(site.answers.as_ref());
            let answers = answers.map(|(kept, folder)| relative(&kept.join(folder), &self.course.root));
            draw_site(out, site, answers.as_deref(), style);
        }
    }

    /// The command that was run, to paste and run again.
    fn command(&self, out: &mut String, case: &CaseResult, programs: &Path, style: Style) {
        let Some(step) = case.step() else { return };
        let files = case.kept.as_deref();
        let line = shell_line(step, files, programs, &self.course.root);
        out.push_str(&format!("  {} {}\n", style.dim("$"), style.cyan(&line)));
        if !case.sites.is_empty() {
            out.push_str(&format!("    {}\n", style.dim(&t!("show.site_gone"))));
        } else if files.is_none() || step.stdin == Stdin::Made {
            out.push_str(&format!("    {}\n", style.dim(&t!("show.made_input"))));
        }
    }

    fn ended(&self, out: &mut String, stage: &StageResult, ended: &Ended, style: Style) {
        let how = match (ended.status, ended.signal) {
            (_, Some(_)) if ended.killed => t!("show.killed"),
            (_, Some(signal)) => t!("show.signal", signal = signal, name = signal_name(signal)),
            (status, _) => t!("show.status", status = status.unwrap_or(-1)),
        };
        let limits = self
            .lab
            .stages
            .iter()
            .find(|of| of.name == stage.name)
            .map(|of| of.limits)
            .unwrap_or_default();
        let memory = match ended.peak_kib / 1024 {
            0 => t!("show.under_one"),
            mib => mib.to_string(),
        };
        let numbers = t!(
            "show.numbers",
            wall = ended.wall_ms,
            wall_limit = ended.wall_limit_ms.unwrap_or(limits.wall_ms),
            cpu = ended.cpu_ms,
            memory = memory,
            memory_limit = limits.memory_mib
        );
        out.push_str(&format!("  {}\n", style.dim(&format!("{how}; {numbers}"))));
        let lines: Vec<&str> = ended
            .stderr
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        for line in lines.iter().take(6) {
            out.push_str(&format!("  {} {line}\n", style.dim("stderr:")));
        }
    }

    fn next_steps(&self, out: &mut String, stage: &StageResult, case: Option<&CaseResult>, style: Style) {
        let name = format!("{}.{}", self.lab.id, stage.name);
        let mut rows = Vec::new();
        if let Some(case) = case.filter(|case| case.kind != Kind::Hidden) {
            let full = format!(
                "cargo xtask check {}{} --case {}.{}",
                self.lab.id, self.options, stage.name, case.name
            );
            rows.push((full, t!("show.next_case")));
        }
        rows.push((format!("cargo xtask hint {name}"), t!("show.next_hint")));
        rows.push((
            format!("cargo xtask book {name}"),
            t!("show.next_book", chapter = self.title(stage)),
        ));
        rows.push((
            format!("cargo xtask watch {}", self.lab.id),
            t!("show.next_watch"),
        ));
        self.rows(out, &rows, style);
    }

    fn next_stage(&self, out: &mut String, stage: &StageResult, style: Style) {
        let place = stage
            .failures()
            .find_map(|case| unwritten_place(&case.ended.as_ref()?.stderr));
        out.push_str(&format!(
            "  {}\n",
            t!("show.next_stage", stage = stage.name, title = self.title(stage))
        ));
        if let Some((place, sentence)) = place {
            out.push_str(&format!(
                "  {}  {}\n  {}  {sentence}\n",
                t!("show.start_here"),
                style.cyan(&place),
                t!("show.do_this")
            ));
        }
        self.next_steps(out, stage, None, style);
    }

    fn rows(&self, out: &mut String, rows: &[(String, String)], style: Style) {
        // A long command stands on a line of its own, so that it does not push the others aside.
        const LONG: usize = 44;
        out.push('\n');
        for (command, words) in rows {
            if command.len() > LONG {
                out.push_str(&format!(
                    "  {}\n  {:LONG$}  {}\n",
                    style.cyan(command),
                    "",
                    style.dim(words)
                ));
            } else {
                out.push_str(&format!(
                    "  {}{}  {}\n",
                    style.cyan(command),
                    " ".repeat(LONG - command.len()),
                    style.dim(words)
                ));
            }
        }
    }

    fn title(&self, stage: &StageResult) -> String {
        self.lab
            .stages
            .iter()
            .find(|of| of.name == stage.name)
            .map(|of| of.title.clone())
            .unwrap_or_default()
    }
}

/// What a site was asked, and what it answered; `answers` is where the answers themselves are.
fn draw_site(out: &mut String, site: &Site, answers: Option<&str>, style: Style) {
    let head = match site.asked.is_empty() {
        true => t!("show.site_unasked", name = site.name, url = site.url),
        false => t!("show.site", name = site.name, url = site.url),
    };
    out.push_str(&format!("  {}\n", style.dim(&head)));
    for line in &site.asked {
        out.push_str(&format!("    {line}\n"));
    }
    if site.more > 0 {
        out.push_str(&format!(
            "    {}\n",
            style.dim(&t!("show.site_more", count = site.more))
        ));
    }
    if let Some(answers) = answers {
        out.push_str(&format!(
            "    {}\n",
            style.dim(&t!("show.site_answers", folder = answers))
        ));
    }
}

/// Finds the place and the sentence in the message of a `todo!`.
fn unwritten_place(stderr: &str) -> Option<(String, String)> {
    let (head, tail) = stderr.split_once("not yet implemented: ")?;
    let place = head.rsplit_once("panicked at ")?.1.trim().trim_end_matches(':');
    // The column helps nobody; editors open FILE:LINE.
    let place = place.rsplit_once(':').map_or(place, |(place, _)| place);
    Some((
        place.to_owned(),
        tail.lines().next().unwrap_or_default().to_owned(),
    ))
}

/// Writes `step` as a line for a shell in the course's folder; `programs` holds the subject's executables.
fn shell_line(step: &Step, kept: Option<&Path>, programs: &Path, root: &Path) -> String {
    let mut line = String::new();
    let mut program = step.program.clone();
    if let Some(kept) = kept {
        // The step's folder was moved with the case's: what follows `files` is still right.
        let inner: PathBuf = step
            .dir
            .iter()
            .skip_while(|part| *part != "files")
            .skip(1)
            .collect();
        let dir = kept.join(inner);
        line.push_str(&format!("(cd {} && ", quoted(&relative(&dir, root))));
        if !step.peer {
            program = relative(&programs.join(&step.program), &dir);
        }
    }
    line.push_str(&quoted(&program));
    for arg in &step.args {
        line.push(' ');
        line.push_str(&quoted(arg));
    }
    match (&step.stdin, kept) {
        (Stdin::Saved(path), Some(_)) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            line.push_str(&format!(" < {}", quoted(&name)));
        }
        (Stdin::File(path), _) => {
            let name = path
                .file_name()
                .filter(|_| path.starts_with(&step.dir))
                .map_or(path.as_path(), Path::new);
            line.push_str(&format!(" < {}", quoted(&name.display().to_string())));
        }
        _ => {}
    }
    if kept.is_some() {
        line.push(')');
    }
    line
}

/// Writes `path` as seen from the folder `from`; both are absolute.
fn relative(path: &Path, from: &Path) -> String {
    let same = path.iter().zip(from.iter()).take_while(|(a, b)| a == b).count();
    // What shares no more than the root is clearer in full.
    if same <= 1 {
        return path.display().to_string();
    }
    let up = from.iter().skip(same).map(|_| std::ffi::OsStr::new(".."));
    up.chain(path.iter().skip(same))
        .collect::<PathBuf>()
        .display()
        .to_string()
}

/// Quotes a word for a shell, if it needs it. Reports write unprintable bytes as escapes, which `$'…'` reads.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else if word.contains('\\') || word.contains('\n') || word.contains('\t') {
        format!(
            "$'{}'",
            word.replace('\'', "\\'")
                .replace('\n', "\\n")
                .replace('\t', "\\t")
        )
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Source: signal(7), the numbers of x86-64 and ARM.
fn signal_name(signal: i64) -> &'static str {
    match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        _ => "",
    }
}

/// Says that every stage that was checked passes, of so many that the lab has.
fn passed_line(checked: &[&str], of: usize) -> String {
    match checked.len() == of {
        true => t!("show.all_passed"),
        false => t!("show.some_passed", stages = checked.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_checked_is_not_said_to_pass() {
        assert_eq!(passed_line(&["one", "two"], 2), "Every stage passes.");
        assert_eq!(
            passed_line(&["two"], 3),
            "Checked, and passed: two. The other stages were not checked."
        );
    }

    #[test]
    fn the_place_of_a_todo_comes_from_its_message() {
        let stderr = "\nthread 'main' (7) panicked at labs/lab01-wordcount/src/count.rs:34:9:\nnot yet implemented: count: Walk the bytes.\nnote: x\n";
        let (place, sentence) = unwritten_place(stderr).expect("a todo's message");
        assert_eq!(
            (&*place, &*sentence),
            ("labs/lab01-wordcount/src/count.rs:34", "count: Walk the bytes.")
        );
    }

    #[test]
    fn a_path_is_written_as_seen_from_a_folder() {
        let seen = |path: &str, from: &str| relative(Path::new(path), Path::new(from));
        assert_eq!(
            seen("/c/target/debug/wc", "/c/target/failed/lab01/x"),
            "../../../debug/wc"
        );
        assert_eq!(seen("/usr/bin/wc", "/c/target"), "/usr/bin/wc");
    }

    #[test]
    fn words_are_quoted_as_a_shell_reads_them() {
        assert_eq!(quoted("a-b.txt"), "a-b.txt");
        assert_eq!(quoted("two words"), "'two words'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("a\\xff"), r"$'a\xff'");
    }
}
