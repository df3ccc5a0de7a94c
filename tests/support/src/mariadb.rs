//! A real MariaDB, for cases in which only the real thing will do.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::thread::JoinHandle;

use rustix::process::Signal;

use crate::case::Case;
use crate::ended::Ended;
use crate::program::Program;
use crate::report::{Failure, Outcome};
use crate::running::Running;

/// Where Debian keeps the statements that make the server's own tables.
const TABLES: [&str; 2] = [
    "/usr/share/mysql/mysql_system_tables.sql",
    "/usr/share/mysql/mysql_system_tables_data.sql",
];

/// Small enough to be made and started within a second, in 30 MB of memory. There is no network, only a socket.
const SETTINGS: [&str; 14] = [
    "--no-defaults",
    "--lc-messages-dir=/usr/share/mysql",
    "--skip-networking",
    "--skip-performance-schema",
    "--innodb-buffer-pool-size=6M",
    "--innodb-log-file-size=4M",
    "--innodb-log-buffer-size=2M",
    "--innodb-data-file-path=ibdata1:4M:autoextend",
    "--innodb-temp-data-file-path=ibtmp1:4M:autoextend",
    "--innodb-autoextend-increment=1",
    "--innodb-undo-tablespaces=0",
    "--innodb-flush-log-at-trx-commit=0",
    "--key-buffer-size=64K",
    "--aria-pagecache-buffer-size=1M",
];

/// A MariaDB about to be started: what it has in it.
///
/// `root` may do everything and has no password; whoever runs the suite may connect as root.
///
/// ```
/// use support::{Case, MariaDb};
///
/// fn rows_are_counted(case: &mut Case) {
///     let server = case.mariadb(MariaDb::new().sql("CREATE DATABASE shop"));
///     server.run(case, "CREATE TABLE shop.things (id INT); INSERT INTO shop.things VALUES (7)");
///     let ended = case.program("count").args([server.socket()]).run();
///     case.expect_stdout(&ended, "1\n");
/// }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a MariaDB does nothing until `Case::mariadb` starts it"]
pub struct MariaDb {
    sql: String,
    options: Vec<String>,
}

impl MariaDb {
    /// An empty server.
    #[expect(clippy::new_without_default, reason = "as Nginx::new")]
    pub fn new() -> Self {
        Self {
            sql: String::new(),
            options: Vec::new(),
        }
    }

    /// Runs a statement, without a semicolon and on one line, before anybody can connect.
    pub fn sql(mut self, statement: &str) -> Self {
        self.sql += statement;
        self.sql += ";\n";
        self
    }

    /// Starts it with this option too, such as `--max-connections=1`.
    pub fn option(mut self, option: &str) -> Self {
        self.options.push(option.to_owned());
        self
    }
}

/// A MariaDB that answers. Dropping it kills it.
pub struct MariaDbServer {
    running: Running,
}

impl MariaDbServer {
    /// Where it listens, seen from the case's folder: a path that is short enough for a socket wherever that folder is.
    pub fn socket(&self) -> &'static str {
        "mariadb/data/socket"
    }

    /// The process id of the server.
    pub fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// Stops it for as long as it is not told to go on: it still listens, and says nothing.
    pub fn freeze(&self) {
        self.running.signal(Signal::STOP);
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.running.signal(Signal::CONT);
    }

    /// Prepares MariaDB's own client, as root. What it is told by [`Program::args`] comes behind.
    pub fn client(&self, case: &Case) -> Program {
        let socket = format!("--socket={}", self.socket());
        case.peer("mariadb", "mariadb-client-core")
            .args(["--no-defaults", &socket, "--user=root"])
    }

    /// Runs statements through the client. One that fails is a fault of the suite.
    pub fn run(&self, case: &Case, statements: &str) -> Ended {
        let ended = self.client(case).args(["-e", statements]).run();
        if !ended.status.success() {
            let said = ended.stderr_text();
            Failure::new(Outcome::Fault, format!("{statements}: {said}")).raise();
        }
        ended
    }

    /// Lets it finish and waits for its end.
    pub fn stop(self) {
        self.running.signal(Signal::TERM);
        self.running.wait();
    }
}

impl Case {
    /// Starts MariaDB for as long as the server that is returned lives, with `CASE/mariadb` as its folder.
    ///
    /// Where MariaDB is not installed the case ends as "not run".
    pub fn mariadb(&mut self, mariadb: MariaDb) -> MariaDbServer {
        self.try_mariadb(&mariadb).unwrap_or_else(|error| {
            Failure::new(Outcome::Fault, format!("MariaDB does not start: {error}")).raise()
        })
    }

    fn try_mariadb(&mut self, mariadb: &MariaDb) -> io::Result<MariaDbServer> {
        drop(self.peer("mariadb", "mariadb-client-core"));
        fs::create_dir_all(self.dir().join("mariadb/data"))?;
        let mut tables =
            "CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\nSET @skip_auth_anonymous = 1;\n"
                .to_owned();
        for path in TABLES {
            tables += &fs::read_to_string(path)?;
        }
        let made = self
            .server()
            .args(["--bootstrap", "--log-warnings=0"])
            .stdin(tables)
            .for_the_whole_case()
            .run();
        if !made.status.success() {
            return Err(io::Error::other(made.stderr_text()));
        }
        self.file("mariadb/first.sql", &mariadb.sql);
        let first: PathBuf = self.dir().join("mariadb/first.sql");
        let mut running = self
            .server()
            // It works in its data's folder.
            .args(["--socket=socket", "--pid-file=pid", "--tmpdir=."])
            .args([format!("--init-file={}", first.display())])
            .args(&mariadb.options)
            .for_the_whole_case()
            .spawn();
        let said = |running: &Running| String::from_utf8_lossy(&running.stderr()).into_owned();
        self.wait_until("MariaDB runs", || {
            said(&running).contains("ready for connections")
                || running.watcher.as_ref().is_none_or(JoinHandle::is_finished)
        });
        let log = said(&running);
        // What fails in the first statements it says, and goes on.
        if !log.contains("ready for connections") || log.contains("\nERROR: ") {
            running.close_stdin();
            return Err(io::Error::other(log));
        }
        Ok(MariaDbServer { running })
    }

    /// Prepares the server's program, with what every run of it needs.
    fn server(&self) -> Program {
        let program = self
            .peer("mariadbd", "mariadb-server-core")
            .dir("mariadb")
            .args(SETTINGS)
            // It takes a relative one for a part of where it is installed.
            .args([format!("--datadir={}/mariadb/data", self.dir().display())]);
        // It does not run as root by itself.
        match rustix::process::geteuid().is_root() {
            true => program.args(["--user=root"]),
            false => program,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Runs `test` with a case of its own, unless MariaDB is missing; in CI it must not be.
    fn with_mariadb(name: &str, test: impl FnOnce(&mut Case)) {
        if !Path::new("/usr/sbin/mariadbd").exists() && std::env::var_os("CI").is_none() {
            return;
        }
        let scratch = std::env::temp_dir().join(format!("mariadb $x\"{name} {}", std::process::id()));
        fs::create_dir_all(&scratch).expect("a folder");
        test(&mut Case::in_folder(name, &scratch));
        fs::remove_dir_all(&scratch).expect("the folder goes");
    }

    #[test]
    fn statements_are_run_and_a_mistake_in_the_first_ones_is_a_fault() {
        with_mariadb("runs", |case| {
            let server = case
                .try_mariadb(&MariaDb::new().sql("CREATE DATABASE shop"))
                .expect("it starts");
            server.run(case, "CREATE TABLE shop.a (x INT)");
            let found = server
                .client(case)
                .args(["-N", "-e", "SHOW TABLES IN shop"])
                .run();
            assert_eq!(found.stdout_text(), "a\n");
            server.stop();
        });
        with_mariadb("mistake", |case| {
            let error = case.try_mariadb(&MariaDb::new().sql("NO SUCH THING"));
            let error = error.err().expect("it cannot start").to_string();
            assert!(error.contains("You have an error in your SQL syntax"), "{error}");
        });
    }
}
