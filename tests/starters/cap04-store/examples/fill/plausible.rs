//! Hosts that are made up, and report what hosts report.

use std::f64::consts::TAU;

use collect::{Kind, Labels, Unit};
use fastrand::Rng;
use store::Sample;

const GIB: f64 = 1_073_741_824.0;

/// A host that counts.
pub(crate) struct Host {
    cpus: f64,
    memory: f64,
    /// How busy it is on the whole, from 0 to 1.
    busy: f64,
    rng: Rng,
    counters: Vec<f64>,
    last_ms: Option<i64>,
    load: [f64; 3],
}

impl Host {
    pub(crate) fn new(name: &str, cpus: u32, memory_gib: f64, busy: f64) -> Self {
        Self {
            cpus: cpus.into(),
            memory: memory_gib * GIB,
            busy,
            rng: Rng::with_seed(name.len() as u64 * 1000 + u64::from(cpus)),
            counters: Vec::new(),
            last_ms: None,
            load: [0.5; 3],
        }
    }

    /// Returns what it reports at a time.
    pub(crate) fn samples(&mut self, time_ms: i64) -> Vec<Sample> {
        let past = self
            .last_ms
            .map_or(0.0, |last_ms| (time_ms - last_ms) as f64 / 1000.0);
        self.last_ms = Some(time_ms);
        let minutes = time_ms as f64 / 60_000.0;
        let wave = 1.0 + 0.35 * (minutes / 17.0 * TAU).sin() + 0.15 * (minutes / 3.1 * TAU).sin();
        let burst = if self.rng.f64() < 0.015 { 2.2 } else { 1.0 };
        let busy = (self.busy * wave * burst * (0.8 + 0.4 * self.rng.f64())).clamp(0.004, 0.99);
        for (load, minutes) in self.load.iter_mut().zip([1.0, 5.0, 15.0]) {
            let keep = (-past / 60.0 / minutes).exp();
            *load = *load * keep + busy * self.cpus * 1.1 * (1.0 - keep);
        }
        let mut all = Report {
            time_ms,
            samples: Vec::new(),
            counters: &mut self.counters,
            next: 0,
        };
        let second = past * self.cpus;
        for (mode, part) in [
            ("user", 0.62),
            ("system", 0.22),
            ("nice", 0.01),
            ("iowait", 0.09),
            ("irq", 0.0),
            ("softirq", 0.05),
            ("steal", 0.01),
        ] {
            all.counter(
                &format!("cpu.{mode}"),
                Labels::none(),
                Unit::Seconds,
                busy * part * second,
            );
        }
        all.counter("cpu.idle", Labels::none(), Unit::Seconds, (1.0 - busy) * second);
        for (load, name) in self.load.iter().zip(["load.1m", "load.5m", "load.15m"]) {
            all.gauge(name, Labels::none(), Unit::Count, *load);
        }
        let used = self.memory * (0.3 + 0.4 * self.busy + 0.05 * (minutes / 40.0 * TAU).sin());
        let cached = self.memory * 0.22;
        for (name, value) in [
            ("memory.total", self.memory),
            ("memory.available", self.memory - used),
            ("memory.free", self.memory - used - cached),
            ("memory.cached", cached * 0.9),
            ("memory.buffers", cached * 0.1),
        ] {
            all.gauge(name, Labels::none(), Unit::Bytes, value.round());
        }
        for (disk, scale) in [("nvme0n1", 1.0), ("sda", 0.2)] {
            let bytes = busy * scale * 40e6 * past;
            all.counter(
                "disk.read_bytes",
                Labels::one("device", disk),
                Unit::Bytes,
                bytes * 0.4 * self.rng.f64(),
            );
            all.counter(
                "disk.written_bytes",
                Labels::one("device", disk),
                Unit::Bytes,
                bytes * self.rng.f64(),
            );
        }
        for (interface, scale) in [("eth0", 1.0), ("lo", 0.1)] {
            let bytes = busy * scale * 9e6 * past * (0.6 + 0.8 * self.rng.f64());
            all.counter(
                "network.received_bytes",
                Labels::one("interface", interface),
                Unit::Bytes,
                bytes,
            );
            all.counter(
                "network.sent_bytes",
                Labels::one("interface", interface),
                Unit::Bytes,
                bytes * 1.7 * scale,
            );
        }
        for (mount, size, full) in [
            ("/", 40.0, 0.42),
            ("/var/lib/mysql", 400.0, 0.5 + 0.45 * self.busy),
            ("/boot", 1.0, 0.21),
        ] {
            let labels = Labels::one("mount", mount);
            all.gauge("filesystem.size", labels.clone(), Unit::Bytes, size * GIB);
            all.gauge(
                "filesystem.available",
                labels,
                Unit::Bytes,
                (size * GIB * (1.0 - full)).round(),
            );
        }
        all.gauge(
            "processes.running",
            Labels::none(),
            Unit::Count,
            (busy * self.cpus + self.rng.f64()).round(),
        );
        all.gauge(
            "processes.blocked",
            Labels::none(),
            Unit::Count,
            (burst - 1.0).round(),
        );
        all.gauge(
            "sockets.tcp_inuse",
            Labels::none(),
            Unit::Count,
            (40.0 + 300.0 * busy).round(),
        );
        all.gauge("sockets.udp_inuse", Labels::none(), Unit::Count, 6.0);
        all.gauge("users.logged_in", Labels::none(), Unit::Count, 1.0);
        all.samples
    }
}

struct Report<'a> {
    time_ms: i64,
    samples: Vec<Sample>,
    counters: &'a mut Vec<f64>,
    next: usize,
}

impl Report<'_> {
    fn gauge(&mut self, name: &str, labels: Labels, unit: Unit, value: f64) {
        self.samples.push(Sample {
            name: name.into(),
            labels,
            kind: Kind::Gauge,
            unit,
            time_ms: self.time_ms,
            value,
        });
    }

    fn counter(&mut self, name: &str, labels: Labels, unit: Unit, growth: f64) {
        if self.counters.len() == self.next {
            self.counters.push(1000.0);
        }
        let value = self.counters[self.next] + growth;
        self.counters[self.next] = value;
        self.next += 1;
        // As the kernel counts: whole bytes, and time in hundredths of a second.
        let value = if unit == Unit::Seconds {
            (value * 100.0).round() / 100.0
        } else {
            value.round()
        };
        self.samples.push(Sample {
            name: name.into(),
            labels,
            kind: Kind::Counter,
            unit,
            time_ms: self.time_ms,
            value,
        });
    }
}
