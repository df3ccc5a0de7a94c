mod options;
mod packets;
mod scramble;
mod session;

use std::{fmt, path::Path};

use super::{Failure, PATIENCE, ServiceError, line::Line, tell};
use crate::{
    Collector, Metric, Page,
    Unit::{Bytes, Count, Seconds},
    host::{Host, Round},
};
use options::Options;
use packets::Packets;

/// What is asked.
const QUERY: &str = "SHOW GLOBAL STATUS";

/// The most that a server may send, in bytes: ten times what MariaDB has to say.
const LIMIT: usize = 256 << 10;

macro_rules! variables {
    ($($kind:ident $name:literal $unit:ident $variable:literal $about:literal,)*) => {
        pub(crate) static METRICS: &[Metric] = &[
            Metric::gauge(
                "mysql.up",
                Count,
                "1 if MySQL or MariaDB has answered, 0 if it has not; absent where it is not asked.",
                "SHOW GLOBAL STATUS, result",
            ),
            $(Metric::$kind(
                concat!("mysql.", $name),
                $unit,
                $about,
                concat!("SHOW GLOBAL STATUS, ", $variable),
            ),)*
        ];
    };
}

variables! {
    gauge "uptime" Seconds "Uptime" "Time since the server started.",
    counter "connections" Count "Connections" "Attempts to connect, these questions included.",
    counter "connections_failed" Count "Aborted_connects" "Attempts to connect that failed.",
    counter "clients_lost" Count "Aborted_clients" "Connections that ended without a good-bye.",
    gauge "threads_connected" Count "Threads_connected" "Connections that are open.",
    gauge "threads_running" Count "Threads_running" "Connections that are at work.",
    gauge "threads_cached" Count "Threads_cached" "Threads that wait for a connection.",
    counter "threads_created" Count "Threads_created" "Threads that were ever started for connections.",
    gauge "connections_most" Count "Max_used_connections" "The most connections that were ever open at a time.",
    counter "queries" Count "Queries" "Statements, those within stored programs included.",
    counter "questions" Count "Questions" "Statements that clients sent.",
    counter "slow_queries" Count "Slow_queries" "Statements that took longer than long_query_time.",
    counter "selects" Count "Com_select" "SELECT statements, less those answered by the query cache.",
    counter "inserts" Count "Com_insert" "INSERT statements.",
    counter "updates" Count "Com_update" "UPDATE statements of one table.",
    counter "deletes" Count "Com_delete" "DELETE statements of one table.",
    counter "commits" Count "Com_commit" "COMMIT statements.",
    counter "rollbacks" Count "Com_rollback" "ROLLBACK statements.",
    counter "received_bytes" Bytes "Bytes_received" "Bytes received from clients.",
    counter "sent_bytes" Bytes "Bytes_sent" "Bytes sent to clients.",
    gauge "open_tables" Count "Open_tables" "Tables that are open.",
    counter "temporary_tables" Count "Created_tmp_tables" "Tables that statements made for themselves.",
    counter "temporary_disk_tables" Count "Created_tmp_disk_tables" "Tables that statements made for themselves on a disk.",
    counter "full_joins" Count "Select_full_join" "Joins that read all of a table, for want of an index.",
    counter "table_locks_waited" Count "Table_locks_waited" "Locks of tables that were waited for.",
    counter "row_lock_waits" Count "Innodb_row_lock_waits" "Locks of rows that were waited for.",
    counter "row_lock_time" Seconds "Innodb_row_lock_time" "Time in which locks of rows were waited for.",
    gauge "buffer_pool_data" Bytes "Innodb_buffer_pool_bytes_data" "Pages of tables that InnoDB holds in memory.",
    gauge "buffer_pool_dirty" Bytes "Innodb_buffer_pool_bytes_dirty" "Of these, what is not on the disk yet.",
    counter "buffer_pool_requests" Count "Innodb_buffer_pool_read_requests" "Reads of pages.",
    counter "buffer_pool_misses" Count "Innodb_buffer_pool_reads" "Reads of pages that went to a disk.",
    counter "read_bytes" Bytes "Innodb_data_read" "Bytes that InnoDB read from disks.",
    counter "written_bytes" Bytes "Innodb_data_written" "Bytes that InnoDB wrote to disks.",
    counter "syncs" Count "Innodb_data_fsyncs" "Times that InnoDB waited for a disk to have written.",
    gauge "cluster_nodes" Count "wsrep_cluster_size" "Members of the Galera cluster; 0 outside of one.",
}

/// Asks MySQL or MariaDB for its status variables.
///
/// A file says where it listens and who asks, in the form that its own client reads (`mysql --defaults-file=FILE`):
///
/// ```text
/// [client]
/// user = muster
/// password = secret
/// socket = /run/mysqld/mysqld.sock
/// ```
///
/// Without a password the server must know the user otherwise: MariaDB's `unix_socket` lets in whom the kernel says it is.
/// What `Debug` shows has no password in it.
///
/// Source: <https://mariadb.com/kb/en/clientserver-protocol/>
#[derive(Debug)]
pub struct Mysql {
    options: Options,
}

impl Mysql {
    /// Reads the file with options.
    ///
    /// # Errors
    /// [`ServiceError::Read`]; [`ServiceError::Open`]; [`ServiceError::Option`], also for an option that is not known.
    pub fn from_file(path: &Path) -> Result<Mysql, ServiceError> {
        Ok(Mysql {
            options: Options::read(path)?,
        })
    }

    fn ask(&self) -> Result<Vec<(String, String)>, Failure> {
        let line = Line::connect(&self.options.address, PATIENCE, LIMIT)?;
        let mut packets = Packets::new(line);
        session::log_in(&mut packets, &self.options)?;
        let rows = session::query(&mut packets, QUERY)?;
        session::end(&mut packets);
        Ok(rows)
    }
}

impl fmt::Display for Mysql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mysql at {}", self.options.address)
    }
}

impl Collector for Mysql {
    fn name(&self) -> &'static str {
        "mysql"
    }

    fn collect(&mut self, _: &mut Host, round: &mut Round<'_>) {
        tell(round, &METRICS[0], &self.to_string(), self.ask(), |rows, page| {
            parse(&rows, page)
        });
    }
}

/// Reads the variables: a name and a value a row.
fn parse(rows: &[(String, String)], page: &mut Page<'_>) {
    // region:services/variables The metric is found by the variable's name, and is absent without it. Innodb_row_lock_time is in ms.
    for (index, (name, value)) in rows.iter().enumerate() {
        let Some(metric) = METRICS[1..].iter().find(|metric| metric.field() == name) else {
            continue;
        };
        if let Some(value) = page.number(index, value) {
            let factor = match &**name {
                "Innodb_row_lock_time" => 1000.0,
                _ => 1.0,
            };
            page.add(metric, value / factor);
        }
    }
    // endregion:services/variables
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::page::tests::run;

    #[test]
    fn variables_are_found_by_their_names() {
        let rows = [
            ("Com_select", "7"),
            ("Innodb_row_lock_time", "1500"),
            ("Queries", "x"),
            ("Rsa_public_key", "-----BEGIN"),
            ("Uptime", "12"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(
            run(|page| parse(&rows, page)),
            "mysql.selects 7\nmysql.row_lock_time 1.5\nmysql.uptime 12\n1 faults, line 3: \"x\" is not a whole number\n"
        );
    }
}
