//! `crawler links`

use std::io::Write;
use std::process::ExitCode;

use crawler::{Client, Engine, Error, Limits, Want, fetch, links};
use serde_json::json;
use url::Url;

use super::Out;
use crate::cli::MAX_REDIRECTS;

pub(super) fn run(
    url: &Url,
    limits: Limits,
    engine: Engine,
    json: bool,
    out: &mut Out,
) -> anyhow::Result<ExitCode> {
    let client = Client::new(limits, 1)?;
    let answer = super::block_on(fetch(&client, url, MAX_REDIRECTS, Want::Documents))?.success()?;
    for link in links::references(&answer, engine).resolve(&answer.url) {
        if json {
            writeln!(
                out,
                "{}",
                json!({"url": link.url.as_str(), "kind": link.kind.name()})
            )
        } else {
            writeln!(out, "{}", link.url)
        }
        .map_err(Error::Output)?;
    }
    Ok(ExitCode::SUCCESS)
}
