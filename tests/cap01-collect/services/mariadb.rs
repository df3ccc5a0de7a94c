//! The real MariaDB.

use std::collections::BTreeMap;

use support::{Case, Ended, MariaDb, MariaDbServer};

use super::mysql::write_options;
use super::{expect_quick, value};
use crate::host::{expect_faults, expect_readings, put};

/// Asks the server as `root`, who needs no password.
fn read(case: &mut Case, server: &MariaDbServer) -> Ended {
    let options = format!("[client]\nuser = root\nsocket = {}\n", server.socket());
    write_options(case, &options);
    let ended = case
        .program("collect")
        .args(["--root", "host", "--mysql", "mysql.cnf"])
        .run();
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
    ended
}

pub(super) fn the_real_mariadb_says_what_its_own_client_shows(case: &mut Case) {
    put(case, &[("proc/loadavg", "0.5\n")]);
    let server = case.mariadb(MariaDb::new());
    let shown = server
        .client(case)
        .args(["-N", "-B", "-e", "SHOW GLOBAL STATUS"])
        .run()
        .stdout_text();
    let shown: BTreeMap<&str, f64> = shown
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(name, value)| Some((name, value.parse().ok()?)))
        .collect();
    let ended = read(case, &server);
    let listed = case
        .program("collect")
        .args([
            "--root",
            "host",
            "--json",
            "--mysql",
            "mysql.cnf",
            "--metric",
            "mysql",
        ])
        .run();
    let mut compared = 0;
    for line in listed.stdout_text().lines() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        let text = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
        let source = text("source");
        let Some(before) = source
            .strip_prefix("SHOW GLOBAL STATUS, ")
            .and_then(|name| shown.get(name))
        else {
            continue;
        };
        let now = value(&ended, &text("name"));
        compared += 1;
        // What counts has grown by what this case has done since, and some of it moves by itself.
        let most = before + if text("unit") == "bytes" { 1e7 } else { 2000.0 };
        let counts = text("kind") == "counter";
        case.expect(
            &ended,
            now.is_finite() && (!counts || (*before..=most).contains(&now)),
            &format!(
                "{} of about {before}, which MariaDB's own client has shown",
                text("name")
            ),
            now,
        );
    }
    case.expect(
        &ended,
        compared >= 30,
        "30 variables at least that both show",
        compared,
    );
    // It runs, and says nothing: that costs a second. Then it is gone.
    server.freeze();
    let frozen = case
        .program("collect")
        .args(["--root", "host", "--mysql", "mysql.cnf"])
        .run();
    server.thaw();
    let down = "load.1m 0.5 count
         mysql.up 0 count";
    expect_faults(case, &frozen, down, &["mysql at mariadb/data/socket: "]);
    expect_quick(case, &frozen);
    server.stop();
    let gone = case
        .program("collect")
        .args(["--root", "host", "--mysql", "mysql.cnf"])
        .run();
    expect_readings(case, &gone, down);
}

pub(super) fn statements_to_the_real_mariadb_are_counted(case: &mut Case) {
    put(case, &[("proc/loadavg", "0.5\n")]);
    let server = case.mariadb(
        MariaDb::new()
            .sql("CREATE DATABASE shop")
            .sql("CREATE TABLE shop.things (id INT PRIMARY KEY) ENGINE=InnoDB"),
    );
    let before = read(case, &server);
    let inserts: String = (0..13)
        .map(|id| format!("INSERT INTO shop.things VALUES ({id});"))
        .collect();
    server.run(
        case,
        &format!("{inserts} SELECT * FROM shop.things; SELECT 1; UPDATE shop.things SET id = 99 WHERE id = 1; DELETE FROM shop.things; COMMIT;"),
    );
    let after = read(case, &server);
    // The client sends statements one by one: thirteen, two, three and the question itself, with what a client sends of its own.
    for (name, least, most) in [
        ("mysql.inserts", 13.0, 13.0),
        ("mysql.selects", 2.0, 2.0),
        ("mysql.updates", 1.0, 1.0),
        ("mysql.deletes", 1.0, 1.0),
        ("mysql.commits", 1.0, 1.0),
        ("mysql.rollbacks", 0.0, 0.0),
        ("mysql.queries", 19.0, 25.0),
        ("mysql.questions", 19.0, 25.0),
        ("mysql.connections", 2.0, 2.0),
        // Whoever goes without a good-bye is one that was lost.
        ("mysql.clients_lost", 0.0, 0.0),
        ("mysql.connections_failed", 0.0, 0.0),
    ] {
        let grown = value(&after, name) - value(&before, name);
        case.expect(
            &after,
            (least..=most).contains(&grown),
            &format!("{name} that has grown by {least} to {most}"),
            grown,
        );
    }
    let sent = value(&after, "mysql.sent_bytes") - value(&before, "mysql.sent_bytes");
    case.expect(
        &after,
        sent > 10_000.0,
        "the bytes of the first answer in mysql.sent_bytes",
        sent,
    );
}

pub(super) fn a_password_is_proved_to_the_real_mariadb(case: &mut Case) {
    put(case, &[("proc/loadavg", "0.5\n")]);
    // The second is asked for another plugin first, and so with a second salt.
    let server = case.mariadb(
        MariaDb::new()
            .sql("CREATE USER first@localhost IDENTIFIED BY 'pass word'")
            .sql("CREATE USER second@localhost IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('pass word')")
            .sql("CREATE USER open@localhost IDENTIFIED BY ''"),
    );
    let up = |up: u8| format!("load.1m 0.5 count\nmysql.up {up} count");
    for (user, password, is_right) in [
        ("first", "pass word", true),
        ("second", "pass word", true),
        ("first", "\"pass word\"", true),
        ("open", "", true),
        ("first", "pass words", false),
        ("first", "", false),
        ("second", "hunter2", false),
        ("nobody", "pass word", false),
    ] {
        let options = format!(
            "[client]\nuser = {user}\npassword = {password}\nsocket = {}\n",
            server.socket()
        );
        write_options(case, &options);
        let ended = case
            .program("collect")
            .args(["--root", "host", "--mysql", "mysql.cnf"])
            .args(["--metric", "load", "--metric", "mysql.up"])
            .run();
        match is_right {
            true => {
                let text = ended.stdout_text();
                case.expect(
                    &ended,
                    text.contains("mysql.up\t1\tcount\n"),
                    &format!("that {user} is let in"),
                    format!("{text}{}", ended.stderr_text()),
                );
                case.expect_quiet(&ended);
            }
            false => {
                expect_faults(case, &ended, &up(0), &["it answers error 1"]);
                let said = ended.stderr_text();
                case.expect(
                    &ended,
                    !said.contains("hunter2") && !said.contains("pass word"),
                    "a message without the password",
                    &said,
                );
            }
        }
    }
    let one = value(&read(case, &server), "mysql.connections_failed");
    let ended = read(case, &server);
    case.expect(
        &ended,
        one >= 4.0,
        "mysql.connections_failed of 4 at least, since four were refused",
        one,
    );
}
