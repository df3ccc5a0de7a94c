//! Files that are something else, and files that others use.

use std::fs;

use support::Case;

use crate::db::{T0, of};
use crate::db::{expect_put, expect_samples, gauge, line, now, put, sql, store};

pub(super) fn two_programs_may_write_at_the_same_time(case: &mut Case) {
    expect_put(case, &gauge(&[(0, 1.0)]), "1 stored, 0 repeated, 0 refused\n");
    let batches = |name: &str| {
        (0..40)
            .map(|n| of(name, "gauge", &[(n, n as f64)]) + "\n")
            .collect::<String>()
    };
    let start = |case: &mut Case, name| {
        case.program("store")
            .args(["put", &crate::db::database(), "--now", &now()])
            .stdin(batches(name))
            .spawn()
    };
    let (one, two) = (start(case, "one"), start(case, "two"));
    for (name, running) in [("one", one), ("two", two)] {
        let ended = running.wait();
        case.expect_status(&ended, 0);
        case.expect_stdout(&ended, "1 stored, 0 repeated, 0 refused\n".repeat(40));
        let samples: Vec<(i64, f64)> = (0..40).map(|n| (n, n as f64)).collect();
        expect_samples(case, name, &samples);
    }
}

/// Expects that all commands refuse `fleet.db`, naming it, and leave it as it is.
fn expect_refused(case: &mut Case, what: &str) {
    let path = case.dir().join("fleet.db");
    let before = fs::read(&path).unwrap_or_default();
    let ended = put(case, &line("web1", "a", "gauge", T0, 1.0));
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
    case.expect_stderr_names(&ended, what);
    for command in ["series", "dump", "compact"] {
        let ended = store(case, &[command, "fleet.db"]);
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, what);
        case.expect(
            &ended,
            fs::read(&path).unwrap_or_default() == before,
            "the file as it was",
            "it was changed",
        );
    }
}

pub(super) fn a_foreign_database_is_left_alone(case: &mut Case) {
    sql(
        case,
        "CREATE TABLE sample (series, time_ms, value); INSERT INTO sample VALUES (1, 2, 3)",
    );
    expect_refused(case, "fleet.db is a database, but not one of this store");
    // Also one that says of itself that it is somebody's.
    fs::remove_file(case.dir().join("fleet.db")).expect("the file is removed");
    sql(
        case,
        "PRAGMA application_id = 77; CREATE TABLE t (x); DROP TABLE t",
    );
    expect_refused(case, "fleet.db is a database, but not one of this store");
}

pub(super) fn a_database_of_a_later_release_is_refused(case: &mut Case) {
    expect_put(case, &gauge(&[(0, 1.0)]), "1 stored, 0 repeated, 0 refused\n");
    sql(case, "PRAGMA user_version = 7");
    expect_refused(
        case,
        "fleet.db has schema 7, and this release knows schemas up to 2",
    );
    sql(case, "PRAGMA user_version = -1");
    expect_refused(case, "fleet.db has schema -1");
}

pub(super) fn a_file_that_is_no_database_is_left_alone(case: &mut Case) {
    case.file(
        "fleet.db",
        "notes of some length, and no database at all\n".repeat(100),
    );
    expect_refused(case, "fleet.db");
    let ended = store(case, &["series", "absent.db"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "absent.db");
    let made = case.dir().join("absent.db").exists();
    case.expect(&ended, !made, "no file made by who only reads", "there is one");
}
