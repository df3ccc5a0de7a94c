//! Where the code of a student is built and run.
//!
//! There is an *outer* cell around each case's suite, which is ours, and an *inner* one around each program of the student that
//! the suite starts. Building has a cell of its own.
//!
//! | | tier A | tier B |
//! |---|---|---|
//! | the suite's process | the first process of a pid namespace, with a network of its own (a loopback) and its own IPC | a Landlock domain that keeps signals and abstract sockets in |
//! | a program of the student | a mount namespace with a view of its own, Landlock, seccomp, limits, no capability | Landlock, seccomp, limits |
//! | what is left behind | ends with the first process | is found by a subreaper |
//!
//! Tier C is a process group with limits, which confines nothing. As root, both stronger tiers first become a user that nobody else is.
//!
//! The launcher is the program `cell` of this package ([`launch`]). It takes the place of what it starts by `execve`, so that the
//! process that a suite knows is the student's program, with its own status, signals and descriptors. The suite and the student's
//! programs share one pid namespace: a number in a pid file means the same to both. The suite's process is number 1 there, which the
//! kernel shields from every signal of its own namespace, and it is hidden in the view of the student's programs.
//!
//! Nothing of a suite is changed for it: [`launch`] gives the suite a folder with hard links of itself under the programs' names
//! (`COURSE_BIN`), and each of them enters an inner cell and becomes the real one. So a program of the system that starts a student's
//! program (`setsid`, `unshare`, a shell) starts it in the cell as well.

pub mod attack;
mod probe;
mod sys;
mod user;

pub mod launch;

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use xtask::grading::Confine;

pub use probe::{Finding, Report, Tried};

/// How well a cell confines what runs in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Namespaces with Landlock, seccomp and limits.
    A,
    /// Landlock, seccomp and limits, without namespaces.
    B,
    /// A process group with limits: nothing is confined.
    C,
}

impl Tier {
    /// The tier as it is written in reports and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }

    /// Reads a tier as [`Tier::word`] writes it, in either case.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::A, Self::B, Self::C]
            .into_iter()
            .find(|tier| tier.word().eq_ignore_ascii_case(word))
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why there is no cell.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The launcher or the attacker is not beside the grader.
    #[error("{path}: {source}")]
    Program {
        /// Where it should be.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The tier that was asked for does not hold on this machine.
    #[error("tier {tier} does not hold on this machine: {why}")]
    NotHere {
        /// The tier.
        tier: Tier,
        /// What was seen instead.
        why: String,
    },
    /// There is no user id left for a class to run under.
    #[error("no unused user id between {from} and {to}")]
    NoUser {
        /// The first one looked at.
        from: u32,
        /// The last one.
        to: u32,
    },
}

/// A cell that was proved to hold.
#[derive(Debug, Clone)]
pub struct Cell {
    tier: Tier,
    /// Whom root becomes.
    uid: Option<u32>,
    /// Whether a shared build folder is copied, since this kernel does not lay folders over each other for users.
    copy: bool,
    launcher: PathBuf,
}

impl Cell {
    /// Finds the strongest tier that this machine has, or proves the one that was asked for.
    ///
    /// `scratch` is a folder on the file system where cases will run; what the probes make there is removed again.
    ///
    /// # Errors
    /// The tier that was asked for does not hold, or the programs of this package are not beside the grader. Without a wish there is
    /// always tier C, which a caller may refuse.
    pub fn choose(forced: Option<Tier>, scratch: &Path) -> Result<(Self, Report), Error> {
        probe::choose(forced, scratch)
    }

    /// The tier.
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// The user that programs run as, if it is not the caller.
    pub fn uid(&self) -> Option<u32> {
        self.uid
    }

    /// What of a lab cannot be graded in this tier, as a sentence; none where all can.
    pub fn unfit(&self, lab: &str) -> Option<&'static str> {
        match (self.tier, lab) {
            (Tier::B, "lab05") => Some(
                "its stage `layout` looks into other processes, from which the walls of tier B keep every program",
            ),
            _ => None,
        }
    }

    /// What is put before a suite's executable, for cases of the lab `lab` (`lab05`, say) of the course in `course`.
    pub fn confine(&self, course: &Path, lab: &str) -> Confine {
        let mut before: Vec<OsString> = Vec::new();
        if self.tier != Tier::C {
            before.push(self.launcher.clone().into());
            before.push("case".into());
            self.common(&mut before);
            before.extend([
                "--lab".into(),
                lab.into(),
                "--show".into(),
                course.into(),
                "--".into(),
            ]);
        }
        Confine {
            before,
            env: Vec::new(),
        }
    }

    /// Puts a call of cargo into a cell for building.
    ///
    /// The program, its arguments, its folder and the variables that were set on `command` by name are taken over. All other
    /// variables are dropped, for one of them could name another compiler. Redirect its output afterwards.
    pub fn build(&self, command: Command, place: &Building) -> Command {
        if self.tier == Tier::C {
            return command;
        }
        let mut cell = Command::new(&self.launcher);
        cell.arg("build").args(["--tier", self.tier.word()]);
        if let Some(uid) = self.uid {
            cell.arg("--uid").arg(uid.to_string());
        }
        for path in &place.read {
            cell.arg("--read").arg(path);
        }
        for path in &place.write {
            cell.arg("--write").arg(path);
        }
        if let Some(Layer { shared, private }) = &place.layer {
            cell.arg("--shared").arg(shared).arg("--private").arg(private);
        }
        if self.copy {
            cell.arg("--copy");
        }
        cell.arg("--wall-ms").arg(place.wall.as_millis().to_string());
        cell.arg("--memory-mib").arg(place.memory_mib.to_string());
        cell.arg("--size-mib").arg(place.size_mib.to_string());
        for (name, value) in command.get_envs() {
            if let Some(value) = value {
                let mut pair = name.to_owned();
                pair.push("=");
                pair.push(value);
                cell.arg("--env").arg(pair);
            }
        }
        if let Some(dir) = command.get_current_dir() {
            cell.current_dir(dir);
        }
        cell.arg("--").arg(command.get_program()).args(command.get_args());
        cell
    }

    fn common(&self, words: &mut Vec<OsString>) {
        words.extend(["--tier".into(), self.tier.word().into()]);
        if let Some(uid) = self.uid {
            words.extend(["--uid".into(), uid.to_string().into()]);
        }
    }
}

/// What a build may see, write and use.
#[derive(Debug, Clone)]
pub struct Building {
    /// What it reads besides the system, the toolchain and downloaded crates: the staged workspace, reference crates below it.
    pub read: Vec<PathBuf>,
    /// Folders that it may write, which must be there: the target folder.
    pub write: Vec<PathBuf>,
    /// A build folder with third-party crates that is shared by a class.
    pub layer: Option<Layer>,
    /// The longest time.
    pub wall: Duration,
    /// The most memory of all its processes, in MiB.
    pub memory_mib: u64,
    /// The most that it may write, in MiB.
    pub size_mib: u64,
}

/// A shared build folder with what one build adds to it.
///
/// In tier A both lie over each other at the path of the shared one, so that cargo finds third-party crates compiled, has a lock of its
/// own, and leaves everything new in the private one: no two submissions ever meet in a build folder. Without namespaces the private
/// one begins as a copy.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Only read, and not changed by anybody as long as builds run.
    pub shared: PathBuf,
    /// Made if it is not there. It lies on the same file system as nothing else does that matters.
    pub private: PathBuf,
}

/// Why the cell ended a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// It took too long.
    Time,
    /// It used too much memory.
    Memory,
    /// It wrote too much.
    Size,
    /// It had too many processes.
    Processes,
    /// The cell itself could not be set up: a grader's fault.
    Fault,
}

impl Broken {
    const ALL: [(u8, Self); 5] = [
        (201, Self::Time),
        (202, Self::Memory),
        (203, Self::Size),
        (204, Self::Processes),
        (205, Self::Fault),
    ];

    /// The status with which the launcher ends then. Cargo's own are 0, 1 and 101.
    pub fn status(self) -> u8 {
        let found = Self::ALL.iter().find(|(_, broken)| *broken == self);
        found.map_or(205, |(status, _)| *status)
    }
}

/// Why the cell ended a build, if it did, by the status of the command that [`Cell::build`] made.
pub fn broken(status: ExitStatus) -> Option<Broken> {
    let code = status.code()?;
    Broken::ALL
        .iter()
        .find(|(status, _)| i32::from(*status) == code)
        .map(|(_, broken)| *broken)
}
