use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use crate::error::{Error, Result};
use crate::names::Names;
use crate::reader::HostId;
use crate::sample::{Appended, Batch};
use crate::schema;

/// Writes samples into a database. There is one of it for a file.
pub struct Store {
    path: PathBuf,
    connection: Connection,
    names: Names,
}

impl Store {
    /// Opens a database, which is made if there is none, and whose schema is brought up to date.
    ///
    /// # Errors
    /// [`Error::Open`], [`Error::Foreign`] if the file is another program's, [`Error::Version`] if it is a later release's.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = schema::open_to_write(path)?;
        Ok(Self {
            path: path.into(),
            connection,
            names: Names::default(),
        })
    }

    /// Returns the file that the samples are in.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds batches in one transaction, all or nothing, and returns what became of each. A batch that comes again changes nothing.
    ///
    /// # Errors
    /// [`Error::Write`], and then nothing was added.
    pub fn append(&mut self, batches: &[Batch]) -> Result<Vec<Appended>> {
        let done = self.append_with_hosts(batches)?;
        Ok(done.into_iter().map(|(_, appended)| appended).collect())
    }

    pub(crate) fn append_with_hosts(&mut self, batches: &[Batch]) -> Result<Vec<(HostId, Appended)>> {
        insert(&mut self.connection, &mut self.names, batches).map_err(|source| {
            self.names.clear();
            Error::Write {
                path: self.path.clone(),
                source,
            }
        })
    }
}

fn insert(
    connection: &mut Connection,
    names: &mut Names,
    batches: &[Batch],
) -> rusqlite::Result<Vec<(HostId, Appended)>> {
    let transaction = connection.transaction()?;
    let mut done = Vec::with_capacity(batches.len());
    {
        let mut seen =
            transaction.prepare_cached("UPDATE host SET seen_ms = ?2 WHERE id = ?1 AND seen_ms < ?2")?;
        let mut insert = transaction.prepare_cached(
            "INSERT INTO sample (series, time_ms, value) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?;
        for batch in batches {
            let host = names.host(&transaction, &batch.host, batch.received_ms)?;
            seen.execute(params![host.id.0, batch.received_ms])?;
            let mut appended = Appended::default();
            for sample in &batch.samples {
                let series = if sample.is_fit() {
                    host.series(&transaction, sample)?
                } else {
                    None
                };
                let Some(series) = series else {
                    appended.refused += 1;
                    continue;
                };
                match insert.execute(params![series.0, sample.time_ms, sample.value])? {
                    0 => appended.repeated += 1,
                    _ => appended.stored += 1,
                }
            }
            done.push((host.id, appended));
        }
    }
    transaction.commit()?;
    Ok(done)
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
