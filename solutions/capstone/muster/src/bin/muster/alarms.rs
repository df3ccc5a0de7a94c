//! The commands `alarms`, `why`, `ack`, `silence`, `unsilence` and `retire`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use daemon::duration;
use lexopt::{Arg, Parser, ValueExt as _};
use muster::operator::Operator;
use muster::wire::{Ack, Alarm, Hush, Why};
use tokio::runtime;

use super::{Run, help, operator, output};

const HELP: &str = "\
usage: muster [--dir DIR] alarms [--json]
       muster [--dir DIR] why HOST RULE
       muster [--dir DIR] ack RULE HOST [--label KEY=VALUE]…
       muster [--dir DIR] silence --for TIME [--rule PATTERN] [--host PATTERN] [--severity PATTERN] [--label KEY=PATTERN]… [--id ID] WHY
       muster [--dir DIR] unsilence ID
       muster [--dir DIR] retire HOST
  alarms       lists what is not well
  why          says why a rule fires on a host or does not, and who was told or was not
  ack          looks after what fires: it is not told again until it is over; with labels, just the series that has these and no others
  silence      keeps alarms quiet for a time, such as 2h; in PATTERN a * stands for any text, and a ! in front turns it round
  unsilence    ends a silence
  retire       forgets a host that is no more, with its alarms
  --json       as a list of objects
";

/// What is asked of the hub.
enum Ask {
    Alarms { json: bool },
    Why(Why),
    Ack(Ack),
    Silence(Hush),
    Unsilence(String),
    Retire(String),
}

/// Reads the options of one of these commands.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(command: &str, dir: &Path, parser: &mut Parser) -> anyhow::Result<Run> {
    let (mut json, mut time, mut words, mut labels) = (false, None, Vec::new(), Vec::new());
    let mut hush = Hush {
        id: String::new(),
        ms: 0,
        why: String::new(),
        rule: None,
        host: None,
        severity: None,
        labels: Vec::new(),
    };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("help") => return Ok(help(HELP)),
            Arg::Long("json") if command == "alarms" => json = true,
            Arg::Long("for") if command == "silence" => {
                let text = parser.value()?.string()?;
                time = Some(duration::parse(&text).context("--for")?);
            }
            Arg::Long("rule") if command == "silence" => hush.rule = Some(parser.value()?.string()?),
            Arg::Long("host") if command == "silence" => hush.host = Some(parser.value()?.string()?),
            Arg::Long("severity") if command == "silence" => hush.severity = Some(parser.value()?.string()?),
            Arg::Long("label") if matches!(command, "ack" | "silence") => {
                labels.push(label(&parser.value()?.string()?)?);
            }
            Arg::Long("id") if command == "silence" => hush.id = parser.value()?.string()?,
            Arg::Value(word) => words.push(word.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let mut words = words.into_iter();
    let mut word = |what: &str| {
        words
            .next()
            .with_context(|| format!("{command}: {what} is missing"))
    };
    let ask = match command {
        "alarms" => Ask::Alarms { json },
        "why" => Ask::Why(Why {
            host: word("HOST")?,
            rule: word("RULE")?,
        }),
        "ack" => Ask::Ack(Ack {
            rule: word("RULE")?,
            host: word("HOST")?,
            labels: (!labels.is_empty()).then_some(labels),
        }),
        "silence" => {
            hush.labels = labels;
            Ask::Silence(self::hush(hush, time, word("WHY")?)?)
        }
        "unsilence" => Ask::Unsilence(word("ID")?),
        _ => Ask::Retire(word("HOST")?),
    };
    if let Some(word) = words.next() {
        bail!("{command}: {word:?} is one word too many");
    }
    let dir = dir.to_owned();
    Ok(Box::new(move || {
        let config = operator(&dir)?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let said = runtime.block_on(async { say(&Operator::connect(&config).await?, ask).await })?;
        output::print(&said)?;
        Ok(ExitCode::SUCCESS)
    }))
}

/// Reads `KEY=VALUE`. A label that a series lacks is the empty text, so that the value may be empty.
fn label(text: &str) -> anyhow::Result<(String, String)> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => bail!("--label: {text:?} is not KEY=VALUE"),
    }
}

fn hush(mut hush: Hush, time: Option<Duration>, why: String) -> anyhow::Result<Hush> {
    let time = time.context("silence: --for is missing")?;
    if hush.rule.is_none() && hush.host.is_none() && hush.severity.is_none() && hush.labels.is_empty() {
        bail!("silence: say what: --rule, --host, --severity or --label");
    }
    hush.ms = u64::try_from(time.as_millis()).context("--for: that is too long")?;
    if hush.id.is_empty() {
        hush.id = format!("s{:08x}", fastrand::u32(..));
    }
    hush.why = why;
    Ok(hush)
}

async fn say(hub: &Operator, ask: Ask) -> anyhow::Result<String> {
    Ok(match ask {
        Ask::Alarms { json: true } => serde_json::to_string(&hub.alarms().await?)? + "\n",
        Ask::Alarms { json: false } => table(&hub.alarms().await?),
        Ask::Why(why) => hub.why(&why).await?,
        Ask::Ack(ack) => hub.ack(&ack).await?,
        Ask::Silence(hush) => {
            hub.silence(&hush).await?;
            format!("{}\n", hush.id)
        }
        Ask::Unsilence(id) => hub.unsilence(&id).await?,
        Ask::Retire(host) => hub.retire(&host).await?,
    })
}

fn table(alarms: &[Alarm]) -> String {
    let width = |of: fn(&Alarm) -> String, head: &str| {
        let widest = alarms.iter().map(|alarm| of(alarm).chars().count()).max();
        widest.unwrap_or_default().max(head.len())
    };
    let rule = |alarm: &Alarm| format!("{}{}", alarm.rule, alarm.labels.escape_debug()).replace("\\\"", "\"");
    let (hosts, rules) = (width(|alarm| alarm.host.clone(), "HOST"), width(rule, "RULE"));
    let mut text = format!("SEVERITY  {:hosts$}  {:rules$}  STATE\n", "HOST", "RULE");
    for alarm in alarms {
        let by = alarm
            .by
            .as_ref()
            .map(|by| format!(" by {by}"))
            .unwrap_or_default();
        let quiet = if alarm.told || alarm.since_ms.is_none() {
            ""
        } else {
            ", not told"
        };
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{:8}  {:hosts$}  {:rules$}  {}{by}{quiet}",
            alarm.severity,
            alarm.host,
            rule(alarm),
            alarm.state
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alarms_are_a_table() {
        let alarm = |host: &str, labels: &str, state: &str, told, by: Option<&str>| Alarm {
            host: host.to_owned(),
            rule: "disk-full".to_owned(),
            labels: labels.to_owned(),
            severity: "critical".to_owned(),
            state: state.to_owned(),
            since_ms: Some(1),
            told,
            by: by.map(str::to_owned),
            summary: String::new(),
        };
        let alarms = [
            alarm("db1", "{mount=\"/\"}", "acknowledged", true, Some("operator")),
            alarm("web01", "", "firing", false, None),
        ];
        let expected = "\
SEVERITY  HOST   RULE                  STATE
critical  db1    disk-full{mount=\"/\"}  acknowledged by operator
critical  web01  disk-full             firing, not told
";
        assert_eq!(table(&alarms), expected);
    }
}
