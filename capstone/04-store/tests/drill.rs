//! What kills and full disks leave: 50 moments of each, under load, in files and in a real MariaDB.
//!
//! ```console
//! $ cargo test --release -p store --features mariadb --test drill -- --ignored --nocapture
//! ```
//!
//! The moments are drawn from a seed, which `DRILL_SEED` changes; `DRILL_ROUNDS` is how many there are.
//! `store put` is fed with batches, each of which says by its times which one it is. What it acknowledged is counted; after each end the
//! next one goes on with the first batch that was not, so that some come again. At the end nothing that was acknowledged may be missing,
//! nothing may be there twice, and `store check` finds nothing.

#[cfg(feature = "mariadb")]
mod server;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use fastrand::Rng;
use store::{Location, Reader, Store};

const T0: i64 = 1_800_000_000_000;

/// Each batch has ten samples of each of so many series; half an hour of them is a batch, so windows end all the time.
const SERIES: usize = 20;
const SAMPLES: i64 = 10;
const STEP_MS: i64 = 60_000;

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

fn rounds() -> u64 {
    number("DRILL_ROUNDS", 50)
}

fn rng(which: u64) -> Rng {
    Rng::with_seed(number("DRILL_SEED", 1) * 1000 + which)
}

fn batch(number: i64) -> String {
    let mut text = String::new();
    for series in 0..SERIES {
        for n in 0..SAMPLES {
            let at = number * SAMPLES + n;
            let time_ms = T0 + at * STEP_MS;
            text += &format!(
                "{{\"host\":\"web{}\",\"name\":\"s{series}\",\"kind\":\"counter\",\"time_ms\":{time_ms},\"value\":{at}}}\n",
                series % 3
            );
        }
    }
    text + "\n"
}

/// One `store put` that is fed until it ends or is killed.
struct Fed {
    child: Child,
    /// The lines it prints, one for each batch.
    said: Receiver<String>,
}

impl Fed {
    /// Starts it at a batch. With a limit no file of it becomes larger, which is what a full disk is to it.
    fn start(location: &Location, from: i64, limit_kib: Option<u64>) -> Self {
        let mut command = Command::new("sh");
        // The shell's unit is half a KiB.
        let limit = limit_kib.map_or(String::new(), |limit| {
            format!("ulimit -f {}; trap '' XFSZ; ", 2 * limit)
        });
        let now = (T0 + 3_650 * 86_400_000_i64).to_string();
        let mut child = command
            .args(["-c", &format!("{limit}exec \"$@\""), "sh"])
            .arg(env!("CARGO_BIN_EXE_store"))
            .args(["put", &location.to_string(), "--now", &now])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        std::thread::spawn(move || (from..).try_for_each(|number| pipe.write_all(batch(number).as_bytes())));
        let (tell, said) = channel();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
        Self { child, said }
    }

    /// Waits until it has acknowledged so many batches, or has ended; returns how many it has.
    fn until(&self, enough: u64) -> i64 {
        let mut count = 0;
        while count < enough as i64 && self.said.recv().is_ok() {
            count += 1;
        }
        count
    }

    /// Kills it, and returns how many more it had acknowledged.
    fn kill(mut self) -> i64 {
        let _ = self.child.kill();
        self.child.wait().unwrap();
        self.said.iter().count() as i64
    }
}

/// What was seen of the restarts.
#[derive(Default)]
struct Seen {
    slowest: Duration,
    most_kib: u64,
}

impl Seen {
    /// Opens the database as whoever comes next does, until its first batch is stored: how long, and in how much memory.
    fn first_batch(&mut self, location: &Location, next: i64) -> i64 {
        let began = Instant::now();
        let fed = Fed::start(location, next, None);
        let count = fed.until(1);
        assert_eq!(count, 1, "the first batch after a restart is stored");
        self.slowest = self.slowest.max(began.elapsed());
        let status = fs::read_to_string(format!("/proc/{}/status", fed.child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = peak.and_then(|line| line.trim().split(' ').next()?.parse().ok());
        self.most_kib = self.most_kib.max(kib.unwrap_or_default());
        count + fed.kill()
    }

    fn say(&self, what: &str, acknowledged: i64) {
        println!(
            "{what}: {} moments, {acknowledged} batches of {} samples acknowledged; the first batch after a restart within {} ms, at most {} MiB",
            rounds(),
            SERIES as i64 * SAMPLES,
            self.slowest.as_millis(),
            self.most_kib / 1024
        );
    }
}

/// Expects that all that was acknowledged is there, once, and that nothing is there in part.
fn expect_whole(location: &Location, acknowledged: i64, what: &str) {
    let checked = store::check(location).unwrap();
    assert_eq!(checked.findings, [""; 0], "{what}");
    let reader = Reader::open(location).unwrap();
    let mut count = None;
    for host in reader.hosts().unwrap() {
        for series in reader.series(host.id).unwrap() {
            let samples = reader.samples(series.id, i64::MIN, i64::MAX).unwrap();
            for (n, sample) in samples.iter().enumerate() {
                let expected = (T0 + n as i64 * STEP_MS, n as f64);
                assert_eq!(
                    (sample.time_ms, sample.value),
                    expected,
                    "{what}: {}",
                    series.name
                );
            }
            assert_eq!(*count.get_or_insert(samples.len()), samples.len(), "{what}");
        }
    }
    let batches = count.unwrap_or_default() as i64 / SAMPLES;
    assert!(batches >= acknowledged, "{what}: {batches} of {acknowledged}");
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("store-drill-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn kills(location: &Location, what: &str, which: u64) {
    let (mut rng, mut seen, mut next) = (rng(which), Seen::default(), 0);
    for round in 0..rounds() {
        let fed = Fed::start(location, next, None);
        let count = fed.until(rng.u64(0..30));
        // Some way into what follows.
        std::thread::sleep(Duration::from_micros(rng.u64(0..5_000)));
        next += count + fed.kill();
        next += seen.first_batch(location, next);
        if round % 10 == 9 {
            expect_whole(location, next, &format!("{what}, round {round}"));
        }
    }
    expect_whole(location, next, what);
    seen.say(what, next);
}

#[test]
#[ignore = "it takes a minute"]
fn a_file_whose_writer_is_killed() {
    let folder = Folder::new("kills");
    kills(
        &Location::File(folder.0.join("fleet.db")),
        "SQLite, kill -9 of the writer",
        1,
    );
}

/// Returns the size of the larger one of a database's files.
fn kib(file: &Path) -> u64 {
    let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len() / 1024);
    size(file).max(size(&file.with_extension("db-wal")))
}

#[test]
#[ignore = "it takes a minute"]
fn a_file_whose_disk_is_full() {
    let folder = Folder::new("full");
    let file = folder.0.join("fleet.db");
    let location = Location::File(file.clone());
    let (mut rng, mut seen, mut next) = (rng(2), Seen::default(), 0);
    drop(Store::open(&location).unwrap());
    for round in 0..rounds() {
        // At any size from what there is on: in the middle of the log, of a pack, of a checkpoint, or at once.
        let fed = Fed::start(&location, next, Some(kib(&file) + rng.u64(0..400)));
        let count = fed.until(1_000);
        assert!(count < 1_000, "the disk is full before that");
        next += count + fed.kill();
        expect_whole(&location, next, &format!("full disk, round {round}"));
        next += seen.first_batch(&location, next);
    }
    expect_whole(&location, next, "full disk");
    seen.say("SQLite, full disk", next);
}

#[cfg(feature = "mariadb")]
mod mariadb {
    use super::*;
    use crate::server::Server;

    fn location(server: &Server) -> Location {
        format!(
            "mysql://root@localhost/fleet?socket={}",
            server.socket().display()
        )
        .parse()
        .unwrap()
    }

    #[test]
    #[ignore = "it takes a minute"]
    fn a_server_whose_writer_is_killed() {
        let server = Server::start(&[]);
        server.run("mysql", "CREATE DATABASE fleet");
        kills(&location(&server), "MariaDB, kill -9 of the writer", 3);
    }

    #[test]
    #[ignore = "it takes some minutes"]
    fn a_server_that_is_killed() {
        let mut server = Server::start(&[]);
        server.run("mysql", "CREATE DATABASE fleet");
        let location = location(&server);
        let (mut rng, mut seen, mut next, mut went_on) = (rng(4), Seen::default(), 0, 0);
        for _ in 0..rounds() {
            let fed = Fed::start(&location, next, None);
            let count = fed.until(rng.u64(0..30));
            std::thread::sleep(Duration::from_micros(rng.u64(0..5_000)));
            server.kill();
            server.again();
            // The same writer goes on, on a new connection, if the server was back before its patience had ended.
            let after = fed.until(2);
            went_on += u64::from(after == 2);
            next += count + after + fed.kill();
            next += seen.first_batch(&location, next);
        }
        expect_whole(&location, next, "MariaDB, kill -9 of the server");
        seen.say("MariaDB, kill -9 of the server", next);
        println!("the same writer went on {went_on} times");
        assert!(went_on > 0);
    }

    #[test]
    #[ignore = "it takes some minutes"]
    fn a_server_whose_disk_is_full() {
        // All tables are in one file, which is not let grow: what InnoDB says then is what it says when the disk is full.
        let mut server = Server::start(&["--innodb-file-per-table=0", "--innodb-autoextend-increment=1"]);
        server.run("mysql", "CREATE DATABASE fleet");
        let location = location(&server);
        let (mut rng, mut seen, mut next) = (rng(5), Seen::default(), 0);
        next += seen.first_batch(&location, next);
        for round in 0..rounds() {
            server.kill();
            let most = server.mib("ibdata1") + rng.u64(0..2);
            server.again_with(&format!(
                "--innodb-data-file-path=ibdata1:4M:autoextend:max:{most}M"
            ));
            let fed = Fed::start(&location, next, None);
            let count = fed.until(3_000);
            assert!(count < 3_000, "the disk is full before that");
            next += count + fed.kill();
            server.kill();
            server.again();
            expect_whole(&location, next, &format!("MariaDB, full disk, round {round}"));
            next += seen.first_batch(&location, next);
        }
        expect_whole(&location, next, "MariaDB, full disk");
        seen.say("MariaDB, full disk", next);
    }
}
