//! Landlock: what a process may do with files, ports, signals.
//!
//! Source: landlock(7), <https://docs.kernel.org/userspace-api/landlock.html>.

use std::io;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
    path_beneath_rules,
};

use super::{Doing, Result};

/// The newest version whose rights are asked for. Older kernels enforce those that they know.
const VERSION: ABI = ABI::V7;

/// Devices that every program may use.
pub(super) const DEVICES: [&str; 6] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/tty",
];

/// What a process and all that come from it may do.
#[derive(Debug, Default)]
pub(super) struct Walls<'a> {
    /// Read and executed.
    pub(super) read: Vec<&'a Path>,
    /// Written as well.
    pub(super) write: Vec<&'a Path>,
    /// No TCP at all.
    pub(super) no_tcp: bool,
    /// Terminals, where they are the case's own.
    pub(super) terminals: bool,
    /// No signal to, and no abstract socket of, a process outside.
    pub(super) alone: bool,
    pub(super) no_abstract_sockets: bool,
}

impl Walls<'_> {
    /// Puts them up.
    pub(super) fn raise(&self) -> Result {
        match self.enforce().map_err(io::Error::other).doing(what)? {
            RulesetStatus::NotEnforced => Err(io::Error::other("this kernel has no Landlock")).doing(what),
            _ => Ok(()),
        }
    }

    fn enforce(&self) -> std::result::Result<RulesetStatus, landlock::RulesetError> {
        let mut rules = Ruleset::default().handle_access(AccessFs::from_all(VERSION))?;
        if self.no_tcp {
            rules = rules.handle_access(AccessNet::BindTcp | AccessNet::ConnectTcp)?;
        }
        if self.alone {
            rules = rules.scope(Scope::Signal)?;
        }
        if self.no_abstract_sockets {
            rules = rules.scope(Scope::AbstractUnixSocket)?;
        }
        let terminals = self.terminals.then_some("/dev/pts");
        let rules = rules
            .create()?
            .add_rules(path_beneath_rules(&self.read, AccessFs::from_read(VERSION)))?
            .add_rules(path_beneath_rules(&self.write, AccessFs::from_all(VERSION)))?
            .add_rules(path_beneath_rules(DEVICES, AccessFs::from_file(VERSION)))?
            .add_rules(path_beneath_rules(
                terminals,
                AccessFs::from_file(VERSION) | AccessFs::ReadDir,
            ))?;
        Ok(rules.restrict_self()?.ruleset)
    }
}

/// Keeps signals and abstract sockets of this process and all that come from it among themselves. Older kernels cannot.
///
/// Every domain forbids to move files from folder to folder, unless it says otherwise; so this one says so of all.
pub(super) fn keep_signals_in() -> Result {
    let enforce = || {
        Ruleset::default()
            .handle_access(AccessFs::Refer)?
            .scope(Scope::Signal | Scope::AbstractUnixSocket)?
            .create()?
            .add_rules(path_beneath_rules(["/"], AccessFs::Refer))?
            .restrict_self()
    };
    enforce().map_err(io::Error::other).doing(what)?;
    Ok(())
}

fn what() -> String {
    "raising Landlock's walls".to_owned()
}
