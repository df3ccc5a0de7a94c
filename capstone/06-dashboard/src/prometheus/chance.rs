//! Queries made by chance: no query whatever may panic.

use collect::{Kind, Labels, Unit};
use fastrand::Rng;
use store::{Batch, Reader, Sample, Store};

use super::catalog::Catalog;
use super::eval::{Evaluator, Steps};
use super::parser::parse;
use super::time;
use super::tree::Expr;

const WORDS: [&str; 62] = [
    "muster_load_1m",
    "muster_cpu_user_seconds_total",
    "a",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "[1m]",
    "[5m]",
    ",",
    "=",
    "!=",
    "=~",
    "!~",
    "==",
    ">",
    "<=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "bool",
    "on",
    "ignoring",
    "by",
    "without",
    "group_left",
    "offset",
    "1m",
    "-1m",
    "rate",
    "increase",
    "irate",
    "delta",
    "avg_over_time",
    "last_over_time",
    "sum",
    "avg",
    "topk",
    "bottomk",
    "count",
    "min",
    "1",
    "0",
    "Inf",
    "NaN",
    "1e308",
    "\"web\"",
    "\".*\"",
    "'('",
    "host",
    "__name__",
    "cpu",
    "@",
    ":",
    "#",
    "\n",
    "and",
];

/// Pieces that fit together, so that more of what is drawn can be evaluated.
const PIECES: [&str; 12] = [
    "muster_load_1m",
    "{host=~\".+\"}",
    "rate(muster_cpu_user_seconds_total[2m])",
    "(X)",
    "-X",
    "X + X",
    "X / on(host) X",
    "sum by (host) (X)",
    "topk(1, X)",
    "X > bool 1",
    "1e300 * X",
    "delta({host!=\"\"}[1y] offset -5m)",
];

#[test]
fn no_query_panics() {
    let folder = std::env::temp_dir().join(format!("dashboard-chance-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let path = folder.join("fleet.db");
    let sample = |(name, kind, unit, n): (&str, Kind, Unit, i64)| Sample {
        name: name.into(),
        labels: Labels::none(),
        kind,
        unit,
        time_ms: 1_000_000 + n * 10_000,
        value: (n % 7) as f64,
    };
    let samples = (0..100).flat_map(|n| {
        [
            ("load.1m", Kind::Gauge, Unit::Count, n),
            ("cpu.user", Kind::Counter, Unit::Seconds, n),
        ]
        .map(sample)
    });
    let samples: Vec<_> = samples.collect();
    let batch = |host: &str| Batch {
        host: host.into(),
        received_ms: 2_000_000,
        samples: samples.clone(),
    };
    Store::open(&path)
        .and_then(|mut store| store.append(&[batch("web"), batch("db")]))
        .expect("it is stored");
    let reader = Reader::open(&path).expect("the database is there");
    let catalog = Catalog::new(&reader).expect("it can be read");
    let mut rng = Rng::with_seed(5);
    let mut evaluated = 0;
    for round in 0..6000 {
        let text = match round % 3 {
            0 => bytes(&mut rng),
            1 => (0..rng.usize(0..20))
                .map(|_| WORDS[rng.usize(0..WORDS.len())])
                .collect::<Vec<_>>()
                .join(" "),
            _ => nested(&mut rng, 0),
        };
        let _ = (time::duration(&text), time::moment(&text), time::step(&text));
        let Ok(query) = parse(&text) else { continue };
        let steps = Steps {
            from_ms: 900_000 + rng.i64(0..1_000_000),
            step_ms: rng.i64(1..100_000),
            count: rng.usize(1..20),
        };
        let mut evaluator = Evaluator::new(&catalog, steps);
        // That it fails is an answer too.
        let _ = match &query.root {
            Expr::Range(selector, range_ms) => evaluator.raw(selector, *range_ms).map(|_| ()),
            vector => evaluator.vector(vector).map(|_| ()),
        };
        evaluated += 1;
    }
    assert!(evaluated > 1000, "only {evaluated} were queries");
    let _ = std::fs::remove_dir_all(&folder);
}

fn bytes(rng: &mut Rng) -> String {
    let bytes: Vec<u8> = (0..rng.usize(0..40))
        .map(|_| {
            if rng.bool() {
                rng.u8(0..=255)
            } else {
                rng.u8(32..=126)
            }
        })
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn nested(rng: &mut Rng, depth: usize) -> String {
    let piece = PIECES[if depth > 4 {
        rng.usize(0..3)
    } else {
        rng.usize(0..PIECES.len())
    }];
    let mut text = String::new();
    for (n, part) in piece.split('X').enumerate() {
        if n > 0 {
            text += &nested(rng, depth + 1);
        }
        text += part;
    }
    text
}
