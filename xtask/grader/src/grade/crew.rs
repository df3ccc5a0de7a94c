//! Grading several submissions at the same time, and saying how long it will still take.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use xtask::exit::{Result, Stop};
use xtask::term::Status;

use super::unit::{Bench, Job};
use crate::journal::Journal;

/// Who does the work.
pub(crate) struct Crew<'a> {
    /// One for each lab.
    pub(crate) benches: &'a [Bench<'a>],
    pub(crate) journal: &'a Journal,
    pub(crate) at_once: usize,
}

/// How far it is.
struct Progress {
    status: Status,
    started: Instant,
    /// For each lab: how many are left, how many are done, and what these took.
    labs: Vec<(usize, u32, Duration)>,
    all: usize,
    done: usize,
    at_once: u32,
    /// The last tenth that was said where there is no terminal.
    said: usize,
    lost: Option<Stop>,
}

impl Crew<'_> {
    /// Grades all `jobs`, each with the bench of its lab.
    ///
    /// A submission that the grader fails with is put down as that, and does not keep the others.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub(crate) fn grade(&self, jobs: Vec<(usize, Job)>) -> Result {
        let mut labs = vec![(0, 0, Duration::ZERO); self.benches.len()];
        for (lab, _) in &jobs {
            labs[*lab].0 += 1;
        }
        let progress = Mutex::new(Progress {
            status: Status::start(),
            started: Instant::now(),
            labs,
            all: jobs.len(),
            done: 0,
            at_once: u32::try_from(self.at_once).unwrap_or(1),
            said: 0,
            lost: None,
        });
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..self.at_once.min(jobs.len()) {
                scope.spawn(|| {
                    while let Some((lab, job)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let started = Instant::now();
                        let graded = self.benches[*lab].grade(job);
                        let kept = graded.or_else(|stop| self.journal.set_fault(&job.key, &stop.message));
                        let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
                        if let Err(stop) = kept {
                            // Without a journal there is no point in going on.
                            next.store(jobs.len(), Ordering::Relaxed);
                            progress.lost = Some(stop);
                        }
                        progress.step(*lab, self.benches[*lab].lab.id.as_str(), started.elapsed());
                    }
                });
            }
        });
        let mut progress = progress.into_inner().unwrap_or_else(PoisonError::into_inner);
        progress.status.clear();
        progress.lost.map_or(Ok(()), Err)
    }
}

impl Progress {
    fn step(&mut self, lab: usize, name: &str, took: Duration) {
        let (left, done, spent) = &mut self.labs[lab];
        (*left, *done, *spent) = (left.saturating_sub(1), *done + 1, *spent + took);
        self.done += 1;
        let line = format!("{} of {} graded; {name}; {}", self.done, self.all, self.left());
        self.status.show(&line);
        let tenth = 10 * self.done / self.all.max(1);
        if tenth > self.said && !std::io::stderr().is_terminal() {
            self.said = tenth;
            eprintln!("grade: {line}");
        }
    }

    /// How long it will still take: what is left of each lab, as long as those before it took. Of a lab that has not begun nobody
    /// knows, and the mean of the others stands for it.
    fn left(&self) -> String {
        let all: Duration = self.labs.iter().map(|(_, _, spent)| *spent).sum();
        let done: u32 = self.labs.iter().map(|(_, done, _)| *done).sum();
        let mean = all / done.max(1);
        let of_lab = |(left, done, spent): &(usize, u32, Duration)| {
            let each = if *done > 0 { *spent / *done } else { mean };
            each * u32::try_from(*left).unwrap_or(u32::MAX)
        };
        let left: Duration = self.labs.iter().map(of_lab).sum::<Duration>() / self.at_once;
        let unknown = self.labs.iter().any(|(left, done, _)| *left > 0 && *done == 0);
        let about = if unknown || self.started.elapsed() < Duration::from_secs(20) {
            "perhaps"
        } else {
            "about"
        };
        match left.as_secs() {
            0..90 => format!("{about} {} s left", left.as_secs()),
            seconds => format!("{about} {} min left", seconds.div_ceil(60)),
        }
    }
}
