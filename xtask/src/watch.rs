//! `watch`: check again at every save, first the stage that failed.

use std::fs;
use std::io::IsTerminal;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

use crate::check::{current_lab, print_quietly};
use crate::course::{Course, Lab};
use crate::earlier::{self, Student};
use crate::exit::{OK, Result, Stop};
use crate::hint;
use crate::progress::Progress;
use crate::runner::{self, Plan};
use crate::show::View;
use crate::t;
use crate::term::Style;

/// How long to wait for the rest of a save: editors write a file, rename it and touch others.
const SETTLE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 15_000_000,
};

/// What woke the watch.
enum Event {
    Saved,
    Key(u8),
    /// Standard input has ended: there are no more keys, but saves go on.
    NoKeys,
}

/// Watches a lab until `q` is pressed.
pub(crate) fn run(course: &Course, name: Option<&str>) -> Result<u8> {
    let progress = Progress::load(course);
    let mut lab = match name {
        Some(name) => course.target(name)?.lab,
        None => current_lab(course, &progress)?,
    };
    let mut has_keys = std::io::stdin().is_terminal();
    let mut watcher = Watcher::over(course, lab)?;
    let mut failed_stage: Option<String> = None;
    check(course, lab, &mut failed_stage)?;
    loop {
        // Only while it waits: during a check the terminal is as everywhere, so that Ctrl-C ends it and leaves no mess.
        let keys = has_keys.then(Keys::start).flatten();
        let event = watcher.wait(keys.is_some())?;
        drop(keys);
        match event {
            Event::Saved => check(course, lab, &mut failed_stage)?,
            Event::NoKeys => has_keys = false,
            Event::Key(b'q' | 3 | 4) => return Ok(OK),
            Event::Key(b'h') => {
                let mut progress = Progress::load(course);
                let stage = failed_stage
                    .as_deref()
                    .and_then(|name| lab.stages.iter().position(|stage| stage.name == name));
                let stage = stage.unwrap_or_else(|| hint::first_open(lab, &progress));
                print_quietly(&hint::next_hint(&mut progress, lab, stage)?)?;
            }
            Event::Key(b'n') => {
                let at = course
                    .labs
                    .iter()
                    .position(|other| other.dir == lab.dir)
                    .unwrap_or(0);
                lab = &course.labs[(at + 1) % course.labs.len()];
                watcher = Watcher::over(course, lab)?;
                failed_stage = None;
                check(course, lab, &mut failed_stage)?;
            }
            Event::Key(b'\n' | b'\r' | b' ') => check(course, lab, &mut failed_stage)?,
            Event::Key(_) => {}
        }
    }
}

/// Checks the stage that failed last; the whole lab once it passes.
fn check(course: &Course, lab: &Lab, failed_stage: &mut Option<String>) -> Result {
    if std::io::stdout().is_terminal() {
        print_quietly("\x1b[2J\x1b[3J\x1b[H")?;
    }
    let mut plan = Plan {
        stages: failed_stage.clone().map(|stage| vec![stage]),
        reuse: true,
        ..Plan::default()
    };
    let mut progress = Progress::load(course);
    let Student { subject, note } = Student::find(course, lab, &progress)?;
    let files = earlier::print_of(course, lab)?;
    let mut result = runner::grade(course, lab, &subject, &plan)?;
    if plan.stages.is_some() && result.passed() {
        plan.stages = None;
        result = runner::grade(course, lab, &subject, &plan)?;
    }
    progress.record(lab, &result, &files);
    if let Err(stop) = progress.save() {
        eprintln!("{}", t!("check.progress_lost", why = stop.message));
    }
    // A lab that does not compile says nothing of its stages: the one that failed stays the one to look at.
    if result.broken.is_none() {
        *failed_stage = result
            .stages
            .iter()
            .find(|stage| !stage.passed())
            .map(|stage| stage.name.clone());
    }
    let view = View {
        course,
        lab,
        options: "",
        all: false,
        picked: false,
        note: note.as_deref(),
    };
    print_quietly(&view.draw(&result))?;
    print_quietly(&format!(
        "\n{}\n",
        Style::stdout().dim(&t!("watch.keys", lab = lab.id))
    ))
}

/// Notices changes below the folders of one lab and of those that it is built on.
struct Watcher {
    inotify: OwnedFd,
}

impl Watcher {
    fn over(course: &Course, lab: &Lab) -> Result<Self> {
        let inotify = inotify::init(inotify::CreateFlags::CLOEXEC | inotify::CreateFlags::NONBLOCK)
            .map_err(|error| Stop::failed(t!("watch.cannot", error = error)))?;
        let watcher = Self { inotify };
        for lab in course.earlier(lab).chain([lab]) {
            watcher.add(&course.lab_dir(lab))?;
        }
        Ok(watcher)
    }

    fn add(&self, dir: &Path) -> Result {
        use inotify::WatchFlags as W;
        let flags = W::CLOSE_WRITE | W::MOVED_TO | W::MOVED_FROM | W::DELETE | W::CREATE | W::ONLYDIR;
        inotify::add_watch(&self.inotify, dir, flags).map_err(|error| Stop::io(dir, error))?;
        for entry in fs::read_dir(dir).map_err(|error| Stop::io(dir, error))?.flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.add(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Waits for a save of a file that cargo reads, or for a key.
    fn wait(&mut self, keys: bool) -> Result<Event> {
        let broken = |error: rustix::io::Errno| Stop::failed(t!("watch.cannot", error = error));
        loop {
            let stdin = rustix::stdio::stdin();
            let mut fds = vec![PollFd::new(&self.inotify, PollFlags::IN)];
            if keys {
                fds.push(PollFd::new(&stdin, PollFlags::IN));
            }
            match poll(&mut fds, None) {
                Ok(_) => {}
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(broken(error)),
            }
            let (saved, key) = (
                !fds[0].revents().is_empty(),
                fds.get(1).is_some_and(|fd| !fd.revents().is_empty()),
            );
            if key {
                let mut byte = [0];
                return match rustix::io::read(rustix::stdio::stdin(), &mut byte) {
                    Ok(0) | Err(_) => Ok(Event::NoKeys),
                    Ok(_) => Ok(Event::Key(byte[0])),
                };
            }
            if saved && self.drain()? {
                // One save is several events; the next check should see them all, and not run twice.
                while matches!(
                    poll(&mut [PollFd::new(&self.inotify, PollFlags::IN)], Some(&SETTLE)),
                    Ok(1..)
                ) {
                    self.drain()?;
                }
                return Ok(Event::Saved);
            }
        }
    }

    /// Reads what is there; returns whether any of it matters: not an editor's swap file.
    fn drain(&mut self) -> Result<bool> {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = inotify::Reader::new(&self.inotify, &mut buffer);
        let mut matters = false;
        loop {
            match reader.next() {
                Ok(event) => {
                    let name = event
                        .file_name()
                        .map(|name| name.to_string_lossy().into_owned())
                        .unwrap_or_default();
                    matters |= name.ends_with(".rs") || name.ends_with(".toml");
                }
                Err(rustix::io::Errno::AGAIN) => return Ok(matters),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(Stop::failed(t!("watch.cannot", error = error))),
            }
        }
    }
}

/// The terminal giving single keys at once; put back as it was when dropped.
struct Keys {
    before: Termios,
}

impl Keys {
    /// Returns `None` where standard input is no terminal.
    fn start() -> Option<Self> {
        let stdin = rustix::stdio::stdin();
        let before = tcgetattr(stdin).ok()?;
        let mut now = before.clone();
        // Ctrl-C comes as a key: as a signal it would leave the terminal in this mode.
        now.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        now.special_codes[SpecialCodeIndex::VMIN] = 1;
        now.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(stdin, OptionalActions::Now, &now).ok()?;
        Some(Self { before })
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &self.before);
    }
}
