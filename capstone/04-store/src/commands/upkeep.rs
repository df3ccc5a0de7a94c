//! What is done to a database, and what is found out about it.

use std::io::{self, Write};
use std::process::ExitCode;

use store::{Expired, Info, Location, Retention, Store, now_ms};

/// Packs what is recent.
pub(super) fn compact(db: &Location) -> anyhow::Result<()> {
    Store::open(db)?.compact()?;
    Ok(())
}

/// Deletes what is old.
pub(super) fn expire(db: &Location, now: Option<i64>, retention: &Retention) -> anyhow::Result<()> {
    let now = now.unwrap_or_else(now_ms);
    let Expired {
        chunks,
        minutes,
        hours,
        series,
    } = Store::open(db)?.expire(now, retention)?;
    writeln!(
        io::stdout().lock(),
        "{chunks} chunks, {minutes} windows of minutes, {hours} hours and {series} series deleted"
    )?;
    Ok(())
}

/// Says what there is.
pub(super) fn info(db: &Location) -> anyhow::Result<()> {
    let info = store::info(db)?;
    let Info {
        hosts,
        series,
        packed,
        chunks,
        chunk_bytes,
        recent,
        recent_rows,
        minutes,
        minute_bytes,
        hours,
        file_bytes,
        free_bytes,
        ..
    } = info;
    let mut out = io::stdout().lock();
    writeln!(out, "hosts           {hosts}")?;
    writeln!(out, "series          {series}")?;
    writeln!(
        out,
        "packed          {packed} samples in {chunks} chunks, {chunk_bytes} bytes"
    )?;
    writeln!(out, "recent          {recent} samples in {recent_rows} rows")?;
    writeln!(out, "minutes         {minutes}, {minute_bytes} bytes")?;
    writeln!(out, "hours           {hours}")?;
    if let (Some(from_ms), Some(until_ms)) = (info.from_ms, info.until_ms) {
        writeln!(out, "packed from     {from_ms} until {until_ms}")?;
    }
    writeln!(
        out,
        "file            {file_bytes} bytes, of which {free_bytes} are free"
    )?;
    if packed > 0 {
        let each = |bytes: u64| bytes as f64 / packed as f64;
        writeln!(
            out,
            "bytes a sample  {:.2} of chunks, {:.2} of the file",
            each(chunk_bytes),
            each(file_bytes)
        )?;
    }
    Ok(())
}

/// Says what is wrong; status 1 if something is.
pub(super) fn check(db: &Location) -> anyhow::Result<ExitCode> {
    let checked = store::check(db)?;
    let mut out = io::stdout().lock();
    for finding in &checked.findings {
        writeln!(out, "{finding}")?;
    }
    if !checked.findings.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    writeln!(out, "ok: {} samples", checked.samples)?;
    Ok(ExitCode::SUCCESS)
}
