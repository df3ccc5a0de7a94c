//! Samples from standard input into a database.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use anyhow::Context;
use store::{Appended, Batch, Line, Location, Store, now_ms};

/// The most samples of a batch; a longer one becomes several.
const MOST: usize = 50_000;

/// The longest line, in bytes.
const LONGEST: u64 = 1 << 20;

/// Stores what comes, a transaction for each batch. Where it goes on after one that failed, status 1 says so at the end.
pub(super) fn run(db: &Location, now_ms: Option<i64>, goes_on: bool) -> anyhow::Result<ExitCode> {
    let mut status = ExitCode::SUCCESS;
    let mut store = Store::open(db)?;
    let mut input = io::stdin().lock();
    let mut batches: Vec<Batch> = Vec::new();
    let (mut count, mut number) = (0, 0_u64);
    let mut line = String::new();
    loop {
        line.clear();
        number += 1;
        let mut limited = io::Read::take(&mut input, LONGEST);
        let length = limited
            .read_line(&mut line)
            .with_context(|| format!("line {number}"))?;
        let text = line.trim_end_matches(['\n', '\r']);
        if !text.is_empty() {
            // What is wrong with a line is said of it, and nothing of its batch is stored.
            let parsed = serde_json::from_str::<Line>(text)
                .map_err(anyhow::Error::from)
                .and_then(|line| Ok(line.sample()?));
            let (host, sample) = parsed.with_context(|| format!("line {number}"))?;
            count += 1;
            match batches.iter_mut().find(|batch| batch.host == host) {
                Some(batch) => batch.samples.push(sample),
                None => batches.push(Batch {
                    host,
                    received_ms: now_ms.unwrap_or_else(self::now_ms),
                    samples: vec![sample],
                }),
            }
        }
        if count > 0 && (text.is_empty() || count >= MOST) {
            match commit(&mut store, &batches) {
                Err(error) if goes_on && error.is::<store::Error>() => {
                    eprintln!("store: {error:#}");
                    status = ExitCode::FAILURE;
                }
                done => done?,
            }
            batches.clear();
            count = 0;
        }
        if length == 0 {
            return Ok(status);
        }
    }
}

/// Stores batches, and says so when they are on the disk.
fn commit(store: &mut Store, batches: &[Batch]) -> anyhow::Result<()> {
    // region:append Append them in one transaction, and print what became of all of them together: `3 stored, 0 repeated, 0 refused`. Nobody may read that line before it is true, and it must not wait in a buffer.
    let mut all = Appended::default();
    for appended in store.append(batches)? {
        all += appended;
    }
    let Appended {
        stored,
        repeated,
        refused,
    } = all;
    let mut out = io::stdout().lock();
    writeln!(out, "{stored} stored, {repeated} repeated, {refused} refused")?;
    out.flush()?;
    Ok(())
    // endregion:append
}
