//! Databases: what is put into them and what is asked of them.

use std::cell::RefCell;

use support::{Case, Ended, MariaDb};

/// The beginning of a window (and of a day): 2027-01-15 08:00 UTC.
pub(crate) const T0: i64 = 1_800_000_000_000;

/// The length of a window.
pub(crate) const WINDOW: i64 = 7_200_000;

/// One sample, as `put` reads it.
pub(crate) fn line(host: &str, name: &str, kind: &str, time_ms: i64, value: f64) -> String {
    format!(
        "{{\"host\":\"{host}\",\"name\":\"{name}\",\"kind\":\"{kind}\",\"time_ms\":{time_ms},\"value\":{value:?}}}\n"
    )
}

/// Samples of the gauge `load.1m` of `web1`, at times behind [`T0`] in milliseconds.
pub(crate) fn gauge(samples: &[(i64, f64)]) -> String {
    of("load.1m", "gauge", samples)
}

/// Samples of the counter `disk.reads` of `web1`.
pub(crate) fn counter(samples: &[(i64, f64)]) -> String {
    of("disk.reads", "counter", samples)
}

pub(crate) fn of(name: &str, kind: &str, samples: &[(i64, f64)]) -> String {
    samples
        .iter()
        .map(|(after, value)| line("web1", name, kind, T0 + after, *value))
        .collect()
}

thread_local! {
    /// The database of MariaDB that takes the place of `fleet.db`, and its address.
    static SERVED: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
}

/// Returns what names the database: `fleet.db`, or an address of MariaDB.
pub(crate) fn database() -> String {
    SERVED.with_borrow(|served| match served {
        Some((_, address)) => address.clone(),
        None => "fleet.db".to_owned(),
    })
}

/// Does what other cases do, with MariaDB in the place of SQLite: each in a database of its own.
pub(crate) fn in_mariadb(case: &mut Case, cases: &[fn(&mut Case)]) {
    let durable = MariaDb::new().option("--innodb-flush-log-at-trx-commit=1");
    let server = case.mariadb(durable);
    for (n, run) in cases.iter().enumerate() {
        let name = format!("fleet{n}");
        server.run(case, &format!("CREATE DATABASE {name}"));
        let address = format!("mysql://root@localhost/{name}?socket={}", server.socket());
        SERVED.set(Some((name, address)));
        run(case);
    }
    SERVED.set(None);
}

/// Runs `store` with arguments and nothing to read.
pub(crate) fn store(case: &mut Case, args: &[&str]) -> Ended {
    let database = database();
    let args = args.iter().map(|arg| match *arg {
        "fleet.db" => database.as_str(),
        other => other,
    });
    case.program("store").args(args).run()
}

/// The moment that cases say it is: half a day behind [`T0`].
pub(crate) fn now() -> String {
    (T0 + 12 * 3_600_000).to_string()
}

/// Puts lines into `fleet.db` at that moment.
pub(crate) fn put(case: &mut Case, lines: &str) -> Ended {
    case.program("store")
        .args(["put", &database(), "--now", &now()])
        .stdin(lines)
        .run()
}

/// Puts lines, and expects what becomes of the batches.
pub(crate) fn expect_put(case: &mut Case, lines: &str, expected: &str) {
    let ended = put(case, lines);
    case.expect_stdout(&ended, expected);
    case.expect_status(&ended, 0);
}

/// Puts lines that are all new.
pub(crate) fn put_all(case: &mut Case, lines: &str) {
    let count = lines.lines().filter(|line| !line.is_empty()).count();
    let ended = put(case, lines);
    case.expect_status(&ended, 0);
    let stored: usize = ended
        .stdout_text()
        .lines()
        .filter_map(|line| line.split(' ').next()?.parse::<usize>().ok())
        .sum();
    case.expect(
        &ended,
        stored == count,
        &format!("{count} samples stored"),
        ended.stdout_text(),
    );
}

/// Packs what is recent.
pub(crate) fn compact(case: &mut Case) {
    let ended = store(case, &["compact", "fleet.db"]);
    case.expect_status(&ended, 0);
}

/// Expects what a command prints of `fleet.db`.
pub(crate) fn expect(case: &mut Case, args: &[&str], expected: &str) -> Ended {
    let ended = store(case, args);
    case.expect_stdout(&ended, expected);
    case.expect_status(&ended, 0);
    ended
}

/// Expects the samples of a series of `web1`, at times behind [`T0`].
pub(crate) fn expect_samples(case: &mut Case, series: &str, samples: &[(i64, f64)]) {
    let expected: String = samples
        .iter()
        .map(|(after, value)| format!("{}\t{value}\n", T0 + after))
        .collect();
    expect(case, &["get", "fleet.db", "web1", series], &expected);
}

/// Expects a line that `info` prints of `fleet.db`.
pub(crate) fn expect_info(case: &mut Case, line: &str) {
    let ended = store(case, &["info", "fleet.db"]);
    let text = ended.stdout_text();
    case.expect(
        &ended,
        text.lines().any(|found| found == line),
        &format!("the line `{line}`"),
        text,
    );
}

/// Returns how many samples `info` says are recent.
pub(crate) fn recent(case: &mut Case) -> usize {
    let ended = store(case, &["info", "fleet.db"]);
    let text = ended.stdout_text();
    let count = text.lines().find_map(|line| {
        line.strip_prefix("recent")?
            .trim()
            .split(' ')
            .next()?
            .parse()
            .ok()
    });
    case.expect(
        &ended,
        count.is_some(),
        "a line `recent          N samples in N rows`",
        text,
    );
    count.unwrap_or_default()
}

/// Runs a statement in `fleet.db` with `sqlite3`, and returns what that prints.
pub(crate) fn sql(case: &mut Case, statement: &str) -> Ended {
    if let Some((name, _)) = SERVED.with_borrow(Clone::clone) {
        let ended = case
            .peer("mariadb", "mariadb-client-core")
            .args(["--no-defaults", "--socket=mariadb/data/socket", "--user=root"])
            .args(["--skip-column-names", "--batch", &name, "-e", statement])
            .run();
        case.expect_status(&ended, 0);
        return ended;
    }
    let ended = case
        .peer("sqlite3", "sqlite3")
        .args(["-batch", "-bail", "fleet.db", statement])
        .run();
    case.expect_status(&ended, 0);
    ended
}

/// Expects what `sqlite3` prints.
pub(crate) fn expect_sql(case: &mut Case, statement: &str, expected: &str) {
    let ended = sql(case, statement);
    // MariaDB's client puts tabs between columns, and writes whole numbers without a point.
    let is_served = SERVED.with_borrow(Option::is_some);
    match is_served {
        true => {
            let expected = expected.replace('|', "\t");
            let expected = expected.replace(".0\t", "\t").replace(".0\n", "\n");
            case.expect_stdout(&ended, expected);
        }
        false => case.expect_stdout(&ended, expected),
    }
}
