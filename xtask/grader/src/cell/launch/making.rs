//! Becoming cargo, in the cell for building.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::setsid;

use super::filter::Filter;
use super::first::private_mounts;
use super::limits::Limits;
use super::spec::Needs;
use super::view::{ETC, Proc, SYSTEM, View};
use super::walls::Walls;
use super::words::Words;
use super::{Doing, Failed, Result, at, identity, wrong};

/// What `/tmp` holds at most, in MiB.
const TMP_MIB: u64 = 512;

/// Where the toolchain and downloaded crates are.
#[derive(Debug)]
pub(super) struct Tools {
    /// The toolchain's folder, with `bin/cargo` in it.
    pub(super) toolchain: PathBuf,
    /// The folder with the registry.
    pub(super) home: PathBuf,
}

impl Tools {
    /// Finds them: the toolchain is that of the program that was named, or of the `rustc` that is found first.
    pub(super) fn find(program: &OsStr) -> Result<Self> {
        let var = |name: &str| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let home = var("CARGO_HOME").or_else(|| Some(var("HOME")?.join(".cargo")));
        let home =
            home.ok_or_else(|| wrong("finding downloaded crates", "neither CARGO_HOME nor HOME is set"))?;
        let bin = Path::new(program)
            .parent()
            .filter(|bin| bin.join("rustc").is_file() && !bin.starts_with(&home));
        if let Some(toolchain) = bin.and_then(Path::parent) {
            return Ok(Self {
                toolchain: toolchain.to_owned(),
                home,
            });
        }
        let output = Command::new("rustc")
            .args(["--print", "sysroot"])
            .output()
            .doing(|| "asking rustc".to_owned())?;
        let path = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
        match path.is_empty() {
            true => Err(wrong(
                "asking rustc for its folder",
                &String::from_utf8_lossy(&output.stderr),
            )),
            false => Ok(Self {
                toolchain: OsStr::from_bytes(path).into(),
                home,
            }),
        }
    }
}

/// Becomes cargo. In tier A this is the first process of its pid namespace.
pub(super) fn make(words: &Words) -> Result<u8> {
    let tools = Tools::find(&words.program)?;
    let first = words
        .write
        .first()
        .ok_or_else(|| wrong("making a cell", "there is no folder to write to"))?;
    let (root, work, tmp) = (
        first.join(".cell-root"),
        words.private.as_ref().map(|dir| dir.join("work")),
        first.join(".cell-tmp"),
    );
    let upper = words.private.as_ref().map(|dir| dir.join("files"));
    let mut read: Vec<&Path> = words.read.iter().map(PathBuf::as_path).collect();
    read.extend([&*tools.toolchain, &*tools.home]);
    let mut write: Vec<&Path> = words.write.iter().map(PathBuf::as_path).collect();
    let guarded = match words.namespaces {
        true => {
            fs::create_dir_all(&root).doing(at("making", &root))?;
            private_mounts()?;
            super::view::own_terminals()?;
            let layer = match (&words.shared, &upper, &work) {
                (Some(shared), Some(upper), Some(work)) => Some((&**shared, &**upper, &**work)),
                _ => None,
            };
            let same = |paths: &[&'_ Path]| -> Vec<(PathBuf, PathBuf)> {
                paths
                    .iter()
                    .map(|path| (path.to_path_buf(), path.to_path_buf()))
                    .collect()
            };
            let (shown, mut open) = (same(&read), same(&write));
            if let (true, Some((shared, upper, _))) = (words.copy, layer) {
                open.push((upper.to_owned(), shared.to_owned()));
            }
            View {
                root: &root,
                read: shown.iter().map(|(from, to)| (&**from, &**to)).collect(),
                write: open.iter().map(|(from, to)| (&**from, &**to)).collect(),
                over: layer.filter(|_| !words.copy),
                proc: Proc::New,
                own_tmp: true,
                tmp_mib: TMP_MIB,
            }
            .enter()?;
            write.extend(words.shared.as_deref());
            write.extend([Path::new("/tmp"), Path::new("/dev/shm")]);
            read = vec![Path::new("/")];
            None
        }
        false => {
            fs::create_dir_all(&tmp).doing(at("making", &tmp))?;
            write.extend(upper.as_deref());
            read.extend(SYSTEM.iter().map(Path::new));
            read.push(Path::new("/proc"));
            let parent = rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get());
            parent.map(|pid| (pid, pid))
        }
    };
    let etc: Vec<PathBuf> = ETC.iter().map(|name| Path::new("/etc").join(name)).collect();
    if !words.namespaces {
        read.extend(etc.iter().map(PathBuf::as_path));
    }
    let limits = Limits {
        cpu_ms: words.wall_ms * 4,
        memory_mib: words.memory_mib,
        processes: 64,
        file_mib: words.size_mib,
    };
    limits.set(if words.namespaces {
        0
    } else {
        super::limits::tasks_of_this_user()
    })?;
    identity::drop_capabilities(true)?;
    Walls {
        read,
        write,
        no_tcp: true,
        terminals: false,
        alone: true,
        no_abstract_sockets: true,
    }
    .raise()?;
    Filter {
        needs: Needs::NONE,
        guarded,
    }
    .apply()?;
    setsid().doing(|| "leaving the session".to_owned())?;
    identity::die_with_parent()?;
    let mut cargo = Command::new(tools.toolchain.join("bin/cargo"));
    // Cargo looks for configuration above its working folder. There is none above this one.
    cargo.args(&words.args).env_clear().current_dir("/");
    let mut path = tools.toolchain.join("bin").into_os_string();
    path.push(":/usr/local/bin:/usr/bin:/bin");
    let tmp = if words.namespaces {
        Path::new("/tmp")
    } else {
        &*tmp
    };
    cargo
        .env("PATH", path)
        .env("HOME", tmp)
        .env("TMPDIR", tmp)
        .env("LC_ALL", "C.UTF-8");
    cargo
        .env("CARGO_HOME", &tools.home)
        .env("RUSTC", tools.toolchain.join("bin/rustc"))
        .env("CARGO_NET_OFFLINE", "true");
    for pair in &words.env {
        let pair = pair.as_bytes();
        if let Some(at) = pair.iter().position(|&byte| byte == b'=') {
            cargo.env(OsStr::from_bytes(&pair[..at]), OsStr::from_bytes(&pair[at + 1..]));
        }
    }
    if let (false, Some(private)) = (words.namespaces, &upper) {
        cargo.env("CARGO_BUILD_BUILD_DIR", private);
    }
    Err(Failed {
        doing: "becoming cargo".to_owned(),
        source: cargo.exec(),
    })
}
