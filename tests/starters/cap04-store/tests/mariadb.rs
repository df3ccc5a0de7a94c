//! What a store promises, in a database of a real MariaDB.
#![cfg(feature = "mariadb")]

mod same;
mod server;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use same::{batch, sample};
use server::Server;
use store::{Appended, Error, Location, Reader, Store};

/// One server for all tests but those that end it.
static SERVER: LazyLock<Mutex<Server>> = LazyLock::new(|| Mutex::new(Server::start(&[])));

fn server() -> MutexGuard<'static, Server> {
    SERVER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A database.
struct Place {
    name: String,
    location: Location,
}

impl Place {
    fn new() -> Self {
        Self::on(&server())
    }

    fn on(server: &Server) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("fleet{}", COUNT.fetch_add(1, Ordering::Relaxed));
        server.run("mysql", &format!("CREATE DATABASE {name}"));
        let location = format!(
            "mysql://root@localhost/{name}?socket={}",
            server.socket().display()
        );
        Self {
            name,
            location: location.parse().unwrap(),
        }
    }

    fn at(&self) -> Location {
        self.location.clone()
    }

    /// Lets nobody add series of a name.
    fn refuse_series(&self, name: &str) {
        self.run(&format!(
            "CREATE TRIGGER full BEFORE INSERT ON series FOR EACH ROW \
             IF NEW.name = '{name}' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'disk full'; END IF"
        ));
    }

    fn refuse_nothing(&self) {
        self.run("DROP TRIGGER full");
    }

    fn run(&self, sql: &str) {
        server().run(&self.name, sql);
    }
}

/// Says why a store cannot be opened.
fn why(location: &str) -> String {
    let error = Store::open(location.parse::<Location>().unwrap()).unwrap_err();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        text += &format!(": {error}");
        source = error.source();
    }
    text
}

#[test]
fn databases_that_are_no_store_are_refused_and_left_alone() {
    let place = Place::new();
    place.run("CREATE TABLE mine (x INT)");
    assert!(matches!(Store::open(place.at()), Err(Error::Foreign { .. })));
    assert!(matches!(Reader::open(place.at()), Err(Error::Foreign { .. })));
    let tables =
        "SELECT group_concat(table_name) FROM information_schema.tables WHERE table_schema = database()";
    assert_eq!(server().ask(&place.name, tables), "mine");

    let place = Place::new();
    assert!(matches!(Reader::open(place.at()), Err(Error::Foreign { .. })));
    drop(Store::open(place.at()).unwrap());
    place.run("UPDATE store SET version = 7");
    for error in [
        Store::open(place.at()).unwrap_err(),
        Reader::open(place.at()).unwrap_err(),
    ] {
        assert!(
            matches!(
                error,
                Error::Version {
                    found: 7,
                    known: 2,
                    ..
                }
            ),
            "{error}"
        );
    }
}

#[test]
fn what_was_begun_and_not_finished_is_made_whole() {
    let place = Place::new();
    drop(Store::open(place.at()).unwrap());
    place.run("DROP TABLE hour");
    place.run("DROP VIEW hourly");
    place.run("UPDATE store SET version = 0");
    drop(Store::open(place.at()).unwrap());
    assert_eq!(store::check(place.at()).unwrap().findings, Vec::<String>::new());
    server().run(&place.name, "SELECT * FROM hourly");
}

#[test]
fn a_wrong_password_a_missing_database_and_an_open_password_file_are_said() {
    let place = Place::new();
    let socket = server().socket().display().to_string();
    server().run(
        "mysql",
        "CREATE USER 'it''s'@'localhost' IDENTIFIED BY 'right \"one\"'",
    );
    server().run(
        "mysql",
        &format!("GRANT ALL ON {}.* TO 'it''s'@'localhost'", place.name),
    );
    let file = server().folder().join("password");
    let write = |password: &str, mode| {
        fs::write(&file, password).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    };
    let location = format!(
        "mysql://it's@localhost/{}?socket={socket}&password_file={}",
        place.name,
        file.display()
    );
    write("wrong one\n", 0o640);
    let said = why(&location);
    assert!(said.contains("Access denied") && said.contains("it's"), "{said}");
    assert!(!said.contains("wrong one"), "{said}");
    write("right \"one\"\n", 0o644);
    let said = why(&location);
    assert!(
        said.contains("everybody can read") && said.contains("password"),
        "{said}"
    );
    write("right \"one\"\n", 0o640);
    drop(Store::open(location.parse::<Location>().unwrap()).unwrap());

    let said = why(&format!("mysql://root@localhost/nowhere?socket={socket}"));
    assert!(said.contains("Unknown database 'nowhere'"), "{said}");
    let said = why("mysql://root@localhost/nowhere?socket=/nowhere/socket");
    assert!(
        said.contains("mysql://root@localhost/nowhere?socket=/nowhere/socket"),
        "{said}"
    );
}

#[test]
fn a_server_that_does_not_wait_for_its_disk_is_refused() {
    let server = Server::start(&["--innodb-flush-log-at-trx-commit=2"]);
    let place = Place::on(&server);
    let said = why(&place.at().to_string());
    assert!(
        said.contains("innodb_flush_log_at_trx_commit is 2 and has to be 1"),
        "{said}"
    );
}

#[test]
fn two_stores_take_turns_and_store_each_sample_once() {
    let place = Place::new();
    let mut stores = [Store::open(place.at()).unwrap(), Store::open(place.at()).unwrap()];
    for round in 0..20 {
        for (n, store) in stores.iter_mut().enumerate() {
            let times = [round, round + 1];
            let samples = times.map(|time_ms| sample("a.b", time_ms, 1.0)).to_vec();
            let Appended { stored, repeated, .. } = store.append(&[batch("web1", samples)]).unwrap()[0];
            let new = usize::from(n == 0) + usize::from(n == 0 && round == 0);
            assert_eq!((stored, repeated), (new, 2 - new), "{round} {n}");
        }
    }
    stores[0].compact().unwrap();
    assert_eq!(store::check(place.at()).unwrap(), {
        let mut checked = store::Checked::default();
        checked.samples = 21;
        checked
    });
}

#[test]
fn a_server_that_is_restarted_in_the_middle_is_waited_for() {
    let mut server = Server::start(&[]);
    let place = Place::on(&server);
    let mut store = Store::open(place.at()).unwrap();
    let reader = Reader::open(place.at()).unwrap();
    let mut one = |time_ms| {
        let samples = vec![sample("a.b", time_ms, 1.0), sample("a.c", time_ms, 1.0)];
        store.append(&[batch("web1", samples)]).map(|done| done[0].stored)
    };
    for round in 0..5 {
        assert_eq!(one(2 * round).unwrap(), 2);
        server.kill();
        server.again();
        assert_eq!(one(2 * round + 1).unwrap(), 2, "nobody notices");
        let host = reader.hosts().unwrap()[0].id;
        let series = reader.series(host).unwrap()[0].id;
        assert_eq!(
            reader.samples(series, 0, i64::MAX).unwrap().len() as i64,
            2 * round + 2
        );
    }
    server.kill();
    let error = one(100).unwrap_err();
    assert!(matches!(error, Error::Write { .. }), "{error}");
    server.again();
    assert_eq!(one(100).unwrap(), 2);
    assert_eq!(store::check(place.at()).unwrap().samples, 22);
}

#[test]
fn the_view_shows_hours_as_that_of_sqlite_does() {
    let place = Place::new();
    let mut store = Store::open(place.at()).unwrap();
    let samples = (0..10)
        .map(|n| sample("load.1m", n * 600_000, n as f64))
        .collect();
    store
        .append(&[store::Batch {
            received_ms: 10_000_000,
            ..batch("web1", samples)
        }])
        .unwrap();
    store.compact().unwrap();
    let row = "SELECT concat_ws(' ', host, metric, labels, hour, min, max, avg, count) FROM hourly ORDER BY hour LIMIT 1";
    assert_eq!(
        server().ask(&place.name, row),
        "web1 load.1m {} 1970-01-01 00:00:00 0 5 2.5 6"
    );
}
