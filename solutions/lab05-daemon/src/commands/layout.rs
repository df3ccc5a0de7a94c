//! What `layout` does.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use daemon::layout::{Layout, Place, Row, Sum};
use serde_json::Value;

use super::say;
use crate::cli::layout::Options;

/// Shows the memory of a process, or where addresses of it are.
///
/// # Errors
/// What went wrong.
pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    let layout = Layout::read(&options.proc, options.pid)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut status = ExitCode::SUCCESS;
    for address in &options.find {
        match layout.find(*address) {
            Some(place) if options.json => writeln!(out, "{}", place_json(*address, place))?,
            Some(place) => writeln!(out, "{}", place_text(*address, place))?,
            None => {
                say(&format!("{address:#x}: not mapped in process {}", options.pid));
                status = ExitCode::FAILURE;
            }
        }
    }
    match (options.find.is_empty(), options.json) {
        (false, _) => {}
        (true, true) => all_json(&layout, &mut out)?,
        (true, false) => table(&layout, &mut out)?,
    }
    out.flush()?;
    Ok(status)
}

fn range(row: &Row) -> String {
    format!("{:08x}-{:08x}", row.mapping.start, row.mapping.end)
}

fn table(layout: &Layout, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{:33} {:4} {:>9} {:>8} {:>8}  {:18} NAME",
        "RANGE", "PERM", "SIZE", "RSS", "PSS", "KIND"
    )?;
    for row in &layout.rows {
        let mapping = &row.mapping;
        let line = format!(
            "{:33} {:4} {:9} {:8} {:8}  {:18} {}",
            range(row),
            mapping.permissions,
            mapping.size_kib(),
            mapping.rss_kib,
            mapping.pss_kib,
            row.kind.to_string(),
            mapping.name
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(
        out,
        "\n{:14} {:>8} {:>9} {:>8} {:>8}",
        "KIND", "MAPPINGS", "SIZE", "RSS", "PSS"
    )?;
    for (name, sum) in layout.sums().into_iter().chain([("total", layout.total())]) {
        let Sum {
            mappings,
            size_kib,
            rss_kib,
            pss_kib,
        } = sum;
        writeln!(out, "{name:14} {mappings:8} {size_kib:9} {rss_kib:8} {pss_kib:8}")?;
    }
    Ok(())
}

fn all_json(layout: &Layout, out: &mut impl Write) -> io::Result<()> {
    for row in &layout.rows {
        let mapping = &row.mapping;
        writeln!(
            out,
            "{}",
            object(&[
                ("start", address(mapping.start)),
                ("end", address(mapping.end)),
                ("permissions", mapping.permissions.as_str().into()),
                ("kind", row.kind.to_string().into()),
                ("size", mapping.size_kib().into()),
                ("rss", mapping.rss_kib.into()),
                ("pss", mapping.pss_kib.into()),
                ("name", mapping.name.as_str().into()),
            ])
        )?;
    }
    for (name, sum) in layout.sums().into_iter().chain([("total", layout.total())]) {
        writeln!(
            out,
            "{}",
            object(&[
                ("sum", name.into()),
                ("mappings", sum.mappings.into()),
                ("size", sum.size_kib.into()),
                ("rss", sum.rss_kib.into()),
                ("pss", sum.pss_kib.into()),
            ])
        )?;
    }
    Ok(())
}

fn place_text(address: u64, place: Place<'_>) -> String {
    let Place {
        row,
        offset,
        file_offset,
    } = place;
    let mut text = format!("{address:#x}: {}", row.kind);
    if !row.mapping.name.is_empty() {
        text.push_str(&format!(", {}", row.mapping.name));
    }
    text.push_str(&format!(", {offset:#x} in {}", range(row)));
    if let Some(file_offset) = file_offset {
        text.push_str(&format!(", {file_offset:#x} in the file"));
    }
    text
}

fn place_json(at: u64, place: Place<'_>) -> String {
    object(&[
        ("address", address(at)),
        ("kind", place.row.kind.to_string().into()),
        ("start", address(place.row.mapping.start)),
        ("offset", place.offset.into()),
        ("file_offset", place.file_offset.into()),
        ("name", place.row.mapping.name.as_str().into()),
    ])
}

/// Writes an address as a string: not every reader of JSON has numbers of 64 bits.
fn address(address: u64) -> Value {
    format!("{address:#x}").into()
}

/// Writes an object whose keys stay in this order.
fn object(fields: &[(&str, Value)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(key, value)| format!("\"{key}\":{value}"))
        .collect();
    format!("{{{}}}", fields.join(","))
}
