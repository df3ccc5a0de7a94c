//! `crawler save`

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use crawler::{Client, Error, Limits, save};
use url::Url;

use super::Out;

/// How many idle connections are kept for further resources.
const CONNECTIONS: usize = 8;

pub(super) fn run(url: &Url, limits: Limits, dir: &Path, out: &mut Out) -> anyhow::Result<ExitCode> {
    let client = Client::new(limits, CONNECTIONS)?;
    let saved = super::block_on_all_cores(save(&client, url, dir))??;
    for file in &saved.files {
        writeln!(out, "{}\t{}\t{}", file.path, file.bytes, file.url).map_err(Error::Output)?;
    }
    for (url, fault) in &saved.missing {
        super::failed(url, fault);
    }
    Ok(match saved.missing.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
