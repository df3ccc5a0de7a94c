//! Proving a tier: every attack is tried in it, and must fail.

mod attempt;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Cell, Error, Tier};

/// What one probe saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was tried, as a sentence.
    pub what: String,
    /// Whether it went as it must.
    pub holds: bool,
    /// What was seen: an error's name, a number.
    pub seen: String,
}

/// A tier with what its probes saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The tier.
    pub tier: Tier,
    /// Whether every finding holds.
    pub holds: bool,
    /// All of them.
    pub findings: Vec<Finding>,
}

/// What was found out about this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The tier that is used.
    pub tier: Tier,
    /// The user that programs run as, if it is not the caller.
    pub uid: Option<u32>,
    /// The tiers that were tried, strongest first.
    pub tried: Vec<Tried>,
}

impl Report {
    /// The report for machines.
    pub fn json(&self) -> Value {
        let finding =
            |finding: &Finding| json!({"what": finding.what, "holds": finding.holds, "seen": finding.seen});
        let tried = |tried: &Tried| {
            let findings: Vec<Value> = tried.findings.iter().map(finding).collect();
            json!({"tier": tried.tier.word(), "holds": tried.holds, "findings": findings})
        };
        json!({
            "tier": self.tier.word(),
            "uid": self.uid,
            "tried": self.tried.iter().map(tried).collect::<Vec<_>>(),
        })
    }

    /// The report for people, a line each.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for tried in &self.tried {
            let holds = if tried.holds { "holds" } else { "does not hold" };
            lines.push(format!("tier {}: {holds}", tried.tier));
            for finding in &tried.findings {
                let mark = if finding.holds { "ok" } else { "NOT" };
                lines.push(format!("  {mark:<3} {}: {}", finding.what, finding.seen));
            }
        }
        lines
    }
}

/// Finds the strongest tier that holds, or proves the one that was asked for.
pub(super) fn choose(forced: Option<Tier>, scratch: &Path) -> Result<(Cell, Report), Error> {
    let uid = super::user::unused()?;
    let (launcher, attacker) = (beside("cell")?, beside("attack")?);
    let candidates = match forced {
        Some(tier) => vec![tier],
        None => vec![Tier::A, Tier::B, Tier::C],
    };
    let mut tried = Vec::new();
    for tier in candidates {
        let cell = Cell {
            tier,
            uid: uid.filter(|_| tier != Tier::C),
            copy: false,
            launcher: launcher.clone(),
        };
        let result = match tier {
            Tier::C => Tried {
                tier,
                holds: true,
                findings: Vec::new(),
            },
            _ => attempt::run(&cell, &attacker, scratch),
        };
        let holds = result.holds;
        tried.push(result);
        if holds {
            let copy = tier == Tier::A && !attempt::layers(&cell, scratch);
            let report = Report {
                tier,
                uid: cell.uid,
                tried,
            };
            return Ok((Cell { copy, ..cell }, report));
        }
    }
    let (tier, why) = (forced.unwrap_or(Tier::C), first_failure(&tried));
    Err(Error::NotHere { tier, why })
}

/// A program of this package.
fn beside(name: &str) -> Result<PathBuf, Error> {
    let found = std::env::current_exe().and_then(|path| {
        // A test runs from a folder below that of the programs.
        let dirs = path.ancestors().skip(1).take(2);
        let found = dirs.map(|dir| dir.join(name)).find(|path| path.is_file());
        found.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))
    });
    found.map_err(|source| Error::Program {
        path: name.into(),
        source,
    })
}

fn first_failure(tried: &[Tried]) -> String {
    let mut findings = tried.iter().flat_map(|tried| &tried.findings);
    let failed = findings.find(|finding| !finding.holds);
    failed
        .map(|finding| format!("{}: {}", finding.what, finding.seen))
        .unwrap_or_default()
}
