mod accounts;
mod agent;
mod cpu;
mod disk;
mod filesystem;
mod load;
mod memory;
mod network;
mod pressure;
mod processes;
mod sockets;
mod tcp;
mod uptime;
mod users;
mod vm;

use std::{fmt, path::Path, time::Duration};

use crate::{
    Labels, Metric, Mysql, Nginx, Page, Problem, Reading,
    budget::Budget,
    host::{Host, Round},
    prometheus,
    roster::Roster,
    services,
};

/// One thing that has readings. The host's files are one kind of source; a service that is asked is another.
pub(crate) trait Collector: fmt::Debug + Send {
    /// Returns what it is called in a list of costs.
    fn name(&self) -> &'static str;

    /// Adds its readings of this moment, and what could not be read.
    fn collect(&mut self, host: &mut Host, round: &mut Round<'_>);
}

/// Reads all that a host says of itself, again and again.
///
/// A collector that costs more than half a percent of a processor's time is left out of the next rounds until it does
/// not; its readings are absent from them.
///
/// ```
/// use collect::Collectors;
///
/// let mut collectors = Collectors::new("/".as_ref());
/// let mut readings = Vec::new();
/// for problem in collectors.collect(&mut readings) {
///     eprintln!("{problem}");
/// }
/// assert!(readings.iter().any(|reading| reading.metric.name == "cpu.user"));
/// ```
#[derive(Debug)]
pub struct Collectors {
    host: Host,
    all: Vec<(Box<dyn Collector>, Budget)>,
}

/// What one collector has cost.
///
/// ```
/// let mut collectors = collect::Collectors::new("/".as_ref());
/// collectors.collect(&mut Vec::new());
/// assert!(collectors.costs().all(|cost| cost.rounds == 1 && cost.longest == cost.cpu));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Which.
    pub collector: &'static str,
    /// In how many rounds it took part.
    pub rounds: u32,
    /// The time of a processor that these took together.
    pub cpu: Duration,
    /// The longest of them.
    pub longest: Duration,
}

impl Collectors {
    /// Makes the collectors of a root: `/`, or a folder with `proc`, `etc` and `run` in it.
    pub fn new(root: &Path) -> Collectors {
        let all: Vec<Box<dyn Collector>> = vec![
            Box::new(ByPart {
                name: "cpu",
                file: "proc/stat",
                parts: Roster::default(),
                parse: cpu::parse,
            }),
            plain("load", "proc/loadavg", load::parse),
            plain("uptime", "proc/uptime", uptime::parse),
            plain("memory", "proc/meminfo", memory::parse),
            plain("vm", "proc/vmstat", vm::parse),
            Box::new(Pressure),
            Box::new(ByPart {
                name: "disk",
                file: "proc/diskstats",
                parts: Roster::default(),
                parse: disk::parse,
            }),
            Box::new(filesystem::Filesystems::default()),
            Box::new(ByPart {
                name: "network",
                file: "proc/net/dev",
                parts: Roster::default(),
                parse: network::parse,
            }),
            plain("sockets", "proc/net/sockstat", sockets::parse),
            plain("sockets6", "proc/net/sockstat6", sockets::parse),
            Box::new(tcp::Tcp::default()),
            Box::new(processes::Processes::default()),
            Box::new(users::Users),
            plain("accounts", "etc/passwd", accounts::parse),
            plain("agent", "proc/self/stat", agent::parse),
        ];
        Collectors {
            host: Host::new(root),
            all: all.into_iter().map(|one| (one, Budget::default())).collect(),
        }
    }

    /// Asks an nginx too, behind the host's files.
    #[must_use]
    pub fn with_nginx(self, nginx: Nginx) -> Collectors {
        self.with(Box::new(nginx))
    }

    /// Asks a MySQL or a MariaDB too, behind the host's files.
    #[must_use]
    pub fn with_mysql(self, mysql: Mysql) -> Collectors {
        self.with(Box::new(mysql))
    }

    fn with(mut self, collector: Box<dyn Collector>) -> Collectors {
        self.all.push((collector, Budget::default()));
        self
    }

    /// Lets none of these collectors rest, whatever it costs: for whoever measures that.
    pub fn unbounded(mut self) -> Collectors {
        self.all.iter_mut().for_each(|(_, budget)| budget.lift());
        self
    }

    /// Adds all readings of this moment to `into`, and returns what could not be read.
    ///
    /// A file that this host does not have is no problem, and its readings are absent.
    pub fn collect(&mut self, into: &mut Vec<Reading>) -> Vec<Problem> {
        let mut round = Round {
            readings: into,
            problems: Vec::new(),
        };
        let spent: Duration = self.all.iter().map(|(_, budget)| budget.spent()).sum();
        for (collector, budget) in &mut self.all {
            budget.run(|| collector.collect(&mut self.host, &mut round));
        }
        self.host.shrink();
        if !spent.is_zero() {
            let [.., collect_time] = &agent::METRICS;
            round.add(collect_time, &Labels::none(), spent.as_secs_f64());
        }
        round.problems
    }

    /// Returns what each collector has cost up to now.
    pub fn costs(&self) -> impl Iterator<Item = Cost> {
        self.all
            .iter()
            .map(|(collector, budget)| budget.cost(collector.name()))
    }
}

/// Goes through all metrics that there are, also those that a host does not have.
pub fn metrics() -> impl Iterator<Item = &'static Metric> {
    let tables: [&'static [Metric]; 19] = [
        &cpu::CPU,
        &cpu::CORE,
        &cpu::KERNEL,
        &load::METRICS,
        &uptime::METRICS,
        memory::METRICS,
        &vm::METRICS,
        pressure::METRICS,
        &disk::METRICS,
        &filesystem::METRICS,
        &network::METRICS,
        &sockets::METRICS,
        &tcp::METRICS,
        &processes::METRICS,
        &users::METRICS,
        &accounts::METRICS,
        &agent::METRICS,
        &services::NGINX,
        services::MYSQL,
    ];
    tables.into_iter().flatten()
}

/// Finds a metric by its name, or by what Prometheus calls it.
pub fn metric(name: &str) -> Option<&'static Metric> {
    metrics().find(|metric| metric.name == name || prometheus::name(metric) == name)
}

/// Reads one file of which nothing is kept.
#[derive(Debug)]
struct Plain {
    name: &'static str,
    file: &'static str,
    parse: fn(&str, &mut Page<'_>),
}

fn plain(name: &'static str, file: &'static str, parse: fn(&str, &mut Page<'_>)) -> Box<dyn Collector> {
    Box::new(Plain { name, file, parse })
}

impl Collector for Plain {
    fn name(&self) -> &'static str {
        self.name
    }

    fn collect(&mut self, host: &mut Host, round: &mut Round<'_>) {
        host.text(self.file, round, self.parse);
    }
}

/// Reads one file that lists parts of the host.
#[derive(Debug)]
struct ByPart<T> {
    name: &'static str,
    file: &'static str,
    parts: Roster<T>,
    parse: fn(&str, &mut Roster<T>, &mut Page<'_>),
}

impl<T: fmt::Debug + Send> Collector for ByPart<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn collect(&mut self, host: &mut Host, round: &mut Round<'_>) {
        host.text(self.file, round, |text, page| {
            (self.parse)(text, &mut self.parts, page)
        });
    }
}

#[derive(Debug)]
struct Pressure;

impl Collector for Pressure {
    fn name(&self) -> &'static str {
        "pressure"
    }

    fn collect(&mut self, host: &mut Host, round: &mut Round<'_>) {
        for file in pressure::FILES {
            host.text(file, round, |text, page| pressure::parse(file, text, page));
        }
    }
}
