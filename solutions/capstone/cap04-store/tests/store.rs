//! What a store promises, in a file of SQLite.

mod same;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use store::{Error, Location, Reader, Store};

/// A folder that is gone at the end of a test.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("store-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn at(&self) -> Location {
        Location::File(self.0.join("fleet.db"))
    }

    /// Lets nobody add series of a name.
    fn refuse_series(&self, name: &str) {
        self.run(&format!(
            "CREATE TRIGGER full BEFORE INSERT ON series WHEN NEW.name = '{name}' BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        ));
    }

    fn refuse_nothing(&self) {
        self.run("DROP TRIGGER full");
    }

    fn run(&self, sql: &str) {
        let other = rusqlite::Connection::open(self.0.join("fleet.db")).unwrap();
        other.execute_batch(sql).unwrap();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn files_that_are_no_store_are_refused_and_left_alone() {
    let place = Place::new();
    let text = place.0.join("notes.txt");
    fs::write(
        &text,
        "these are notes of some length, and no database at all\n".repeat(40),
    )
    .unwrap();
    let before = fs::read(&text).unwrap();
    assert!(matches!(Store::open(&text), Err(Error::Open { .. })));
    assert_eq!(fs::read(&text).unwrap(), before);

    let other = place.0.join("other.db");
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE mine (x)")
        .unwrap();
    let error = Store::open(&other).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{} is a database, but not one of this store", other.display())
    );

    let newer = place.0.join("newer.db");
    drop(Store::open(&newer).unwrap());
    rusqlite::Connection::open(&newer)
        .unwrap()
        .pragma_update(None, "user_version", 7)
        .unwrap();
    for error in [
        Store::open(&newer).unwrap_err(),
        Reader::open(&newer).unwrap_err(),
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
    assert!(matches!(
        Reader::open(&place.0.join("absent.db")),
        Err(Error::Open { .. })
    ));
}
