//! What is passed on is read by hosts, and not by series.

use std::sync::atomic::{AtomicU32, Ordering};

use collect::{Kind, Labels, Unit};
use store::{Batch, HostId, Reader, Sample, SeriesId, Store};

const WINDOW_MS: i64 = 7_200_000;

fn batch(host: &str, time_ms: i64, names: &[&str]) -> Batch {
    let sample = |name: &&str| Sample {
        name: (*name).into(),
        labels: Labels::none(),
        kind: Kind::Gauge,
        unit: Unit::Count,
        time_ms,
        value: time_ms as f64,
    };
    Batch {
        host: host.into(),
        received_ms: 100 * WINDOW_MS,
        samples: names.iter().map(sample).collect(),
    }
}

#[test]
fn a_host_is_read_whole_from_chunks_and_what_is_recent_and_says_when_it_goes_on() {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("store-whole-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("fleet.db");
    let mut store = Store::open(&path).unwrap();
    let late = 5 * WINDOW_MS;
    // In two windows, packed; with something recent between, behind, and of another host.
    let at = [1000, 2000, late, late + 1000];
    store
        .append(&at.map(|time_ms| batch("a", time_ms, &["x", "y"])))
        .unwrap();
    store.compact().unwrap();
    store
        .append(&[
            batch("a", 1500, &["y"]),
            batch("a", late + 500, &["z"]),
            batch("b", 1000, &["x"]),
        ])
        .unwrap();

    let reader = Reader::open(&path).unwrap();
    let a = reader.hosts().unwrap()[0].id;
    let series = |name: &str| {
        reader
            .series(a)
            .unwrap()
            .iter()
            .find(|series| series.name == name)
            .unwrap()
            .id
    };
    let (x, y, z) = (series("x"), series("y"), series("z"));
    let found = |from_ms, to_ms| -> Vec<(i64, SeriesId)> {
        let samples = reader.all_samples(a, from_ms, to_ms).unwrap();
        samples
            .iter()
            .map(|(series, value)| (value.time_ms, *series))
            .collect()
    };
    let first = [(1000, x), (1000, y), (1500, y), (2000, x), (2000, y)];
    let second = [
        (late, x),
        (late, y),
        (late + 500, z),
        (late + 1000, x),
        (late + 1000, y),
    ];
    assert_eq!(found(i64::MIN, i64::MAX), [first, second].concat());
    assert_eq!(found(1001, 2001), first[2..]);
    assert_eq!(found(1001, 2000), first[2..3]);
    assert_eq!(found(2001, late), []);
    let goes_on = |from_ms| reader.goes_on(a, from_ms).unwrap();
    assert_eq!((goes_on(i64::MIN), goes_on(0)), (Some(1000), Some(1000)));
    // There is something later in the chunk: it is said to go on no later than that.
    assert!((1501..=2000).contains(&goes_on(1501).unwrap()));
    assert_eq!((goes_on(2001), goes_on(late)), (Some(late), Some(late)));
    assert_eq!(goes_on(late + 1001), None);
    assert_eq!(reader.goes_on(HostId(99), 0).unwrap(), None);
    drop((store, reader));
    std::fs::remove_dir_all(folder).unwrap();
}
