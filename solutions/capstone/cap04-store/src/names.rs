//! The numbers of hosts and series, which are found by name once and then remembered.

use std::collections::HashMap;
use std::sync::Arc;

use collect::{Kind, Labels, Unit};
use rusqlite::{Connection, OptionalExtension, params};

use crate::reader::{HostId, SeriesId};
use crate::sample::Sample;

/// The most series of a host. A script that puts a time into a label would otherwise fill the database with names.
const MOST_SERIES: usize = 10_000;

/// Knows the series of every host that has reported since the store was opened.
#[derive(Default)]
pub(crate) struct Names(HashMap<Arc<str>, HostNames>);

/// Knows the series of one host.
pub(crate) struct HostNames {
    pub(crate) id: HostId,
    /// How many series it has, those that have not been asked about since the start included.
    count: usize,
    series: HashMap<(Arc<str>, Labels), Known>,
}

struct Known {
    id: SeriesId,
    kind: Kind,
    unit: Unit,
}

impl Names {
    /// Forgets all. A transaction that failed takes back the numbers that it had given.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Finds a host, or adds it.
    pub(crate) fn host(
        &mut self,
        connection: &Connection,
        name: &Arc<str>,
        now_ms: i64,
    ) -> rusqlite::Result<&mut HostNames> {
        // Looked up twice, for the borrow checker does not see that a host that was found is returned.
        if !self.0.contains_key(name) {
            self.0
                .insert(Arc::clone(name), HostNames::load(connection, name, now_ms)?);
        }
        Ok(self.0.get_mut(name).expect("the host was inserted above"))
    }
}

impl HostNames {
    fn load(connection: &Connection, name: &str, now_ms: i64) -> rusqlite::Result<Self> {
        connection.execute(
            "INSERT INTO host (name, first_ms, seen_ms) VALUES (?1, ?2, ?2) ON CONFLICT (name) DO NOTHING",
            params![name, now_ms],
        )?;
        let id: i64 =
            connection.query_row("SELECT id FROM host WHERE name = ?1", [name], |row| row.get(0))?;
        let count: i64 =
            connection.query_row("SELECT count(*) FROM series WHERE host = ?1", [id], |row| {
                row.get(0)
            })?;
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Ok(Self {
            id: HostId(id),
            count,
            series: HashMap::new(),
        })
    }

    /// Finds the series of a sample, or adds it; `None` if the host has too many.
    pub(crate) fn series(
        &mut self,
        connection: &Connection,
        sample: &Sample,
    ) -> rusqlite::Result<Option<SeriesId>> {
        let key = (Arc::clone(&sample.name), sample.labels.clone());
        let known = self.series.get(&key);
        if let Some(known) = known
            && (known.kind, known.unit) == (sample.kind, sample.unit)
        {
            return Ok(Some(known.id));
        }
        let Some(id) = self.insert(connection, sample)? else {
            return Ok(None);
        };
        self.series.insert(
            key,
            Known {
                id,
                kind: sample.kind,
                unit: sample.unit,
            },
        );
        Ok(Some(id))
    }

    /// Adds a series, or lets the one that has its name mean what the sample means.
    fn insert(&mut self, connection: &Connection, sample: &Sample) -> rusqlite::Result<Option<SeriesId>> {
        let labels = labels_to_json(&sample.labels);
        let find = "SELECT id FROM series WHERE host = ?1 AND name = ?2 AND labels = ?3";
        let known: Option<i64> = connection
            .prepare_cached(find)?
            .query_row(params![self.id.0, &*sample.name, labels], |row| row.get(0))
            .optional()?;
        if let Some(id) = known {
            connection
                .prepare_cached("UPDATE series SET kind = ?2, unit = ?3 WHERE id = ?1")?
                .execute(params![id, sample.kind.as_str(), sample.unit.as_str()])?;
            return Ok(Some(SeriesId(id)));
        }
        if self.count >= MOST_SERIES {
            return Ok(None);
        }
        connection
            .prepare_cached(
                "INSERT INTO series (host, name, labels, kind, unit) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                self.id.0,
                &*sample.name,
                labels,
                sample.kind.as_str(),
                sample.unit.as_str()
            ])?;
        self.count += 1;
        Ok(Some(SeriesId(connection.last_insert_rowid())))
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
