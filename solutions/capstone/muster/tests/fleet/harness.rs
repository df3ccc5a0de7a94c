//! A fleet for a test.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use muster::config;
use muster::init::{self, Settings};
use muster::wire::{Host, HostState};
use store::{Location, Reader, Series};

/// How long anything may take, on a machine that has other things to do.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// How often the agents of a test report.
pub(crate) const INTERVAL: Duration = Duration::from_millis(200);

/// Waits until `look` returns something.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < end, "{what}: not within {LIMIT:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A folder that is gone with its value.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("muster-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A process that is gone with its value.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    pub(crate) fn signal(&self, signal: nix::sys::signal::Signal) {
        let pid = nix::unistd::Pid::from_raw(self.0.id().try_into().unwrap());
        nix::sys::signal::kill(pid, signal).unwrap();
    }

    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A hub, its agents, and what an operator needs.
pub(crate) struct Fleet {
    pub(crate) hub: Option<Process>,
    pub(crate) agents: HashMap<String, Process>,
    pub(crate) folder: Folder,
    database: Location,
    /// Where the hub listens, and where its pages are: the same after a restart.
    pub(crate) address: String,
    pub(crate) pages: String,
}

impl Fleet {
    /// Starts a hub.
    pub(crate) fn new() -> Self {
        Self::keeping("muster.db")
    }

    /// Starts a hub whose setting `data` is this.
    pub(crate) fn keeping(data: &str) -> Self {
        let folder = Folder::new();
        let any = "127.0.0.1:0".parse().unwrap();
        let settings = Settings {
            listen: any,
            dashboard: any,
            hub: String::new(),
            interval: INTERVAL,
        };
        init::init(&folder.0.join("fleet"), &settings).unwrap();
        let file = folder.0.join("fleet/hub/hub.toml");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(
            &file,
            text.replace("\ndata = \"muster.db\"", &format!("\ndata = \"{data}\"")),
        )
        .unwrap();
        let database: Location = data.parse().unwrap();
        let mut fleet = Self {
            hub: None,
            agents: HashMap::new(),
            database: database.seen_from(&folder.0.join("fleet/hub")),
            folder,
            address: "127.0.0.1:0".to_owned(),
            pages: "127.0.0.1:0".to_owned(),
        };
        fleet.start_hub();
        let text = config::Operator::template(&fleet.address);
        fs::write(fleet.files().join("muster.toml"), text).unwrap();
        fleet
    }

    /// Starts a hub and these hosts, and waits until all have reported.
    pub(crate) fn with(hosts: &[&str]) -> Self {
        let mut fleet = Self::new();
        for host in hosts {
            fleet.add(host);
            fleet.start_agent(host);
        }
        fleet.until_all_up(hosts.len());
        fleet
    }

    /// What `muster init` has made.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.0.join("fleet")
    }

    pub(crate) fn start_hub(&mut self) {
        let log = File::create(self.folder.0.join("hub.log")).unwrap();
        let mut hub = Command::new(env!("CARGO_BIN_EXE_muster-hub"))
            .arg("--config")
            .arg(self.files().join("hub/hub.toml"))
            .args(["--listen", &self.address, "--dashboard", &self.pages])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(hub.stdout.take().unwrap()).lines();
        self.hub = Some(Process(hub));
        let mut line = |begin: &str| {
            let line = lines.next().expect("the hub says where it listens").unwrap();
            line.strip_prefix(begin).expect(begin).to_owned()
        };
        self.address = line("listening on ");
        self.pages = line("dashboard on http://");
    }

    /// Kills the hub, so that it can tell nobody.
    pub(crate) fn kill_hub(&mut self) {
        self.hub.take().unwrap().kill();
    }

    pub(crate) fn add(&self, host: &str) {
        init::add_host(&self.files(), host, &self.address).unwrap();
    }

    pub(crate) fn start_agent(&mut self, host: &str) {
        let address = self.address.clone();
        self.start_agent_of(host, &address);
    }

    /// Starts an agent that looks for its hub at an address.
    pub(crate) fn start_agent_of(&mut self, host: &str, hub: &str) {
        let log = File::options()
            .append(true)
            .create(true)
            .open(self.folder.0.join(format!("{host}.log")))
            .unwrap();
        let agent = Command::new(env!("CARGO_BIN_EXE_muster-agent"))
            .arg("--config")
            .arg(self.files().join("agents").join(host).join("agent.toml"))
            .args(["--hub", hub])
            .stderr(log)
            .spawn()
            .unwrap();
        self.agents.insert(host.to_owned(), Process(agent));
    }

    pub(crate) fn kill_agent(&mut self, host: &str) {
        self.agents.remove(host).unwrap().kill();
    }

    /// Returns the command line with these arguments, not started yet.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
        command.arg("--dir").arg(self.files()).args(args);
        command
    }

    pub(crate) fn muster(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    pub(crate) fn hosts(&self) -> Vec<Host> {
        let output = self.muster(&["hosts", "--json"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    pub(crate) fn host(&self, name: &str) -> Host {
        let hosts = self.hosts();
        hosts.into_iter().find(|host| host.name == name).unwrap()
    }

    pub(crate) fn until_all_up(&self, count: usize) {
        until("all hosts are up and connected", || {
            let up = self.hosts();
            let up = up
                .iter()
                .filter(|host| host.state == HostState::Up && host.connected);
            (up.count() == count).then_some(())
        });
    }

    /// Asks the JSON interface.
    pub(crate) fn get(&self, path: &str) -> serde_json::Value {
        serde_json::from_str(&self.page(path)).unwrap()
    }

    /// Returns where the pages are.
    pub(crate) fn pages(&self) -> &str {
        &self.pages
    }

    /// Asks for something that whoever has the token may see.
    pub(crate) fn page(&self, path: &str) -> String {
        let token = fs::read_to_string(self.files().join("hub/token")).unwrap();
        let mut stream = TcpStream::connect(&self.pages).unwrap();
        let (pages, token) = (&self.pages, token.trim());
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {pages}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect(&answer);
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        body.to_owned()
    }

    /// Returns which batches of a host are stored: the values of `agent.batches`, in the order of time.
    pub(crate) fn batches(&self, host: &str) -> Vec<f64> {
        self.values(host, "agent.batches")
    }

    pub(crate) fn values(&self, host: &str, metric: &str) -> Vec<f64> {
        self.values_of(host, metric, &[])
    }

    /// Returns the stored values of the first series of a metric that has these labels.
    pub(crate) fn values_of(&self, host: &str, metric: &str, labels: &[(&str, &str)]) -> Vec<f64> {
        let reader = Reader::open(self.database()).unwrap();
        let Some(host) = reader
            .hosts()
            .unwrap()
            .into_iter()
            .find(|known| known.name == host)
        else {
            return Vec::new();
        };
        let series = reader.series(host.id).unwrap();
        let is_it = |series: &Series| {
            let mut labels = labels.iter();
            series.name == metric && labels.all(|(key, value)| series.labels.get(key) == Some(value))
        };
        let Some(series) = series.into_iter().find(is_it) else {
            return Vec::new();
        };
        let points = reader
            .range(series.id, 0, i64::MAX / 2, Duration::from_millis(1))
            .unwrap();
        points.iter().map(|point| point.avg).collect()
    }

    pub(crate) fn database(&self) -> Location {
        self.database.clone()
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        if thread::panicking() {
            for entry in fs::read_dir(&self.folder.0).into_iter().flatten().flatten() {
                if entry
                    .path()
                    .extension()
                    .is_some_and(|extension| extension == "log")
                {
                    let text = fs::read_to_string(entry.path()).unwrap_or_default();
                    eprintln!("--- {}\n{text}", entry.file_name().display());
                }
            }
        }
    }
}

/// Returns whether a process is there.
pub(crate) fn is_alive(pid: &str) -> bool {
    Path::new("/proc").join(pid).exists()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
