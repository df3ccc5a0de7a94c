//! Samples and chunks, drawn.

use support::{Case, Exchange, Rng};

use super::columns::lines;

fn times(rng: &mut Rng, count: usize) -> Vec<i64> {
    let shape = rng.u8(0..4);
    let mut time = if shape == 3 {
        rng.i64(-1000..1000)
    } else {
        1_800_000_000_000 + rng.i64(0..1000)
    };
    (0..count)
        .map(|_| {
            let now = time;
            time += match shape {
                0 => 10_000,
                1 => 10_000 + rng.i64(-4..=4),
                2 => 10_000 * rng.i64(1..4),
                _ => {
                    let bits = rng.u32(1..40);
                    rng.i64(1..=1 << bits)
                }
            };
            now
        })
        .collect()
}

pub(super) fn drawn_samples_are_encoded(case: &mut Case) {
    case.seeded(24, |rng| {
        let count = rng.usize(1..120);
        let times = times(rng, count);
        let shape = rng.u8(0..4);
        let mut value = rng.f64();
        let values: Vec<f64> = times
            .iter()
            .map(|_| {
                match shape {
                    0 => value += rng.f64() - 0.5,
                    1 => value = f64::from_bits(value.to_bits() ^ 1 << rng.u8(0..52)),
                    2 if rng.u8(0..4) == 0 => value = rng.f64() * 1e9,
                    3 => value = f64::from(rng.f32()),
                    _ => {}
                }
                value
            })
            .collect();
        Exchange::of("store")
            .args(["encode"])
            .stdin(lines(times.into_iter().zip(values)))
    });
}

pub(super) fn drawn_decimals_are_encoded(case: &mut Case) {
    case.seeded(24, |rng| {
        let count = rng.usize(1..120);
        let times = times(rng, count);
        let (shape, digits, bits) = (rng.u8(0..4), rng.i32(0..4), rng.u32(1..40));
        let unit = 10_f64.powi(digits);
        let mut number = rng.i64(0..1 << bits);
        let values: Vec<f64> = times
            .iter()
            .map(|_| {
                let number = match shape {
                    0 => rng.i64(-100..1 << bits),
                    1 => {
                        number += rng.i64(0..1 << (bits / 2));
                        number
                    }
                    2 => {
                        number += 1000 + rng.i64(-2..=2);
                        number
                    }
                    _ => rng.i64(0..1000) * 4096,
                };
                number as f64 / unit
            })
            .collect();
        Exchange::of("store")
            .args(["encode"])
            .stdin(lines(times.into_iter().zip(values)))
    });
}

/// What is wrong with a chunk is said in the program's own words; whether something is, and what is read, are not.
pub(super) fn drawn_chunks_are_damaged(case: &mut Case) {
    let recorded = String::from_utf8(case.fixture_bytes("recorded.txt")).expect("the fixture is text");
    let chunks: Vec<&str> = recorded
        .lines()
        .filter_map(|line| line.rsplit('\t').next())
        .collect();
    case.seeded(24, |rng| {
        let mut digits = chunks[rng.usize(0..chunks.len())].as_bytes().to_vec();
        for _ in 0..rng.usize(1..3) {
            let at = rng.usize(0..digits.len().min(60));
            digits[at] = b"0123456789abcdef"[rng.usize(0..16)];
        }
        if rng.u8(0..4) == 0 {
            digits.truncate(rng.usize(0..=digits.len()));
        }
        Exchange::of("store").args(["decode"]).stdin(digits)
    });
}
