//! Trying all attacks in a tier, with somebody outside who looks what arrives.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::net::{TcpListener, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::pty::{OpenptFlags, openpt, ptsname, unlockpt};

use super::{Finding, Tried};
use crate::cell::Cell;
use crate::cell::attack::{self, GROUPS, target};

/// What the probing case allows: little, so that limits are reached soon.
const LIMITS: &str = "10000,10000,64,1,1,1";

/// A folder that goes with its value.
struct Folder(PathBuf);

impl Folder {
    fn make(below: &Path) -> io::Result<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "cell-probe-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let dir = below.join(name);
        fs::create_dir_all(&dir)?;
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755))?;
        Ok(Self(dir))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Tries every attack in `cell`.
pub(super) fn run(cell: &Cell, attacker: &Path, scratch: &Path) -> Tried {
    let findings = match all(cell, attacker, scratch) {
        Ok(findings) => findings,
        Err(error) => vec![finding("starting a cell", false, error.to_string())],
    };
    Tried {
        tier: cell.tier(),
        holds: findings.iter().all(|finding| finding.holds),
        findings,
    }
}

fn finding(what: impl Into<String>, holds: bool, seen: impl Into<String>) -> Finding {
    Finding {
        what: what.into(),
        holds,
        seen: seen.into(),
    }
}

/// What stands outside for an attacker to reach.
struct Outside {
    tcp: TcpListener,
    udp: UdpSocket,
    unix: UnixListener,
    hidden: UnixListener,
    terminal: OwnedFd,
    name: String,
}

impl Outside {
    fn open(dir: &Path) -> io::Result<Self> {
        let name = format!("probe-{}", dir.display());
        let outside = Self {
            tcp: TcpListener::bind("127.0.0.1:0")?,
            udp: UdpSocket::bind("127.0.0.1:0")?,
            unix: UnixListener::bind(dir.join("socket"))?,
            hidden: UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name)?)?,
            terminal: openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?,
            name,
        };
        unlockpt(&outside.terminal)?;
        fs::set_permissions(dir.join("socket"), fs::Permissions::from_mode(0o777))?;
        outside.tcp.set_nonblocking(true)?;
        outside.udp.set_nonblocking(true)?;
        outside.unix.set_nonblocking(true)?;
        outside.hidden.set_nonblocking(true)?;
        Ok(outside)
    }

    fn terminal_name(&self) -> io::Result<OsString> {
        Ok(OsString::from_vec(
            ptsname(&self.terminal, Vec::new())?.into_bytes(),
        ))
    }

    /// What came from inside.
    fn arrived(&self) -> Vec<&'static str> {
        let came =
            |result: io::Result<()>| !matches!(result, Err(error) if error.kind() == ErrorKind::WouldBlock);
        let all = [
            ("TCP", came(self.tcp.accept().map(drop))),
            ("UDP", came(self.udp.recv(&mut [0; 16]).map(drop))),
            ("a Unix socket", came(self.unix.accept().map(drop))),
            ("an abstract socket", came(self.hidden.accept().map(drop))),
        ];
        all.into_iter()
            .filter_map(|(name, came)| came.then_some(name))
            .collect()
    }
}

fn all(cell: &Cell, attacker: &Path, scratch: &Path) -> io::Result<Vec<Finding>> {
    let folder = Folder::make(scratch)?;
    let dir = &folder.0;
    let (bin, base) = (dir.join("bin"), dir.join("1"));
    let (files, report, secret) = (base.join("files"), base.join("report"), dir.join("secret"));
    fs::create_dir_all(&bin)?;
    fs::create_dir_all(&files)?;
    if fs::hard_link(attacker, bin.join("attack")).is_err() {
        fs::copy(attacker, bin.join("attack"))?;
    }
    // As an ordinary user's own, only the cell stands before it.
    fs::write(bin.join("other"), "")?;
    fs::set_permissions(bin.join("other"), fs::Permissions::from_mode(0o777))?;
    fs::write(&secret, "what only the course knows")?;
    // Whoever is let near it could write it.
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o666))?;
    let outside = Outside::open(dir)?;
    let token = format!("token-{}", outside.name.replace('/', "-"));

    let confine = cell.confine(dir, "lab01");
    let mut words = confine.before.iter();
    let mut command = Command::new(words.next().map_or(attacker.as_os_str(), |word| word));
    command
        .args(words)
        .arg(bin.join("attack"))
        .arg("suite")
        .current_dir(&files);
    command
        .env("COURSE_SCRATCH", &files)
        .env("COURSE_REPORT", &report)
        .env("COURSE_BIN", &bin)
        .env("COURSE_LIMITS", LIMITS);
    command.env(target::SECRET, &secret).env(target::REPORT, &report);
    command
        .env(target::TCP, outside.tcp.local_addr()?.to_string())
        .env(target::UDP, outside.udp.local_addr()?.to_string());
    command
        .env(target::UNIX, dir.join("socket"))
        .env(target::ABSTRACT, &outside.name)
        .env(target::TERMINAL, outside.terminal_name()?);
    command
        .env(target::TIER, cell.tier().word())
        .env(target::TOKEN, &token);
    let output = command.stdin(Stdio::null()).output()?;

    let text = fs::read_to_string(&report).unwrap_or_default();
    let mut findings: Vec<Finding> = text.lines().filter_map(attack::read).collect();
    let ended: Vec<&str> = text.lines().filter(|line| line.contains(r#"{"ended""#)).collect();
    let said = String::from_utf8_lossy(&output.stderr);
    findings.push(finding(
        "the suite lives to its end",
        output.status.success() && ended.len() == GROUPS.len(),
        format!(
            "{}, {} of {} groups {said}",
            output.status,
            ended.len(),
            GROUPS.len()
        ),
    ));
    let faults = text.lines().find(|line| line.contains(r#""verdict""#));
    findings.push(finding(
        "every cell was made",
        faults.is_none(),
        faults.unwrap_or("yes"),
    ));
    let arrived = outside.arrived();
    findings.push(finding(
        "nothing comes out of the network",
        arrived.is_empty(),
        match arrived.is_empty() {
            true => "nothing came".to_owned(),
            false => arrived.join(", "),
        },
    ));
    let intact = fs::read(&secret).is_ok_and(|text| text == b"what only the course knows");
    findings.push(finding(
        "files outside are as they were",
        intact && !dir.join("written").exists() && !bin.join("new").exists(),
        "compared",
    ));
    let left = with_word(&token);
    findings.push(finding(
        "nothing is left running",
        left.is_empty(),
        format!("{left:?}"),
    ));
    Ok(findings)
}

/// The processes that have `word` on their command line.
fn with_word(word: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let named = entries.filter(|entry| {
        fs::read(entry.path().join("cmdline"))
            .is_ok_and(|line| line.split(|&byte| byte == 0).any(|arg| arg == word.as_bytes()))
    });
    named
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

/// Whether a folder can be laid over another in the cell.
pub(super) fn layers(cell: &Cell, scratch: &Path) -> bool {
    let laid = || -> io::Result<bool> {
        let folder = Folder::make(scratch)?;
        let (shared, private) = (folder.0.join("shared"), folder.0.join("private"));
        for dir in [&shared, &private, &private.join("files"), &private.join("work")] {
            fs::create_dir_all(dir)?;
        }
        let mut command = Command::new(&cell.launcher);
        command.arg("layer").args(["--tier", cell.tier().word()]);
        if let Some(uid) = cell.uid() {
            command.arg("--uid").arg(uid.to_string());
        }
        command
            .arg("--shared")
            .arg(&shared)
            .arg("--private")
            .arg(&private)
            .args(["--", "none"]);
        Ok(command
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status()?
            .success())
    };
    laid().unwrap_or(false)
}
