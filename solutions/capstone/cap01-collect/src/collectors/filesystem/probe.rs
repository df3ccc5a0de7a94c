use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, TryRecvError, sync_channel},
    thread,
    time::{Duration, Instant},
};

use super::Sizes;

/// Asks file systems that may never answer, each in a thread of its own.
///
/// The server of a network's file system may be gone, and the call then does not return before it is back. Each has one
/// question under way at most: one thread, however many rounds pass.
#[derive(Debug, Default)]
pub(super) struct Probes {
    /// Those that did not answer in time, and may still.
    late: HashMap<PathBuf, Receiver<Answer>>,
    answers: HashMap<PathBuf, Answer>,
}

type Answer = io::Result<Sizes>;

impl Probes {
    /// Asks all of these, and waits for their answers; not for those that are late since a round before.
    pub(super) fn ask(&mut self, paths: impl Iterator<Item = PathBuf>, patience: Duration) {
        self.ask_by(Sizes::of, paths, patience);
    }

    /// Takes the answer of a path that was asked.
    pub(super) fn answer(&mut self, path: &Path) -> Answer {
        self.answers
            .remove(path)
            .unwrap_or_else(|| Err(io::ErrorKind::TimedOut.into()))
    }

    fn ask_by(
        &mut self,
        call: fn(&Path) -> Answer,
        paths: impl Iterator<Item = PathBuf>,
        patience: Duration,
    ) {
        // region:cost/probes Do not ask who has not answered yet. Begin all questions, then wait for all answers until one moment; who is late stays in `late`.
        self.answers.clear();
        let mut before = std::mem::take(&mut self.late);
        let mut asked = Vec::new();
        for path in paths {
            // An answer that came since is old. All it says is that the next question may be asked.
            let late = before
                .remove(&path)
                .filter(|late| matches!(late.try_recv(), Err(TryRecvError::Empty)));
            if let Some(late) = late {
                self.late.insert(path, late);
                continue;
            }
            match begin(call, path.clone()) {
                Ok(answer) => asked.push((path, answer)),
                Err(error) => drop(self.answers.insert(path, Err(error))),
            }
        }
        let until = Instant::now() + patience;
        for (path, answer) in asked {
            match answer.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(answer) => drop(self.answers.insert(path, answer)),
                Err(_) => drop(self.late.insert(path, answer)),
            }
        }
        // endregion:cost/probes
    }
}

// region:cost
fn begin(call: fn(&Path) -> Answer, path: PathBuf) -> io::Result<Receiver<Answer>> {
    let (tell, answer) = sync_channel(1);
    thread::Builder::new().name("statvfs".into()).spawn(move || {
        // Nobody listens any more if the mount is gone.
        let _ = tell.send(call(&path));
    })?;
    Ok(answer)
}
// endregion:cost

#[cfg(test)]
mod tests {
    use std::sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    /// Held while the server is gone.
    static SERVER: Mutex<()> = Mutex::new(());
    static CALLS: AtomicUsize = AtomicUsize::new(0);

    fn call(path: &Path) -> Answer {
        if path.ends_with("remote") {
            CALLS.fetch_add(1, Ordering::SeqCst);
            drop(SERVER.lock());
        }
        Err(io::ErrorKind::NotADirectory.into())
    }

    #[test]
    fn a_file_system_that_hangs_is_waited_for_once_and_asked_once() {
        let mut probes = Probes::default();
        let mut ask = |patience| {
            let paths = ["/remote", "/near"].map(PathBuf::from);
            probes.ask_by(call, paths.iter().cloned(), Duration::from_millis(patience));
            paths.map(|path| probes.answer(&path).expect_err("all calls fail").kind())
        };
        let gone = SERVER.lock();
        assert_eq!(ask(50)[0], io::ErrorKind::TimedOut);
        let begun = Instant::now();
        assert_eq!(
            ask(60_000),
            [io::ErrorKind::TimedOut, io::ErrorKind::NotADirectory]
        );
        assert!(begun.elapsed() < Duration::from_secs(30));
        assert_eq!(CALLS.load(Ordering::SeqCst), 1);

        drop(gone);
        while ask(60_000)[0] == io::ErrorKind::TimedOut {
            thread::yield_now();
        }
    }
}
