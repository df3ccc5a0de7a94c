//! The launcher's own command line, which only the grader writes.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Doing, Result, wrong};
use crate::cell::Tier;

/// Options and, behind `--`, the program with its arguments.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Tier A, or B.
    pub(super) namespaces: bool,
    pub(super) uid: Option<u32>,
    pub(super) lab: String,
    pub(super) show: Vec<PathBuf>,
    pub(super) read: Vec<PathBuf>,
    pub(super) write: Vec<PathBuf>,
    pub(super) shared: Option<PathBuf>,
    pub(super) private: Option<PathBuf>,
    /// Whether the shared folder is copied, not laid below.
    pub(super) copy: bool,
    pub(super) env: Vec<OsString>,
    pub(super) wall_ms: u64,
    pub(super) memory_mib: u64,
    pub(super) size_mib: u64,
    /// As they came, to hand them on.
    pub(super) given: Vec<OsString>,
    pub(super) program: OsString,
    pub(super) args: Vec<OsString>,
}

impl Words {
    pub(super) fn parse(args: impl Iterator<Item = OsString>) -> Result<Self> {
        let mut args = args;
        let mut words = Self::default();
        while let Some(name) = args.next() {
            if name == "--" {
                words.program = args.next().unwrap_or_default();
                words.args = args.collect();
                return match words.program.is_empty() {
                    true => Err(wrong("reading the command line", "no program")),
                    false => Ok(words),
                };
            }
            words.given.push(name.clone());
            if name == "--copy" {
                words.copy = true;
                continue;
            }
            let value = args.next().unwrap_or_default();
            words.given.push(value.clone());
            words.option(&name.to_string_lossy(), value)?;
        }
        Err(wrong("reading the command line", "no --"))
    }

    fn option(&mut self, name: &str, value: OsString) -> Result {
        let number = || {
            let value = value.to_string_lossy();
            value
                .parse::<u64>()
                .map_err(std::io::Error::other)
                .doing(|| format!("reading {name} {value}"))
        };
        match name {
            "--tier" => self.namespaces = Tier::parse(&value.to_string_lossy()) == Some(Tier::A),
            "--uid" => self.uid = u32::try_from(number()?).ok(),
            "--lab" => self.lab = value.to_string_lossy().into_owned(),
            "--show" => self.show.push(value.into()),
            "--read" => self.read.push(value.into()),
            "--write" => self.write.push(value.into()),
            "--shared" => self.shared = Some(value.into()),
            "--private" => self.private = Some(value.into()),
            "--env" => self.env.push(value),
            "--wall-ms" => self.wall_ms = number()?,
            "--memory-mib" => self.memory_mib = number()?,
            "--size-mib" => self.size_mib = number()?,
            _ => return Err(wrong(format!("reading {name}"), "no such option")),
        }
        Ok(())
    }
}
