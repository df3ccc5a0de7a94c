//! What a store promises, whichever database it is in. What includes this says with `Place` where that is.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use collect::{Kind, Labels, Unit};
use store::{
    Appended, Batch, Error, Host, HostId, Location, Point, Reader, Retention, Sample, Series, SeriesId,
    Store, Value, Writer,
};

use crate::Place;

pub(crate) fn sample(name: &str, time_ms: i64, value: f64) -> Sample {
    Sample {
        name: name.into(),
        labels: Labels::none(),
        kind: Kind::Gauge,
        unit: Unit::Count,
        time_ms,
        value,
    }
}

fn counter(time_ms: i64, value: f64) -> Sample {
    Sample {
        kind: Kind::Counter,
        ..sample("disk.reads", time_ms, value)
    }
}

pub(crate) fn batch(host: &str, samples: Vec<Sample>) -> Batch {
    Batch {
        host: host.into(),
        received_ms: 1_000,
        samples,
    }
}

fn only_series(reader: &Reader) -> Series {
    let [host] = &reader.hosts().unwrap()[..] else {
        panic!("there is one host")
    };
    let [series] = &reader.series(host.id).unwrap()[..] else {
        panic!("there is one series")
    };
    series.clone()
}

fn point(time_ms: i64, min: f64, max: f64, avg: f64, count: u64) -> Point {
    Point {
        time_ms,
        min,
        max,
        avg,
        count,
    }
}

const STEP: Duration = Duration::from_secs(10);

#[test]
fn what_is_appended_is_read_by_steps_with_gaps() {
    let place = Place::new();
    let mut store = Store::open(place.at()).unwrap();
    let samples = [(0, 1.0), (5_000, 3.0), (10_000, 7.0), (40_000, 2.0)]
        .map(|(time, value)| sample("load.1m", time, value));
    store.append(&[batch("web1", samples.to_vec())]).unwrap();
    let reader = Reader::open(place.at()).unwrap();
    let series = only_series(&reader);
    assert_eq!(
        (series.name.as_str(), series.kind, series.unit),
        ("load.1m", Kind::Gauge, Unit::Count)
    );
    for (from_ms, to_ms, expected) in [
        (
            0,
            60_000,
            vec![
                point(0, 1.0, 3.0, 2.0, 2),
                point(10_000, 7.0, 7.0, 7.0, 1),
                point(40_000, 2.0, 2.0, 2.0, 1),
            ],
        ),
        (0, 10_000, vec![point(0, 1.0, 3.0, 2.0, 2)]),
        (
            5_000,
            10_001,
            vec![point(0, 3.0, 3.0, 3.0, 1), point(10_000, 7.0, 7.0, 7.0, 1)],
        ),
        (50_000, 60_000, vec![]),
        (60_000, 0, vec![]),
        (i64::MIN, 1, vec![point(0, 1.0, 1.0, 1.0, 1)]),
    ] {
        assert_eq!(
            reader.range(series.id, from_ms, to_ms, STEP).unwrap(),
            expected,
            "{from_ms} to {to_ms}"
        );
    }
    assert_eq!(
        reader.last(series.id).unwrap(),
        Some(Value {
            time_ms: 40_000,
            value: 2.0
        })
    );
    assert_eq!(reader.one(series.id).unwrap(), Some(series));
    assert_eq!(reader.one(SeriesId(99)).unwrap(), None);
    assert_eq!(reader.last(SeriesId(99)).unwrap(), None);
    assert_eq!(reader.host(HostId(99)).unwrap(), None);
}

#[test]
fn a_rate_goes_on_over_the_edge_of_a_range_and_over_a_counter_that_begins_anew() {
    let place = Place::new();
    let mut store = Store::open(place.at()).unwrap();
    let samples = [
        (0, 100.0),
        (10_000, 200.0),
        (15_000, 300.0),
        (20_000, 50.0),
        (60_000, 90.0),
    ];
    store
        .append(&[batch(
            "web1",
            samples.map(|(time, value)| counter(time, value)).to_vec(),
        )])
        .unwrap();
    let reader = Reader::open(place.at()).unwrap();
    let id = only_series(&reader).id;
    let all = vec![
        point(10_000, 10.0, 20.0, 40.0 / 3.0, 2),
        // 300 to 50: it has counted 50 since it began.
        point(20_000, 10.0, 10.0, 10.0, 1),
        point(60_000, 1.0, 1.0, 1.0, 1),
    ];
    let found = reader.rate(id, 0, 100_000, STEP).unwrap();
    assert_eq!(found.len(), all.len());
    for (found, expected) in found.iter().zip(&all) {
        assert!((found.avg - expected.avg).abs() < 1e-9, "{found:?}");
        assert_eq!(
            Point {
                avg: expected.avg,
                ..*found
            },
            *expected
        );
    }
    assert_eq!(reader.rate(id, 20_000, 30_000, STEP).unwrap(), all[1..2]);
    assert_eq!(
        reader.last_rate(id).unwrap(),
        Some(Value {
            time_ms: 60_000,
            value: 1.0
        })
    );
}

#[test]
fn a_batch_that_comes_again_changes_nothing() {
    let place = Place::new();
    let mut store = Store::open(place.at()).unwrap();
    let first = batch("web1", vec![sample("a.b", 0, 1.0), sample("a.b", 1, 2.0)]);
    let again = batch(
        "web1",
        vec![
            sample("a.b", 0, 9.0),
            sample("a.b", 1, 9.0),
            sample("a.b", 2, 3.0),
        ],
    );
    let done = store.append(&[first, again]).unwrap();
    let expected = [
        Appended {
            stored: 2,
            repeated: 0,
            refused: 0,
        },
        Appended {
            stored: 1,
            repeated: 2,
            refused: 0,
        },
    ];
    assert_eq!(done, expected);
    let reader = Reader::open(place.at()).unwrap();
    let points = reader
        .range(only_series(&reader).id, 0, 10, Duration::from_millis(1))
        .unwrap();
    assert_eq!(
        points.iter().map(|point| point.avg).collect::<Vec<_>>(),
        [1.0, 2.0, 3.0]
    );
}

#[test]
fn what_is_no_value_is_counted_and_left_out() {
    let place = Place::new();
    let mut store = Store::open(place.at()).unwrap();
    let long = "x".repeat(256);
    let labels = Labels::one("cgroup", &"x".repeat(5000));
    let samples = vec![
        sample("a.b", 0, f64::NAN),
        sample("a.b", 0, f64::INFINITY),
        sample("a.b", -1, 1.0),
        sample("a.b", i64::MAX, 1.0),
        sample("", 0, 1.0),
        sample(&long, 0, 1.0),
        Sample {
            labels,
            ..sample("a.b", 0, 1.0)
        },
        sample("a.b", 0, 1.0),
    ];
    let done = store.append(&[batch("web1", samples)]).unwrap();
    assert_eq!(
        done,
        [Appended {
            stored: 1,
            repeated: 0,
            refused: 7
        }]
    );
}

#[test]
fn a_host_has_so_many_series_and_no_more() {
    let place = Place::new();
    let mut store = Store::open(place.at()).unwrap();
    let many = (0..10_005).map(|n| Sample {
        labels: Labels::one("n", &n.to_string()),
        ..sample("a.b", 0, 1.0)
    });
    let done = store
        .append(&[
            batch("web1", many.collect()),
            batch("web2", vec![sample("a.b", 0, 1.0)]),
        ])
        .unwrap();
    assert_eq!(
        done[0],
        Appended {
            stored: 10_000,
            repeated: 0,
            refused: 5
        }
    );
    assert_eq!(done[1].stored, 1);
    drop(store);
    // What is remembered from one run to the next is the same.
    let mut store = Store::open(place.at()).unwrap();
    let known = Sample {
        labels: Labels::one("n", "7"),
        ..sample("a.b", 1, 1.0)
    };
    let done = store
        .append(&[batch("web1", vec![known, sample("c.d", 1, 1.0)])])
        .unwrap();
    assert_eq!(
        done,
        [Appended {
            stored: 1,
            repeated: 0,
            refused: 1
        }]
    );
}

#[test]
fn names_may_be_sql_markup_paths_or_anything() {
    let place = Place::new();
    let mut store = Store::open(place.at()).unwrap();
    let names = [
        "'; DROP TABLE sample; --",
        "\" OR 1=1",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "%_?1",
        "null\0inside",
        "\u{202e}gnp.exe",
        "日本",
    ];
    for name in names {
        let labels = [(name, name), ("a", "\"},{\"")].into_iter().collect();
        let sample = Sample {
            labels,
            ..sample(name, 5, 1.0)
        };
        store.append(&[batch(name, vec![sample])]).unwrap();
    }
    let reader = Reader::open(place.at()).unwrap();
    let hosts = reader.hosts().unwrap();
    assert_eq!(hosts.len(), names.len());
    for name in names {
        let host = hosts.iter().find(|host| host.name == name).unwrap();
        let [series] = &reader.series(host.id).unwrap()[..] else {
            panic!("{name} has one series")
        };
        assert_eq!(
            (series.name.as_str(), series.labels.get(name)),
            (name, Some(name))
        );
        assert_eq!(reader.last(series.id).unwrap().map(|last| last.value), Some(1.0));
        assert_eq!(reader.group(host.id, name).unwrap(), [], "a group is no pattern");
    }
}

#[test]
fn a_group_is_the_names_before_a_point() {
    let place = Place::new();
    let mut store = Store::open(place.at()).unwrap();
    let samples =
        ["cpu.user", "cpu.idle", "cpu", "cpufreq.now", "cp.u", "cpu/x"].map(|name| sample(name, 0, 1.0));
    store.append(&[batch("web1", samples.to_vec())]).unwrap();
    let reader = Reader::open(place.at()).unwrap();
    let found = reader.group(reader.hosts().unwrap()[0].id, "cpu").unwrap();
    assert_eq!(
        found
            .iter()
            .map(|series| series.name.as_str())
            .collect::<Vec<_>>(),
        ["cpu.idle", "cpu.user"]
    );
}

#[test]
fn a_series_may_come_to_mean_something_else() {
    let place = Place::new();
    let mut store = Store::open(place.at()).unwrap();
    let changed = Sample {
        kind: Kind::Counter,
        unit: Unit::Bytes,
        ..sample("a.b", 2, 1.0)
    };
    store
        .append(&[batch("web1", vec![sample("a.b", 1, 1.0), changed])])
        .unwrap();
    let series = only_series(&Reader::open(place.at()).unwrap());
    assert_eq!((series.kind, series.unit), (Kind::Counter, Unit::Bytes));
}

#[test]
fn what_is_coarser_is_kept_as_long_whatever_is_said() {
    let place = Place::new();
    let mut store = Store::open(place.at()).unwrap();
    store
        .append(&[batch("web1", vec![sample("a.b", 1, 1.0), sample("a.b", 2, 3.0)])])
        .unwrap();
    store.compact().unwrap();
    let hour = Duration::from_secs(3600);
    let retention = Retention {
        raw: hour * 24,
        minutes: hour,
        hours: Duration::ZERO,
    };
    let expired = store.expire(20 * 3_600_000, &retention).unwrap();
    assert_eq!((expired.chunks, expired.minutes, expired.hours), (0, 0, 0));
    let reader = Reader::open(place.at()).unwrap();
    let points = reader.range(only_series(&reader).id, 0, 60_000, hour).unwrap();
    assert_eq!(points, [point(0, 1.0, 3.0, 2.0, 2)]);
    let expired = store.expire(26 * 3_600_000, &retention).unwrap();
    assert_eq!((expired.chunks, expired.minutes, expired.hours), (1, 1, 1));
}

#[test]
fn a_host_is_down_after_three_intervals() {
    let host = Host {
        id: HostId(1),
        name: "web1".into(),
        first_ms: 0,
        seen_ms: 10_000,
    };
    for (now_ms, expected) in [
        (0, false),
        (10_000, false),
        (40_000, false),
        (40_001, true),
        (i64::MAX, true),
        (i64::MIN, false),
    ] {
        assert_eq!(host.is_down(now_ms, STEP), expected, "{now_ms}");
    }
}

#[test]
fn seen_is_when_it_arrived_and_never_goes_back() {
    let place = Place::new();
    let mut store = Store::open(place.at()).unwrap();
    for received_ms in [5_000, 9_000, 7_000] {
        store
            .append(&[Batch {
                received_ms,
                ..batch("web1", vec![])
            }])
            .unwrap();
    }
    let host = Reader::open(place.at()).unwrap().hosts().unwrap().remove(0);
    assert_eq!((host.first_ms, host.seen_ms), (5_000, 9_000));
}

#[test]
fn a_transaction_that_fails_leaves_nothing_and_the_next_one_is_kept() {
    let place = Place::new();
    let writer = Writer::start(Store::open(place.at()).unwrap(), |_| ()).unwrap();
    let append = |batch| {
        let (done, told) = mpsc::channel();
        writer
            .append(batch, move |result| done.send(result).unwrap())
            .unwrap();
        told.recv().unwrap()
    };
    place.refuse_series("a.c");
    let unlucky = batch("web1", vec![sample("a.b", 1, 1.0), sample("a.c", 1, 13.0)]);
    let error = append(unlucky.clone()).unwrap_err();
    assert!(
        matches!(&*error, Error::Write { path, .. } if path.display().to_string() == place.at().to_string()),
        "{error}"
    );
    let reader = Reader::open(place.at()).unwrap();
    assert_eq!(reader.hosts().unwrap(), []);

    place.refuse_nothing();
    // The numbers that the failed one had given are given again, and to others.
    assert_eq!(
        append(batch("web2", vec![sample("x.y", 1, 5.0)])).unwrap().stored,
        1
    );
    assert_eq!(append(unlucky).unwrap().stored, 2);
    for host in reader.hosts().unwrap() {
        let series = reader.series(host.id).unwrap();
        let values: Vec<_> = series
            .iter()
            .map(|series| reader.last(series.id).unwrap().unwrap().value)
            .collect();
        assert_eq!(
            values,
            if host.name == "web1" {
                vec![1.0, 13.0]
            } else {
                vec![5.0]
            }
        );
    }
}

#[test]
fn two_readers_see_whole_transactions_while_a_writer_writes() {
    let place = Place::new();
    let mut store = Store::open(place.at()).unwrap();
    store
        .append(&[batch("web1", vec![sample("a.b", 0, 0.0), sample("a.c", 0, 0.0)])])
        .unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let (path, over) = (place.at(), Arc::clone(&over));
            thread::spawn(move || {
                let reader = Reader::open(&path).unwrap();
                let [one, other] = &reader.series(reader.hosts().unwrap()[0].id).unwrap()[..] else {
                    panic!()
                };
                let (mut looks, mut before) = (0, 0);
                while !over.load(Ordering::Relaxed) || looks == 0 {
                    // The second is written in the same transaction, and asked about later: it has as much, or more.
                    let count = |id| {
                        reader
                            .range(id, 0, i64::MAX, Duration::MAX)
                            .unwrap()
                            .iter()
                            .map(|point| point.count)
                            .sum::<u64>()
                    };
                    let (first, second) = (count(one.id), count(other.id));
                    assert!(before <= first && first <= second, "{before} {first} {second}");
                    before = first;
                    looks += 1;
                }
                before
            })
        })
        .collect();
    for time_ms in 1..500 {
        store
            .append(&[batch(
                "web1",
                vec![sample("a.b", time_ms, 0.0), sample("a.c", time_ms, 0.0)],
            )])
            .unwrap();
    }
    over.store(true, Ordering::Relaxed);
    for reader in readers {
        assert!(reader.join().unwrap() <= 500);
    }
}

#[test]
fn a_writer_acknowledges_after_the_commit_and_writes_what_waits_when_it_ends() {
    let place = Place::new();
    let (told, news) = mpsc::channel();
    let writer = Writer::start(Store::open(place.at()).unwrap(), move |committed| {
        told.send(*committed).unwrap()
    })
    .unwrap();
    let (done, acknowledged) = mpsc::channel();
    for time_ms in 0..200 {
        let (done, path) = (done.clone(), place.at());
        writer
            .append(batch("web1", vec![sample("a.b", time_ms, 1.0)]), move |result| {
                // Another connection sees it already.
                let reader = Reader::open(&path).unwrap();
                let newest = reader.last(only_series(&reader).id).unwrap().unwrap();
                assert!(newest.time_ms >= time_ms);
                done.send(result.unwrap()).unwrap();
            })
            .unwrap();
    }
    writer.clone().stop();
    assert_eq!(
        acknowledged
            .try_iter()
            .filter(|appended| appended.stored == 1)
            .count(),
        200
    );
    assert_eq!(
        news.try_iter()
            .filter(|committed| committed.host == HostId(1))
            .count(),
        200
    );
    let refused = writer.append(batch("web1", vec![]), |_| panic!("it was not queued"));
    assert!(matches!(refused, Err(Error::Closed)));
}

#[test]
fn a_full_queue_is_said_at_once() {
    let place = Place::new();
    let (go, wait) = mpsc::channel::<()>();
    let writer = Writer::start(Store::open(place.at()).unwrap(), |_| ()).unwrap();
    let (begun, has_begun) = mpsc::channel();
    let hold = move |_| {
        begun.send(()).unwrap();
        let _ = wait.recv();
    };
    writer.append(batch("web1", vec![]), hold).unwrap();
    has_begun.recv().unwrap();
    let queued = (0..)
        .take_while(|_| writer.append(batch("web1", vec![]), |_| ()).is_ok())
        .count();
    assert_eq!(queued, 1024);
    go.send(()).unwrap();
}

/// The name of the variable by which the test below tells its child which file to write to.
const CHILD: &str = "STORE_TEST_CHILD";

#[test]
#[ignore = "it is the child of the next test, and writes until it is killed"]
fn child_writes_until_it_is_killed() {
    let Ok(location) = std::env::var(CHILD) else {
        return;
    };
    let location: Location = location.parse().unwrap();
    // After a minute a writer deletes what is old, and these samples are of 1970.
    let kept = Retention {
        raw: Duration::from_secs(100 * 365 * 86_400),
        ..Retention::default()
    };
    let store = Store::open(location).unwrap().keeping(kept);
    let writer = Writer::start(store, |_| ()).unwrap();
    for time_ms in 0.. {
        let samples = (0..100)
            .map(|n| sample(&format!("a.n{n}"), time_ms, n.into()))
            .collect();
        let (done, acknowledged) = mpsc::channel();
        writer
            .append(batch("web1", samples), move |result| {
                done.send(result.is_ok()).unwrap()
            })
            .unwrap();
        assert!(acknowledged.recv().unwrap());
        println!("acknowledged {time_ms}");
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    use std::io::{BufRead as _, BufReader};

    let place = Place::new();
    for round in 1..=3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "same::child_writes_until_it_is_killed",
                "--ignored",
                "--nocapture",
            ])
            .env(CHILD, place.at().to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let mut last = None;
        let mut acknowledged = |line: String| {
            // libtest writes its own text before the first one.
            let number = line
                .rsplit_once("acknowledged ")
                .and_then(|(_, number)| number.parse::<i64>().ok());
            last = number.or(last);
            last
        };
        while lines
            .next()
            .map(&mut acknowledged)
            .is_some_and(|last| last < Some(round * 100))
        {}
        child.kill().unwrap();
        let last = lines
            .map(&mut acknowledged)
            .last()
            .flatten()
            .or(last)
            .expect("some were acknowledged");
        child.wait().unwrap();

        // The writer's connection takes up what the log still holds; no sample of an acknowledged batch is missing, and no batch is half there.
        drop(Store::open(place.at()).unwrap());
        let reader = Reader::open(place.at()).unwrap();
        let series = reader.series(reader.hosts().unwrap()[0].id).unwrap();
        assert_eq!(series.len(), 100);
        let newest = reader.last(series[0].id).unwrap().unwrap().time_ms;
        assert!(newest >= last, "{newest} {last}");
        for series in series {
            let points = reader.range(series.id, 0, i64::MAX, Duration::MAX).unwrap();
            assert_eq!(points[0].count as i64, newest + 1, "{}", series.name);
        }
    }
}

#[test]
fn names_are_told_once_and_in_order() {
    let place = Place::new();
    let mut store = Store::open(place.at()).unwrap();
    let reader = Reader::open(place.at()).unwrap();
    assert_eq!(reader.names().unwrap(), Vec::<String>::new());
    let samples = ["load.1m", "a\" OR 1", "é", "cpu.user"].map(|name| sample(name, 1_000, 1.0));
    for host in ["web1", "web2"] {
        store.append(&[batch(host, samples.to_vec())]).unwrap();
    }
    assert_eq!(reader.names().unwrap(), ["a\" OR 1", "cpu.user", "load.1m", "é"]);
}
