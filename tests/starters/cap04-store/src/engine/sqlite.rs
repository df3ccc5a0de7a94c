//! What only SQLite can be asked.

use rusqlite::Connection;

use super::Result;

/// How many pages go back to the file system in one transaction.
const PAGES: u32 = 1000;

pub(super) fn integrity(connection: &Connection) -> Result<Option<String>> {
    let said: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((said != "ok").then(|| format!("SQLite says: {said}")))
}

pub(super) fn size(connection: &Connection) -> Result<(u64, u64)> {
    let page = count(connection, "page_size")?;
    let bytes = |pages: i64| pages.unsigned_abs() * page.unsigned_abs();
    Ok((
        bytes(count(connection, "page_count")?),
        bytes(count(connection, "freelist_count")?),
    ))
}

/// Gives free pages back until at most a quarter of the file is free: what comes next will need some.
pub(super) fn give_back(connection: &Connection) -> Result<()> {
    let mut free = count(connection, "freelist_count")?;
    while free > count(connection, "page_count")? / 4 {
        let mut statement = connection.prepare(&format!("PRAGMA incremental_vacuum({PAGES})"))?;
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {}
        let left = count(connection, "freelist_count")?;
        if left >= free {
            // The file was made without: its pages are used again, and stay.
            break;
        }
        free = left;
    }
    Ok(())
}

fn count(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}
