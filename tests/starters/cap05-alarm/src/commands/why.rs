use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;

use alarm::trace::Input;
use alarm::why::explain;
use alarm::{Judge, Kept, Time, Times};
use anyhow::{Context, bail};

use super::feed::Feed;

pub(super) fn run(
    rules: &Path,
    trace: &Path,
    host: &str,
    name: &str,
    at: Option<Time>,
) -> anyhow::Result<ExitCode> {
    let Some(all) = super::rules(rules)? else {
        return Ok(ExitCode::FAILURE);
    };
    let Some(rule) = all.get(name) else {
        bail!("{}: there is no rule {name}", rules.display());
    };
    let file = File::open(trace).with_context(|| format!("cannot read {}", trace.display()))?;
    let mut feed = Feed::new(BufReader::new(file), trace.display().to_string());
    let mut judge = Judge::new(std::sync::Arc::clone(&all), Kept::default());
    let mut events = Vec::new();
    let mut keep =
        |more: Vec<alarm::Event>| events.extend(more.into_iter().filter(|event| event.is_of(name, host)));
    while let Some(more) = feed.step(&mut judge, at)? {
        keep(more);
    }
    if let Some(at) = at.filter(|at| *at > judge.kept().now) {
        keep(judge.feed(at, Input::Tick)?);
    }
    keep(judge.finish());
    super::print(&explain(&judge, &events, rule, host, Times::Seconds))?;
    match feed.is_clean() {
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::FAILURE),
    }
}
