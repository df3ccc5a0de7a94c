//! `verify`: proves that the course is whole. Continuous integration runs just this.
//!
//! | module | what it proves |
//! |---|---|
//! | `tree` | formatting, lints, unit tests, manifests, locks, licences, the book |
//! | `lab` | of each lab: the solution passes, the starter fails as meant, each stage is its own |
//! | `memorised`, `wrong` | nobody passes who should not |
//! | `lanes` | nothing: they let several compilers run at a time |
//! | `papers` | what is written about a lab is complete |
//! | `runner` | programs that hang, flood, crash or lie end in their named verdict; a stale build is never graded |
//! | `fresh` | a copy without the reference, in an awkward place, works as README says |

mod fresh;
mod lab;
mod lanes;
mod memorised;
mod papers;
mod runner;
mod tree;
mod wrong;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use xtask::check::print_quietly;
use xtask::course::Course;
use xtask::exit::{self, Result};
use xtask::t;
use xtask::term::Style;

/// How many proofs of whose cases one must fail run at the same time, on the two cores that this is measured for.
const AT_ONCE: usize = 6;

/// What `verify` has found so far.
pub(crate) struct Ledger {
    passed: usize,
    /// What was being proved, and what was wrong.
    failed: Vec<(String, String)>,
    /// What is being looked at.
    part: String,
    style: Style,
}

/// What one proof comes to: nothing, or what is wrong.
pub(crate) type Proof = std::result::Result<(), String>;

/// A proof that may run beside others.
pub(crate) struct Pending<'a> {
    what: String,
    /// Is told its place among those that run, from 0, which no other has at that time.
    proof: Box<dyn Fn(usize) -> Proof + Sync + 'a>,
}

impl<'a> Pending<'a> {
    /// Names what is to be proved.
    pub(crate) fn new(what: String, proof: impl Fn(usize) -> Proof + Sync + 'a) -> Self {
        Self {
            what,
            proof: Box::new(proof),
        }
    }
}

impl Ledger {
    /// Runs one proof and prints its line.
    pub(crate) fn prove(&mut self, what: &str, proof: impl FnOnce() -> Proof) {
        let started = Instant::now();
        let found = proof();
        self.enter(what, &found, started.elapsed());
    }

    /// Runs many proofs, so many at a time, and prints the line of each when it is done.
    ///
    /// While one compiles, which keeps one core busy, others run their cases, and many of these wait for something that does not come.
    pub(crate) fn prove_all(&mut self, at_once: usize, proofs: &[Pending<'_>]) {
        let next = AtomicUsize::new(0);
        let ledger = Mutex::new(self);
        std::thread::scope(|scope| {
            let (next, ledger) = (&next, &ledger);
            for place in 0..at_once {
                scope.spawn(move || {
                    while let Some(pending) = proofs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let started = Instant::now();
                        let found = (pending.proof)(place);
                        let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
                        ledger.enter(&pending.what, &found, started.elapsed());
                    }
                });
            }
        });
    }

    /// Begins a part of the proofs.
    fn part(&mut self, name: String) {
        let _ = print_quietly(&format!("\n{}\n", self.style.bold(&name)));
        self.part = name;
    }

    /// Says once more what failed: of a long run often only the end is at hand.
    fn repeat_failures(&self) {
        if self.failed.is_empty() {
            return;
        }
        let _ = print_quietly(&format!("\n{}\n", self.style.bold(&t!("verify.failures"))));
        let sign = self.style.red(self.style.sign("✘", "FAILED"));
        for (what, words) in &self.failed {
            let _ = print_quietly(&format!("  {sign} {what}\n      {words}\n"));
        }
    }

    /// Counts what a proof has found, and prints its line.
    fn enter(&mut self, what: &str, found: &Proof, took: Duration) {
        let seconds = format!("{:.1} s", took.as_secs_f64());
        let (sign, words) = match found {
            Ok(()) => (self.style.green(self.style.sign("✔", "ok")), String::new()),
            Err(words) => (
                self.style.red(self.style.sign("✘", "FAILED")),
                words.trim_end().replace('\n', "\n      "),
            ),
        };
        match found {
            Ok(()) => self.passed += 1,
            Err(_) => self
                .failed
                .push((format!("{}: {what}", self.part), words.clone())),
        }
        // A reader that has gone does not change what is proved.
        let _ = print_quietly(&format!("  {sign} {what}  {}\n", self.style.dim(&seconds)));
        if !words.is_empty() {
            let _ = print_quietly(&format!("      {words}\n"));
        }
    }
}

/// Whether a program that this machine lacks is a failure rather than something not run.
pub(crate) fn strict() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// Verifies the whole course, or one lab; with `note` it writes down which cases catch wrong solutions.
pub(crate) fn run(course: &Course, name: Option<&str>, note: bool) -> Result<u8> {
    let style = Style::stdout();
    let mut ledger = Ledger {
        passed: 0,
        failed: Vec::new(),
        part: String::new(),
        style,
    };
    let only = name
        .map(|name| course.target(name).map(|target| target.lab))
        .transpose()?;
    course.solutions()?;
    let started = Instant::now();
    if only.is_none() {
        ledger.part(t!("verify.tree"));
        tree::prove(course, &mut ledger);
    }
    for lab in course
        .labs
        .iter()
        .filter(|lab| only.is_none_or(|only| only.dir == lab.dir))
    {
        let begun = Instant::now();
        ledger.part(format!("{} {}", lab.id, lab.package));
        lab::prove(course, lab, note, &mut ledger);
        let minutes = t!(
            "verify.minutes",
            lab = lab.id,
            minutes = format!("{:.1}", begun.elapsed().as_secs_f64() / 60.0)
        );
        let _ = print_quietly(&format!("    {}\n", style.dim(&minutes)));
    }
    if only.is_none() {
        ledger.part(t!("verify.runner"));
        runner::prove(course, &mut ledger);
        ledger.part(t!("verify.fresh"));
        fresh::prove(course, &mut ledger);
    }
    ledger.repeat_failures();
    let minutes = format!("{:.1}", started.elapsed().as_secs_f64() / 60.0);
    print_quietly(&format!(
        "\n{}\n",
        style.dim(&t!("verify.whole", minutes = minutes))
    ))?;
    // The last line is plain, whatever the language, for whoever reads it by machine.
    print_quietly(&format!(
        "{} passed, {} failed\n",
        ledger.passed,
        ledger.failed.len()
    ))?;
    Ok(if ledger.failed.is_empty() {
        exit::OK
    } else {
        exit::FAILED
    })
}
