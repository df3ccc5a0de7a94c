//! What the graded suites share.
//!
//! A suite is an executable of its own: [`main`] lists its cases or runs exactly one of them, as the runner
//! asks (`docs/ARCHITECTURE.md`, "The protocol between runner and suite"). A case drives the subject's programs
//! from outside and says what it saw in a report that only the runner reads.
//!
//! | module | what |
//! |---|---|
//! | [`case`] | one case: its scratch folder, files, expectations and snapshots |
//! | [`program`], [`running`], [`ended`] | a subject's program: about to be run, running, ended |
//! | [`exchange`] | input and expected output as data: seeded, replayed and hidden cases |
//! | `conversation` | what an exchange with a server sends, and what comes back |
//! | [`http`] | a scripted HTTP server: a site as a table, with faults |
//! | [`nginx`], [`mariadb`] | the real things |
//! | [`suite`] | stages, the list of cases, running one of them |
//! | `terminal` | pseudo terminals, for what is shown on terminals only |
//! | `watch`, `process` | its output and limits while it runs; what /proc says of a tree of processes |
//! | `served` | the sites of a case: their names in snapshots, what a verdict tells of them |
//! | `report` | the lines that the runner reads |
//! | [`text`] | bytes made visible, and back |

pub mod case;
mod conversation;
pub mod ended;
pub mod exchange;
pub mod http;
pub mod mariadb;
pub mod nginx;
mod process;
pub mod program;
mod report;
pub mod running;
mod served;
pub mod suite;
mod terminal;
pub mod text;
mod watch;

pub use case::Case;
pub use ended::Ended;
pub use exchange::Exchange;
pub use mariadb::{MariaDb, MariaDbServer};
pub use nginx::{Nginx, NginxServer};
pub use program::Program;
pub use running::Running;
pub use suite::{Stage, main};

/// The source of seeded input: the same seed gives the same numbers on every machine.
pub use fastrand::Rng;

/// Collects the functions of one stage into a [`Stage`].
///
/// `snapshot` cases come first, then after a semicolon those that need a `seeded:` reference and those that are too
/// `slow:` for a student's check and run in `verify` only.
///
/// ```
/// use support::{Case, Stage, stage};
///
/// const STAGE: Stage = stage!("count": an_empty_file_has_no_lines; seeded: random_bytes);
///
/// fn an_empty_file_has_no_lines(case: &mut Case) {
///     case.file("empty", "");
///     let ended = case.program("wordcount").args(["count", "empty"]).run();
///     case.snapshot(&ended);
/// }
///
/// fn random_bytes(case: &mut Case) {
///     case.seeded(8, |rng| support::Exchange::of("wordcount").args(["count"]).stdin(vec![rng.u8(..)]));
/// }
/// ```
#[macro_export]
macro_rules! stage {
    ($name:literal: $($plain:ident),* $(,)? $(; seeded: $($seeded:ident),* $(,)?)? $(; slow: $($slow:ident),* $(,)?)?) => {
        $crate::Stage {
            name: $name,
            cases: &[
                $($crate::suite::Entry { name: stringify!($plain), kind: $crate::suite::Kind::Snapshot, run: $plain },)*
                $($($crate::suite::Entry { name: stringify!($seeded), kind: $crate::suite::Kind::Seeded, run: $seeded },)*)?
                $($($crate::suite::Entry { name: stringify!($slow), kind: $crate::suite::Kind::Slow, run: $slow },)*)?
            ],
        }
    };
}
