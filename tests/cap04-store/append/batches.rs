//! Batches, acknowledged one by one.

use support::Case;

use crate::db::{T0, expect, expect_put, expect_samples, expect_sql, gauge, line, now, of, put, sql, store};

pub(super) fn samples_are_stored_and_read_back(case: &mut Case) {
    let lines = gauge(&[(0, 0.5), (10_000, 0.75)])
        + &line("web1", "disk.reads", "counter", T0, 900.0)
        + "{\"host\":\"db1\",\"name\":\"filesystem.size\",\"labels\":{\"mount\":\"/\",\"type\":\"ext4\"},\"unit\":\"bytes\",\"time_ms\":1799999999000,\"value\":-1.5e3}\n";
    let ended = put(case, &lines);
    case.snapshot(&ended);
    let ended = store(case, &["series", "fleet.db"]);
    case.snapshot(&ended);
    expect_samples(case, "load.1m", &[(0, 0.5), (10_000, 0.75)]);
    expect_samples(case, "disk.reads", &[(0, 900.0)]);
    let series = "filesystem.size{mount=\"/\",type=\"ext4\"}";
    expect(
        case,
        &["get", "fleet.db", "db1", series],
        "1799999999000\t-1500\n",
    );
    // A range begins with its first moment, and ends before its last one.
    let end = (T0 + 10_000).to_string();
    expect(
        case,
        &[
            "get",
            "fleet.db",
            "web1",
            "load.1m",
            "--from",
            "1800000000000",
            "--to",
            &end,
        ],
        "1800000000000\t0.5\n",
    );
    let ended = store(case, &["get", "fleet.db", "web1", "load.5m"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "load.5m");
}

pub(super) fn an_empty_line_ends_a_batch(case: &mut Case) {
    let lines = gauge(&[(0, 1.0), (1, 2.0)]) + "\n\n" + &gauge(&[(2, 3.0)]) + "\n" + &gauge(&[(3, 4.0)]);
    expect_put(
        case,
        lines.trim_end(),
        "2 stored, 0 repeated, 0 refused\n1 stored, 0 repeated, 0 refused\n1 stored, 0 repeated, 0 refused\n",
    );
    expect_samples(case, "load.1m", &[(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0)]);
    expect_put(case, "", "");
    expect_put(case, "\n\n", "");
}

pub(super) fn batches_are_counted_one_by_one(case: &mut Case) {
    let one = gauge(&[(0, 1.0), (1, 2.0), (0, 3.0)]);
    let two = line("web1", "load.1m", "gauge", -5, 1.0) + &line("web2", "a", "gauge", T0, 1.0);
    expect_put(
        case,
        &(one.clone() + "\n" + &one + "\n" + &two),
        "2 stored, 1 repeated, 0 refused\n0 stored, 3 repeated, 0 refused\n1 stored, 0 repeated, 1 refused\n",
    );
}

pub(super) fn a_batch_that_comes_again_changes_nothing(case: &mut Case) {
    let batch = gauge(&[(0, 1.0), (10_000, 2.0), (20_000, 3.0)]) + &of("b", "counter", &[(0, 7.0)]);
    // Within one run, in which it is remembered, and in the next one, in which it is not.
    let twice = batch.clone() + "\n" + &batch;
    expect_put(
        case,
        &twice,
        "4 stored, 0 repeated, 0 refused\n0 stored, 4 repeated, 0 refused\n",
    );
    let more = batch + &gauge(&[(30_000, 4.0)]);
    expect_put(case, &more, "1 stored, 4 repeated, 0 refused\n");
    expect_samples(
        case,
        "load.1m",
        &[(0, 1.0), (10_000, 2.0), (20_000, 3.0), (30_000, 4.0)],
    );
    expect_samples(case, "b", &[(0, 7.0)]);
    expect_sql(case, "SELECT sum(count) FROM recent", "5\n");
}

pub(super) fn of_two_samples_of_a_moment_the_first_stays(case: &mut Case) {
    let lines = gauge(&[(0, 1.0), (0, 2.0), (5, 3.0)]) + "\n" + &gauge(&[(5, 9.0), (0, 9.0)]);
    expect_put(
        case,
        &lines,
        "2 stored, 1 repeated, 0 refused\n0 stored, 2 repeated, 0 refused\n",
    );
    expect_samples(case, "load.1m", &[(0, 1.0), (5, 3.0)]);
}

pub(super) fn a_sample_that_is_late_is_in_its_place(case: &mut Case) {
    let lines =
        gauge(&[(50_000, 6.0), (10_000, 2.0)]) + "\n" + &gauge(&[(30_000, 4.0), (0, 1.0), (40_000, 5.0)]);
    expect_put(
        case,
        &lines,
        "2 stored, 0 repeated, 0 refused\n3 stored, 0 repeated, 0 refused\n",
    );
    expect_put(
        case,
        &gauge(&[(20_000, 3.0), (30_000, 9.0)]),
        "1 stored, 1 repeated, 0 refused\n",
    );
    expect_samples(
        case,
        "load.1m",
        &[
            (0, 1.0),
            (10_000, 2.0),
            (20_000, 3.0),
            (30_000, 4.0),
            (40_000, 5.0),
            (50_000, 6.0),
        ],
    );
}

pub(super) fn labels_make_a_series_whatever_their_order(case: &mut Case) {
    let labelled = |labels: &str, value: u32| {
        format!(
            "{{\"host\":\"web1\",\"name\":\"a\",\"labels\":{labels},\"time_ms\":{T0},\"value\":{value}}}\n"
        )
    };
    let lines = labelled("{}", 1)
        + &labelled(r#"{"x":"1","y":"2"}"#, 2)
        + &labelled(r#"{"y":"2","x":"1"}"#, 3)
        + &labelled(r#"{"x":"2","y":"1"}"#, 4)
        + &line("web2", "a", "gauge", T0, 5.0);
    expect_put(case, &lines, "4 stored, 1 repeated, 0 refused\n");
    expect_samples(case, "a", &[(0, 1.0)]);
    expect_samples(case, r#"a{x="1",y="2"}"#, &[(0, 2.0)]);
    expect_samples(case, r#"a{x="2",y="1"}"#, &[(0, 4.0)]);
    expect(case, &["get", "fleet.db", "web2", "a"], "1800000000000\t5\n");
}

pub(super) fn a_line_that_is_no_sample_ends_it_and_its_batch_is_not_stored(case: &mut Case) {
    for (number, wrong) in [
        "not json",
        "{\"host\":\"web1\"}",
        "{\"host\":\"web1\",\"name\":\"a\",\"time_ms\":1.5,\"value\":1}",
        "{\"host\":\"web1\",\"name\":\"a\",\"time_ms\":1,\"value\":1,\"kind\":\"sum\"}",
        "{\"host\":\"web1\",\"name\":\"a\",\"time_ms\":1,\"value\":1,\"more\":1}",
        "[]",
    ]
    .iter()
    .enumerate()
    {
        let lines = gauge(&[(number as i64, 1.0)]) + "\n" + &gauge(&[(1_000_000, 2.0)]) + wrong + "\n";
        let ended = put(case, &lines);
        case.expect_stdout(&ended, "1 stored, 0 repeated, 0 refused\n");
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, "line 4");
    }
    let stored: Vec<(i64, f64)> = (0..6).map(|after| (after, 1.0)).collect();
    expect_samples(case, "load.1m", &stored);
}

pub(super) fn nothing_is_acknowledged_that_is_not_stored(case: &mut Case) {
    expect_put(case, &gauge(&[(0, 1.0)]), "1 stored, 0 repeated, 0 refused\n");
    sql(
        case,
        "CREATE TRIGGER full BEFORE INSERT ON recent BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    let ended = put(case, &gauge(&[(1, 2.0)]));
    case.expect_stdout(&ended, "");
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "fleet.db");
    expect_samples(case, "load.1m", &[(0, 1.0)]);
}

pub(super) fn a_batch_that_fails_leaves_nothing_behind(case: &mut Case) {
    expect_put(case, &gauge(&[(0, 1.0)]), "1 stored, 0 repeated, 0 refused\n");
    sql(
        case,
        "CREATE TRIGGER full BEFORE INSERT ON host WHEN NEW.name = 'web3' BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    let batch =
        gauge(&[(1, 2.0)]) + &line("web2", "a", "gauge", T0, 1.0) + &line("web3", "a", "gauge", T0, 1.0);
    let ended = put(case, &batch);
    case.expect_stdout(&ended, "");
    case.expect_status(&ended, 1);
    expect_samples(case, "load.1m", &[(0, 1.0)]);
    expect_sql(case, "SELECT name FROM host", "web1\n");
    expect_sql(case, "SELECT name FROM series", "load.1m\n");
    sql(case, "DROP TRIGGER full");
    expect_put(case, &batch, "3 stored, 0 repeated, 0 refused\n");
}

pub(super) fn an_acknowledged_batch_can_be_read_while_the_next_one_is_written(case: &mut Case) {
    let mut running = case
        .program("store")
        .args(["put", &crate::db::database(), "--now", &now()])
        .stdin_piped()
        .spawn();
    running.write((gauge(&[(0, 1.0), (1, 2.0)]) + "\n").as_bytes());
    running.wait_for_lines(1);
    expect_samples(case, "load.1m", &[(0, 1.0), (1, 2.0)]);
    // Half a batch: nobody was told of it, and nobody sees it.
    running.write(gauge(&[(2, 3.0)]).as_bytes());
    expect_samples(case, "load.1m", &[(0, 1.0), (1, 2.0)]);
    running.write(b"\n");
    running.wait_for_lines(2);
    expect_samples(case, "load.1m", &[(0, 1.0), (1, 2.0), (2, 3.0)]);
    let ended = running.wait();
    case.expect_status(&ended, 0);
}

pub(super) fn a_batch_is_one_row_for_each_host(case: &mut Case) {
    let batch = gauge(&[(0, 1.0), (5, 2.0)])
        + &of("b", "counter", &[(0, 7.0), (20, 8.0)])
        + &line("web2", "a", "gauge", T0 + 1, 1.0);
    expect_put(case, &batch, "5 stored, 0 repeated, 0 refused\n");
    expect_sql(
        case,
        "SELECT host.name, count, from_ms - 1800000000000, until_ms - 1800000000000 FROM recent JOIN host ON host.id = host ORDER BY 1",
        "web1|4|0|20\nweb2|1|1|1\n",
    );
    expect_put(case, &batch, "0 stored, 5 repeated, 0 refused\n");
    expect_sql(case, "SELECT count(*) FROM recent", "2\n");
}

pub(super) fn what_a_batch_that_failed_had_told_is_forgotten(case: &mut Case) {
    expect_put(case, &gauge(&[(0, 1.0)]), "1 stored, 0 repeated, 0 refused\n");
    sql(
        case,
        "CREATE TRIGGER full BEFORE INSERT ON host WHEN NEW.name = 'web3' BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    let mine = gauge(&[(1, 2.0)]) + &of("new", "gauge", &[(1, 3.0)]);
    // The first batch fails at its last host, with a series and two samples of `web1` before. The same program goes on with these.
    let lines = mine.clone()
        + &line("web3", "a", "gauge", T0, 1.0)
        + "\n"
        + &of("other", "gauge", &[(1, 5.0)])
        + &mine;
    let ended = case
        .program("store")
        .args(["put", &crate::db::database(), "--go-on", "--now", &now()])
        .stdin(lines)
        .run();
    case.expect_stdout(&ended, "3 stored, 0 repeated, 0 refused\n");
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "fleet.db");
    expect_samples(case, "load.1m", &[(0, 1.0), (1, 2.0)]);
    expect_samples(case, "new", &[(1, 3.0)]);
    expect_samples(case, "other", &[(1, 5.0)]);
}
