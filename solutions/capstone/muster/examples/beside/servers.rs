//! The servers that are compared, each in a process of its own.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use muster::init::{Settings, init};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use store::Store;

use crate::questions::{ask_with, get};
use crate::{Result, Sizes};

/// How long a server may take to be ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server, which ends with its value.
pub(crate) struct Server {
    pub(crate) name: &'static str,
    pub(crate) address: String,
    pub(crate) token: Option<String>,
    child: Child,
    kind: Kind,
    folder: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Prometheus,
    Victoria,
    Hub,
}

impl Server {
    /// Starts those that are installed, Prometheus first.
    pub(crate) fn all(folder: &Path) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        for start in [Self::prometheus, Self::hub, Self::victoria] {
            match start(folder) {
                Ok(server) => all.push(server),
                Err(why) => println!("not measured: {why}"),
            }
        }
        Ok(all)
    }

    fn prometheus(folder: &Path) -> Result<Self> {
        let folder = folder.join("prometheus");
        fs::create_dir(&folder)?;
        fs::write(folder.join("prometheus.yml"), "")?;
        let address = free_address()?;
        let mut command = Command::new("prometheus");
        command
            .arg(format!(
                "--config.file={}",
                folder.join("prometheus.yml").display()
            ))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .args([
                "--web.enable-remote-write-receiver",
                "--web.enable-admin-api",
                "--storage.tsdb.retention.time=10y",
            ]);
        Self::ready(
            "Prometheus",
            Kind::Prometheus,
            folder,
            address,
            command,
            "/-/ready",
        )
    }

    fn victoria(folder: &Path) -> Result<Self> {
        let folder = folder.join("victoria");
        fs::create_dir(&folder)?;
        let address = free_address()?;
        let mut command = Command::new("victoria-metrics");
        command
            .arg(format!("-storageDataPath={}", folder.join("data").display()))
            .arg(format!("-httpListenAddr={address}"))
            .args([
                "-retentionPeriod=10y",
                "-search.latencyOffset=0s",
                "-search.disableCache",
            ]);
        Self::ready(
            "VictoriaMetrics",
            Kind::Victoria,
            folder,
            address,
            command,
            "/health",
        )
    }

    fn ready(
        name: &'static str,
        kind: Kind,
        folder: PathBuf,
        address: String,
        mut command: Command,
        path: &str,
    ) -> Result<Self> {
        let log = File::create(folder.join("log"))?;
        command.stdout(Stdio::null()).stderr(log);
        let child = command.spawn().map_err(|why| format!("{name}: {why}"))?;
        let server = Self {
            name,
            address,
            token: None,
            child,
            kind,
            folder,
        };
        let until = Instant::now() + PATIENCE;
        while get(&server, path).is_err() {
            if Instant::now() > until {
                return Err(format!("{name} is not ready").into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Starts the hub that is built beside this program.
    fn hub(folder: &Path) -> Result<Self> {
        let folder = folder.join("hub");
        let any = "127.0.0.1:0".parse()?;
        let interval = Duration::from_secs(10);
        init(
            &folder,
            &Settings {
                listen: any,
                dashboard: any,
                hub: String::new(),
                interval,
            },
        )?;
        let config = folder.join("hub/hub.toml");
        let text = fs::read_to_string(&config)?
            .replace("remote_write = false", "remote_write = true")
            .replace("samples_days = 15", "samples_days = 3650")
            .replace("minutes_days = 90", "minutes_days = 3650")
            .replace("hours_days = 730", "hours_days = 3650");
        fs::write(&config, text)?;
        let own = std::env::current_exe()?;
        let program = own
            .ancestors()
            .nth(2)
            .ok_or("there is no folder")?
            .join("muster-hub");
        let mut command = Command::new(&program);
        command
            .arg("--config")
            .arg(&config)
            .stdout(Stdio::piped())
            .stderr(File::create(folder.join("log"))?);
        let mut child = command
            .spawn()
            .map_err(|why| format!("{}: {why}", program.display()))?;
        let lines = BufReader::new(child.stdout.take().ok_or("there is no output")?).lines();
        let found = lines.map_while(std::result::Result::ok).find_map(|line| {
            let address = line.strip_prefix("dashboard on http://");
            address.map(str::to_owned)
        });
        let address = found.ok_or("the hub does not start")?;
        let token = fs::read_to_string(folder.join("hub/token"))?.trim().to_owned();
        Ok(Self {
            name: "muster-hub",
            address,
            token: Some(token),
            child,
            kind: Kind::Hub,
            folder,
        })
    }

    /// Returns how much of a processor it has used, with the kernel's work for it.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let behind = stat.rsplit(')').next().unwrap_or_default();
        let ticks: u64 = behind
            .split(' ')
            .skip(12)
            .take(2)
            .map(|text| text.parse().unwrap_or(0))
            .sum();
        Ok(Duration::from_millis(
            ticks * 1000 / rustix::param::clock_ticks_per_second(),
        ))
    }

    /// Returns the most memory that it has had, in KiB.
    pub(crate) fn memory_kib(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        Ok(line
            .ok_or("there is no VmHWM")?
            .trim()
            .trim_end_matches(" kB")
            .parse()?)
    }

    /// Lets it put on the disk what it has in memory, in the form in which it stays there, and returns the size of that. All but Prometheus end with it.
    pub(crate) fn settle(&mut self) -> Result<u64> {
        match self.kind {
            Kind::Prometheus => {
                // A block of all, as it writes one of each two hours.
                let answer = ask_with("POST", self, "/api/v1/admin/tsdb/snapshot")?;
                assert!(answer.contains("success"), "{answer}");
                size(&self.folder.join("data/snapshots"))
            }
            Kind::Victoria => {
                self.end()?;
                size(&self.folder.join("data"))
            }
            Kind::Hub => {
                self.end()?;
                let database = self.folder.join("hub/muster.db");
                Store::open(&database)?.compact()?;
                // Beside the samples, as the peers have no minutes and hours.
                Ok(Sizes::of(&database)?.packed)
            }
        }
    }

    fn end(&mut self) -> Result<()> {
        let pid = Pid::from_raw(self.child.id().try_into()?);
        kill(pid, Signal::SIGTERM)?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

/// Adds up the files below a folder.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += match entry.file_type()?.is_dir() {
            true => size(&entry.path())?,
            false => entry.metadata()?.len(),
        };
    }
    Ok(bytes)
}
