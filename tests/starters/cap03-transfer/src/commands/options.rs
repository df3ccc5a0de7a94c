//! What several commands can be told.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use lexopt::Parser;
use transfer::route::Failover;
use transfer::spool::{self, Full};
use transfer::{send, window};

use super::value;

/// The least that a spool may have.
const LEAST: u64 = 4096;

/// Options of a spool, and of sending from it.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) dir: Option<PathBuf>,
    pub(crate) source: Option<String>,
    pub(crate) spool: spool::Settings,
    pub(crate) full: Option<Full>,
    pub(crate) to: Vec<String>,
    pub(crate) send: send::Settings,
}

impl Options {
    pub(crate) fn new() -> Self {
        Self {
            send: send::Settings {
                patience: Duration::from_secs(1),
                ..send::Settings::default()
            },
            ..Self::default()
        }
    }

    /// Reads an option, and returns whether it is one of these.
    pub(crate) fn read(&mut self, name: &str, parser: &mut Parser) -> anyhow::Result<bool> {
        let limits: &mut window::Limits = &mut self.send.limits;
        match name {
            "spool" => self.dir = Some(parser.value().context("--spool")?.into()),
            "source" => self.source = Some(value(parser, name)?),
            "most" => {
                self.spool.most = value(parser, name)?;
                if self.spool.most < LEAST {
                    bail!("--most: {LEAST} or more");
                }
            }
            "segment" => self.spool.segment = value(parser, name)?,
            "full" => {
                self.full = Some(match value::<String>(parser, name)?.as_str() {
                    "drop" => Full::DropOldest,
                    "refuse" => Full::Refuse,
                    _ => bail!("--full: drop or refuse"),
                });
            }
            "to" => {
                let to: String = value(parser, name)?;
                self.to = to.split(',').map(str::to_owned).collect();
                if self.to.iter().any(|address| !address.contains(':')) {
                    bail!("--to: {to}: HOST:PORT, or several of them with commas");
                }
            }
            "failover" => {
                self.send.failover = match value::<String>(parser, name)?.as_str() {
                    "next" => Failover::Next,
                    "wait" => Failover::Wait,
                    _ => bail!("--failover: next or wait"),
                };
            }
            "patience" => self.send.patience = Duration::from_millis(value::<u32>(parser, name)?.into()),
            "window" => limits.window_bytes = value(parser, name)?,
            "batch" => {
                limits.batch_records = value(parser, name)?;
                if !(1..=10_000).contains(&limits.batch_records) {
                    bail!("--batch: 1 to 10000");
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Returns how the spool is kept, with what happens without room if nothing is said of it.
    pub(crate) fn settings(&self, full: Full) -> spool::Settings {
        spool::Settings {
            full: self.full.unwrap_or(full),
            ..self.spool
        }
    }

    /// Returns the name of a new spool's source.
    pub(crate) fn name(&self) -> String {
        let host = || {
            let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
            name.trim().to_owned()
        };
        self.source.clone().unwrap_or_else(host)
    }
}
