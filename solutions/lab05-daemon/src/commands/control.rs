//! What `start`, `stop`, `restart`, `reload`, `status`, `run` and `unit` do.

use std::env;
use std::io::{self, Write as _};
use std::os::fd::AsFd as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use daemon::control::daemonize::{self, Side, daemonize};
use daemon::control::log::Log;
use daemon::control::notify::Sender;
use daemon::control::pidfile::{Claim, look};
use daemon::control::ready::Report;
use daemon::control::{Config, End, Error, PidFile, State, Supervisor, client, unit};
use rustix::process::Pid;
use serde_json::Value;

use super::say;
use crate::cli::control::{Action, Options};

/// Exit statuses of init scripts.
///
/// Source: Linux Standard Base Core Specification 3.1, "Init Script Actions".
mod lsb {
    /// Of `status`: it died, and its pid file is still there.
    pub(super) const DEAD: u8 = 1;
    /// Of `status`: it is not running.
    pub(super) const STOPPED: u8 = 3;
    /// Of `status`: that cannot be found out.
    pub(super) const UNKNOWN: u8 = 4;
    /// Of anything that needs a running program.
    pub(super) const NOT_RUNNING: u8 = 7;
}

/// How much longer than the grace it may take until the supervisor has ended.
const MORE: Duration = Duration::from_secs(5);

/// Does it.
///
/// # Errors
/// What went wrong.
pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    let done = Config::read(&options.config)
        .map_err(anyhow::Error::from)
        .and_then(|config| act(&options, &config));
    match done {
        Err(error) if options.action == Action::Status => {
            say(&format!("{error:#}"));
            Ok(ExitCode::from(lsb::UNKNOWN))
        }
        done => done,
    }
}

fn act(options: &Options, config: &Config) -> anyhow::Result<ExitCode> {
    let name = &config.name;
    let timeout = options.timeout.unwrap_or(config.grace.saturating_add(MORE));
    match options.action {
        Action::Start => start(config),
        Action::Stop => {
            if !client::stop(config, timeout)? {
                tell(&format!("{name} is not running"))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Action::Restart => {
            client::stop(config, timeout)?;
            start(config)
        }
        Action::Reload => {
            if client::reload(config)? {
                return Ok(ExitCode::SUCCESS);
            }
            say(&format!("{name} is not running"));
            Ok(ExitCode::from(lsb::NOT_RUNNING))
        }
        Action::Status => status(config, options.json),
        Action::Run => foreground(config),
        Action::Unit => {
            let file = std::path::absolute(&options.config)?;
            let program = env::current_exe().context("cannot find this program")?;
            super::print(&unit::unit(config, &program, &file))
        }
    }
}

/// Leaves a daemon behind. In that, it does not return before the end.
fn start(config: &Config) -> anyhow::Result<ExitCode> {
    let Some(path) = &config.log else {
        bail!("{}: a daemon needs a log", config.name);
    };
    daemonize::start_afresh(config.umask)?;
    let pid_file = match PidFile::claim(&config.pid_file)? {
        Claim::Ours(pid_file) => pid_file,
        Claim::Theirs(pid) => {
            tell(&running(config, " already", pid))?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let mut log = match Log::open(&config.name, Some(path)) {
        Ok(log) => log,
        Err(error) => {
            pid_file.remove()?;
            return Err(error.into());
        }
    };
    let side = daemonize(&[pid_file.as_fd(), log.file().as_fd()], log.file().as_fd());
    match side.map_err(Error::Daemonize) {
        Ok(Side::Caller(answer)) => {
            // The lock is the daemon's from now on.
            drop(pid_file);
            answer.wait(&config.name)?;
            Ok(ExitCode::SUCCESS)
        }
        Ok(Side::Daemon(report)) => {
            log.is_output();
            let end = Supervisor::supervise(config, pid_file, log, report, None);
            Ok(ExitCode::from(u8::from(end.is_err())))
        }
        Err(error) => {
            pid_file.remove()?;
            Err(error.into())
        }
    }
}

/// Supervises without leaving.
fn foreground(config: &Config) -> anyhow::Result<ExitCode> {
    daemonize::start_afresh(config.umask)?;
    let systemd = Sender::from_environment().context("cannot use NOTIFY_SOCKET")?;
    let pid_file = match PidFile::claim(&config.pid_file)? {
        Claim::Ours(pid_file) => pid_file,
        Claim::Theirs(pid) => bail!(running(config, " already", pid)),
    };
    let log = match Log::open(&config.name, config.log.as_deref()) {
        Ok(log) => log,
        Err(error) => {
            pid_file.remove()?;
            return Err(error.into());
        }
    };
    match Supervisor::supervise(config, pid_file, log, Report::to_nobody(), systemd)? {
        End::Stopped | End::Finished { well: true } => Ok(ExitCode::SUCCESS),
        End::Finished { well: false } => Ok(ExitCode::FAILURE),
        End::Failed(sentence) => bail!(sentence),
    }
}

fn status(config: &Config, json: bool) -> anyhow::Result<ExitCode> {
    let (name, file) = (&config.name, &config.pid_file);
    let state = look(file)?;
    let (word, sentence, status) = match state {
        State::Running(pid) => ("running", running(config, "", pid), 0),
        State::Dead => (
            "dead",
            format!("{name} is not running, but {} is there", file.display()),
            lsb::DEAD,
        ),
        State::Stopped => ("stopped", format!("{name} is not running"), lsb::STOPPED),
    };
    match json {
        true => tell(&object(name, word, state, file))?,
        false => tell(&sentence)?,
    }
    Ok(ExitCode::from(status))
}

/// Says that it is running.
fn running(config: &Config, already: &str, pid: Option<Pid>) -> String {
    match pid {
        Some(pid) => format!("{} is running{already}, pid {pid}", config.name),
        None => format!("{} is running{already}", config.name),
    }
}

fn object(name: &str, state: &str, found: State, file: &Path) -> String {
    let pid = match found {
        State::Running(pid) => pid.map(|pid| pid.as_raw_nonzero().get()),
        State::Dead | State::Stopped => None,
    };
    let fields = [
        ("name", Value::from(name)),
        ("state", Value::from(state)),
        ("pid", Value::from(pid)),
        ("pid_file", Value::from(file.to_string_lossy())),
    ];
    let fields = fields.map(|(key, value)| format!("\"{key}\":{value}"));
    format!("{{{}}}", fields.join(","))
}

fn tell(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}
