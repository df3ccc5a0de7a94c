//! Becoming the suite, in the outer cell.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use rustix::mount::{MountPropagationFlags, mount_change};
use rustix::thread::UnshareFlags;

use super::words::Words;
use super::{Doing, Failed, Result, at, identity, view, walls};
use crate::cell::sys;

/// The variable that names the file for the suite's number.
pub(super) const NUMBER: &str = "CELL_SUITE";

/// Becomes the suite. In tier A this is the first process of its pid namespace.
pub(super) fn suite(words: &Words) -> Result<u8> {
    if words.namespaces {
        own_proc()?;
    } else {
        walls::keep_signals_in()?;
    }
    if let Some(file) = std::env::var_os(NUMBER) {
        let file = Path::new(&file);
        fs::write(file, std::process::id().to_string()).doing(at("writing", file))?;
    }
    identity::drop_capabilities(false)?;
    identity::die_with_parent()?;
    let error = Command::new(&words.program)
        .args(&words.args)
        .env_remove(NUMBER)
        .exec();
    Err(Failed {
        doing: at("becoming", Path::new(&words.program))(),
        source: error,
    })
}

/// Puts the `/proc` of this process' pid namespace in the place of the other one.
pub(super) fn own_proc() -> Result {
    private_mounts()?;
    view::mount_proc(Path::new("/proc"))
}

/// Makes a mount namespace of this process' own.
pub(super) fn private_mounts() -> Result {
    sys::unshare(UnshareFlags::NEWNS).doing(|| "unsharing mounts".to_owned())?;
    let all = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    mount_change("/", all).doing(|| "making mounts private".to_owned())
}
