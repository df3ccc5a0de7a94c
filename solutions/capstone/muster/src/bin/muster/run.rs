//! The command `run`.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use daemon::duration;
use lexopt::{Arg, Parser, ValueExt as _};
use muster::config;
use muster::operator::{Operator, Run as Running, Step};
use muster::wire::{Ask, Command, Ended, News, State, Targets};
use serde::Serialize;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::fold::Fold;
use super::{Run, help, operator};

const HELP: &str = "\
usage: muster [--dir DIR] run (-w HOSTS | --all) [OPTION…] -- CMD…
Runs CMD on hosts, at the same time. What they write is shown as they end; who writes the same is shown once. Standard
error comes behind standard output.
  -w, --where HOSTS    on these: web[01-03,7],db1
  --all                on all hosts that the hub knows
  --timeout TIME       ends CMD after so long (60s): a number of seconds, or with a unit ms, s, m or h
  --limit BYTES        ends CMD when it writes more than that (1048576)
  --json               a line of JSON for each host, when it ends
Each host ends in one state: done (status 0), failed, timed out, unreachable (not connected), never sent, or unknown (sent, and its agent was
lost). Status: 0 if all are done, 1 otherwise.
";

/// How long hosts may end one after the other and be shown together.
const TOGETHER: Duration = Duration::from_millis(200);

/// What is to be done.
struct Options {
    ask: Ask,
    json: bool,
}

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(dir: &Path, parser: &mut Parser) -> anyhow::Result<Run> {
    let (mut targets, mut json) = (None, false);
    let (mut timeout, mut limit) = (Duration::from_secs(60), 1 << 20);
    let mut argv = Vec::new();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('w') | Arg::Long("where") => {
                let text = parser.value()?.string()?;
                // The hub would say so, too; but this is wrong usage.
                muster::hosts::expand(&text).with_context(|| format!("-w {text}"))?;
                set(&mut targets, Targets::Hosts(text))?;
            }
            Arg::Long("all") => set(&mut targets, Targets::All)?,
            Arg::Long("timeout") => timeout = time(&parser.value()?.string()?).context("--timeout")?,
            Arg::Long("limit") => limit = parser.value()?.parse().context("--limit")?,
            Arg::Long("json") => json = true,
            Arg::Long("help") => return Ok(help(HELP)),
            Arg::Value(program) => {
                // All that is behind it belongs to it, with -- or without.
                argv.push(program.string()?);
                argv.extend(
                    parser
                        .raw_args()?
                        .map(ValueString::text)
                        .collect::<anyhow::Result<Vec<_>>>()?,
                );
            }
            other => return Err(other.unexpected().into()),
        }
    }
    if argv.is_empty() {
        bail!("run: CMD is missing");
    }
    let options = Options {
        ask: Ask {
            targets: targets.context("run: where? give -w HOSTS or --all")?,
            command: Command {
                argv,
                timeout_ms: u64::try_from(timeout.as_millis()).context("--timeout: too long")?,
                limit,
            },
        },
        json,
    };
    let dir = dir.to_owned();
    Ok(Box::new(move || {
        let config = operator(&dir)?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(execute(&config, &options))
    }))
}

/// Reads words that are UTF-8, as the wire has them.
trait ValueString {
    fn text(self) -> anyhow::Result<String>;
}

impl ValueString for std::ffi::OsString {
    fn text(self) -> anyhow::Result<String> {
        self.into_string()
            .map_err(|word| anyhow::anyhow!("run: {} is not UTF-8", word.display()))
    }
}

fn set(targets: &mut Option<Targets>, to: Targets) -> anyhow::Result<()> {
    match targets.replace(to) {
        None => Ok(()),
        Some(_) => bail!("run: -w HOSTS or --all, once"),
    }
}

/// Reads a number of seconds, or a length of time with its unit.
fn time(text: &str) -> anyhow::Result<Duration> {
    let time = match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds)
            .ok()
            .context("it is no length of time")?,
        Err(_) => duration::parse(text)?,
    };
    match time < Duration::from_millis(1) {
        true => bail!("it must be longer than nothing"),
        false => Ok(time),
    }
}

async fn execute(config: &config::Operator, options: &Options) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut fold = Fold::default();
    let run = Operator::connect(config).await?.run(&options.ask).await?;
    let told = tokio::select! {
        told = follow(run, &mut fold, options.json) => told,
        _ = interrupt.recv() => Err(anyhow::anyhow!("interrupted")),
        _ = terminate.recv() => Err(anyhow::anyhow!("terminated")),
    };
    if let Err(why) = told {
        // With the run its call was dropped; the cancel is written by the client's task, which runs on this thread.
        tokio::task::yield_now().await;
        if super::output::is_closed(&why) || fold.names().is_empty() {
            return Err(why);
        }
        let why = format!("{why:#}");
        eprintln!("muster: {why}");
        match options.json {
            true => {
                for host in 0..fold.names().len() as u32 {
                    let ended = Ended::not_run(&*why);
                    show_json(&mut fold, host, State::Unknown, &ended)?;
                }
            }
            false => fold.end_rest(&why),
        }
        show(&mut fold, options.json)?;
    }
    eprintln!("{} in {:.2} s", fold.summary(), began.elapsed().as_secs_f64());
    Ok(match fold.all_done() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Shows what comes of a run, until all is told.
async fn follow(mut run: Running, fold: &mut Fold, json: bool) -> anyhow::Result<()> {
    // When those are shown that have ended since the last time.
    let mut due: Option<Instant> = None;
    loop {
        let wait = due.map(|due| due.saturating_duration_since(Instant::now()));
        let step = match wait {
            None => run.next().await?,
            Some(wait) => match tokio::time::timeout(wait, run.next()).await {
                Ok(step) => step?,
                Err(_) => {
                    show(fold, json)?;
                    due = None;
                    continue;
                }
            },
        };
        match step {
            Step::News(News::Begun { hosts, .. }) => fold.begin(hosts),
            Step::News(News::Output { host, stream, bytes }) => fold.output(host, stream, &bytes),
            Step::News(News::Ended { host, state, ended }) => {
                if json {
                    show_json(fold, host, state, &ended)?;
                } else {
                    fold.end(host, state, &ended);
                }
                due.get_or_insert_with(|| Instant::now() + TOGETHER);
                if fold.is_over() {
                    show(fold, json)?;
                }
            }
            Step::Over(_) => return Ok(()),
        }
    }
}

fn show(fold: &mut Fold, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if !json {
        let terminal = out.is_terminal();
        out.write_all(&fold.show(terminal))?;
    }
    out.flush()
}

/// A host's line of `--json`.
#[derive(Serialize)]
struct Line<'a> {
    host: &'a str,
    state: State,
    #[serde(flatten)]
    ended: &'a Ended,
    stdout: &'a str,
    stderr: &'a str,
}

fn show_json(fold: &mut Fold, host: u32, state: State, ended: &Ended) -> io::Result<()> {
    let output = fold.take_output(host);
    fold.end(host, state, ended);
    let Some(name) = fold.names().get(host as usize) else {
        return Ok(());
    };
    let line = serde_json::to_string(&Line {
        host: name,
        state,
        ended,
        stdout: &String::from_utf8_lossy(&output.out),
        stderr: &String::from_utf8_lossy(&output.err),
    })?;
    writeln!(io::stdout().lock(), "{line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_limit_is_in_seconds_or_has_a_unit() {
        for (text, ms) in [
            ("1", Some(1000)),
            ("0.5", Some(500)),
            ("2m", Some(120_000)),
            ("0", None),
            ("-1", None),
            ("inf", None),
            ("1x", None),
        ] {
            let time = time(text).ok().map(|time| time.as_millis());
            assert_eq!(time, ms, "{text}");
        }
    }
}
