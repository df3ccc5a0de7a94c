//! `crawler dynamic`

use std::io::Write;
use std::process::ExitCode;

use crawler::dynamic::{self, Item};
use crawler::{Client, Error, Limits};
use url::Url;

use super::Out;

pub(super) fn run(url: &Url, limits: Limits, render: bool, out: &mut Out) -> anyhow::Result<ExitCode> {
    // Items are shown as they come.
    let print = |item: Item| {
        writeln!(out, "{}", item.to_json())
            .and_then(|()| out.flush())
            .map_err(Error::Output)
    };
    if render {
        rendered(url, limits, print)?;
    } else {
        let client = Client::new(limits, 1)?;
        super::block_on(dynamic::items(&client, url, print))??;
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(feature = "render")]
fn rendered(url: &Url, limits: Limits, print: impl FnMut(Item) -> crawler::Result<()>) -> anyhow::Result<()> {
    let items = super::block_on_all_cores(dynamic::render::items(url, limits.timeout))??;
    Ok(items.into_iter().try_for_each(print)?)
}

#[cfg(not(feature = "render"))]
fn rendered(_: &Url, _: Limits, _: impl FnMut(Item) -> crawler::Result<()>) -> anyhow::Result<()> {
    Err(Error::NoRender.into())
}
