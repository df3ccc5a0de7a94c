//! Making folders reachable for the user that root becomes, whoever may enter the folders above them.

use std::collections::BTreeSet;
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{MetadataExt, chown, lchown};
use std::path::{Path, PathBuf};

use rustix::fs::CWD;
use rustix::mount::{MountFlags, MoveMountFlags, OpenTreeFlags, mount, move_mount, open_tree};

use super::{Doing, Result, at};

/// Shows `paths` in a mount namespace of this process' own, which has to be made before.
///
/// A course may lie in `/root`, and the toolchain often does. Where `uid` may not pass a folder, that folder is hidden behind an empty
/// one, in which the paths below it appear and nothing else.
pub(super) fn to_user(uid: u32, paths: &[&Path]) -> Result {
    let mut closed: BTreeSet<PathBuf> = BTreeSet::new();
    let mut held: Vec<(OwnedFd, &Path)> = Vec::new();
    for path in paths {
        let Some(barrier) = barrier(uid, path) else {
            continue;
        };
        closed.insert(barrier);
        let flags =
            OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC | OpenTreeFlags::AT_RECURSIVE;
        held.push((open_tree(CWD, *path, flags).doing(at("holding", path))?, path));
    }
    for barrier in &closed {
        let flags = MountFlags::NOSUID | MountFlags::NODEV;
        mount("tmpfs", barrier, "tmpfs", flags, c"mode=755,size=1m").doing(at("hiding", barrier))?;
    }
    held.sort_by_key(|(_, path)| path.components().count());
    for (tree, path) in held {
        match rustix::fs::fstat(&tree)
            .is_ok_and(|stat| rustix::fs::FileType::from_raw_mode(stat.st_mode).is_dir())
        {
            true => fs::create_dir_all(path).doing(at("making", path))?,
            false => {
                fs::create_dir_all(path.parent().unwrap_or(path)).doing(at("making", path))?;
                fs::write(path, "").doing(at("making", path))?;
            }
        }
        move_mount(&tree, "", CWD, path, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)
            .doing(at("showing", path))?;
    }
    Ok(())
}

/// Whether `uid` may not pass a folder above `path`.
pub(super) fn is_closed(uid: u32, path: &Path) -> bool {
    barrier(uid, path).is_some()
}

/// The first folder above `path` that `uid` may not pass.
fn barrier(uid: u32, path: &Path) -> Option<PathBuf> {
    let mut above: Vec<&Path> = path.ancestors().skip(1).collect();
    above.reverse();
    let closed = |dir: &&Path| {
        fs::metadata(dir).is_ok_and(|data| match data.uid() == uid {
            true => data.mode() & 0o100 == 0,
            false => data.mode() & 0o001 == 0,
        })
    };
    above.into_iter().find(closed).map(Path::to_owned)
}

/// Gives files to the user.
pub(super) fn give(uid: u32, paths: &[&Path]) -> Result {
    for path in paths {
        chown(path, Some(uid), Some(uid)).doing(at("giving away", path))?;
    }
    Ok(())
}

/// Gives a folder and those below it to the user, and no file: what is linked from elsewhere stays unwritable.
pub(super) fn give_folders(uid: u32, dir: &Path) -> Result {
    lchown(dir, Some(uid), Some(uid)).doing(at("giving away", dir))?;
    for entry in fs::read_dir(dir).doing(at("reading", dir))? {
        let entry = entry.doing(at("reading", dir))?;
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            give_folders(uid, &entry.path())?;
        }
    }
    Ok(())
}
