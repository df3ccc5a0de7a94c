//! What `check` finds.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use support::Case;

use super::expect_ok;
use crate::db::{T0, WINDOW, compact, counter, gauge, put_all, sql, store};

/// Makes a database with a gauge of three chunks and a counter of two, and something recent of the gauge.
fn some_database(case: &mut Case) {
    put_all(
        case,
        &(gauge(&[
            (0, 1.0),
            (10_000, 2.0),
            (20_000, 3.0),
            (WINDOW, 4.0),
            (2 * WINDOW, 5.0),
        ]) + &counter(&[
            (0, 100.0),
            (10_000, 110.0),
            (WINDOW + 5, 120.0),
            (WINDOW + 10_000, 7.0),
        ])),
    );
    compact(case);
    put_all(case, &gauge(&[(2 * WINDOW + 10_000, 6.0), (5_000, 1.5)]));
}

pub(super) fn a_whole_database_is_ok(case: &mut Case) {
    put_all(case, "");
    expect_ok(case, 0);
    some_database(case);
    expect_ok(case, 11);
    compact(case);
    expect_ok(case, 11);
}

pub(super) fn what_another_program_has_written_is_ok(case: &mut Case) {
    case.fixture("packed.db");
    crate::db::expect(case, &["check", "packed.db"], "ok: 3600 samples\n");
}

pub(super) fn after_expiry_a_database_is_ok(case: &mut Case) {
    some_database(case);
    let now = (T0 + 3 * WINDOW).to_string();
    for (raw, samples) in [("4h", 5), ("1h", 2)] {
        let ended = store(case, &["expire", "fleet.db", "--now", &now, "--raw", raw]);
        case.expect_status(&ended, 0);
        expect_ok(case, samples);
    }
}

pub(super) fn a_series_of_another_kind_is_ok(case: &mut Case) {
    some_database(case);
    put_all(
        case,
        &(crate::db::of("load.1m", "counter", &[(2 * WINDOW + 20_000, 7.0)])
            + &crate::db::of(
                "disk.reads",
                "gauge",
                &[(WINDOW + 20_000, 1.7e308), (WINDOW + 20_001, 1.7e308)],
            )),
    );
    expect_ok(case, 14);
    compact(case);
    expect_ok(case, 14);
    let now = (T0 + 3 * WINDOW).to_string();
    let ended = store(case, &["expire", "fleet.db", "--now", &now, "--raw", "4h"]);
    case.expect_status(&ended, 0);
    put_all(case, &gauge(&[(2 * WINDOW + 30_000, 8.0)]));
    expect_ok(case, 9);
}

pub(super) fn each_broken_invariant_is_found(case: &mut Case) {
    let chunk = |case: &mut Case, lines: &str| {
        let ended = case.program("store").args(["encode"]).stdin(lines).run();
        case.expect_status(&ended, 0);
        ended.stdout_text().trim().to_owned()
    };
    let between = chunk(case, &format!("{} 1\n{} 2\n", T0 + 15_000, T0 + 16_000));
    let wide = chunk(case, &format!("{} 4\n{} 5\n", T0 + WINDOW, T0 + 2 * WINDOW));
    let insert = |from: i64, until: i64, data: &str| {
        format!(
            "INSERT INTO chunk (series, from_ms, until_ms, count, data) VALUES (1, {from}, {until}, 2, x'{data}')"
        )
    };
    let first = "the chunk of series 1 from 1800000000000";
    for (statement, place) in [
        (
            "UPDATE chunk SET count = 2 WHERE series = 1 AND from_ms = 1800000000000",
            first,
        ),
        (
            "UPDATE chunk SET until_ms = until_ms + 1 WHERE series = 1 AND from_ms = 1800000000000",
            first,
        ),
        (
            "UPDATE chunk SET from_ms = from_ms - 1 WHERE series = 1 AND from_ms = 1800000000000",
            "the chunk of series 1 from 1799999999999",
        ),
        (
            "UPDATE chunk SET data = x'0100' WHERE series = 1 AND from_ms = 1800000000000",
            first,
        ),
        (
            "UPDATE chunk SET data = x'0100000000000000000000' WHERE series = 1 AND from_ms = 1800000000000",
            first,
        ),
        (
            &insert(T0 + 15_000, T0 + 16_000, &between),
            "the chunk of series 1 from 1800000015000",
        ),
        (
            &format!(
                "DELETE FROM chunk WHERE series = 1 AND from_ms > 1800000000000; {}",
                insert(T0 + WINDOW, T0 + 2 * WINDOW, &wide)
            ),
            "the chunk of series 1 from 1800007200000",
        ),
        ("UPDATE recent SET count = count + 1", "row 1 of recent: "),
        ("UPDATE recent SET from_ms = from_ms + 1", "row 1 of recent: "),
        ("UPDATE recent SET until_ms = until_ms + 1", "row 1 of recent: "),
        (
            "UPDATE recent SET samples = substr(samples, 1, length(samples) - 1)",
            "row 1 of recent: ",
        ),
        (
            "INSERT INTO recent (host, from_ms, until_ms, count, samples) SELECT host, from_ms, until_ms, count, samples FROM recent",
            "series 1: ",
        ),
        (
            "UPDATE minute SET data = x'00' WHERE series = 2 AND from_ms = 1800007200000",
            "the minutes of series 2 from 1800007200000",
        ),
        (
            "DELETE FROM minute WHERE series = 1 AND from_ms = 1800007200000",
            "the minutes of series 1 from 1800007200000",
        ),
        (
            "UPDATE hour SET sum = sum + 1 WHERE series = 2 AND from_ms = 1800007200000",
            "series 2: ",
        ),
        (
            "UPDATE hour SET max = max + 1 WHERE series = 1 AND from_ms = 1800014400000",
            "series 1: ",
        ),
        (
            "DELETE FROM chunk WHERE series = 1 AND from_ms = 1800007200000",
            "minute: series 1 has sums from 1800007200000",
        ),
        (
            "DELETE FROM hour WHERE series = 1 AND from_ms = 1800000000000",
            "series 1: ",
        ),
        ("DELETE FROM series WHERE id = 2", "chunk: series 2 "),
        ("UPDATE series SET kind = 'sum' WHERE id = 2", "series 2: "),
        ("DELETE FROM host", "series: series 1 "),
    ] {
        remove(case);
        some_database(case);
        sql(case, statement);
        let ended = store(case, &["check", "fleet.db"]);
        let text = ended.stdout_text();
        case.expect(
            &ended,
            text.lines().any(|line| line.starts_with(place)) && !text.contains("ok: "),
            &format!("a line that begins with `{place}`, after {statement}"),
            text,
        );
        case.expect_status(&ended, 1);
    }
    // A sample that is recent and in a chunk.
    remove(case);
    put_all(case, &gauge(&[(0, 1.0), (10_000, 2.0)]));
    sql(case, "CREATE TABLE kept AS SELECT * FROM recent");
    compact(case);
    sql(case, "INSERT INTO recent SELECT * FROM kept; DROP TABLE kept");
    let ended = store(case, &["check", "fleet.db"]);
    let text = ended.stdout_text();
    case.expect(
        &ended,
        text.starts_with(first),
        &format!("a line that begins with `{first}`"),
        text,
    );
    case.expect_status(&ended, 1);
}

pub(super) fn a_copy_of_a_database_in_use_is_whole(case: &mut Case) {
    some_database(case);
    let mut running = case
        .program("store")
        .args(["put", &crate::db::database(), "--now", &crate::db::now()])
        .stdin_piped()
        .spawn();
    running.write((gauge(&[(3 * WINDOW, 7.0)]) + "\n").as_bytes());
    running.wait_for_lines(1);
    let ended = store(case, &["backup", "fleet.db", "copy.db"]);
    case.expect_status(&ended, 0);
    let mode = fs::metadata(case.dir().join("copy.db")).map_or(0, |copy| copy.permissions().mode());
    case.expect(
        &ended,
        mode & 0o777 == 0o600,
        "a copy that only its owner can read",
        format!("{mode:o}"),
    );
    running.write((gauge(&[(3 * WINDOW + 1, 8.0)]) + "\n").as_bytes());
    running.wait_for_lines(2);
    let ended = running.wait();
    case.expect_status(&ended, 0);
    crate::db::expect(case, &["check", "copy.db"], "ok: 12 samples\n");
    expect_ok(case, 13);
    // A file that is there stays as it is.
    let ended = store(case, &["backup", "fleet.db", "copy.db"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "copy.db");
    crate::db::expect(case, &["check", "copy.db"], "ok: 12 samples\n");
}

/// Removes the database.
pub(super) fn remove(case: &mut Case) {
    for file in ["fleet.db", "fleet.db-wal", "fleet.db-shm"] {
        let _ = fs::remove_file(case.dir().join(file));
    }
}
