use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::engine::{self, Connection, params};
use crate::error::{Fault, Result};
use crate::head::Heads;
use crate::location::Location;
use crate::reader::HostId;
use crate::recent::Row;
use crate::retention::{self, Expired, Expiring, Retention};
use crate::sample::{Appended, Batch, Value};
use crate::{pack, schema};

/// The most samples that are in no chunk: about 128 MiB of memory, and 80 MB in the table `recent`.
const MOST_FRESH: usize = 8_000_000;

/// Writes samples into a database. There is one of it for a file.
pub struct Store {
    path: PathBuf,
    connection: Connection,
    heads: Heads,
    /// What [`Connection::others`] said last: it changes when somebody else has written.
    others: i64,
    retention: Retention,
}

impl Store {
    /// Opens a database, which is made if there is none, and whose schema is brought up to date.
    ///
    /// # Errors
    /// [`Error::Open`](crate::Error::Open), [`Error::Foreign`](crate::Error::Foreign) if the file is another program's,
    /// [`Error::Version`](crate::Error::Version) if it is a later release's.
    pub fn open(location: impl Into<Location>) -> Result<Self> {
        let location = location.into();
        let connection = schema::open_to_write(&location)?;
        Ok(Self {
            path: location.shown(),
            connection,
            heads: Heads::default(),
            others: 0,
            retention: Retention::default(),
        })
    }

    /// Returns the file that the samples are in, or the address of the server.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds batches in one transaction, all or nothing, and returns what became of each. A batch that comes again changes nothing.
    ///
    /// # Errors
    /// [`Error::Write`](crate::Error::Write), and then nothing was added.
    pub fn append(&mut self, batches: &[Batch]) -> Result<Vec<Appended>> {
        let done = self.append_with_hosts(batches)?;
        Ok(done.into_iter().map(|(_, appended)| appended).collect())
    }

    pub(crate) fn append_with_hosts(&mut self, batches: &[Batch]) -> Result<Vec<(HostId, Appended)>> {
        self.transaction(|connection, heads| append(connection, heads, batches))
    }

    /// Puts all that is recent into chunks, a transaction for each host.
    ///
    /// # Errors
    /// [`Error::Write`](crate::Error::Write), [`Error::Damaged`](crate::Error::Damaged).
    pub fn compact(&mut self) -> Result<()> {
        self.pack_those_before(i64::MAX)
    }

    /// Deletes what is older than it is to be kept, and gives pages that are free back to the file system. What is recent and old is summed
    /// up before, and so is the growth of a counter to its first sample that stays. It works in many small transactions, between which others
    /// can write.
    ///
    /// # Errors
    /// As [`compact`](Self::compact).
    pub fn expire(&mut self, now_ms: i64, retention: &Retention) -> Result<Expired> {
        let mut expiring = self.begin_to_expire(now_ms, retention)?;
        while self.expire_next(&mut expiring)? {}
        Ok(expiring.expired)
    }

    /// Packs what is recent and old, and begins to delete.
    pub(crate) fn begin_to_expire(&mut self, now_ms: i64, retention: &Retention) -> Result<Expiring> {
        let retention = retention.in_order();
        let cut_ms = retention.oldest_ms(now_ms);
        self.pack_those_before(cut_ms)?;
        self.pack_those_that_lose_a_counter(cut_ms)?;
        let expiring = Expiring::begin(&mut self.connection, now_ms, &retention)
            .map_err(|fault| fault.write(&self.path))?;
        Ok(expiring)
    }

    /// Deletes what is too old of some series; `false` when all is done.
    pub(crate) fn expire_next(&mut self, expiring: &mut Expiring) -> Result<bool> {
        let poorer = expiring
            .next(&mut self.connection)
            .map_err(|fault| fault.write(&self.path))?;
        // A series that comes again gets another number.
        self.heads.forget(poorer.as_deref().unwrap_or_default());
        Ok(poorer.is_some())
    }

    /// Returns how long the writer of this store is to keep what it writes.
    pub(crate) fn retention(&self) -> Retention {
        self.retention
    }

    /// Sets how long a [`Writer`](crate::Writer) keeps what it writes, if not as [`Retention::default`] says.
    #[must_use]
    pub fn keeping(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// Packs each host that has a recent sample from before a time.
    fn pack_those_before(&mut self, time_ms: i64) -> Result<()> {
        // region:pack Ask the table `recent` for the names of these hosts, then pack each in a transaction of its own.
        let names = names_with_recent(&self.connection, time_ms).map_err(|fault| fault.read(&self.path))?;
        for name in names {
            self.transaction(|connection, heads| {
                pack::host(connection, heads.host(connection, &name, 0)?, i64::MAX)
            })?;
        }
        Ok(())
        // endregion:pack
    }

    /// Packs each host with recent samples and a counter of which no chunk will be left: growth reaches from its last one to a sample that may
    /// be recent.
    fn pack_those_that_lose_a_counter(&mut self, cut_ms: i64) -> Result<()> {
        let names = names_that_lose_a_counter(&self.connection, cut_ms)
            .map_err(|source| Fault::Sql(source).read(&self.path))?;
        for name in names {
            self.transaction(|connection, heads| {
                pack::host(connection, heads.host(connection, &name, 0)?, i64::MAX)
            })?;
        }
        Ok(())
    }

    /// Does something in a transaction, and forgets what it had told if it fails.
    fn transaction<T>(
        &mut self,
        mut work: impl FnMut(&Connection, &mut Heads) -> std::result::Result<T, Fault>,
    ) -> Result<T> {
        let mut is_again = false;
        loop {
            let mut others = self.others;
            let done = self.all_or_nothing(|connection, heads| {
                // Somebody else, such as `store compact`, has written since: what is remembered may be wrong.
                let now = connection.others()?;
                if std::mem::replace(&mut others, now) != now {
                    heads.clear();
                }
                work(connection, heads)
            });
            self.others = others;
            match done {
                // A server that was restarted in the middle may have committed all of it, or nothing. Done once more it adds what is missing:
                // a sample is known by its series and its time.
                Err(error) if error.is_lost() && !is_again => is_again = true,
                done => return done,
            }
        }
    }

    fn all_or_nothing<T>(
        &mut self,
        work: impl FnOnce(&Connection, &mut Heads) -> std::result::Result<T, Fault>,
    ) -> Result<T> {
        // region:append Begin (immediate), work, commit. After an error nothing may stay, neither in the database (a transaction that is dropped rolls back) nor in `heads`.
        let all = || {
            // Whoever reads first and writes then fails if somebody else has written in between.
            let transaction = self.connection.begin_immediate()?;
            let done = work(&transaction, &mut self.heads)?;
            transaction.commit()?;
            Ok(done)
        };
        all().map_err(|fault: Fault| {
            self.heads.clear();
            fault.write(&self.path)
        })
        // endregion:append
    }
}

fn append(
    connection: &Connection,
    heads: &mut Heads,
    batches: &[Batch],
) -> std::result::Result<Vec<(HostId, Appended)>, Fault> {
    let mut done = Vec::with_capacity(batches.len());
    let mut row = Row::default();
    let oldest_ms = retention::cut(connection, "raw")?;
    for batch in batches {
        let head = heads.host(connection, &batch.host, batch.received_ms)?;
        connection
            .prepare_cached("UPDATE host SET seen_ms = ?2 WHERE id = ?1 AND seen_ms < ?2")?
            .execute(params![head.id.0, batch.received_ms])?;
        let mut appended = Appended::default();
        // region:append Each sample is refused, repeated or stored, and counted as that; what is stored goes into `row`, which is inserted once.
        for (n, sample) in batch.samples.iter().enumerate() {
            let slot = match sample.is_fit(batch.received_ms, oldest_ms) {
                true => head.slot(connection, n, sample)?,
                false => None,
            };
            let Some(slot) = slot else {
                appended.refused += 1;
                continue;
            };
            let value = Value {
                time_ms: sample.time_ms,
                value: sample.value,
            };
            if head.is_new(connection, slot, value)? {
                row.push(head.series(slot), value);
                appended.stored += 1;
            } else {
                appended.repeated += 1;
            }
        }
        row.insert(connection, head.id)?;
        // endregion:append
        // region:pack
        if let Some(until_ms) = head.is_due() {
            pack::host(connection, head, until_ms)?;
        }
        // endregion:pack
        done.push((head.id, appended));
    }
    // region:pack
    while heads.fresh() > MOST_FRESH
        && let Some(head) = heads.largest()
    {
        pack::host(connection, head, i64::MAX)?;
    }
    //~ // Stage pack: hosts that are due, and the largest ones while there is more than MOST_FRESH.
    // endregion:pack
    Ok(done)
}

// region:pack
fn names_with_recent(connection: &Connection, time_ms: i64) -> std::result::Result<Vec<Arc<str>>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT host.name FROM recent JOIN host ON host.id = recent.host WHERE recent.from_ms < ?1",
    )?;
    Ok(statement.query_map(params![time_ms], |row| row.get::<String>(0).map(Arc::from))?)
}
// endregion:pack

fn names_that_lose_a_counter(connection: &Connection, cut_ms: i64) -> engine::Result<Vec<Arc<str>>> {
    let mut statement = connection.prepare_cached(
        "SELECT name FROM host WHERE id IN (SELECT host FROM recent) AND EXISTS (
             SELECT 1 FROM series WHERE host = host.id AND kind = 'counter'
             AND (SELECT max(from_ms) FROM chunk WHERE series = series.id) < ?1)",
    )?;
    statement.query_map(params![cut_ms], |row| row.get::<String>(0).map(Arc::from))
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
