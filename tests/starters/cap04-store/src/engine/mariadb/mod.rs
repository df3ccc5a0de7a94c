//! A session with MariaDB (or MySQL 8), which is made anew when the server was restarted.
//!
//! What one transaction promises is what SQLite's does. Each write transaction first counts itself in the table `store`: the lock of that one
//! row lets nobody else write until it ends (as `BEGIN IMMEDIATE`), and a count that has moved on by more than one says that somebody else has written
//! (as `PRAGMA data_version`). A commit is on the server's disk when it returns, since a server that is set up in another way is refused.

mod tables;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use mysql::prelude::Queryable as _;
use mysql::{Conn, OptsBuilder, Params, Value};

pub(crate) use tables::{open_to_read, open_to_write};

use super::{Bound, Result, SqlError};
use crate::location::Server;

/// How long a lock of somebody else, and a server that is being restarted, are waited for.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(50);

/// How long an answer may take before the server is taken for gone. `CHECK TABLE` of a large database takes long.
const LONGEST_ANSWER: Duration = Duration::from_secs(600);

/// What each session says first. Words are quoted as SQL says, `||` joins text, and what does not fit is an error and no warning.
const SETTINGS: [&str; 3] = [
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,NO_ENGINE_SUBSTITUTION'",
    "SET SESSION innodb_lock_wait_timeout = 5, SESSION lock_wait_timeout = 5, SESSION time_zone = '+00:00'",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
];

/// A statement in MariaDB's words: with `?` for each parameter, and which one each of these is.
struct Translated {
    sql: String,
    order: Vec<usize>,
}

/// A session.
pub(crate) struct Session {
    server: Server,
    connection: RefCell<Option<Conn>>,
    translated: RefCell<HashMap<String, Arc<Translated>>>,
    /// What the count of transactions was in our last one, and how often it has been another than it should.
    writes: Cell<i64>,
    others: Cell<i64>,
}

impl Session {
    fn connect(server: &Server) -> Result<Self> {
        Ok(Self {
            connection: RefCell::new(Some(connection(server)?)),
            server: server.clone(),
            translated: RefCell::default(),
            writes: Cell::new(-1),
            others: Cell::new(0),
        })
    }

    pub(super) fn execute(&self, sql: &str, params: &[Bound<'_>]) -> Result<usize> {
        let translated = self.translated(sql);
        let params = translated.params(params);
        self.with(|connection| {
            connection.exec_drop(translated.sql.as_str(), params)?;
            Ok(usize::try_from(connection.affected_rows()).unwrap_or(usize::MAX))
        })
    }

    pub(super) fn query(&self, sql: &str, params: &[Bound<'_>]) -> Result<Vec<Vec<Value>>> {
        let translated = self.translated(sql);
        let params = translated.params(params);
        self.with(|connection| {
            let rows = connection.exec_iter(translated.sql.as_str(), params)?;
            rows.map(|row| Ok(row?.unwrap())).collect()
        })
    }

    /// Runs a statement without parameters and rows.
    pub(super) fn run(&self, sql: &str) -> Result<()> {
        self.with(|connection| connection.query_drop(sql))
    }

    pub(super) fn last_insert_rowid(&self) -> i64 {
        let connection = self.connection.borrow();
        let id = connection.as_ref().map_or(0, Conn::last_insert_id);
        i64::try_from(id).unwrap_or(i64::MAX)
    }

    pub(super) fn others(&self) -> i64 {
        self.others.get()
    }

    /// Begins to write, and lets nobody else.
    pub(super) fn begin_to_write(&self) -> Result<()> {
        self.again(|| {
            self.run("START TRANSACTION")?;
            // Nothing has been read before: what is read from now on is what whoever wrote last has left.
            self.run("UPDATE store SET writes = last_insert_id(writes + 1) WHERE id = 1")
        })
        .inspect_err(|_| {
            let _ = self.run("ROLLBACK");
        })?;
        let writes = self.last_insert_rowid();
        if self.writes.replace(writes) != writes - 1 {
            self.others.set(self.others.get() + 1);
        }
        Ok(())
    }

    /// Begins to read the database as it is at this moment.
    pub(super) fn begin_to_read(&self) -> Result<()> {
        self.again(|| self.run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"))
    }

    pub(super) fn integrity(&self) -> Result<Option<String>> {
        let tables = "CHECK TABLE host, series, recent, chunk, minute, hour, cut, store";
        let rows: Vec<(String, String, String, String)> = self.with(|connection| connection.query(tables))?;
        Ok(rows
            .into_iter()
            .find(|(_, _, kind, text)| kind != "note" && (kind != "status" || text != "OK"))
            .map(|(table, _, _, text)| format!("MariaDB says of {table}: {text}")))
    }

    pub(super) fn size(&self) -> Result<(u64, u64)> {
        let sizes = "SELECT CAST(coalesce(sum(data_length + index_length + data_free), 0) AS UNSIGNED), \
                     CAST(coalesce(sum(data_free), 0) AS UNSIGNED) \
                     FROM information_schema.tables WHERE table_schema = database()";
        let sizes: Option<(u64, u64)> = self.with(|connection| connection.query_first(sizes))?;
        sizes.ok_or(SqlError::NoRow)
    }

    fn translated(&self, sql: &str) -> Arc<Translated> {
        let mut all = self.translated.borrow_mut();
        match all.get(sql) {
            Some(found) => Arc::clone(found),
            None => {
                let new = Arc::new(translate(sql));
                all.insert(sql.into(), Arc::clone(&new));
                new
            }
        }
    }

    /// Does something with the connection, which is dropped if it turns out to be gone.
    fn with<T>(&self, work: impl FnOnce(&mut Conn) -> mysql::Result<T>) -> Result<T> {
        let mut connection = self.connection.borrow_mut();
        let Some(open) = connection.as_mut() else {
            return Err(mysql::Error::IoError(std::io::ErrorKind::NotConnected.into()).into());
        };
        let done = work(open);
        if done.as_ref().is_err_and(is_lost) {
            *connection = None;
        }
        Ok(done?)
    }

    /// Does what a transaction begins with, on a new connection if the old one is gone.
    fn again(&self, begin: impl Fn() -> Result<()>) -> Result<()> {
        match begin() {
            Err(error) if error.is_lost() => {
                let until = Instant::now() + PATIENCE;
                loop {
                    match connection(&self.server) {
                        Ok(new) => break *self.connection.borrow_mut() = Some(new),
                        Err(error) if error.is_lost() && Instant::now() < until => thread::sleep(PAUSE),
                        Err(error) => return Err(error),
                    }
                }
                // Nobody knows what was written in between.
                self.writes.set(-1);
                begin()
            }
            done => done,
        }
    }
}

/// Says whether the server does not answer any more, or has said that it will not.
pub(super) fn is_lost(error: &mysql::Error) -> bool {
    /// The server is about to end, the connection was killed, it was idle for too long.
    const GONE: [u16; 4] = [1053, 1927, 3169, 4031];
    match error {
        mysql::Error::IoError(_) | mysql::Error::CodecError(_) | mysql::Error::DriverError(_) => true,
        mysql::Error::MySqlError(said) => GONE.contains(&said.code),
        _ => false,
    }
}

/// Connects, and looks whether the server can keep what is promised.
fn connection(server: &Server) -> Result<Conn> {
    let password = server.password().map_err(SqlError::Unfit)?;
    let options = OptsBuilder::new()
        .user(Some(&server.user))
        .pass(password)
        .db_name(Some(&server.database))
        .ip_or_hostname(Some(&server.host))
        .tcp_port(server.port)
        .socket(server.socket.as_ref().map(|path| path.display().to_string()))
        // Where no socket was named the server's own is not looked for.
        .prefer_socket(false)
        .tcp_connect_timeout(Some(PATIENCE))
        .read_timeout(Some(LONGEST_ANSWER))
        .write_timeout(Some(LONGEST_ANSWER))
        .stmt_cache_size(128)
        .init(SETTINGS.to_vec());
    let mut connection = Conn::new(options)?;
    let says: Option<(u64, u64)> = connection
        .query_first("SELECT @@GLOBAL.innodb_flush_log_at_trx_commit, @@SESSION.max_allowed_packet")?;
    let (flush, packet) = says.ok_or(SqlError::NoRow)?;
    if flush != 1 {
        return Err(SqlError::Unfit(format!(
            "the server says that a commit is done before it is on its disk: innodb_flush_log_at_trx_commit is {flush} and has to be 1"
        )));
    }
    if packet < LEAST_PACKET {
        return Err(SqlError::Unfit(format!(
            "the server takes no more than {packet} bytes at once: max_allowed_packet has to be {LEAST_PACKET} at least"
        )));
    }
    Ok(connection)
}

/// The least packet that a server has to take: the largest row of this store is half of it.
const LEAST_PACKET: u64 = 4 << 20;

/// Puts `?` in the place of `?1`, `?2`, and so on. Statements are part of this program, and no text in one has a question mark.
fn translate(sql: &str) -> Translated {
    let mut parts = sql.split('?');
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut order = Vec::new();
    for part in parts {
        let digits = part.len()
            - part
                .trim_start_matches(|digit: char| digit.is_ascii_digit())
                .len();
        let (number, rest) = part.split_at(digits);
        order.push(number.parse::<usize>().map_or(order.len(), |number| number - 1));
        out.push('?');
        out += rest;
    }
    Translated { sql: out, order }
}

impl Translated {
    fn params(&self, bound: &[Bound<'_>]) -> Params {
        if self.order.is_empty() {
            return Params::Empty;
        }
        let value = |at: &usize| match bound[*at] {
            Bound::Integer(value) => Value::Int(value),
            Bound::Real(value) => Value::Double(value),
            Bound::Text(text) => Value::Bytes(text.into()),
            Bound::Blob(bytes) => Value::Bytes(bytes.into()),
        };
        Params::Positional(self.order.iter().map(value).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_parameters_are_put_in_order() {
        let Translated { sql, order } =
            translate("SELECT a FROM b WHERE c = ?1 AND d >= coalesce(?2, ?1) AND e < ?10");
        assert_eq!(
            sql,
            "SELECT a FROM b WHERE c = ? AND d >= coalesce(?, ?) AND e < ?"
        );
        assert_eq!(order, [0, 1, 0, 9]);
    }
}
