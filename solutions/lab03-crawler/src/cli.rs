//! The command line.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use crawler::crawl::{Options, scope};
use crawler::{Engine, Limits};
use lexopt::{Arg, Parser, ValueExt};
use url::Url;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Crawls web sites.

usage: crawler fetch URL [--max-redirects N] [--json]
       crawler links URL [--engine html|regex] [--json]
       crawler crawl URL [--depth N] [--max-pages N] [--max-variants N] [--jobs N] [--delay MS]
                         [--include RE] [--exclude RE] [--ignore-robots] [--json]
       crawler save URL DIR
       crawler dynamic URL [--render]

  fetch    prints what a URL answers, after redirects: text as UTF-8
  links    prints the links of a page, absolute and each once
  crawl    follows the links of a site, breadth first, and reports every URL, with broken links
  save     saves a page as DIR/index.html with everything it needs, to be read without a network
  dynamic  prints the items of a page that a script fills, a line of JSON each

Options of crawl:
  --depth N          how many links away from URL is still asked for, 32 if not given
  --max-pages N      the most URLs that are asked for, 50000 if not given
  --max-variants N   the most of them that differ in their query alone, 1000 if not given
  --jobs N           requests at a time, 8 if not given
  --delay MS         from the start of a request to that of the next one, 0 if not given
  --include RE       asks only for URLs in which the regular expression RE is found
  --exclude RE       asks only for the others
  --ignore-robots    does not ask what robots.txt allows

Options of dynamic:
  --render           lets Chromium run the script, and reads the items from the page

Every command takes
  --timeout MS     from a request to the last byte of its answer, 10000 if not given
  --max-bytes N    the longest body, unpacked, in bytes, 16777216 if not given
";

/// How many redirects are followed unless it is said otherwise.
pub(crate) const MAX_REDIRECTS: usize = 10;

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Fetch {
        url: Url,
        limits: Limits,
        max_redirects: usize,
        json: bool,
    },
    Links {
        url: Url,
        limits: Limits,
        engine: Engine,
        json: bool,
    },
    Crawl {
        url: Url,
        limits: Limits,
        options: Box<Options>,
        json: bool,
    },
    Save {
        url: Url,
        limits: Limits,
        dir: PathBuf,
    },
    Dynamic {
        url: Url,
        limits: Limits,
        render: bool,
    },
}

/// Everything that any command understands; each takes out what is its own.
#[derive(Debug, Default)]
struct Given {
    values: VecDeque<OsString>,
    limits: Limits,
    json: bool,
    max_redirects: Option<usize>,
    engine: Engine,
    crawl: Options,
    render: bool,
}

/// Reads the arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> anyhow::Result<Command> {
    let mut parser = Parser::from_args(args);
    let name = match parser.next()? {
        Some(Arg::Value(name)) => name.to_string_lossy().into_owned(),
        Some(Arg::Long("help") | Arg::Short('h')) => return Ok(Command::Help),
        Some(Arg::Long("version") | Arg::Short('V')) => return Ok(Command::Version),
        Some(other) => return Err(other.unexpected().into()),
        None => bail!("a command is missing"),
    };
    let options: &[&str] = match name.as_str() {
        "fetch" => &["json", "max-redirects"],
        "links" => &["json", "engine"],
        "crawl" => &[
            "json",
            "depth",
            "max-pages",
            "max-variants",
            "jobs",
            "delay",
            "include",
            "exclude",
            "ignore-robots",
        ],
        "save" => &[],
        "dynamic" => &["render"],
        other => bail!("there is no command `{other}`"),
    };
    let mut given = Given::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            Arg::Value(value) => given.values.push_back(value),
            Arg::Long(option) => {
                let option = option.to_owned();
                if !["timeout", "max-bytes"].contains(&&*option) && !options.contains(&&*option) {
                    bail!("`{name}` has no option `--{option}`");
                }
                given
                    .option(&option, &mut parser)
                    .with_context(|| format!("--{option}"))?;
            }
            other => return Err(other.unexpected().into()),
        }
    }
    given.command(&name)
}

impl Given {
    fn option(&mut self, name: &str, parser: &mut Parser) -> anyhow::Result<()> {
        match name {
            "timeout" => self.limits.timeout = Duration::from_millis(at_least_one(parser)?),
            "max-bytes" => self.limits.max_bytes = parser.value()?.parse()?,
            "json" => self.json = true,
            "max-redirects" => self.max_redirects = Some(parser.value()?.parse()?),
            "engine" => {
                self.engine = match &*parser.value()?.string()? {
                    "html" => Engine::Html,
                    "regex" => Engine::Regex,
                    other => bail!("`{other}` is neither html nor regex"),
                }
            }
            "depth" => self.crawl.depth = parser.value()?.parse()?,
            "max-pages" => self.crawl.max_pages = u32::try_from(at_least_one(parser)?)?,
            "max-variants" => self.crawl.max_variants = parser.value()?.parse()?,
            "jobs" => self.crawl.jobs = usize::try_from(at_least_one(parser)?)?,
            "delay" => self.crawl.delay = Duration::from_millis(parser.value()?.parse()?),
            "include" => self.crawl.include = Some(scope::filter(&parser.value()?.string()?)?),
            "exclude" => self.crawl.exclude = Some(scope::filter(&parser.value()?.string()?)?),
            "ignore-robots" => self.crawl.ignore_robots = true,
            "render" => self.render = true,
            other => bail!("`--{other}` is not read"),
        }
        Ok(())
    }

    fn command(mut self, name: &str) -> anyhow::Result<Command> {
        let url = self.url()?;
        let dir = match name {
            "save" => Some(PathBuf::from(self.value().context("DIR is missing")?)),
            _ => None,
        };
        if let Some(more) = self.value() {
            bail!("`{}` is one argument too many", more.display());
        }
        let Self { limits, json, .. } = self;
        if let Some(dir) = dir {
            return Ok(Command::Save { url, limits, dir });
        }
        Ok(match name {
            "fetch" => Command::Fetch {
                url,
                limits,
                max_redirects: self.max_redirects.unwrap_or(MAX_REDIRECTS),
                json,
            },
            "links" => Command::Links {
                url,
                limits,
                engine: self.engine,
                json,
            },
            "dynamic" => Command::Dynamic {
                url,
                limits,
                render: self.render,
            },
            _ => Command::Crawl {
                url,
                limits,
                options: Box::new(Options {
                    all_from: json,
                    ..self.crawl
                }),
                json,
            },
        })
    }

    /// Takes the next argument that is no option.
    fn value(&mut self) -> Option<OsString> {
        self.values.pop_front()
    }

    /// Takes the next one, which is a URL.
    fn url(&mut self) -> anyhow::Result<Url> {
        let text = self.value().context("URL is missing")?.string()?;
        let url = Url::parse(&text).with_context(|| format!("`{text}` is no URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            bail!("`{text}` is no http(s) URL");
        }
        Ok(url)
    }
}

/// Reads a number of which 0 makes no sense.
fn at_least_one(parser: &mut Parser) -> anyhow::Result<u64> {
    match parser.value()?.parse()? {
        0 => bail!("at least 1"),
        number => Ok(number),
    }
}
