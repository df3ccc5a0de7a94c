//! What a store remembers of each host that has reported since it was opened: the numbers of its series, and which of their samples are in
//! no chunk yet.

use std::collections::HashMap;
use std::sync::Arc;

use collect::{Kind, Labels, Unit};

use crate::chunk::{self, window};
use crate::engine::{self, Connection, OptionalExtension as _, params};
use crate::error::Fault;
use crate::reader::{HostId, SeriesId};
use crate::sample::{Sample, Value};
use crate::{recent, rollup};

/// The most series of a host. A script that puts a time into a label would otherwise fill the database with names.
const MOST_SERIES: usize = 10_000;

/// How long after the end of a window a host is packed: late samples come mostly before. Up to so much later, by the number of the host, so
/// that not all hosts are packed in the same moment.
const GRACE_MS: i64 = 300_000;
const SPREAD_MS: i64 = 600_000;

/// With how many fresh samples of each of its series a host is packed before its window has ended: all that is fresh has to be read when
/// somebody asks for the newest values.
const MOST_FRESH: usize = 1024;

/// All hosts that have reported since the store was opened.
#[derive(Default)]
pub(crate) struct Heads {
    hosts: HashMap<Arc<str>, Head>,
}

/// One host.
pub(crate) struct Head {
    pub(crate) id: HostId,
    slots: Vec<Slot>,
    by_name: HashMap<(Arc<str>, Labels), usize>,
    by_id: HashMap<SeriesId, usize>,
    /// Where the samples of the last batch belonged: the next one has mostly the same series in the same order.
    order: Vec<usize>,
    /// How many samples of it are recent, and of how many series.
    fresh: usize,
    active: usize,
    /// The time of its newest sample since the store was opened, and the window in which that was when it was packed last.
    newest_ms: i64,
    packed_ms: i64,
}

/// One series of a host.
pub(crate) struct Slot {
    pub(crate) id: SeriesId,
    name: Arc<str>,
    labels: Labels,
    pub(crate) kind: Kind,
    unit: Unit,
    /// The time of its newest sample that is in a chunk; `i64::MIN` if there is none.
    pub(crate) packed_until: i64,
    /// Its samples that are in no chunk, sorted by time.
    pub(crate) fresh: Vec<Value>,
}

impl Heads {
    /// Forgets all. A transaction that failed takes back what it had told.
    pub(crate) fn clear(&mut self) {
        self.hosts.clear();
    }

    /// Forgets hosts, whose series will be looked for again.
    pub(crate) fn forget(&mut self, hosts: &[HostId]) {
        if !hosts.is_empty() {
            self.hosts.retain(|_, head| !hosts.contains(&head.id));
        }
    }

    /// Finds a host, or adds it.
    pub(crate) fn host(
        &mut self,
        connection: &Connection,
        name: &Arc<str>,
        now_ms: i64,
    ) -> Result<&mut Head, Fault> {
        // Looked up twice, for the borrow checker does not see that a host that was found is returned.
        if !self.hosts.contains_key(name) {
            self.hosts
                .insert(Arc::clone(name), Head::load(connection, name, now_ms)?);
        }
        Ok(self.hosts.get_mut(name).expect("the host was inserted above"))
    }

    /// Returns how many samples are in memory.
    pub(crate) fn fresh(&self) -> usize {
        self.hosts.values().map(|head| head.fresh).sum()
    }

    /// Returns the host with the most samples in memory.
    pub(crate) fn largest(&mut self) -> Option<&mut Head> {
        self.hosts.values_mut().max_by_key(|head| head.fresh)
    }
}

impl Head {
    fn load(connection: &Connection, name: &str, now_ms: i64) -> Result<Self, Fault> {
        let find = "SELECT id FROM host WHERE name = ?1";
        let found = connection.query_row(find, params![name], |row| row.get(0));
        let id = match found.optional()? {
            Some(id) => id,
            None => {
                let add = "INSERT INTO host (name, first_ms, seen_ms) VALUES (?1, ?2, ?2)";
                connection.execute(add, params![name, now_ms])?;
                connection.last_insert_rowid()
            }
        };
        let mut head = Self {
            id: HostId(id),
            slots: Vec::new(),
            by_name: HashMap::new(),
            by_id: HashMap::new(),
            order: Vec::new(),
            fresh: 0,
            active: 0,
            newest_ms: i64::MIN,
            packed_ms: i64::MIN,
        };
        head.load_series(connection)?;
        let mut fresh = Vec::new();
        recent::each_of_host(connection, head.id, |series, value| fresh.push((series, value)))?;
        for (series, value) in fresh {
            if let Some(&slot) = head.by_id.get(&series) {
                head.remember(slot, value);
            }
        }
        Ok(head)
    }

    fn load_series(&mut self, connection: &Connection) -> Result<(), Fault> {
        let mut statement =
            connection.prepare_cached("SELECT id, name, labels, kind, unit FROM series WHERE host = ?1")?;
        let mut rows = statement.query(params![self.id.0])?;
        while let Some(row) = rows.next()? {
            let id = SeriesId(row.get(0)?);
            self.insert(Slot {
                id,
                name: row.text(1)?.into(),
                // What somebody else has written there is found by nobody's name, and by `check`.
                labels: labels_from_json(row.text(2)?).unwrap_or_default(),
                kind: Kind::from_name(row.text(3)?).unwrap_or(Kind::Gauge),
                unit: Unit::from_name(row.text(4)?).unwrap_or(Unit::Count),
                packed_until: chunk::newest(connection, id)?.unwrap_or(i64::MIN),
                fresh: Vec::new(),
            });
        }
        Ok(())
    }

    fn insert(&mut self, slot: Slot) -> usize {
        let at = self.slots.len();
        self.by_id.insert(slot.id, at);
        self.by_name
            .insert((Arc::clone(&slot.name), slot.labels.clone()), at);
        self.slots.push(slot);
        at
    }

    /// Finds the series of the sample that is the `n`th of its batch, or adds it; `None` if the host has too many.
    pub(crate) fn slot(
        &mut self,
        connection: &Connection,
        n: usize,
        sample: &Sample,
    ) -> Result<Option<usize>, Fault> {
        let is_it = |slot: &Slot| slot.name == sample.name && slot.labels == sample.labels;
        let mut found = self.order.get(n).copied().filter(|at| is_it(&self.slots[*at]));
        if found.is_none() {
            let key = (Arc::clone(&sample.name), sample.labels.clone());
            found = self.by_name.get(&key).copied();
        }
        let at = match found {
            Some(at) => at,
            None if self.slots.len() >= MOST_SERIES => return Ok(None),
            None => self.add(connection, sample)?,
        };
        if n < self.order.len() {
            self.order[n] = at;
        } else if n == self.order.len() {
            self.order.push(at);
        }
        let slot = &mut self.slots[at];
        if (slot.kind, slot.unit) != (sample.kind, sample.unit) {
            slot.change(connection, sample)?;
        }
        Ok(Some(at))
    }

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn add(&mut self, connection: &Connection, sample: &Sample) -> engine::Result<usize> {
        todo!(
            "append: A row of the table `series`, by parameters and never by text put together; then a slot for it."
        )
    }

    /// Remembers a sample of a series that is in the table `recent`; `false` if it is remembered already, or in a chunk.
    pub(crate) fn is_new(&mut self, connection: &Connection, at: usize, value: Value) -> Result<bool, Fault> {
        let slot = &self.slots[at];
        // Stage pack: it may be in a chunk.
        let _ = (connection, slot);
        Ok(self.remember(at, value))
    }

    /// Puts a sample among the fresh ones of its series; `false` if there is one of its time.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn remember(&mut self, at: usize, value: Value) -> bool {
        todo!(
            "append: Samples stay sorted by time. Nearly always it is the newest: look at the end first. Count it (`fresh`), and the series if it is its first (`active`); keep `newest_ms`, the latest time of all series."
        )
    }

    /// Returns the number of a series.
    pub(crate) fn series(&self, at: usize) -> SeriesId {
        self.slots[at].id
    }

    /// Says up to which time it should be packed now, if it should be.
    pub(crate) fn is_due(&self) -> Option<i64> {
        let spread_ms = self.id.0.wrapping_mul(37_000).rem_euclid(SPREAD_MS);
        let ended_ms = window(self.newest_ms.saturating_sub(GRACE_MS + spread_ms));
        if self.fresh > self.active * MOST_FRESH {
            Some(i64::MAX)
        } else {
            (self.fresh > 0 && ended_ms > self.packed_ms).then_some(ended_ms)
        }
    }

    /// Returns the time of its newest sample.
    pub(crate) fn newest_ms(&self) -> i64 {
        self.newest_ms
    }

    pub(crate) fn slots_mut(&mut self) -> &mut [Slot] {
        &mut self.slots
    }

    /// Counts anew after all from before a time was packed.
    pub(crate) fn is_packed(&mut self, until_ms: i64) {
        self.fresh = self.slots.iter().map(|slot| slot.fresh.len()).sum();
        self.active = self.slots.iter().filter(|slot| !slot.fresh.is_empty()).count();
        self.packed_ms = window(self.newest_ms).min(until_ms);
    }
}

impl Slot {
    /// Lets a series mean what a sample means. What was summed up means nothing any more, for a rate is no value: it is made anew from the
    /// samples that there still are.
    fn change(&mut self, connection: &Connection, sample: &Sample) -> Result<(), Fault> {
        // Stage rollup: sum up anew if the kind is another one.
        (self.kind, self.unit) = (sample.kind, sample.unit);
        connection
            .prepare_cached("UPDATE series SET kind = ?2, unit = ?3 WHERE id = ?1")?
            .execute(params![self.id.0, self.kind.as_str(), self.unit.as_str()])?;
        Ok(())
    }
}

/// Writes labels as a JSON object, which SQL can look into. Their order is that of the keys, so that equal labels are equal text.
fn labels_to_json(labels: &Labels) -> String {
    let object: serde_json::Map<_, _> = labels
        .iter()
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect();
    serde_json::Value::Object(object).to_string()
}

/// Reads what `labels_to_json` has written.
pub(crate) fn labels_from_json(text: &str) -> Option<Labels> {
    let serde_json::Value::Object(object) = serde_json::from_str(text).ok()? else {
        return None;
    };
    object
        .into_iter()
        .map(|(key, value)| Some((key, value.as_str()?.to_owned())))
        .collect()
}
