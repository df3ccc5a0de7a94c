use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;

use alarm::replay::tally;
use alarm::{Judge, Kept, Time, What};
use anyhow::Context;

use super::feed::Feed;

pub(super) fn run(rules: &Path, trace: &Path) -> anyhow::Result<ExitCode> {
    let Some(rules) = super::rules(rules)? else {
        return Ok(ExitCode::FAILURE);
    };
    let file = File::open(trace).with_context(|| format!("cannot read {}", trace.display()))?;
    let mut feed = Feed::new(BufReader::new(file), trace.display().to_string());
    let mut judge = Judge::new(rules, Kept::default());
    let mut events = Vec::new();
    while let Some(more) = feed.step(&mut judge, None)? {
        events.extend(more);
        // What nobody counts is not kept: a trace may be long.
        events.retain(|event| !matches!(event.what, What::Mark { .. } | What::Refused { .. }));
    }
    events.extend(judge.finish());
    let mut text = String::from("RULE\tFIRED\tHOSTS\tTOGETHER\tLONGEST\tNOTIFIED\tWITHHELD\n");
    for (name, tally) in tally(judge.rules(), &events, judge.kept().now) {
        let hosts: Vec<_> = tally.hosts.iter().map(ToString::to_string).collect();
        let hosts = if hosts.is_empty() {
            "-".to_owned()
        } else {
            hosts.join(",")
        };
        let seconds = |span: std::time::Duration| Time::default().plus(span);
        let _ = writeln!(
            text,
            "{name}\t{}\t{hosts}\t{}\t{}\t{}\t{}",
            tally.fired,
            seconds(tally.together),
            seconds(tally.longest),
            tally.notified,
            tally.withheld
        );
    }
    super::print(&text)?;
    match feed.is_clean() {
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::FAILURE),
    }
}
