//! From version 1, in which each sample was a row.

use std::thread;
use std::time::Duration;

use support::Case;

use super::expect_ok;
use super::found::remove;
use crate::db::{T0, WINDOW, expect, expect_sql, sql, store};
use crate::query::{expect_points, steps};

/// Makes a database as version 1 did, with two hosts, and so many samples of each of three series.
fn version_1(case: &mut Case, count: i64, every_ms: i64) {
    remove(case);
    sql(
        case,
        &format!(
            "PRAGMA journal_mode = wal;
             CREATE TABLE host (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, first_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL) STRICT;
             CREATE TABLE series (id INTEGER PRIMARY KEY, host INTEGER NOT NULL REFERENCES host (id), name TEXT NOT NULL, labels TEXT NOT NULL,
                 kind TEXT NOT NULL, unit TEXT NOT NULL, UNIQUE (host, name, labels)) STRICT;
             CREATE TABLE sample (series INTEGER NOT NULL, time_ms INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (series, time_ms)) STRICT, WITHOUT ROWID;
             INSERT INTO host VALUES (1, 'web1', {T0}, {T0}), (2, 'web2', {T0}, {T0});
             INSERT INTO series VALUES (1, 1, 'load.1m', '{{}}', 'gauge', 'count'), (2, 1, 'disk.reads', '{{\"disk\":\"sda\"}}', 'counter', 'count'),
                 (3, 2, 'load.1m', '{{}}', 'gauge', 'count');
             WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < {count} - 1)
             INSERT INTO sample SELECT series.id, {T0} + n * {every_ms}, (n % 8) * series.id FROM n, series;
             PRAGMA application_id = 1836413812;
             PRAGMA user_version = 1;"
        ),
    );
}

pub(super) fn a_database_of_version_1_becomes_chunks(case: &mut Case) {
    version_1(case, 1000, 10_000);
    let ended = store(case, &["get", "fleet.db", "web1", "load.1m"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(
        &ended,
        "fleet.db has schema 1, and has to be opened to write once, which makes it schema 2",
    );
    let ended = store(case, &["compact", "fleet.db"]);
    case.expect_status(&ended, 0);
    for (host, series, factor) in [
        ("web1", "load.1m", 1),
        ("web1", "disk.reads{disk=\"sda\"}", 2),
        ("web2", "load.1m", 3),
    ] {
        let expected: String = (0..1000)
            .map(|n| format!("{}\t{}\n", T0 + n * 10_000, (n % 8) * factor))
            .collect();
        expect(case, &["get", "fleet.db", host, series], &expected);
    }
    expect_sql(
        case,
        "SELECT from_ms, count FROM chunk WHERE series = 2 ORDER BY from_ms",
        &format!("{T0}|720\n{}|280\n", T0 + WINDOW),
    );
    expect_sql(
        case,
        "SELECT count(*) FROM sqlite_schema WHERE name = 'sample'",
        "0\n",
    );
    expect_sql(case, "PRAGMA user_version", "2\n");
    let ended = steps(case, "range", "load.1m", "2h", None);
    expect_points(case, &ended, &[(0, "0 7 3.5 720"), (WINDOW, "0 7 3.5 280")]);
    expect_ok(case, 3000);
    // An empty one as well.
    version_1(case, 1, 1);
    sql(case, "DELETE FROM sample");
    let ended = store(case, &["compact", "fleet.db"]);
    case.expect_status(&ended, 0);
    expect_ok(case, 0);
}

pub(super) fn a_kill_while_it_migrates_leaves_one_version_or_the_other(case: &mut Case) {
    let mut rng = case.rng(0);
    version_1(case, 20_000, 10_000);
    for _ in 0..10 {
        let running = case.program("store").args(["compact", "fleet.db"]).spawn();
        thread::sleep(Duration::from_micros(rng.u64(0..60_000)));
        running.kill();
        let ended = sql(case, "PRAGMA user_version");
        match ended.stdout_text().trim() {
            "1" => expect_sql(
                case,
                "SELECT count(*), sum(value) FROM sample",
                "60000|420000.0\n",
            ),
            _ => {
                expect_ok(case, 60_000);
                break;
            }
        }
    }
    let ended = store(case, &["compact", "fleet.db"]);
    case.expect_status(&ended, 0);
    expect_ok(case, 60_000);
}

pub(super) fn a_long_series_of_version_1_needs_little_memory(case: &mut Case) {
    version_1(case, 300_000, 10_000);
    let ended = store(case, &["compact", "fleet.db"]);
    case.expect_status(&ended, 0);
    case.expect(
        &ended,
        ended.peak_anonymous_kib < 100 << 10,
        "less than 100 MiB of memory, of which 64 are what SQLite may keep of the file",
        format!("{} KiB", ended.peak_anonymous_kib),
    );
    expect_ok(case, 900_000);
}
