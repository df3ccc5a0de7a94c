use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::machine::{Input, State};
use crate::timers::Bucket;
use crate::{Key, Kind, Name, Outcome, Recent, Samples, Silence, Time};

/// All that a judge remembers. Whoever stores it, and goes on with it later, is told what would have been told without the pause.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The moment up to which all is done.
    pub now: Time,
    /// The hosts that have reported.
    pub hosts: BTreeMap<Name, Host>,
    /// The alarms, also those that are well.
    #[serde(with = "pairs")]
    pub alarms: BTreeMap<Key, Alarm>,
    /// The silences that are not over, by name.
    pub silences: BTreeMap<String, Silence>,
    /// Alarms that are told as soon as nothing keeps them back.
    pub waiting: BTreeSet<Key>,
    /// Alarms that wait for others.
    #[serde(with = "pairs")]
    pub(crate) groups: BTreeMap<Bucket, Waiting>,
    /// When anything was told, as far as limits look back.
    pub sent: Recent,
    /// The same by rule.
    pub sent_by_rule: BTreeMap<Name, Recent>,
    /// How many alarms the limit of all rules has kept back since the last notification.
    pub withheld: usize,
    /// How many its own limit has, by rule.
    pub withheld_by_rule: BTreeMap<Name, usize>,
}

/// A host.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Host {
    /// When it reported last.
    pub last: Time,
    /// When it reported first, or first again after it was down.
    pub up_since: Time,
}

/// A group that waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// Until when.
    pub(crate) due: Time,
    /// What is to be told.
    #[serde(with = "pairs")]
    pub(crate) alarms: BTreeMap<Key, Kind>,
}

/// What is known of a rule on one series of a host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Where it is.
    pub state: State,
    /// How many in a row there are: breaches while it is `breaching`, good samples while it is `recovering` or `settling`.
    pub count: u32,
    /// The samples that its functions look at.
    pub samples: Samples,
    /// When the newest one came.
    pub last: Time,
    /// When it began to fire, the last time it did.
    pub since: Time,
    /// Whether receivers know that it fires.
    pub told: bool,
    /// When that was told or tried last.
    pub tried: Time,
    /// Whether it flaps.
    pub flapping: bool,
    /// When it has begun to fire, as far as flapping looks back.
    pub begun: Recent,
    /// Who looks after it.
    pub by: Option<String>,
}

/// What goes wrong with a file of what is kept.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// It cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It was not written by this program, or not whole.
    #[error("{path} is not what a judge has kept")]
    Content {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// It cannot be written.
    #[error("cannot write {path}")]
    Write {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Kept {
    /// Reads a file that [`Kept::store`] has written; without one nothing is known.
    ///
    /// # Errors
    /// [`KeptError::Read`], [`KeptError::Content`].
    pub fn load(path: &Path) -> Result<Kept, KeptError> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(Kept::default()),
            Err(source) => {
                let path = path.to_owned();
                return Err(KeptError::Read { path, source });
            }
        };
        serde_json::from_slice(&bytes).map_err(|source| KeptError::Content {
            path: path.to_owned(),
            source,
        })
    }

    /// Writes all to a file in one step, as [`replace`] does.
    ///
    /// # Errors
    /// [`KeptError::Write`].
    pub fn store(&self, path: &Path) -> Result<(), KeptError> {
        let bytes = serde_json::to_vec(self).map_err(io::Error::from);
        let stored = bytes.and_then(|bytes| replace(path, &bytes));
        stored.map_err(|source| KeptError::Write {
            path: path.to_owned(),
            source,
        })
    }

    /// Says whether a rule fires on a host, on whichever series.
    pub fn fires(&self, rule: &str, host: &str) -> bool {
        self.of(host)
            .any(|(key, alarm)| &*key.rule == rule && alarm.state.is_active())
    }

    /// Goes through the alarms of a host, by rule and labels.
    pub fn of<'a>(&'a self, host: &'a str) -> impl Iterator<Item = (&'a Key, &'a Alarm)> {
        let first = Key {
            host: host.into(),
            rule: "".into(),
            labels: crate::Labels::default(),
        };
        self.alarms
            .range(first..)
            .take_while(move |(key, _)| &*key.host == host)
    }
}

impl Alarm {
    /// Makes one of which nothing is known yet.
    pub(crate) fn new(now: Time) -> Alarm {
        Alarm {
            state: State::Ok,
            count: 0,
            samples: Samples::default(),
            last: now,
            since: now,
            told: false,
            tried: now,
            flapping: false,
            begun: Recent::default(),
            by: None,
        }
    }

    /// Counts what a sample is, and says what that is to the machine, with how many in a row there are and how many it takes.
    pub(crate) fn take(&mut self, outcome: Outcome, breaches: u32, good: u32) -> (Input, Option<(u32, u32)>) {
        // region:judge Breaches count while it is not active, one more if it is breaching already, else from 1; good samples while it is active, one more if it is recovering or settling. What does not count sets the count to 0.
        let is_active = self.state.is_active();
        let (goes_on, of, input, last) = match (outcome, is_active) {
            (Outcome::Breach, false) => (
                self.state == State::Breaching,
                breaches,
                Input::Breach,
                Input::LastBreach,
            ),
            (Outcome::Good, true) => (
                matches!(self.state, State::Recovering | State::Settling),
                good,
                Input::Good,
                Input::LastGood,
            ),
            (other, _) => {
                self.count = 0;
                let input = match other {
                    Outcome::Breach => Input::Breach,
                    Outcome::Between => Input::Between,
                    Outcome::Good => Input::Good,
                };
                return (input, None);
            }
        };
        self.count = if goes_on { self.count.saturating_add(1) } else { 1 };
        let input = if self.count >= of { last } else { input };
        (input, Some((self.count, of)))
        // endregion:judge
    }
}

/// Writes a file in one step: whoever is killed in the middle of it leaves the old one or the new one whole, and so does a power cut. Nobody but its
/// owner may read it.
///
/// # Errors
/// What the system says; the file is as it was then.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // region:history Beside it, under the same name with `.new` behind, and for its owner alone (mode 0600), also if one is left there from before; write, sync, then rename.
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    // Of one that a killed program has left nobody knows who may read it: it is made anew.
    let _ = fs::remove_file(&beside);
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    fs::rename(&beside, path)
    // endregion:history
}

/// Maps whose keys are no texts, as lists of pairs.
mod pairs {
    use super::{BTreeMap, Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(map)
    }

    pub(super) fn deserialize<'de, K, V, D>(from: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Vec::<(K, V)>::deserialize(from).map(|pairs| pairs.into_iter().collect())
    }
}
