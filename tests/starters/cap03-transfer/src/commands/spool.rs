//! The command `spool`.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser};
use transfer::spool::{Cursor, Full, Spool};
use transfer::{Ranges, spool};

use super::Run;
use super::lines::Lines;
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
            Arg::Value(word) => words.push(word),
            Arg::Long(name @ ("source" | "most" | "segment" | "full")) => {
                let name = name.to_owned();
                options.read(&name, parser)?;
            }
            _ => return Err(arg.unexpected().into()),
        }
    }
    let mut words = words.into_iter();
    let what = words
        .next()
        .context("spool: append, read, ack, release, info or check")?;
    let what = what.to_string_lossy().into_owned();
    let dir = PathBuf::from(words.next().context("the spool's folder is missing")?);
    let (mut numbers, mut store) = (Ranges::default(), String::new());
    match what.as_str() {
        "ack" => {
            let text = words.next().context("ack: the numbers are missing")?;
            let text = text.to_string_lossy();
            numbers = text.parse().with_context(|| text.into_owned())?;
        }
        "release" => {
            let name = words.next().context("release: the store is missing")?;
            store = name.to_string_lossy().into_owned();
        }
        "append" | "read" | "info" | "check" => {}
        _ => bail!("spool {what}: there is no such command"),
    };
    if let Some(word) = words.next() {
        bail!("{}: one argument too many", word.to_string_lossy());
    }
    Ok(Box::new(move || match what.as_str() {
        "append" => append(&dir, &options),
        "read" => read(&dir, &options),
        "info" => info(&dir),
        "check" => check(&dir),
        "release" => release(&dir, &store, &options),
        _ => {
            let mut spool = open(&dir, &options)?;
            spool.acknowledge(&numbers)?;
            spool.save()?;
            Ok(ExitCode::SUCCESS)
        }
    }))
}

fn open(dir: &std::path::Path, options: &Options) -> anyhow::Result<Spool> {
    Ok(Spool::open(
        dir,
        &options.name(),
        options.settings(Full::DropOldest),
    )?)
}

fn append(dir: &std::path::Path, options: &Options) -> anyhow::Result<ExitCode> {
    let mut spool = open(dir, options)?;
    let mut lines = Lines::new(io::stdin());
    let mut stdout = io::stdout().lock();
    loop {
        let group = lines.next().context("cannot read standard input")?;
        if group.is_empty() {
            spool.sync()?;
            spool.save_if_due()?;
            return Ok(ExitCode::SUCCESS);
        }
        append_group(&mut spool, &group, Some(&mut stdout))?;
    }
}

/// Appends lines, and says their numbers when they are durable: also of those before one that is refused.
pub(crate) fn append_group(
    spool: &mut Spool,
    group: &[Vec<u8>],
    stdout: Option<&mut dyn io::Write>,
) -> anyhow::Result<()> {
    let mut numbers = Vec::new();
    let mut refused = None;
    for line in group {
        match spool.append(line) {
            Ok(number) => numbers.push(number),
            Err(why) => {
                refused = Some(why);
                break;
            }
        }
    }
    spool.sync()?;
    if let Some(stdout) = stdout {
        let text: String = numbers.iter().map(|number| format!("{number}\n")).collect();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()?;
    }
    match refused {
        Some(why) => Err(why.into()),
        None => Ok(()),
    }
}

fn read(dir: &std::path::Path, options: &Options) -> anyhow::Result<ExitCode> {
    // It is not made by being looked at.
    spool::peek(dir)?;
    let mut spool = open(dir, options)?;
    let mut cursor = Cursor::default();
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    while let Some(record) = spool.read(&mut cursor)? {
        write!(stdout, "{} ", record.sequence)?;
        stdout.write_all(&record.body)?;
        stdout.write_all(b"\n")?;
    }
    stdout.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn release(dir: &std::path::Path, store: &str, options: &Options) -> anyhow::Result<ExitCode> {
    let (identity, book) = spool::peek(dir)?;
    if !book.bound().contains_key(store) {
        let stores: Vec<&str> = book.bound().keys().map(String::as_str).collect();
        match stores.is_empty() {
            true => bail!("{}: nothing is bound to any store", dir.display()),
            false => bail!(
                "{}: nothing is bound to {store}, but to {}",
                dir.display(),
                stores.join(", ")
            ),
        }
    }
    // Each spool under its own kind: a relay's may be released as well.
    let mut spool = Spool::open_again(dir, &identity, options.settings(Full::DropOldest))?;
    let released = spool.release(store)?;
    super::print(&format!("released {released}\n"))
}

fn info(dir: &std::path::Path) -> anyhow::Result<ExitCode> {
    let (identity, book) = spool::peek(dir)?;
    let mut text = format!(
        "source {}\nepoch {:016x}\nacknowledged {}\n",
        identity.source,
        identity.epoch,
        book.acknowledged()
    );
    for (reason, count) in book.counts() {
        let listed = book.listed().find(|listed| listed.0 == reason);
        let listed = listed.map(|(_, ranges)| ranges.to_string()).unwrap_or_default();
        text += &format!("dropped {reason} {count}: {listed}\n");
    }
    for (store, numbers) in book.bound() {
        text += &format!("bound {store} {numbers}\n");
    }
    if book.released() > 0 {
        text += &format!("released {}\n", book.released());
    }
    super::print(&text)
}

fn check(dir: &std::path::Path) -> anyhow::Result<ExitCode> {
    let check = spool::check(dir, |_, _| {})?;
    // What was damaged before, and has been counted, is no news.
    let (_, book) = spool::peek(dir)?;
    let mut damaged = check.damaged.clone();
    damaged.subtract(book.settled());
    super::print(&format!(
        "whole {}\ndamaged {damaged}\ntorn {} bytes\n",
        check.whole, check.torn
    ))?;
    Ok(match damaged.is_empty() && check.torn == 0 {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
