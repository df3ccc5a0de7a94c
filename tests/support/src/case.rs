//! One case: its scratch folder, files, expectations and snapshots.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::{Value, json};

use crate::conversation;
use crate::ended::Ended;
use crate::exchange::{Exchange, Expected};
use crate::http::MARK;
use crate::program::Program;
use crate::report::{Failure, Outcome};
use crate::served::Served;
use crate::suite::Setup;
use crate::text;

/// One case while it runs: an empty folder, the subject's programs, and what is expected of them.
///
/// Every expectation that does not hold ends the case and tells the student what was run, what was expected and what
/// came instead.
pub struct Case {
    name: String,
    setup: Setup,
    dir: PathBuf,
    snapshots: BTreeSet<String>,
    fixtures: BTreeSet<String>,
    /// The subject's executables that the case starts, or has others start.
    programs: Mutex<BTreeSet<String>>,
    pub(crate) served: Vec<Served>,
}

impl Case {
    pub(crate) fn new(name: &str, setup: Setup) -> Self {
        let dir = setup.scratch.clone();
        Self {
            name: name.to_owned(),
            setup,
            dir,
            snapshots: BTreeSet::new(),
            fixtures: BTreeSet::new(),
            programs: Mutex::default(),
            served: Vec::new(),
        }
    }

    /// The case's own folder, empty at its start, which is the working directory of every program.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// How long each program of the stage may run.
    pub(crate) fn wall(&self) -> Duration {
        self.setup.limits.wall
    }

    /// Writes a file into the case's folder, and returns its path.
    pub fn file(&mut self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).unwrap_or_else(|error| panic!("{}: {error}", parent.display()));
        }
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        path
    }

    /// Copies `tests/LAB/fixtures/NAME` into the case's folder under the same name, and returns the copy's path.
    pub fn fixture(&mut self, name: &str) -> PathBuf {
        let bytes = self.fixture_bytes(name);
        self.file(name, bytes)
    }

    /// Reads `tests/LAB/fixtures/NAME`.
    pub fn fixture_bytes(&mut self, name: &str) -> Vec<u8> {
        self.fixtures.insert(name.to_owned());
        let path = self.setup.suite_dir.join("fixtures").join(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Prepares a run of the subject's executable `name`.
    pub fn program(&self, name: &str) -> Program {
        Program::new(name, self.program_path(name), &self.dir, self.setup.limits)
    }

    /// Where the subject's executable `name` is, for a program of the system that is to start it.
    pub fn program_path(&self, name: &str) -> PathBuf {
        let mut programs = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        programs.insert(name.to_owned());
        self.setup.bin.join(name)
    }

    /// Prepares a run of a program of the system (`wc`, `nginx`), under the same limits and in the same folder.
    ///
    /// Where it is not installed the case ends as "not run: install PACKAGE"; in CI that is a failure.
    pub fn peer(&self, name: &str, package: &str) -> Program {
        let found = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]
            .iter()
            .map(|dir| Path::new(dir).join(name))
            .find(|path| path.is_file());
        match found {
            Some(path) => Program::new(name, path, &self.dir, self.setup.limits).of_the_system(),
            None => Failure::new(Outcome::NotRun, format!("install {package}")).raise(),
        }
    }

    /// Ends the case as "not run" because this machine lacks `package`; in CI that is a failure.
    pub fn not_run(&self, package: &str) -> ! {
        Failure::new(Outcome::NotRun, format!("install {package}")).raise()
    }

    /// Ends the case as "not run" because this machine cannot have `what`, whatever is installed: that is no failure anywhere.
    pub fn not_possible(&self, what: &str) -> ! {
        Failure::new(Outcome::NotRun, format!("needs {what}")).raise()
    }

    /// Expects what the program printed and its exit status to be as the committed snapshot says, byte for byte.
    ///
    /// Addresses of the case's sites stand there as the sites' names. What it says on standard error is its own affair; see
    /// [`Case::expect_stderr_names`].
    pub fn snapshot(&mut self, ended: &Ended) {
        self.compare_snapshot(&ended.transcript(), ended);
    }

    /// Expects `content`, which the case made from what it saw of `ended`, to be as the committed snapshot says.
    pub fn snapshot_text(&mut self, ended: &Ended, content: &str) {
        self.compare_snapshot(content, ended);
    }

    fn compare_snapshot(&mut self, content: &str, ended: &Ended) {
        let content = &*self.redacted(content);
        let name = match self.snapshots.len() {
            0 => self.name.clone(),
            before => format!("{}-{}", self.name, before + 1),
        };
        self.snapshots.insert(name.clone());
        let folder = self.setup.suite_dir.join("snapshots");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let compare = || settings.bind(|| insta::assert_snapshot!(name.as_str(), content));
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(compare)).is_ok() {
            return;
        }
        let file = folder.join(format!("{name}.snap"));
        let Some(expected) = fs::read_to_string(&file)
            .ok()
            .and_then(|text| body(&text).map(str::to_owned))
        else {
            Failure::new(Outcome::Fault, format!("there is no snapshot {}", file.display())).raise();
        };
        let mut failure = ended.failure(Outcome::Wrong, "the output differs from what is expected");
        failure.expected = Some(expected.trim_end_matches('\n').to_owned() + "\n");
        failure.actual = Some(content.to_owned());
        failure.raise()
    }

    /// Expects standard output to be `expected`, byte for byte.
    pub fn expect_stdout(&mut self, ended: &Ended, expected: impl AsRef<[u8]>) {
        let expected = expected.as_ref();
        if ended.stdout != expected {
            let mut failure = ended.failure(Outcome::Wrong, "standard output differs from what is expected");
            let (expected, actual) = around_difference(expected, &ended.stdout);
            failure.expected = Some(expected);
            failure.actual = Some(actual);
            failure.raise();
        }
    }

    /// Expects the exit status.
    pub fn expect_status(&mut self, ended: &Ended, expected: i32) {
        if ended.status.code() != Some(expected) {
            let found = ended.status.to_string().replace("exit status: ", "exit status ");
            ended.unlike(&format!("exit status {expected}"), &found).raise();
        }
    }

    /// Expects standard error to name `what`: the file, line, host or peer that went wrong.
    pub fn expect_stderr_names(&mut self, ended: &Ended, what: &str) {
        if !ended.stderr_text().contains(what) {
            let found = match ended.stderr.is_empty() {
                true => "nothing on standard error".to_owned(),
                false => text::visible(&ended.stderr),
            };
            ended
                .unlike(
                    &format!("a message on standard error that names `{what}`"),
                    &found,
                )
                .raise();
        }
    }

    /// Expects that nothing was said on standard error.
    pub fn expect_quiet(&mut self, ended: &Ended) {
        if !ended.stderr.is_empty() {
            ended
                .unlike("nothing on standard error", &text::visible(&ended.stderr))
                .raise();
        }
    }

    /// Expects `holds`, which the case found out from `ended`; `what` is the sentence that failed, `found` what was seen.
    ///
    /// Two texts that can be laid beside each other are the matter of [`Case::expect_same`].
    pub fn expect(&mut self, ended: &Ended, holds: bool, what: &str, found: impl std::fmt::Display) {
        if !holds {
            ended.unlike(what, &found.to_string()).raise();
        }
    }

    /// Expects `actual`, which the case made from what it saw of `ended`, to be `expected`; `what` says what both are.
    pub fn expect_same(&mut self, ended: &Ended, what: &str, expected: &str, actual: &str) {
        if expected != actual {
            let mut failure = ended.failure(Outcome::Wrong, format!("{what}: not as expected"));
            failure.expected = Some(expected.trim_end().to_owned() + "\n");
            failure.actual = Some(actual.trim_end().to_owned() + "\n");
            failure.raise();
        }
    }

    /// Waits until `ready` holds, looking every few milliseconds, for as long as the stage's wall limit allows.
    ///
    /// While a program runs on which that depends, [`Running::wait_until`](crate::Running::wait_until) says more when it fails.
    pub fn wait_until(&self, what: &str, mut ready: impl FnMut() -> bool) {
        let started = Instant::now();
        while !ready() {
            if started.elapsed() > self.setup.limits.wall {
                let waited = text::seconds(started.elapsed());
                let what = format!("waited for {waited} in vain until {what}");
                Failure::new(Outcome::TimedOut, what).raise();
            }
            std::thread::sleep(Duration::from_millis(3));
        }
    }

    /// Returns the source of numbers for one round of this case: for a seeded case whose expectation the suite works out by itself,
    /// since it is about more than arguments, whole files and output.
    pub fn rng(&self, round: u64) -> Rng {
        let mut hasher = DefaultHasher::new();
        (self.setup.seed, &self.name, round).hash(&mut hasher);
        Rng::with_seed(hasher.finish())
    }

    /// Makes `rounds` exchanges from the seed and expects the subject to answer each like the reference.
    pub fn seeded(&mut self, rounds: u64, make: impl Fn(&mut Rng) -> Exchange) {
        let Some(reference) = self.setup.reference_bin.clone() else {
            panic!("a seeded case runs beside the reference only");
        };
        for round in 0..rounds {
            let exchange = make(&mut self.rng(round));
            self.dir = self.setup.scratch.join(format!("reference-{round}"));
            let ended = self.play(&exchange, reference.join(&exchange.program));
            let expected = Expected {
                stdout: ended.stdout.clone(),
                status: ended.code(),
            };
            self.dir = self.setup.scratch.join(format!("round-{round}"));
            self.meet(&exchange, &expected);
        }
    }

    /// Plays `exchange` against the subject and expects `expected`.
    pub(crate) fn meet(&mut self, exchange: &Exchange, expected: &Expected) {
        let ended = self.play(exchange, self.program_path(&exchange.program));
        if ended.stdout == expected.stdout && ended.status.code() == Some(expected.status) {
            return;
        }
        let mut failure = ended.failure(Outcome::Wrong, "the answer differs from the reference's");
        let (want, got) = around_difference(&expected.stdout, &ended.stdout);
        failure.expected = Some(format!("{want}exit status {}\n", expected.status));
        failure.actual = Some(format!(
            "{got}{}\n",
            ended.status.to_string().replace("exit status: ", "exit status ")
        ));
        failure.replay = Some(exchange.json(Some(expected)));
        failure.raise()
    }

    /// Plays `exchange` against the reference and stores it with its answer at `path`.
    pub(crate) fn store(&mut self, exchange: &Exchange, path: &Path) {
        assert!(self.setup.bless, "expectations are made by `bless` only");
        let ended = self.play(exchange, self.program_path(&exchange.program));
        let expected = Expected {
            stdout: ended.stdout.clone(),
            status: ended.code(),
        };
        let text = format!("{:#}\n", exchange.json(Some(&expected)));
        fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    fn play(&mut self, exchange: &Exchange, program: PathBuf) -> Ended {
        fs::create_dir_all(&self.dir).unwrap_or_else(|error| panic!("{}: {error}", self.dir.display()));
        for (name, bytes) in &exchange.files {
            self.file(name, bytes);
        }
        let site = self.exchange_site(exchange);
        let args = exchange.args.iter().map(|arg| match &site {
            Some(site) => arg.replace(MARK, &site.url("")),
            None => arg.clone(),
        });
        let run = Program::new(&exchange.program, program, &self.dir, self.setup.limits).args(args);
        if !exchange.sends.is_empty() {
            return conversation::hold(run, &exchange.sends, self.wall());
        }
        let mut ended = match &exchange.stdin {
            Some(bytes) => run.stdin(bytes.clone()).run(),
            None => run.run(),
        };
        if let (Some(_), Ok(text)) = (&site, str::from_utf8(&ended.stdout)) {
            ended.stdout = self.redacted(text).into_bytes();
        }
        ended
    }

    pub(crate) fn used(&self) -> Value {
        let programs = &*self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        json!({ "snapshots": self.snapshots, "fixtures": self.fixtures, "programs": programs })
    }
}

/// Returns what follows a snapshot file's header.
fn body(file: &str) -> Option<&str> {
    let (_, body) = file.strip_prefix("---\n")?.split_once("\n---\n")?;
    Some(body)
}

/// Makes both sides visible; of long ones only the part around the first difference.
fn around_difference(expected: &[u8], actual: &[u8]) -> (String, String) {
    const SHOWN: usize = 16 << 10;
    let same = expected.iter().zip(actual).take_while(|(a, b)| a == b).count();
    if expected.len().max(actual.len()) <= SHOWN {
        return (text::block(expected), text::block(actual));
    }
    let from = expected[..same]
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |at| at + 1)
        .max(same.saturating_sub(SHOWN / 4));
    let part = |bytes: &[u8]| {
        let end = bytes.len().min(from + SHOWN / 2);
        format!(
            "  (from byte {from} of {})\n{}",
            bytes.len(),
            text::block(&bytes[from.min(end)..end])
        )
    };
    (part(expected), part(actual))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Limits;

    impl Case {
        /// Makes a case in `scratch` without a runner and without programs, for this crate's own tests.
        pub(crate) fn in_folder(name: &str, scratch: &Path) -> Self {
            let setup = Setup {
                suite_dir: scratch.to_owned(),
                bin: scratch.to_owned(),
                reference_bin: None,
                scratch: scratch.to_owned(),
                seed: 0,
                limits: Limits::parse(Limits::USUAL).expect("the usual limits"),
                bless: false,
            };
            Self::new(name, setup)
        }
    }

    #[test]
    fn of_long_outputs_the_part_around_the_first_difference_is_shown() {
        let mut a = vec![b'a'; 100_000];
        a[50_000] = b'\n';
        let mut b = a.clone();
        b[50_003] = b'X';
        let (expected, actual) = around_difference(&a, &b);
        assert!(expected.starts_with("  (from byte 50001 of 100000)") && actual.contains("aaX"));
    }

    #[test]
    fn the_header_of_a_snapshot_is_not_its_body() {
        assert_eq!(
            body("---\nsource: x\n---\nstdout:\n---\n"),
            Some("stdout:\n---\n")
        );
    }
}
