//! Measures a hub with many agents, each a connection of its own with a certificate of its own, all in this process; the hub is another one.
//!
//! ```text
//! cargo build --release -p muster && cargo run --release -p muster --example swarm -- 1000
//! ```
//!
//! These agents answer each command at once, without a process: what is measured is the way of the order and the answer. Then all of them report what
//! this machine's collectors read, as quickly as the hub stores it.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{env, fs};

use anyhow::{Context as _, bail};
use collect::Collectors;
use muster::config;
use muster::init::{self, Settings};
use muster::operator::{Operator, Step};
use muster::wire::batch::{self, Stamp};
use muster::wire::{self, Ask, Done, Ended, Hello, News, Order, Piece, Targets};
use rpc::Code;
use rpc::client::multiplex::Event;
use rpc::client::{Multiplex, Options};
use rpc::exec::item::Stream;
use tokio::runtime;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many agents connect at the same time.
const AT_ONCE: usize = 64;

/// How often a command is run.
const RUNS: usize = 20;

/// How many batches all agents report together.
const BATCHES: usize = 2000;

fn main() -> anyhow::Result<()> {
    let count = env::args().nth(1).map_or(Ok(1000), |count| count.parse());
    let count: usize = count.context("the number of agents")?;
    let folder = Folder(env::temp_dir().join(format!("muster-swarm-{}", std::process::id())));
    let (hub, address) = start_hub(&folder.0)?;
    let began = Instant::now();
    let mut agents = Vec::new();
    for number in 0..count {
        let own = init::add_host(&folder.0, &format!("n{number:05}"), &address)?;
        agents.push(config::Agent::read(&own.join("agent.toml"))?);
    }
    println!("{count} certificates in {:.2} s", began.elapsed().as_secs_f64());
    let threads = runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let done = threads.block_on(measure(agents, &folder.0, &hub));
    threads.shutdown_background();
    done
}

async fn measure(agents: Vec<config::Agent>, folder: &Path, hub: &Hub) -> anyhow::Result<()> {
    let count = agents.len();
    let began = Instant::now();
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut connecting = JoinSet::new();
    for config in agents {
        let turns = Arc::clone(&turns);
        connecting.spawn(async move {
            let _turn = turns.acquire().await;
            connect(&config).await
        });
    }
    let mut clients = Vec::new();
    while let Some(connected) = connecting.join_next().await {
        clients.push(connected??);
    }
    let took = began.elapsed().as_secs_f64();
    println!(
        "{count} agents connected in {took:.2} s ({:.0} a second); the hub has {} MB",
        count as f64 / took,
        hub.resident_mb()?
    );
    fs::write(
        folder.join("muster.toml"),
        config::Operator::template(&hub.address),
    )?;
    let operator = Operator::connect(&config::Operator::read(&folder.join("muster.toml"))?).await?;
    let ask = Ask {
        targets: Targets::All,
        command: wire::Command {
            argv: vec!["true".to_owned()],
            timeout_ms: 60_000,
            limit: 1 << 20,
        },
    };
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let began = Instant::now();
        let mut run = operator.run(&ask).await?;
        loop {
            match run.next().await? {
                Step::News(News::Ended { state, .. }) if state != wire::State::Done => bail!("{state}"),
                Step::News(_) => {}
                Step::Over(summary) if summary.done as usize == count => break,
                Step::Over(summary) => bail!("{summary:?}"),
            }
        }
        times.push(began.elapsed());
    }
    times.sort_unstable();
    println!(
        "a command on all {count}, {RUNS} times: median {:.1} ms, slowest {:.1} ms",
        ms(times[RUNS / 2]),
        ms(times[RUNS - 1])
    );
    report(clients).await
}

/// Lets all agents report, each one batch after the other.
async fn report(clients: Vec<Multiplex>) -> anyhow::Result<()> {
    let mut readings = Vec::new();
    Collectors::new("/".as_ref()).collect(&mut readings);
    let readings = Arc::new(readings);
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64;
    let each = BATCHES.div_ceil(clients.len());
    let (count, bytes) = (
        each * clients.len(),
        batch::encode(stamp(1, now), readings.iter().map(batch::Entry::from)).len(),
    );
    let began = Instant::now();
    let mut reporting = JoinSet::new();
    for client in clients {
        let readings = Arc::clone(&readings);
        reporting.spawn(async move {
            for number in 1..=each as u64 {
                let body = batch::encode(
                    stamp(number, now + number),
                    readings.iter().map(batch::Entry::from),
                );
                while let Err(why) = client.call(wire::REPORT, &body).await {
                    match why.code() {
                        Some(Code::OVERLOADED) => tokio::time::sleep(Duration::from_millis(20)).await,
                        _ => return Err(why),
                    }
                }
            }
            Ok(())
        });
    }
    while let Some(reported) = reporting.join_next().await {
        reported??;
    }
    let took = began.elapsed().as_secs_f64();
    println!(
        "{count} batches of {} readings ({bytes} bytes) stored and acknowledged in {took:.2} s: {:.0} readings a second",
        readings.len(),
        (count * readings.len()) as f64 / took
    );
    Ok(())
}

fn stamp(sequence: u64, time_ms: u64) -> Stamp {
    Stamp {
        instance: 1,
        sequence,
        time_ms,
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Connects an agent, which then answers orders as long as this process lives.
async fn connect(config: &config::Agent) -> anyhow::Result<Multiplex> {
    let options = Options {
        tls: Some(config.tls.clone()),
        timeout: Some(Duration::from_secs(60)),
        connect: Duration::from_secs(60),
        ..Options::default()
    };
    let client = Multiplex::connect(&config.hub, &options).await?;
    let hello = wire::write(&Hello {
        instance: 1,
        version: "swarm".to_owned(),
    });
    client.call(wire::HELLO, &hello).await?;
    let mut orders = client.open(wire::ORDERS, &[], None).await?;
    // The call is on its way when it is opened; the hub takes calls in their order, so after this answer it has it.
    client.call(wire::HELLO, &hello).await?;
    let own = client.clone();
    tokio::spawn(async move {
        while let Ok(Some(Event::Item(item))) = orders.next().await {
            if let Ok(Order::Run { job, .. }) = wire::read(&item) {
                // What comes of it is seen by the operator.
                let _ = answer(&own, job).await;
            }
        }
    });
    Ok(client)
}

async fn answer(client: &Multiplex, job: u64) -> rpc::Result<()> {
    let piece = Piece {
        job,
        number: 0,
        stream: Stream::Out,
        bytes: b"Linux n 6.1.0 x86_64 GNU/Linux\n",
    };
    client.call(wire::OUTPUT, &piece.encode()).await?;
    let ended = Ended {
        status: Some(0),
        ..Ended::default()
    };
    client
        .call(wire::DONE, &wire::write(&Done { job, ended }))
        .await?;
    Ok(())
}

/// A hub, gone with its value.
struct Hub {
    process: Child,
    address: String,
}

impl Hub {
    /// Returns how much memory it has, in MB.
    fn resident_mb(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kb: u64 = line.context("VmRSS")?.trim().trim_end_matches(" kB").parse()?;
        Ok(kb / 1024)
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn start_hub(folder: &Path) -> anyhow::Result<(Hub, String)> {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = Settings {
        listen: any,
        dashboard: any,
        hub: String::new(),
        interval: Duration::from_secs(10),
    };
    init::init(folder, &settings)?;
    // Examples are in a folder below that of the programs.
    let own = env::current_exe()?;
    let program = own
        .parent()
        .and_then(Path::parent)
        .context("where is this?")?
        .join("muster-hub");
    let mut process = Command::new(&program)
        .arg("--config")
        .arg(folder.join("hub/hub.toml"))
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let mut line = String::new();
    BufReader::new(process.stdout.take().context("no output")?).read_line(&mut line)?;
    let address = line.trim_end().trim_start_matches("listening on ").to_owned();
    let hub = Hub {
        process,
        address: address.clone(),
    };
    Ok((hub, address))
}

/// A folder, gone with its value.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
