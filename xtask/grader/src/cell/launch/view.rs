//! What a process in a mount namespace sees: a root of its own, put together from what it may see.

use std::ffi::{CString, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rustix::fs::{StatVfsMountFlags, statvfs};
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MountFlags, MountPropagationFlags, MoveMountFlags,
    UnmountFlags, fsconfig_create, fsconfig_set_flag, fsconfig_set_string, fsmount, fsopen, mount,
    mount_bind, mount_bind_recursive, mount_change, mount_remount, move_mount, unmount,
};
use rustix::process::{chdir, pivot_root};

use super::walls::DEVICES;
use super::{Doing, Result, at};

/// What of the system everybody may read.
pub(super) const SYSTEM: [&str; 8] = [
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/sys",
];

/// What of `/etc` programs look at. There is nothing of the machine's owner in it.
pub(super) const ETC: [&str; 24] = [
    "alternatives",
    "ca-certificates",
    "debian_version",
    "group",
    "gai.conf",
    "host.conf",
    "hosts",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "locale.alias",
    "localtime",
    "magic",
    "mime.types",
    "nginx",
    "nsswitch.conf",
    "os-release",
    "passwd",
    "protocols",
    "resolv.conf",
    "services",
    "ssl",
    "terminfo",
    "timezone",
];

/// Where `/proc` comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proc {
    /// The one that is there, with process 1 hidden.
    HideFirst,
    /// The one that is there.
    Seen,
    /// A new one, of this process' pid namespace.
    New,
}

/// A view to be.
#[derive(Debug)]
pub(super) struct View<'a> {
    /// An empty folder.
    pub(super) root: &'a Path,
    /// Where it is taken from, and where it appears.
    pub(super) read: Vec<(&'a Path, &'a Path)>,
    pub(super) write: Vec<(&'a Path, &'a Path)>,
    /// A folder that is laid over another at its place: the lower, the upper, and a folder for the kernel's own use.
    pub(super) over: Option<(&'a Path, &'a Path, &'a Path)>,
    pub(super) proc: Proc,
    /// Whether `/tmp` is this view's own. Else it is among what is written.
    pub(super) own_tmp: bool,
    /// The size of `/tmp` and of `/dev/shm`.
    pub(super) tmp_mib: u64,
}

impl View<'_> {
    /// Makes the view and leaves everything else behind. The working folder stays where it was if the view has it.
    pub(super) fn enter(&self) -> Result {
        let dir = std::env::current_dir().unwrap_or_else(|_| "/".into());
        let all = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
        mount_change("/", all).doing(|| "making mounts private".to_owned())?;
        tmpfs(self.root, "mode=755,size=1m")?;
        self.system()?;
        self.devices()?;
        self.proc()?;
        let tmp = self.inside(Path::new("/tmp"));
        fs::create_dir_all(&tmp).doing(at("making", &tmp))?;
        if self.own_tmp {
            own_tmp(&tmp, self.tmp_mib)?;
        }
        // A folder comes before those below it, or it would hide them.
        let mut binds: Vec<(&Path, &Path, bool)> = Vec::new();
        binds.extend(self.read.iter().map(|(from, to)| (*from, *to, false)));
        binds.extend(self.write.iter().map(|(from, to)| (*from, *to, true)));
        binds.sort_by_key(|(_, to, _)| to.components().count());
        let mut over = self.over;
        for (from, to, writable) in binds {
            if let Some(layer) =
                over.take_if(|(lower, ..)| lower.components().count() <= to.components().count())
            {
                self.lay_over(layer)?;
            }
            self.bind(from, to, writable)?;
        }
        if let Some(layer) = over {
            self.lay_over(layer)?;
        }
        self.seal_below()?;
        seal(self.root)?;
        chdir(self.root).doing(at("entering", self.root))?;
        pivot_root(".", ".").doing(|| "changing the root".to_owned())?;
        unmount(".", UnmountFlags::DETACH).doing(|| "leaving the old root".to_owned())?;
        chdir("/").doing(|| "entering /".to_owned())?;
        // Where the folder is not in the view, the root is as good as any.
        let _ = chdir(&dir);
        Ok(())
    }

    /// Where `path` is while the view is put together.
    fn inside(&self, path: &Path) -> PathBuf {
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }

    fn system(&self) -> Result {
        let etc = Path::new("/etc");
        let files = ETC.iter().map(|name| etc.join(name));
        for path in SYSTEM.iter().map(PathBuf::from).chain(files) {
            let place = self.inside(&path);
            match fs::read_link(&path) {
                Ok(target) => {
                    make_parent(&place)?;
                    symlink(&target, &place).doing(at("linking", &place))?;
                }
                Err(_) if path.exists() => self.bind(&path, &path, false)?,
                Err(_) => {}
            }
        }
        for name in ["/run", "/var", "/home", "/root", "/mnt"] {
            let place = self.inside(Path::new(name));
            fs::create_dir_all(&place).doing(at("making", &place))?;
        }
        Ok(())
    }

    fn devices(&self) -> Result {
        for device in DEVICES.map(Path::new) {
            if device.exists() {
                self.bind(device, device, true)?;
            }
        }
        let pts = Path::new("/dev/pts");
        if pts.is_dir() {
            self.bind(pts, pts, true)?;
            let link = self.inside(Path::new("/dev/ptmx"));
            symlink("pts/ptmx", &link).doing(at("linking", &link))?;
        }
        for (name, target) in [
            ("fd", "/proc/self/fd"),
            ("stdin", "/proc/self/fd/0"),
            ("stdout", "/proc/self/fd/1"),
            ("stderr", "/proc/self/fd/2"),
        ] {
            let link = self.inside(&Path::new("/dev").join(name));
            symlink(target, &link).doing(at("linking", &link))?;
        }
        let shm = self.inside(Path::new("/dev/shm"));
        fs::create_dir_all(&shm).doing(at("making", &shm))?;
        tmpfs(&shm, &format!("mode=1777,size={}m,nr_inodes=4k", self.tmp_mib))
    }

    fn proc(&self) -> Result {
        let path = Path::new("/proc");
        let place = self.inside(path);
        match self.proc {
            Proc::Seen => self.bind(path, path, true),
            Proc::HideFirst => {
                self.bind(path, path, true)?;
                tmpfs(&place.join("1"), "mode=555,size=4k,nr_inodes=1")
            }
            Proc::New => {
                fs::create_dir_all(&place).doing(at("making", &place))?;
                mount_proc(&place)
            }
        }
    }

    fn bind(&self, from: &Path, to: &Path, writable: bool) -> Result {
        let place = self.inside(to);
        match fs::metadata(from).doing(at("looking at", from))?.is_dir() {
            true => fs::create_dir_all(&place).doing(at("making", &place))?,
            false => {
                make_parent(&place)?;
                fs::write(&place, "").doing(at("making", &place))?;
            }
        }
        // A folder that holds this very view cannot be shown with all that is mounted in it.
        let shown = match self.root.starts_with(from) {
            true => mount_bind(from, &place),
            false => mount_bind_recursive(from, &place),
        };
        shown.doing(at("showing", from))?;
        match writable {
            true => Ok(()),
            false => seal(&place),
        }
    }

    /// Makes everything read-only that came along with a folder that is only read: what is mounted below it.
    fn seal_below(&self) -> Result {
        let mut read: Vec<PathBuf> = SYSTEM.iter().map(|path| self.inside(Path::new(path))).collect();
        read.extend(self.read.iter().map(|(_, to)| self.inside(to)));
        let mut open: Vec<PathBuf> = self.write.iter().map(|(_, to)| self.inside(to)).collect();
        open.extend(self.over.map(|(lower, ..)| self.inside(lower)));
        let what = || "reading the list of mounts".to_owned();
        let list = fs::read("/proc/self/mountinfo").doing(what)?;
        for place in list.split(|&byte| byte == b'\n').filter_map(mount_point) {
            let below = |dirs: &[PathBuf]| dirs.iter().any(|dir| place.starts_with(dir));
            if below(&read) && !read.contains(&place) && !below(&open) {
                seal(&place)?;
            }
        }
        Ok(())
    }

    /// Lays a folder over another, at the place of the lower one.
    fn lay_over(&self, (lower, upper, work): (&Path, &Path, &Path)) -> Result {
        let place = self.inside(lower);
        fs::create_dir_all(&place).doing(at("making", &place))?;
        overlay(lower, upper, work, &place)
    }
}

/// Mounts `upper` over `lower` at `place`.
pub(super) fn overlay(lower: &Path, upper: &Path, work: &Path, place: &Path) -> Result {
    let what = at("laying a folder over", lower);
    let made = || -> rustix::io::Result<()> {
        let fs = fsopen("overlay", FsOpenFlags::FSOPEN_CLOEXEC)?;
        for (key, path) in [("lowerdir", lower), ("upperdir", upper), ("workdir", work)] {
            fsconfig_set_string(&fs, key, escaped(path))?;
        }
        fsconfig_set_flag(&fs, "userxattr")?;
        fsconfig_create(&fs)?;
        let mounted = fsmount(
            &fs,
            FsMountFlags::FSMOUNT_CLOEXEC,
            MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NODEV,
        )?;
        move_mount(
            &mounted,
            "",
            rustix::fs::CWD,
            place,
            MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH,
        )
    };
    made().doing(what)
}

/// The mount point in a line of mountinfo, where some bytes are written as three octal digits.
///
/// Source: proc_pid_mountinfo(5).
fn mount_point(line: &[u8]) -> Option<PathBuf> {
    let field = line.split(|&byte| byte == b' ').nth(4)?;
    let (mut out, mut rest) = (Vec::new(), field);
    while let Some((&byte, after)) = rest.split_first() {
        let octal = after
            .get(..3)
            .and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 8).ok());
        match (byte, octal) {
            (b'\\', Some(value)) => {
                out.push(value);
                rest = &after[3..];
            }
            _ => {
                out.push(byte);
                rest = after;
            }
        }
    }
    Some(OsString::from_vec(out).into())
}

/// A path as overlayfs reads it, where a colon parts several.
fn escaped(path: &Path) -> Vec<u8> {
    let mut out = Vec::new();
    for &byte in path.as_os_str().as_bytes() {
        if matches!(byte, b':' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out
}

fn make_parent(place: &Path) -> Result {
    match place.parent() {
        Some(parent) => fs::create_dir_all(parent).doing(at("making", parent)),
        None => Ok(()),
    }
}

/// Mounts a `/tmp` at `place`.
pub(super) fn own_tmp(place: &Path, mib: u64) -> Result {
    tmpfs(place, &format!("mode=1777,size={mib}m,nr_inodes=16k"))
}

fn tmpfs(place: &Path, options: &str) -> Result {
    let options = CString::new(options).unwrap_or_default();
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    mount("tmpfs", place, "tmpfs", flags, &*options).doing(at("mounting memory at", place))
}

/// Mounts the `/proc` of this process' pid namespace.
pub(super) fn mount_proc(place: &Path) -> Result {
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount("proc", place, "proc", flags, None).doing(at("mounting proc at", place))
}

/// Mounts terminals of this mount namespace's own in the place of the machine's, among which those of the caller's are.
pub(super) fn own_terminals() -> Result {
    let (terminals, maker) = (Path::new("/dev/pts"), Path::new("/dev/ptmx"));
    let flags = MountFlags::NOSUID | MountFlags::NOEXEC;
    let options = c"newinstance,ptmxmode=0666,mode=0620";
    mount("devpts", terminals, "devpts", flags, options).doing(at("mounting terminals at", terminals))?;
    mount_bind(terminals.join("ptmx"), maker).doing(at("mounting", maker))
}

/// Makes a mount read-only. What the mount that it was taken from forbids, this one has to forbid as well.
fn seal(place: &Path) -> Result {
    let now = statvfs(place).doing(at("looking at", place))?.f_flag;
    let mut flags = MountFlags::BIND | MountFlags::RDONLY | MountFlags::NOSUID;
    for (has, flag) in [
        (StatVfsMountFlags::NODEV, MountFlags::NODEV),
        (StatVfsMountFlags::NOEXEC, MountFlags::NOEXEC),
        (StatVfsMountFlags::NOATIME, MountFlags::NOATIME),
        (StatVfsMountFlags::NODIRATIME, MountFlags::NODIRATIME),
        (StatVfsMountFlags::RELATIME, MountFlags::RELATIME),
    ] {
        if now.contains(has) {
            flags |= flag;
        }
    }
    mount_remount(place, flags, "").doing(at("making read-only", place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_point_is_read_with_what_is_escaped_in_it() {
        let line = br"36 35 98:0 /m /a\040b/\134c rw,noatime master:1 - ext3 /dev/root rw";
        let line = String::from_utf8_lossy(line).replace("\\\\", "\\");
        assert_eq!(mount_point(line.as_bytes()), Some(PathBuf::from("/a b/\\c")));
        assert_eq!(mount_point(b""), None);
    }
}
