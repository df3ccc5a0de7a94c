//! What a launcher that stands in for a student's program has to know: a file beside it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use super::limits::Limits;
use super::{Doing, Result, at, wrong};

/// The file's name in the folder of stand-ins.
const FILE: &str = ".cell";

/// What programs of a lab need and others do not get.
///
/// In tier A a network of its own makes the first two harmless, and they are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Needs {
    /// TCP over IP.
    pub(super) tcp: bool,
    /// Unix sockets with a path.
    pub(super) unix: bool,
    /// Signals from one program to another that it has not started.
    pub(super) signals: bool,
    /// Files in memory.
    pub(super) memfd: bool,
    /// Looking into other programs of the student through `/proc`.
    pub(super) looks: bool,
}

impl Needs {
    pub(super) const NONE: Self = Self {
        tcp: false,
        unix: false,
        signals: false,
        memfd: false,
        looks: false,
    };

    pub(super) fn of(lab: &str) -> Self {
        let none = Self::NONE;
        let served = Self { tcp: true, ..none };
        match lab {
            "lab01" | "lab02" => none,
            "lab03" | "lab04" => served,
            "lab05" => Self {
                tcp: true,
                unix: true,
                signals: true,
                memfd: true,
                looks: true,
            },
            "lab06" | "lab07" => Self {
                unix: true,
                signals: true,
                ..served
            },
            _ => Self {
                unix: true,
                signals: true,
                memfd: true,
                ..served
            },
        }
    }
}

/// One case's inner cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spec {
    /// Tier A, or B.
    pub(super) namespaces: bool,
    pub(super) needs: Needs,
    pub(super) limits: Limits,
    /// The folder with the student's real programs.
    pub(super) programs: PathBuf,
    /// The folder with the stand-ins, where the real ones appear in the view.
    pub(super) here: PathBuf,
    /// The case's folder, the only one of the tree that programs may write.
    pub(super) scratch: PathBuf,
    /// An empty folder, where the root of a view is put together.
    pub(super) root: PathBuf,
    /// A file for what went wrong in a cell.
    pub(super) faults: PathBuf,
    /// A file with the number of the suite's process.
    pub(super) suite: PathBuf,
    /// A file that stands for the user namespace of all programs, where they look into each other.
    pub(super) users: PathBuf,
    /// Whether programs share the suite's `/tmp`, which is the case's own, or each has one.
    pub(super) shares_tmp: bool,
}

impl Spec {
    /// Finds the spec beside the running executable, and the name that it runs by; none if it is the launcher itself.
    pub(super) fn beside_this_program() -> Result<Option<(Self, OsString)>> {
        let program = std::env::current_exe().doing(|| "finding this program".to_owned())?;
        let (Some(dir), Some(name)) = (program.parent(), program.file_name()) else {
            return Ok(None);
        };
        let file = dir.join(FILE);
        match fs::read(&file) {
            Ok(bytes) => Ok(Some((
                Self::parse(&bytes).ok_or_else(|| wrong(at("reading", &file)(), "malformed"))?,
                name.to_owned(),
            ))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).doing(at("reading", &file)),
        }
    }

    pub(super) fn write(&self) -> Result {
        let file = self.here.join(FILE);
        fs::write(&file, self.text()).doing(at("writing", &file))
    }

    /// One field a line, ended by a zero byte, which no path holds.
    fn text(&self) -> Vec<u8> {
        let flag = |flag: bool| if flag { "1" } else { "0" };
        let Limits {
            cpu_ms,
            memory_mib,
            processes,
            file_mib,
        } = self.limits;
        let limits = format!("0,{cpu_ms},{memory_mib},0,{processes},{file_mib}");
        let fields: [(&str, &OsStr); 15] = [
            ("namespaces", flag(self.namespaces).as_ref()),
            ("tcp", flag(self.needs.tcp).as_ref()),
            ("unix", flag(self.needs.unix).as_ref()),
            ("signals", flag(self.needs.signals).as_ref()),
            ("memfd", flag(self.needs.memfd).as_ref()),
            ("limits", limits.as_ref()),
            ("programs", self.programs.as_os_str()),
            ("here", self.here.as_os_str()),
            ("scratch", self.scratch.as_os_str()),
            ("root", self.root.as_os_str()),
            ("faults", self.faults.as_os_str()),
            ("suite", self.suite.as_os_str()),
            ("users", self.users.as_os_str()),
            ("looks", flag(self.needs.looks).as_ref()),
            ("shares_tmp", flag(self.shares_tmp).as_ref()),
        ];
        let lines = fields
            .iter()
            .map(|(name, value)| [name.as_bytes(), b"=", value.as_bytes(), b"\0"].concat());
        lines.collect::<Vec<_>>().concat()
    }

    fn parse(text: &[u8]) -> Option<Self> {
        let fields: BTreeMap<&[u8], &[u8]> = text
            .split(|&byte| byte == 0)
            .filter_map(|line| {
                let at = line.iter().position(|&byte| byte == b'=')?;
                Some((&line[..at], &line[at + 1..]))
            })
            .collect();
        let field = |name: &str| fields.get(name.as_bytes()).copied();
        let path = |name: &str| field(name).map(|bytes| PathBuf::from(OsString::from_vec(bytes.to_vec())));
        let flag = |name: &str| field(name).map(|bytes| bytes == b"1");
        Some(Self {
            namespaces: flag("namespaces")?,
            needs: Needs {
                tcp: flag("tcp")?,
                unix: flag("unix")?,
                signals: flag("signals")?,
                memfd: flag("memfd")?,
                looks: flag("looks")?,
            },
            limits: Limits::parse(str::from_utf8(field("limits")?).ok()?)?,
            programs: path("programs")?,
            here: path("here")?,
            scratch: path("scratch")?,
            root: path("root")?,
            faults: path("faults")?,
            suite: path("suite")?,
            users: path("users")?,
            shares_tmp: flag("shares_tmp")?,
        })
    }

    /// The number of the suite's process.
    pub(super) fn suite_pid(&self) -> Option<i32> {
        fs::read_to_string(&self.suite).ok()?.trim().parse().ok()
    }
}

/// Gives each program of `programs` a stand-in in `here`: a link of this very launcher.
pub(super) fn stand_in(programs: &Path, here: &Path) -> Result {
    let launcher = std::env::current_exe().doing(|| "finding this program".to_owned())?;
    fs::create_dir_all(here).doing(at("making", here))?;
    for entry in fs::read_dir(programs).doing(at("reading", programs))? {
        let place = here.join(entry.doing(at("reading", programs))?.file_name());
        if fs::hard_link(&launcher, &place).is_err() {
            fs::copy(&launcher, &place).doing(at("copying the launcher to", &place))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_is_read_as_it_was_written_whatever_the_paths_hold() {
        let spec = Spec {
            namespaces: true,
            needs: Needs::of("lab03"),
            limits: Limits {
                cpu_ms: 10_000,
                memory_mib: 64,
                processes: 32,
                file_mib: 1024,
            },
            programs: "/a b/bin".into(),
            here: OsString::from_vec(b"/\xff\n=x".to_vec()).into(),
            scratch: "/課/files".into(),
            root: "/r".into(),
            faults: "/f".into(),
            suite: "/s".into(),
            users: "/u".into(),
            shares_tmp: true,
        };
        assert_eq!(Spec::parse(&spec.text()), Some(spec));
        assert_eq!(Spec::parse(b"namespaces=1\0"), None);
    }
}
