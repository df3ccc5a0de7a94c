//! The journal: everything that was found, kept as soon as it is known, in one SQLite file.
//!
//! A journal survives the grader being killed at any moment: each case is a transaction of its own, in a write-ahead log. After a power cut
//! the last few may be missing; they run again.

mod class;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};
use xtask::exit::{Result, Stop};
use xtask::grading::Told;
use xtask::subject::Files;
use xtask::verdict::{Kind, Outcome};

use crate::model::{Build, Ran};

/// What the tables are called and hold. A journal of another version is not read.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE student (id TEXT PRIMARY KEY, slug TEXT NOT NULL, submitted INTEGER) WITHOUT ROWID;
CREATE TABLE unit (
    student TEXT NOT NULL, lab TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL, remarks TEXT NOT NULL,
    key TEXT, seed INTEGER, content TEXT, PRIMARY KEY (student, lab)
) WITHOUT ROWID;
CREATE TABLE source (content TEXT NOT NULL, path TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (content, path));
CREATE TABLE build (key TEXT PRIMARY KEY, compiles INTEGER NOT NULL, said TEXT NOT NULL, wall_ms INTEGER NOT NULL);
CREATE TABLE told (
    key TEXT NOT NULL, name TEXT NOT NULL, try INTEGER NOT NULL, report TEXT NOT NULL, outcome TEXT NOT NULL, what TEXT NOT NULL,
    wall_ms INTEGER NOT NULL, PRIMARY KEY (key, name, try)
);
CREATE TABLE done (key TEXT PRIMARY KEY, cases TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE fault (key TEXT PRIMARY KEY, why TEXT NOT NULL) WITHOUT ROWID;
";

/// A journal that is open. Threads share it.
#[derive(Debug)]
pub struct Journal {
    db: Mutex<Connection>,
}

impl Journal {
    /// Opens the journal in `file`, and makes it if it is not there.
    ///
    /// # Errors
    /// It cannot be opened, is none, or was written by another version.
    pub fn open(file: &Path) -> Result<Self> {
        let named = |error: rusqlite::Error| Stop::io(file, error);
        let db = Connection::open(file).map_err(named)?;
        let text = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 10000;";
        db.execute_batch(text).map_err(named)?;
        let version: i64 = db
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(named)?;
        match version {
            0 => {
                let all = format!("BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;");
                db.execute_batch(&all).map_err(named)?;
            }
            VERSION => {}
            _ => {
                return Err(Stop::io(
                    file,
                    format!("the journal has version {version}, not {VERSION}"),
                ));
            }
        }
        Ok(Self { db: Mutex::new(db) })
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        // A statement that panicked has changed nothing that was not committed.
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Copies everything that another journal holds and this one does not.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub fn add(&self, file: &Path) -> Result {
        Self::open(file)?;
        let db = self.db();
        db.execute("ATTACH DATABASE ?1 AS other", [file.to_string_lossy()])
            .map_err(broken)?;
        let mut all = String::from("BEGIN IMMEDIATE;");
        for table in ["student", "unit", "source", "build", "told", "done", "fault"] {
            all.push_str(&format!(
                "INSERT OR IGNORE INTO {table} SELECT * FROM other.{table};"
            ));
        }
        db.execute_batch(&format!("{all} COMMIT; DETACH DATABASE other;"))
            .map_err(broken)
    }

    /// What is kept under a name about the grading as a whole.
    pub fn meta(&self, name: &str) -> Result<Option<String>> {
        let found = self
            .db()
            .query_row("SELECT value FROM meta WHERE name = ?1", [name], |row| row.get(0));
        found.optional().map_err(broken)
    }

    /// All that is kept about the grading as a whole.
    pub fn metas(&self) -> Result<BTreeMap<String, String>> {
        let db = self.db();
        let mut all = db.prepare("SELECT name, value FROM meta").map_err(broken)?;
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.and_then(Iterator::collect).map_err(broken)
    }

    /// Keeps it.
    pub fn set_meta(&self, name: &str, value: &str) -> Result {
        let done = self
            .db()
            .execute("INSERT OR REPLACE INTO meta VALUES (?1, ?2)", [name, value]);
        done.map(drop).map_err(broken)
    }

    /// Keeps files under what they hash to.
    pub fn set_source(&self, content: &str, files: &Files) -> Result {
        let mut db = self.db();
        let change = db.transaction().map_err(broken)?;
        for (path, bytes) in files {
            let row = params![content, path.to_string_lossy(), bytes];
            change
                .execute("INSERT OR IGNORE INTO source VALUES (?1, ?2, ?3)", row)
                .map_err(broken)?;
        }
        change.commit().map_err(broken)
    }

    /// The files that are kept under a hash.
    pub fn source(&self, content: &str) -> Result<Files> {
        let db = self.db();
        let mut all = db
            .prepare("SELECT path, bytes FROM source WHERE content = ?1")
            .map_err(broken)?;
        let rows = all.query_map([content], |row| {
            let path: String = row.get(0)?;
            Ok((path.into(), row.get(1)?))
        });
        rows.and_then(Iterator::collect).map_err(broken)
    }

    /// How the build under `key` ended.
    pub fn build(&self, key: &str) -> Result<Option<Build>> {
        let found = self.db().query_row(
            "SELECT compiles, said, wall_ms FROM build WHERE key = ?1",
            [key],
            |row| {
                Ok(Build {
                    compiles: row.get(0)?,
                    said: row.get(1)?,
                    wall_ms: row.get::<_, i64>(2)?.cast_unsigned(),
                })
            },
        );
        found.optional().map_err(broken)
    }

    /// Keeps how a build ended.
    pub fn set_build(&self, key: &str, build: &Build) -> Result {
        let row = params![key, build.compiles, build.said, build.wall_ms.cast_signed()];
        let done = self
            .db()
            .execute("INSERT OR REPLACE INTO build VALUES (?1, ?2, ?3, ?4)", row);
        done.map(drop).map_err(broken)
    }

    /// What a case told in one of its tries.
    pub fn told(&self, key: &str, name: &str, attempt: u32) -> Result<Option<Told>> {
        let found = self.db().query_row(
            "SELECT report, outcome, what, wall_ms FROM told WHERE key = ?1 AND name = ?2 AND try = ?3",
            params![key, name, attempt],
            |row| {
                let outcome: String = row.get(1)?;
                Ok(Told {
                    report: row.get(0)?,
                    outcome: Outcome::parse(&outcome).unwrap_or(Outcome::Fault),
                    what: row.get(2)?,
                    wall_ms: row.get::<_, i64>(3)?.cast_unsigned(),
                })
            },
        );
        found.optional().map_err(broken)
    }

    /// Keeps what a case told.
    pub fn set_told(&self, key: &str, name: &str, attempt: u32, told: &Told) -> Result {
        let (outcome, wall_ms) = (told.outcome.word(), told.wall_ms.cast_signed());
        let row = params![key, name, attempt, told.report, outcome, told.what, wall_ms];
        let done = self.db().execute(
            "INSERT OR REPLACE INTO told VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            row,
        );
        done.map(drop).map_err(broken)
    }

    /// How many cases of a stage came to `outcome` in the first try.
    pub fn count(&self, key: &str, stage: &str, outcome: Outcome) -> Result<usize> {
        let found = self.db().query_row(
            "SELECT count(*) FROM told WHERE key = ?1 AND substr(name, 1, ?4) = ?2 AND try = 1 AND outcome = ?3",
            params![key, format!("{stage}."), outcome.word(), i64::try_from(stage.chars().count() + 1).unwrap_or(0)],
            |row| row.get::<_, i64>(0),
        );
        found
            .map(|count| usize::try_from(count).unwrap_or(0))
            .map_err(broken)
    }

    /// The cases of a result that is complete.
    pub fn done(&self, key: &str) -> Result<Option<Vec<Ran>>> {
        let found = self
            .db()
            .query_row("SELECT cases FROM done WHERE key = ?1", [key], |row| {
                row.get::<_, String>(0)
            });
        let Some(text) = found.optional().map_err(broken)? else {
            return Ok(None);
        };
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        let ran = |case: &Value| {
            let word = |at: usize| case[at].as_str().map(str::to_owned);
            Some(Ran {
                stage: word(0)?,
                name: word(1)?,
                kind: Kind::parse(&word(2)?)?,
            })
        };
        Ok(value
            .as_array()
            .map(|cases| cases.iter().filter_map(ran).collect()))
    }

    /// Says that a result is complete, and takes back that the grader had failed with it.
    pub fn set_done(&self, key: &str, cases: &[Ran]) -> Result {
        let cases: Vec<Value> = cases
            .iter()
            .map(|ran| json!([ran.stage, ran.name, ran.kind.word()]))
            .collect();
        let mut db = self.db();
        let change = db.transaction().map_err(broken)?;
        change
            .execute(
                "INSERT OR REPLACE INTO done VALUES (?1, ?2)",
                params![key, json!(cases).to_string()],
            )
            .map_err(broken)?;
        change
            .execute("DELETE FROM fault WHERE key = ?1", [key])
            .map_err(broken)?;
        change.commit().map_err(broken)
    }

    /// Why the grader itself failed with what is graded under `key`.
    pub fn fault(&self, key: &str) -> Result<Option<String>> {
        let found = self
            .db()
            .query_row("SELECT why FROM fault WHERE key = ?1", [key], |row| row.get(0));
        found.optional().map_err(broken)
    }

    /// Keeps it. It scores nothing, and is tried again by the next grading.
    pub fn set_fault(&self, key: &str, why: &str) -> Result {
        let done = self
            .db()
            .execute("INSERT OR REPLACE INTO fault VALUES (?1, ?2)", [key, why]);
        done.map(drop).map_err(broken)
    }

    /// What was measured: for each key how long its build and its cases took, in milliseconds.
    pub fn times(&self) -> Result<Vec<(String, u64, u64, u64)>> {
        let db = self.db();
        let mut all = db
            .prepare(
                "SELECT build.key, build.wall_ms, coalesce(sum(told.wall_ms), 0), count(told.key)
                 FROM build LEFT JOIN told USING (key) GROUP BY build.key ORDER BY build.key",
            )
            .map_err(broken)?;
        let rows = all.query_map([], |row| {
            let number = |at| row.get::<_, i64>(at).map(i64::cast_unsigned);
            Ok((row.get(0)?, number(1)?, number(2)?, number(3)?))
        });
        rows.and_then(Iterator::collect).map_err(broken)
    }
}

fn broken(error: rusqlite::Error) -> Stop {
    Stop::new(xtask::exit::FAULT, format!("the journal: {error}"))
}
