//! A real MariaDB of its own, which is gone with the process that has started it.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mysql::prelude::Queryable as _;
use mysql::{Conn, OptsBuilder};

/// Small enough to be started within a second. There is no network, only a socket; a commit is on the disk.
const SETTINGS: [&str; 13] = [
    "--no-defaults",
    "--lc-messages-dir=/usr/share/mysql",
    "--skip-networking",
    "--skip-performance-schema",
    "--innodb-buffer-pool-size=16M",
    "--innodb-log-file-size=8M",
    "--innodb-data-file-path=ibdata1:4M:autoextend",
    "--innodb-temp-data-file-path=ibtmp1:4M:autoextend",
    "--innodb-undo-tablespaces=0",
    "--key-buffer-size=64K",
    "--aria-pagecache-buffer-size=1M",
    "--socket=socket",
    "--tmpdir=.",
];

/// Where Debian keeps the statements that make the server's own tables.
const TABLES: [&str; 2] = [
    "/usr/share/mysql/mysql_system_tables.sql",
    "/usr/share/mysql/mysql_system_tables_data.sql",
];

/// A server that answers, with nothing in it. Dropping it kills it.
pub(crate) struct Server {
    folder: PathBuf,
    options: Vec<String>,
    child: Option<Child>,
}

impl Server {
    /// Makes one in a new folder and starts it.
    pub(crate) fn start(options: &[&str]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("store-mariadb-{}-{number}", std::process::id()));
        fs::create_dir_all(folder.join("data")).unwrap();
        let mut server = Self {
            folder,
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            child: None,
        };
        let mut tables =
            "CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\nSET @skip_auth_anonymous = 1;\n"
                .to_owned();
        for path in TABLES {
            tables += &fs::read_to_string(path).expect("the package mariadb-server-core is installed");
        }
        let mut made = server.command(&["--bootstrap", "--log-warnings=0"]);
        let mut child = made.stdin(Stdio::piped()).spawn().expect("mariadbd runs");
        child.stdin.take().unwrap().write_all(tables.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "{}", server.log());
        server.again();
        server
    }

    fn command(&self, more: &[&str]) -> Command {
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))
            .unwrap();
        // Whatever ends this process closes the pipe, and that ends the server.
        let mut command = Command::new("sh");
        command
            .args([
                "-c",
                "exec 3<&0; \"$@\" <&3 & read -r x </dev/fd/3; kill -9 $!",
                "sh",
            ])
            .current_dir(self.folder.join("data"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log);
        if more.first() == Some(&"--bootstrap") {
            command = Command::new("mariadbd");
            command
                .current_dir(self.folder.join("data"))
                .stdout(Stdio::null())
                .stderr(Stdio::null());
        } else {
            command.arg("mariadbd");
        }
        command
            .args(SETTINGS)
            .arg(format!("--datadir={}", self.folder.join("data").display()))
            .args(more)
            .args(&self.options)
            .arg("--user=root");
        command
    }

    /// Starts it once more after [`Self::kill`].
    pub(crate) fn again(&mut self) {
        let _ = fs::remove_file(self.socket());
        self.child = Some(self.command(&[]).spawn().expect("sh runs"));
        let until = Instant::now() + Duration::from_secs(120);
        while self.try_connect("mysql").is_none() {
            assert!(Instant::now() < until, "MariaDB does not start: {}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills it at once.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.stdin.take());
            child.wait().unwrap();
        }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.join("data/socket")
    }

    /// A folder for what belongs to it.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    fn try_connect(&self, database: &str) -> Option<Conn> {
        let options = OptsBuilder::new()
            .user(Some("root"))
            .socket(Some(self.socket().display().to_string()))
            .db_name(Some(database))
            .prefer_socket(false);
        Conn::new(options).ok()
    }

    /// Runs statements as root in a database.
    pub(crate) fn run(&self, database: &str, sql: &str) {
        let mut connection = self.try_connect(database).expect("root can connect");
        connection.query_drop(sql).unwrap();
    }

    /// Returns the first column of the first row of an answer.
    pub(crate) fn ask(&self, database: &str, sql: &str) -> String {
        let mut connection = self.try_connect(database).expect("root can connect");
        let found: Option<String> = connection.query_first(sql).unwrap();
        found.unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
