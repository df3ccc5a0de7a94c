//! The command `demo`.

use std::env;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser, ValueExt as _};
use muster::init::{self, Settings};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use super::{Run, help, output};

const HELP: &str = "\
usage: muster demo [OPTION…]
Starts a hub and three agents on this machine, in a temporary folder, until Ctrl-C; then all of it is gone.
  --open           opens the dashboard in a browser
  --for SECONDS    ends by itself
";

/// The hosts of the demo, which are all this machine.
const HOSTS: [&str; 3] = ["web01", "web02", "db01"];

/// How long a process that was told to end has for it.
const GRACE: Duration = Duration::from_secs(8);

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let (mut open, mut lasts) = (false, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("open") => open = true,
            Arg::Long("for") => {
                let seconds: f64 = parser.value()?.parse().context("--for")?;
                lasts = Some(Duration::try_from_secs_f64(seconds).context("--for")?);
            }
            Arg::Long("help") => return Ok(help(HELP)),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Box::new(move || demo(open, lasts)))
}

/// How the demo ends.
enum End {
    /// Somebody wants it to, or its time is over.
    Wanted,
    /// The hub has ended by itself.
    Hub,
}

fn demo(open: bool, lasts: Option<Duration>) -> anyhow::Result<ExitCode> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // From here on Ctrl-C does not end this process before the others.
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let folder = Folder::new()?;
        let (fleet, hub_ends) = Fleet::start(&folder.0)?;
        output::print(&fleet.told(&folder.0))?;
        if open {
            open_browser(&fleet.dashboard);
        }
        let time = async {
            match lasts {
                Some(lasts) => tokio::time::sleep(lasts).await,
                None => std::future::pending().await,
            }
        };
        let end = tokio::select! {
            _ = interrupt.recv() => End::Wanted,
            _ = terminate.recv() => End::Wanted,
            () = time => End::Wanted,
            _ = hub_ends => End::Hub,
        };
        drop(fleet);
        drop(folder);
        match end {
            End::Wanted => Ok(ExitCode::SUCCESS),
            End::Hub => bail!("the hub has ended by itself"),
        }
    })
}

/// A folder that is gone with its value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> anyhow::Result<Self> {
        let random = getrandom::u32().context("cannot draw a random number")?;
        let path = env::temp_dir().join(format!("muster-demo-{random:08x}"));
        fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(why) = fs::remove_dir_all(&self.0) {
            eprintln!("muster: cannot remove {}: {why}", self.0.display());
        }
    }
}

/// The processes. Dropped, they are told to end and waited for.
struct Fleet {
    hub: Child,
    agents: Vec<Child>,
    dashboard: String,
}

impl Fleet {
    /// Makes a fleet in a folder and starts it. The other value comes when the hub ends.
    fn start(folder: &Path) -> anyhow::Result<(Self, oneshot::Receiver<()>)> {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let files = folder.join("fleet");
        let settings = Settings {
            listen: any,
            dashboard: any,
            hub: String::new(),
            interval: Duration::from_secs(1),
        };
        init::init(&files, &settings)?;
        let log = folder.join("hub.log");
        let mut hub = spawn("muster-hub", &files.join("hub/hub.toml"), Stdio::piped(), &log)?;
        let mut lines = BufReader::new(hub.stdout.take().context("the hub has no output")?).lines();
        let mut fleet = Self {
            hub,
            agents: Vec::new(),
            dashboard: String::new(),
        };
        let mut line = |begin: &str| {
            let line = lines.next().transpose()?.unwrap_or_default();
            let said = line.strip_prefix(begin).map(str::to_owned);
            said.with_context(|| {
                let log = fs::read_to_string(&log).unwrap_or_default();
                format!("the hub did not say `{begin}…`, but {:?}", log.trim_end())
            })
        };
        let address = line("listening on ")?;
        let pages = line("dashboard on ")?;
        let token = fs::read_to_string(files.join("hub/token")).context("cannot read the token")?;
        fleet.dashboard = format!("{pages}/login#{}", token.trim());
        // Which port it is was not known before.
        let own = files.join("muster.toml");
        fs::write(&own, muster::config::Operator::template(&address))
            .with_context(|| format!("cannot write {}", own.display()))?;
        for name in HOSTS {
            let agent = init::add_host(&files, name, &address)?;
            let log = folder.join(format!("{name}.log"));
            let agent = spawn("muster-agent", &agent.join("agent.toml"), Stdio::null(), &log)?;
            fleet.agents.push(agent);
        }
        let (tell, ends) = oneshot::channel();
        thread::spawn(move || {
            for _ in lines.map_while(Result::ok) {}
            let _ = tell.send(());
        });
        Ok((fleet, ends))
    }

    /// Returns what is said of it.
    fn told(&self, folder: &Path) -> String {
        let agents = HOSTS.iter().zip(&self.agents);
        let agents: Vec<String> = agents
            .map(|(name, agent)| format!("{name} (process {})", agent.id()))
            .collect();
        // As it was called: it may be nowhere that a shell looks.
        let own = env::args().next().unwrap_or_else(|| "muster".to_owned());
        format!(
            "dashboard: {}\nagents: {}\ntry: {own} --dir {} run --all -- uname -a\nlogs: {}\nstop: Ctrl-C\n",
            self.dashboard,
            agents.join(", "),
            folder.join("fleet").display(),
            folder.display()
        )
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for agent in &self.agents {
            tell_to_end(agent);
        }
        for agent in &mut self.agents {
            wait(agent);
        }
        tell_to_end(&self.hub);
        wait(&mut self.hub);
    }
}

/// Starts one of the other programs, which stands beside this one. In a group of its own: Ctrl-C on the terminal is for this process, which tells the
/// others in their order.
fn spawn(program: &str, config: &Path, stdout: Stdio, log: &Path) -> anyhow::Result<Child> {
    let own = env::current_exe().context("cannot find this program")?;
    let path = own.with_file_name(program);
    let stderr = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    Command::new(&path)
        .arg("--config")
        .arg(config)
        .args(["--with-parent", &std::process::id().to_string()])
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr)
        .spawn()
        .with_context(|| format!("cannot start {}", path.display()))
}

fn tell_to_end(child: &Child) {
    if let Ok(id) = i32::try_from(child.id()) {
        // It was not waited for, so the number is still its own.
        let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
    }
}

/// Waits for the end of a process that was told to, and kills it if it takes too long.
fn wait(child: &mut Child) {
    let until = Instant::now() + GRACE;
    while Instant::now() < until {
        match child.try_wait() {
            Ok(None) => thread::sleep(Duration::from_millis(10)),
            _ => return,
        }
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Opens a browser, if the desktop says which.
fn open_browser(address: &str) {
    let opened = Command::new("xdg-open")
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if let Err(why) = opened {
        eprintln!("muster: cannot start xdg-open: {why}; open the address above yourself");
    }
}
