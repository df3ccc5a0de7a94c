//! The command `drill`: drives one part from a script on standard input, a line for each step, and prints what it says.

use std::fs;
use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser};
use transfer::marks::{Marks, Verdict};
use transfer::route::{Failover, Router};
use transfer::spool::{Cursor, Full, Removal, Settings, Spool};
use transfer::window::{Due, Limits, Window};
use transfer::{Origin, Ranges};

use super::Run;
use super::options::Options;

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let mut options = Options::new();
    let mut words = Vec::new();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(word) => words.push(word.to_string_lossy().into_owned()),
            Arg::Long(name @ ("most" | "segment" | "full" | "failover")) => {
                let name = name.to_owned();
                options.read(&name, parser)?;
            }
            _ => return Err(arg.unexpected().into()),
        }
    }
    let mut words = words.into_iter();
    let what = words
        .next()
        .context("drill: spool DIR, window, marks, or route STORE…")?;
    let rest: Vec<String> = words.collect();
    let mut part: Box<dyn Part> = match (what.as_str(), rest.as_slice()) {
        ("spool", [dir]) => Box::new(Disk {
            dir: dir.into(),
            settings: options.settings(Full::DropOldest),
            spool: None,
            told: Arc::default(),
        }),
        ("window", []) => Box::new(Flights(Window::new(Limits {
            batch_bytes: 100,
            batch_records: 10,
            linger: Duration::from_millis(20),
            window_bytes: 250,
            window_batches: 4,
            answer: Duration::from_millis(1000),
        }))),
        ("marks", []) => Box::new(Seen(Marks::default())),
        ("route", stores @ [_, ..]) => {
            let failover: Failover = options.send.failover;
            Box::new(Stores(Router::new(stores, failover, Duration::from_millis(1000))))
        }
        _ => bail!("drill: spool DIR, window, marks, or route STORE…"),
    };
    Ok(Box::new(move || {
        let mut out = io::BufWriter::new(io::stdout().lock());
        for (index, line) in io::stdin().lock().lines().enumerate() {
            let line = line.context("cannot read standard input")?;
            let words: Vec<&str> = line.split(' ').collect();
            let said = part.step(&words);
            let said = said.with_context(|| format!("line {}: {line}", index + 1))?;
            out.write_all(said.as_bytes())?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }))
}

trait Part {
    fn step(&mut self, words: &[&str]) -> anyhow::Result<String>;
}

fn number(word: &str) -> anyhow::Result<u64> {
    word.parse().with_context(|| format!("{word}: no number"))
}

fn time(word: &str) -> anyhow::Result<Duration> {
    number(word).map(Duration::from_millis)
}

struct Disk {
    dir: PathBuf,
    settings: Settings,
    spool: Option<Spool>,
    /// What the hook was told, if there is one.
    told: Arc<Mutex<Vec<String>>>,
}

impl Disk {
    fn spool(&mut self) -> anyhow::Result<&mut Spool> {
        if self.spool.is_none() {
            self.spool = Some(Spool::open(&self.dir, "drill", self.settings)?);
        }
        self.spool.as_mut().context("it was opened")
    }

    fn kill(&mut self) {
        if let Some(spool) = self.spool.take() {
            spool.abandon();
        }
    }

    fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "seg") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }
}

/// Returns a text, or `none` in its place.
fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

fn change(path: &Path, change: impl FnOnce(&mut Vec<u8>)) -> anyhow::Result<()> {
    let mut bytes = fs::read(path)?;
    change(&mut bytes);
    Ok(fs::write(path, bytes)?)
}

impl Part for Disk {
    fn step(&mut self, words: &[&str]) -> anyhow::Result<String> {
        Ok(match words {
            ["append", text] => match self.spool()?.append(text.as_bytes()) {
                Ok(number) => number.to_string(),
                Err(transfer::Error::Full { .. }) => "full".to_owned(),
                Err(why) => return Err(why.into()),
            },
            ["sync"] => format!("durable {}", self.spool()?.sync()?),
            ["ack", numbers] => {
                let numbers: Ranges = numbers.parse()?;
                let spool = self.spool()?;
                spool.acknowledge(&numbers)?;
                spool.save()?;
                "noted".to_owned()
            }
            ["hook"] => {
                let told = Arc::clone(&self.told);
                self.spool()?.set_hook(Box::new(move |removal: &Removal<'_>| {
                    let numbers: Ranges = removal.dropped.iter().map(|record| record.sequence).collect();
                    if !numbers.is_empty() {
                        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
                        told.push(format!("{} {numbers}", removal.reason));
                    }
                    Ok(())
                }));
                "told".to_owned()
            }
            ["told"] => {
                let told = std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner));
                or_none(&told.join(", ")).to_owned()
            }
            ["bind", store, numbers] => {
                let numbers: Ranges = numbers.parse()?;
                self.spool()?.bind(store, &numbers)?;
                "bound".to_owned()
            }
            ["release", store] => format!("released {}", self.spool()?.release(store)?),
            ["bound"] => {
                let book = self.spool()?.book();
                let bound = book
                    .bound()
                    .iter()
                    .map(|(store, numbers)| format!("{store} {}", or_none(&numbers.to_string())));
                let bound: Vec<String> = bound.collect();
                format!("{}; {} released", or_none(&bound.join(", ")), book.released())
            }
            ["read"] => {
                let spool = self.spool()?;
                let mut cursor = Cursor::default();
                let mut said = String::new();
                while let Some(record) = spool.read(&mut cursor)? {
                    said += &format!("{} {}\n", record.sequence, String::from_utf8_lossy(&record.body));
                }
                said + "-"
            }
            ["book"] => {
                let spool = self.spool()?;
                let (waiting, book) = (spool.waiting(), spool.book());
                let acknowledged = book.acknowledged();
                let waiting = waiting.to_string();
                let waiting = or_none(&waiting);
                let mut said = format!(
                    "next {} acknowledged {acknowledged} waiting {waiting}",
                    spool.next()
                );
                for (reason, numbers) in book.listed().filter(|(_, numbers)| !numbers.is_empty()) {
                    said += &format!(" {reason} {numbers}");
                }
                said
            }
            ["files"] => {
                let sizes: anyhow::Result<Vec<String>> = self
                    .files()?
                    .iter()
                    .map(|path| Ok(fs::metadata(path)?.len().to_string()))
                    .collect();
                format!("files {}", or_none(&sizes?.join(" ")))
            }
            ["reopen"] => {
                self.spool = None;
                "closed".to_owned()
            }
            ["kill"] => {
                self.kill();
                "killed".to_owned()
            }
            ["cut", bytes] => {
                self.kill();
                let bytes = usize::try_from(number(bytes)?)?;
                let files = self.files()?;
                change(files.last().context("no file")?, |file| {
                    file.truncate(file.len().saturating_sub(bytes))
                })?;
                "killed and cut".to_owned()
            }
            ["zeros", bytes] => {
                self.kill();
                let bytes = usize::try_from(number(bytes)?)?;
                let files = self.files()?;
                change(files.last().context("no file")?, |file| {
                    file.resize(file.len() + bytes, 0)
                })?;
                "killed, and zeros behind it".to_owned()
            }
            ["flip", file, at] => {
                self.kill();
                let files = self.files()?;
                let file = &files[usize::try_from(number(file)?)? % files.len().max(1)];
                let at = usize::try_from(number(at)?)?;
                change(file, |bytes| {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 0x10;
                    }
                })?;
                "killed, and a bit is another".to_owned()
            }
            _ => bail!(
                "append TEXT, sync, ack NUMBERS, read, book, files, hook, told, bind STORE NUMBERS, release STORE, bound, reopen, kill, cut BYTES, zeros BYTES or flip FILE BYTE"
            ),
        })
    }
}

struct Flights(Window);

impl Part for Flights {
    fn step(&mut self, words: &[&str]) -> anyhow::Result<String> {
        let said = |numbers: Option<Ranges>| {
            numbers.map_or("nobody waits".to_owned(), |numbers| {
                or_none(&numbers.to_string()).to_owned()
            })
        };
        Ok(match words {
            ["due", records, bytes, since, now] => {
                let (records, bytes) = (number(records)?, number(bytes)?);
                let due = self
                    .0
                    .due(records.try_into()?, bytes.try_into()?, time(since)?, time(now)?);
                match due {
                    Due::Now => "now".to_owned(),
                    Due::In(left) => format!("in {}", left.as_millis()),
                    Due::Wait => "wait".to_owned(),
                }
            }
            ["send", numbers, bytes, now] => {
                let batch = self
                    .0
                    .send(numbers.parse()?, number(bytes)?.try_into()?, time(now)?);
                format!("batch {batch}, {} bytes on their way", self.0.bytes())
            }
            ["answer", batch] => said(self.0.answer(number(batch)?)),
            ["lose"] => said(Some(self.0.lose())),
            ["late", now] => self.0.is_late(time(now)?).to_string(),
            _ => bail!("due RECORDS BYTES SINCE NOW, send NUMBERS BYTES NOW, answer BATCH, lose or late NOW"),
        })
    }
}

struct Seen(Marks);

impl Part for Seen {
    fn step(&mut self, words: &[&str]) -> anyhow::Result<String> {
        let [source, epoch, sequences] = words else {
            bail!("SOURCE EPOCH NUMBERS");
        };
        let sequences: Ranges = sequences.parse()?;
        let mut counts = [0_u64; 3];
        for (first, last) in sequences.iter() {
            for sequence in first..=last {
                let origin = Origin {
                    source: (*source).to_owned(),
                    epoch: number(epoch)?,
                    sequence,
                };
                match self.0.judge(&origin) {
                    Verdict::Fresh => {
                        self.0.add(&origin);
                        counts[0] += 1;
                    }
                    Verdict::Known => counts[1] += 1,
                    Verdict::Refused(_) => counts[2] += 1,
                }
            }
        }
        Ok(format!(
            "{} new, {} known, {} refused",
            counts[0], counts[1], counts[2]
        ))
    }
}

struct Stores(Router);

impl Part for Stores {
    fn step(&mut self, words: &[&str]) -> anyhow::Result<String> {
        Ok(match words {
            ["place", source, now, bound @ ..] => {
                let store = self.0.place(source, bound.first().copied(), time(now)?);
                store.map_or("it waits".to_owned(), |store| store.to_string())
            }
            ["up", store] => {
                self.0.up(number(store)?.try_into()?);
                "up".to_owned()
            }
            ["lost", store, now] => {
                self.0.lost(number(store)?.try_into()?, time(now)?);
                "lost".to_owned()
            }
            ["down", now] => format!("{:?}", self.0.down(time(now)?)),
            _ => bail!("place SOURCE NOW [STORE], up STORE, lost STORE NOW or down NOW"),
        })
    }
}
