//! `crawler links`

use std::io::Write;
use std::process::ExitCode;

use crawler::json::Object;
use crawler::{Client, Engine, Error, Limits, Want, fetch, links};
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
    let mut written = Ok(());
    links::references(&answer, engine).each_once(&answer.url, |link| {
        if written.is_err() {
            return;
        }
        written = if json {
            let line = Object::new()
                .with("url", link.url.as_str())
                .with("kind", link.kind.name());
            writeln!(out, "{line}")
        } else {
            writeln!(out, "{}", link.url)
        };
    });
    written.map_err(Error::Output)?;
    Ok(ExitCode::SUCCESS)
}
