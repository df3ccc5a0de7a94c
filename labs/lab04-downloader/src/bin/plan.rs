//! The program `plan`: plays what happens to the connections of a download, at the times that it is told, and shows what the plan
//! decides.
//!
//! It is complete: with it you see, and the suite grades, what a download shows only to who waits for seconds.

use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use downloader::plan::{Next, Plan};
use downloader::spans::Span;

const HELP: &str = "\
usage: plan CONNECTIONS PATIENCE_MS [FIRST-LAST]...

Makes a plan of what is missing, for so many connections, and reads from standard input what happens. Each line has a time in
milliseconds from the start, a connection (the first is 0), and what it does:
  next               asks what to do next
  asked              sends the request for what is left of its part
  claim BYTES        has read so many bytes
  left               asks what is left of its part
  back               gives its part back
  excuse             says that it was this program which let it wait
Printed is what the plan says to `next`, `claim` and `left`. A line that begins with # is printed as it is.
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into())
        .collect();
    let played = match words.first().map(String::as_str) {
        Some("--help") => Ok(HELP.to_owned()),
        Some("--version") => Ok(concat!("plan ", env!("CARGO_PKG_VERSION"), "\n").to_owned()),
        _ => play(&words),
    };
    match played {
        Ok(text) => {
            // Whoever closed standard output has read enough.
            let _ = io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "plan: {error:#}\nTry `plan --help`.");
            ExitCode::from(2)
        }
    }
}

/// Returns what is printed.
fn play(words: &[String]) -> anyhow::Result<String> {
    let [connections, patience, missing @ ..] = words else {
        bail!("CONNECTIONS and PATIENCE_MS are missing");
    };
    let missing: Vec<Span> = missing
        .iter()
        .map(|span| read_span(span))
        .collect::<anyhow::Result<_>>()?;
    let mut script = String::new();
    io::stdin().read_to_string(&mut script).context("stdin")?;
    let start = Instant::now();
    let mut plan = Plan::new(
        &missing,
        number(connections)?,
        Duration::from_millis(number(patience)?),
    );
    let mut text = format!("connections: {}\n", plan.connections());
    for (at, line) in script.lines().enumerate() {
        if line.starts_with('#') {
            text.push_str(&format!("{line}\n"));
            continue;
        }
        let said = happen(&mut plan, start, line).with_context(|| format!("line {}: `{line}`", at + 1))?;
        if let Some(said) = said {
            text.push_str(&format!("{line}: {said}\n"));
        }
    }
    Ok(text)
}

/// Lets happen what a line says, and returns what the plan says to it.
fn happen(plan: &mut Plan, start: Instant, line: &str) -> anyhow::Result<Option<String>> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [time, connection, what, more @ ..] = &*words else {
        bail!("a time, a connection and a word are needed");
    };
    let now = start + Duration::from_millis(number(time)?);
    let connection = number(connection)?;
    if connection >= plan.connections() {
        bail!("there are {} connections", plan.connections());
    }
    Ok(match (*what, more) {
        ("next", []) => Some(match plan.next(connection, now) {
            Next::Fetch { part, from: None } => format!("fetch {part}"),
            Next::Fetch {
                part,
                from: Some(owner),
            } => format!("fetch {part}, hang up {owner}"),
            Next::Wait(time) => format!("wait {} ms", time.as_millis()),
            Next::Done => "done".to_owned(),
        }),
        ("asked", []) => {
            plan.asked(connection, now);
            None
        }
        ("claim", [bytes]) => {
            let claimed = plan.claim(connection, number(bytes)?, now);
            Some(written(Some(claimed).filter(|claimed| !claimed.is_empty())))
        }
        ("left", []) => Some(written(plan.left(connection))),
        ("back", []) => {
            plan.give_back(connection);
            None
        }
        ("excuse", []) => {
            plan.excuse(connection, now);
            None
        }
        _ => bail!("nothing that happens is called so"),
    })
}

fn written(span: Option<Span>) -> String {
    span.map_or_else(|| "nothing".to_owned(), |span| span.to_string())
}

/// Reads a first and a last byte.
fn read_span(text: &str) -> anyhow::Result<Span> {
    let (first, last) = text
        .split_once('-')
        .with_context(|| format!("`{text}` is no FIRST-LAST"))?;
    let (first, last): (u64, u64) = (number(first)?, number(last)?);
    match last.checked_add(1) {
        Some(end) if first <= last => Ok(Span::new(first, end)),
        _ => bail!("`{text}` ends before it begins"),
    }
}

fn number<N: FromStr>(text: &str) -> anyhow::Result<N>
where
    N::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().with_context(|| format!("`{text}` is no number"))
}
