//! `crawler crawl`

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crawler::crawl::scope::LeftOut;
use crawler::crawl::{Options, Progress};
use crawler::{Client, Error, Limits, crawl, normal};
use url::Url;

use super::Out;

/// How often the line on the terminal changes.
const REFRESH: Duration = Duration::from_millis(100);

pub(super) fn run(
    url: &Url,
    limits: Limits,
    options: &Options,
    json: bool,
    out: &mut Out,
) -> anyhow::Result<ExitCode> {
    let client = Client::new(limits, options.jobs)?;
    let mut line = Line::new();
    let report =
        super::block_on_all_cores(crawl(&client, url, options, &mut |progress| line.show(progress)))?;
    line.clear();
    let report = report?;
    if json {
        report.write_json(out)
    } else {
        report.write_text(out)
    }
    .map_err(Error::Output)?;
    out.flush().map_err(Error::Output)?;
    if report.pages.is_empty() && report.left_out(LeftOut::Robots) > 0 {
        let url = normal::normalise(url.clone());
        super::say(&format!("{url}: not allowed by robots.txt"));
        return Ok(ExitCode::FAILURE);
    }
    match report.broken() {
        0 => return Ok(ExitCode::SUCCESS),
        1 => super::say("1 link is broken"),
        broken => super::say(&format!("{broken} links are broken")),
    }
    Ok(ExitCode::FAILURE)
}

/// The line on the terminal that says how far the crawl is.
struct Line {
    is_terminal: bool,
    started: Instant,
    shown: Option<Instant>,
}

impl Line {
    fn new() -> Self {
        Self {
            is_terminal: io::stderr().is_terminal(),
            started: Instant::now(),
            shown: None,
        }
    }

    fn show(&mut self, progress: Progress) {
        if !self.is_terminal || self.shown.is_some_and(|shown| shown.elapsed() < REFRESH) {
            return;
        }
        let Progress { done, planned, depth } = progress;
        let speed = done as f64 / self.started.elapsed().as_secs_f64().max(0.001);
        let _ = write!(
            io::stderr(),
            "\r\x1b[K{done} of {planned} pages, depth {depth}, {speed:.0} a second"
        );
        self.shown = Some(Instant::now());
    }

    fn clear(&self) {
        if self.shown.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
