//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use downloader::Job;
use lexopt::{Arg, Parser, ValueExt};
use url::Url;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Downloads a file over several connections at once, and goes on where it was stopped.

usage: downloader [-x CONNS] [-o FILE] [-f] [--sha256 HEX] [--limit RATE] [--mirror URL]…
                  [--timeout MS] [--retries N] [--backoff MS] [--quiet|--json] URL

  -x, --connections N  connections at a time, 1 to 64; 4 if not given
  -o, --output FILE    where to save the file; if not given, its name comes from the server
  -f, --force          replaces FILE if it exists
      --sha256 HEX     what the file must have; checked before the file gets its name
      --limit RATE     bytes a second over all connections together; k, m and g are 1024-based
      --mirror URL     another source of the same file; may be repeated
      --timeout MS     the longest time without a byte, 10000 if not given
      --retries N      failures in a row after which a connection gives up, 5 if not given
      --backoff MS     the first wait after a failure, which then doubles; 500 if not given
      --quiet          says nothing but errors
      --json           prints one line of JSON, and shows no bars
      --help, --version

The bytes stand in FILE.part until all are there; FILE.part.journal says which are. The program may
be killed at any moment: the same command goes on from there.
";

/// How the result is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tell {
    /// The name on standard output, bars and notes on standard error.
    Name,
    /// The name, and nothing on standard error but errors.
    Quiet,
    /// A line of JSON, and notes.
    Json,
}

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Download(Box<Job>, Tell),
}

/// Reads the arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> anyhow::Result<Command> {
    let mut parser = Parser::from_args(args);
    let mut urls = Vec::new();
    let mut given = Given::default();
    while let Some(arg) = parser.next()? {
        let name = match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Short('V') | Arg::Long("version") => return Ok(Command::Version),
            Arg::Value(value) => {
                urls.push(value.string()?);
                continue;
            }
            Arg::Short('x') => "connections".to_owned(),
            Arg::Short('o') => "output".to_owned(),
            Arg::Short('f') => "force".to_owned(),
            Arg::Long(name) => name.to_owned(),
            other @ Arg::Short(_) => return Err(other.unexpected().into()),
        };
        given
            .option(&name, &mut parser)
            .with_context(|| format!("--{name}"))?;
    }
    let url = match &*urls {
        [] => bail!("URL is missing"),
        [url] => http_url(url)?,
        [_, more, ..] => bail!("`{more}` is one argument too many"),
    };
    given.command(url)
}

/// Every option.
#[derive(Debug)]
struct Given {
    mirrors: Vec<Url>,
    output: Option<PathBuf>,
    force: bool,
    connections: usize,
    limit: Option<u64>,
    sha256: Option<String>,
    timeout: Duration,
    retries: u32,
    backoff: Duration,
    quiet: bool,
    json: bool,
}

impl Default for Given {
    fn default() -> Self {
        Self {
            mirrors: Vec::new(),
            output: None,
            force: false,
            connections: 4,
            limit: None,
            sha256: None,
            timeout: Duration::from_secs(10),
            retries: 5,
            backoff: Duration::from_millis(500),
            quiet: false,
            json: false,
        }
    }
}

impl Given {
    fn option(&mut self, name: &str, parser: &mut Parser) -> anyhow::Result<()> {
        match name {
            "connections" => {
                self.connections = match parser.value()?.parse()? {
                    connections @ 1..=64 => connections,
                    _ => bail!("1 to 64"),
                }
            }
            "output" => {
                let file = parser.value()?;
                if file == "-" {
                    bail!("a file, since parts come in any order");
                }
                self.output = Some(file.into());
            }
            "force" => self.force = true,
            "sha256" => {
                let hex = parser.value()?.string()?;
                if hex.len() != 64 || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                    bail!("64 hex digits");
                }
                self.sha256 = Some(hex.to_ascii_lowercase());
            }
            "limit" => self.limit = Some(parser.value()?.parse_with(rate)?),
            "mirror" => self.mirrors.push(http_url(&parser.value()?.string()?)?),
            "timeout" => match parser.value()?.parse()? {
                0 => bail!("at least 1"),
                ms => self.timeout = Duration::from_millis(ms),
            },
            "retries" => self.retries = parser.value()?.parse()?,
            "backoff" => self.backoff = Duration::from_millis(parser.value()?.parse()?),
            "quiet" => self.quiet = true,
            "json" => self.json = true,
            _ => bail!("there is no such option"),
        }
        Ok(())
    }

    fn command(self, url: Url) -> anyhow::Result<Command> {
        let tell = match (self.quiet, self.json) {
            (true, true) => bail!("--quiet and --json do not go together"),
            (true, false) => Tell::Quiet,
            (false, true) => Tell::Json,
            (false, false) => Tell::Name,
        };
        let job = Job {
            url,
            mirrors: self.mirrors,
            output: self.output,
            force: self.force,
            connections: self.connections,
            limit: self.limit,
            sha256: self.sha256,
            timeout: self.timeout,
            retries: self.retries,
            backoff: self.backoff,
        };
        Ok(Command::Download(Box::new(job), tell))
    }
}

fn http_url(text: &str) -> anyhow::Result<Url> {
    let mut url = Url::parse(text).with_context(|| format!("`{text}` is no URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        bail!("`{text}` is no http(s) URL");
    }
    url.set_fragment(None);
    Ok(url)
}

/// Reads bytes a second: a number, perhaps with k, m or g.
fn rate(text: &str) -> anyhow::Result<u64> {
    let shift = match text.bytes().last().map(|unit| unit.to_ascii_lowercase()) {
        Some(b'k') => 10,
        Some(b'm') => 20,
        Some(b'g') => 30,
        _ => 0,
    };
    let number = if shift == 0 { text } else { &text[..text.len() - 1] };
    let rate = number.parse::<u64>()?.checked_mul(1 << shift);
    match rate.context("too much")? {
        0 => bail!("at least 1"),
        rate => Ok(rate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_with_its_unit() {
        for (text, expected) in [
            ("1", Some(1)),
            ("10k", Some(10_240)),
            ("10K", Some(10_240)),
            ("2m", Some(2 << 20)),
            ("1G", Some(1 << 30)),
            ("0", None),
            ("0k", None),
            ("k", None),
            ("", None),
            ("1.5m", None),
            ("-1", None),
            ("10kb", None),
            ("99999999999999g", None),
            ("1é", None),
        ] {
            assert_eq!(rate(text).ok(), expected, "{text}");
        }
    }
}
