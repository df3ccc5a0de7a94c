//! A download from its first request to the file: what is asked for first, what follows from the answer, and what from failures.

use std::io;
use std::mem;
use std::thread;
use std::time::{Instant, SystemTime};

use crate::answer::{Answer, Trouble};
use crate::error::{Error, Fault, Missing, Result};
use crate::http::{Client, Head, Reply};
use crate::journal::{Header, Journal};
use crate::name::name;
use crate::plan::Plan;
use crate::pool::{self, First};
use crate::progress::Progress;
use crate::resume::{self, Found, Open};
use crate::retry::Retry;
use crate::run::{Job, Run};
use crate::saved::{self, Saved};
use crate::single;
use crate::sources::Left;
use crate::spans::Span;
use crate::store::Store;
use crate::target::Target;
use crate::validator::{Change, Validator};

/// What the first of several connections asks for, to learn whether the server knows ranges, and the length.
const PROBE: Span = Span {
    start: 0,
    end: 1 << 20,
};

/// How often a file may change while it is fetched.
const RESTARTS: u64 = 3;

/// Downloads a file.
///
/// # Errors
/// Why there is no file now.
pub fn download(job: &Job, progress: &Progress) -> Result<Saved> {
    let begin = Instant::now();
    let run = Run::new(job, progress);
    let mut download = Download {
        client: run.client(),
        source: 0,
        retry: run.retry(),
        target: None,
        open: None,
        journal: None,
        plain: job.connections == 1,
        run: &run,
    };
    let fetched = download.fetch();
    progress.stop();
    match fetched {
        Ok(store) => {
            let missing = store.missing();
            saved::finish(&run, store, begin).map_err(|error| error.with(missing))
        }
        Err(error) => Err(error.with(download.missing())),
    }
}

/// A download under way, as its first connection sees it.
#[derive(Debug)]
struct Download<'a> {
    run: &'a Run<'a>,
    client: Client,
    source: usize,
    retry: Retry,
    /// `None` as long as only an answer can tell the name.
    target: Option<Target>,
    /// What is there of the file.
    open: Option<Open>,
    /// A journal that is locked, but speaks of nothing.
    journal: Option<Journal>,
    /// Whether a file of which nothing is here is asked for as a whole.
    plain: bool,
}

impl Download<'_> {
    /// Fetches the file, from wherever it can go on, until all of it is there or nothing goes on.
    fn fetch(&mut self) -> Result<Store> {
        if let Some(output) = &self.run.job.output {
            self.enter(&Target::new(output))?;
        }
        loop {
            match self.step() {
                Ok(Some(store)) => return Ok(store),
                Ok(None) => {}
                Err(Trouble::Fatal(error)) => return Err(error),
                Err(Trouble::Changed(change)) => self.restart(&change)?,
                Err(Trouble::Fault(fault)) => self.again(fault)?,
            }
        }
    }

    /// Sends one request, and does what follows from its answer. Returns the whole file, or `None` if there is another step to take.
    fn step(&mut self) -> std::result::Result<Option<Store>, Trouble> {
        if self.open.as_ref().is_some_and(|open| open.missing.is_empty()) {
            return Ok(self.open.take().map(|open| open.store));
        }
        let plan = self.open.as_ref().map(|open| {
            let mut plan = self.plan(&open.missing);
            plan.next(0, Instant::now());
            plan
        });
        let range = match &plan {
            Some(plan) => plan.left(0),
            None => Some(PROBE).filter(|_| !self.plain),
        };
        let (reply, answer) = self.ask(range)?;
        if answer == Answer::Endless {
            self.plain = true;
            return Ok(None);
        }
        let length = answer.length();
        let target = match &self.target {
            Some(target) => target.clone(),
            None => {
                let target = Target::new(name(&reply.head, &reply.url));
                self.enter(&target)?;
                if self.open.is_some() {
                    // An earlier run has left something. This answer told its name, but is not what is missing.
                    let known = self.run.sources.known(self.source).unwrap_or_default();
                    let changed = known.changed(&reply.head, length);
                    return changed.map_or(Ok(None), |change| Err(Trouble::Changed(change)));
                }
                target
            }
        };
        match (answer, plan, self.open.take()) {
            (Answer::Part { part, .. }, Some(plan), Some(open)) => {
                self.several(open.store, plan, reply, part)
            }
            (Answer::Part { part, length }, ..) => {
                let store = self.create(target, &reply.head, Some(length), None)?;
                let mut plan = self.plan(&[Span::new(part.end, length)]);
                plan.begin(0, part, Instant::now());
                self.several(store, plan, reply, part)
            }
            (_, _, open) => {
                self.tell_about_ranges(open.as_ref(), length);
                let store = self.create(target, &reply.head, length, open)?;
                self.one(store, reply)
            }
        }
        .map(Some)
    }

    fn ask(&self, range: Option<Span>) -> std::result::Result<(Reply, Answer), Trouble> {
        let Run { sources, counts, .. } = self.run;
        let _busy = counts.busy();
        sources.ask(self.source, &self.client, range, counts)
    }

    fn plan(&self, missing: &[Span]) -> Plan {
        Plan::new(missing, self.run.job.connections, self.run.patience())
    }

    /// Fetches the whole file with the answer that is there.
    fn one(&mut self, store: Store, mut reply: Reply) -> std::result::Result<Store, Trouble> {
        let _busy = self.run.counts.busy();
        self.run.progress.start(0, store.length(), 1);
        let saved = single::save(self.run, &mut reply, &store);
        self.retry.came(store.written());
        match saved {
            Ok(()) => Ok(store),
            Err(trouble) => {
                // What is missing may be had by a range; but where a file without a length goes on, nobody knows.
                if let Some(length) = store.length() {
                    let missing = vec![Span::new(store.written(), length)];
                    self.open = Some(Open { store, missing });
                }
                Err(trouble)
            }
        }
    }

    /// Fetches what the plan has, over several connections. The first of them has an answer already, which brings `part`.
    fn several(
        &mut self,
        store: Store,
        plan: Plan,
        reply: Reply,
        part: Span,
    ) -> std::result::Result<Store, Trouble> {
        let have = store.resumed() + store.written();
        self.run.progress.start(have, store.length(), plan.connections());
        let first = First {
            client: mem::replace(&mut self.client, self.run.client()),
            source: self.source,
            retry: mem::replace(&mut self.retry, self.run.retry()),
            reply,
            part,
        };
        match pool::fetch(self.run, &store, plan, first) {
            Ok(()) => Ok(store),
            Err(trouble) => {
                let missing = Vec::new();
                self.open = Some(Open { store, missing });
                Err(trouble)
            }
        }
    }

    /// Makes sure that the file may be made, and looks for what an earlier run has left of it.
    fn enter(&mut self, target: &Target) -> Result<()> {
        if !self.run.job.force {
            target.check_free()?;
        } else if target.file().is_dir() {
            let why = io::ErrorKind::IsADirectory;
            return Err(Error::disk(target.file(), why.into()));
        }
        match resume::find(target, self.run.progress)? {
            Found::Nothing => {}
            Found::Lock(journal) => self.journal = Some(journal),
            Found::Some(open, known) => {
                self.run.sources.learn(0, known);
                self.open = Some(open);
            }
        }
        self.target = Some(target.clone());
        Ok(())
    }

    /// Makes an empty `.part` for what an answer speaks of, and a journal if its length is known.
    fn create(
        &mut self,
        target: Target,
        head: &Head,
        length: Option<u64>,
        open: Option<Open>,
    ) -> Result<Store> {
        let found = match open {
            Some(open) => open.store.into_journal(),
            None => self.journal.take(),
        };
        let known = Validator::new(head, length);
        let journal = match length {
            Some(length) => {
                // A journal speaks of the URL that was given, so what a mirror says about the file does not belong there.
                let said = if self.source == 0 {
                    known.clone()
                } else {
                    Validator::default()
                };
                let header = Header {
                    url: self.run.job.url.to_string(),
                    length,
                    etag: said.etag,
                    modified: said.modified,
                };
                Journal::start(found, &target, &header)?
            }
            None => {
                found.map_or(Ok(()), Journal::remove)?;
                None
            }
        };
        self.run.sources.learn(self.source, known);
        Store::create(target, length, journal)
    }

    /// Notes that a range was asked for in vain.
    fn tell_about_ranges(&mut self, open: Option<&Open>, length: Option<u64>) {
        let Run {
            sources, progress, ..
        } = self.run;
        let url = sources.url(self.source);
        if open.is_some_and(|open| open.store.resumed() > 0) {
            progress.note(&format!("{url}: does not know ranges, starting over"));
        } else if !self.plain && length != Some(0) {
            progress.note(&format!("{url}: does not know ranges, one connection"));
        }
        self.plain = true;
    }

    /// Begins anew, since the file is another one now.
    fn restart(&mut self, change: &Change) -> Result<()> {
        let Run {
            sources,
            counts,
            progress,
            ..
        } = self.run;
        let url = sources.url(self.source);
        progress.stop();
        if counts.restart() > RESTARTS {
            return Err(Error::Restless(url.to_string()));
        }
        progress.note(&format!("{url}: {change}, starting over"));
        sources.forget();
        self.plain = self.run.job.connections == 1;
        if let Some(open) = self.open.take() {
            self.journal = open.store.into_journal();
        }
        Ok(())
    }

    /// Waits after a fault, or goes over to another source.
    ///
    /// # Errors
    /// [`Error::Fetch`] when neither is of use.
    fn again(&mut self, fault: Fault) -> Result<()> {
        let Run {
            sources,
            counts,
            progress,
            ..
        } = self.run;
        sources.failed(self.source);
        let url = sources.url(self.source);
        if let Some(again) = self.retry.after(&fault, SystemTime::now()) {
            counts.retry();
            progress.note(&again.note(url, &fault));
            thread::sleep(again.wait);
            return Ok(());
        }
        match sources.leave_out(self.source) {
            Left::Last => {
                return Err(Error::Fetch {
                    url: url.to_string(),
                    fault,
                    missing: Missing::default(),
                });
            }
            Left::Now => progress.note(&format!("{url}: {fault}: left out")),
            Left::Before => {}
        }
        self.source = sources.deal(0);
        self.retry.reset();
        Ok(())
    }

    fn missing(&self) -> Missing {
        let open = self.open.as_ref();
        open.map(|open| open.store.missing()).unwrap_or_default()
    }
}
