//! Proving a tier: every attack is tried in it, and must fail.

use std::path::Path;

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

pub(super) fn choose(forced: Option<Tier>, _scratch: &Path) -> Result<(Cell, Report), Error> {
    let tier = forced.unwrap_or(Tier::C);
    let uid = super::user::unused()?;
    let launcher = std::env::current_exe()
        .map(|path| path.with_file_name("cell"))
        .map_err(|source| Error::Program {
            path: "cell".into(),
            source,
        })?;
    let cell = Cell { tier, uid, launcher };
    Ok((
        cell,
        Report {
            tier,
            uid,
            tried: Vec::new(),
        },
    ))
}
