use serde::{Deserialize, Serialize};

use crate::{Key, Labels, Pattern, Rule, Time};

/// Somebody does not want to be told, for a time, and says why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    /// Its name: another of the same name takes its place.
    pub id: String,
    /// It begins at this moment.
    pub from: Time,
    /// At this moment it is over.
    pub until: Time,
    /// Who wanted it.
    pub by: String,
    /// Why.
    pub why: String,
    /// Which rules; all if not given.
    pub rule: Option<Pattern>,
    /// Which hosts; all if not given.
    pub host: Option<Pattern>,
    /// Which severities; all if not given.
    pub severity: Option<Pattern>,
    /// Which labels; a label that a series lacks is the empty text.
    pub labels: Vec<(String, Pattern)>,
}

impl Silence {
    /// Checks that it makes sense: a silence of everything is a mistake of a hand that was too quick.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        if self.id.is_empty()
            || self.id.len() > 64
            || self
                .id
                .chars()
                .any(|char| char.is_control() || char.is_whitespace() || char == '=')
        {
            return Err("@silence: an ID of 1 to 64 bytes is missing".to_owned());
        }
        if self.until <= self.from {
            return Err(format!("@silence: {} is over before it begins", self.id));
        }
        let is_for_all =
            self.rule.is_none() && self.host.is_none() && self.severity.is_none() && self.labels.is_empty();
        match is_for_all {
            true => Err("@silence: say what is silenced: rule=, host=, severity= or label.KEY=".to_owned()),
            false => Ok(()),
        }
    }

    /// Says whether it holds at a moment: from its beginning on, and no more at its end.
    pub fn holds_at(&self, now: Time) -> bool {
        // region:silence The beginning belongs to it, the end does not.
        self.from <= now && now < self.until
        // endregion:silence
    }

    /// Says whether an alarm is one that it silences: all that is given must match.
    pub fn matches(&self, key: &Key, rule: &Rule) -> bool {
        // region:silence What is not given matches all. A label that the alarm's series lacks is the empty text.
        let matches = |pattern: &Option<Pattern>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
        };
        let has = |labels: &Labels, label: &str, pattern: &Pattern| {
            pattern.matches(labels.get(label).unwrap_or_default())
        };
        matches(&self.rule, &key.rule)
            && matches(&self.host, &key.host)
            && matches(&self.severity, &rule.severity.to_string())
            && self
                .labels
                .iter()
                .all(|(label, pattern)| has(&key.labels, label, pattern))
        // endregion:silence
    }
}
