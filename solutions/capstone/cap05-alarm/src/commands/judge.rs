use std::io::{self, BufReader, Write};
use std::path::Path;
use std::process::ExitCode;

use alarm::{Event, Judge, Kept, What};

use super::feed::Feed;

pub(super) fn run(rules: &Path, state: Option<&Path>, json: bool) -> anyhow::Result<ExitCode> {
    let Some(rules) = super::rules(rules)? else {
        return Ok(ExitCode::FAILURE);
    };
    let kept = state.map(Kept::load).transpose()?.unwrap_or_default();
    let mut judge = Judge::new(rules, kept);
    let mut feed = Feed::new(BufReader::new(io::stdin()), "standard input");
    let mut out = io::stdout().lock();
    while let Some(events) = feed.step(&mut judge, None)? {
        // What is said must be out before it is kept that it was: a program that is killed between the two says it again, with the same key.
        let (marks, events): (Vec<_>, Vec<_>) = events
            .into_iter()
            .partition(|event| matches!(event.what, What::Mark { .. }));
        write(&mut out, &events, json)?;
        // Where lines come faster than they can be kept, many are kept at once.
        if let Some(state) = state
            && (feed.is_drained() || !marks.is_empty())
        {
            judge.kept().store(state)?;
        }
        write(&mut out, &marks, json)?;
    }
    // With a state there will be more of this trace.
    if state.is_none() {
        write(&mut out, &judge.finish(), json)?;
    }
    match feed.is_clean() {
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::FAILURE),
    }
}

fn write(out: &mut impl Write, events: &[Event], json: bool) -> anyhow::Result<()> {
    for event in events {
        match &event.what {
            What::Notify(message) if json => writeln!(out, "{}", serde_json::to_string(message)?)?,
            _ if json => {}
            _ => writeln!(out, "{event}")?,
        }
    }
    out.flush()?;
    Ok(())
}
