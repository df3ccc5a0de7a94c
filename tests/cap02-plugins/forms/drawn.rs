//! Outputs, drawn.

use fastrand::Rng;
use support::{Case, Exchange};

const WORDS: [&str; 10] = [
    "queue",
    "Mail",
    "x",
    "requests_total",
    "used_bytes",
    "age_seconds",
    "a b",
    "hit-ratio",
    "5xx",
    "é",
];

fn number(rng: &mut Rng) -> String {
    match rng.u8(..12) {
        0 => "NaN".to_owned(),
        1 => "-Inf".to_owned(),
        2 => "1e400".to_owned(),
        3 => format!("{}e-{}", rng.u32(..99), rng.u32(..9)),
        4 => "1,5".to_owned(),
        5..8 => format!("-{}.{}", rng.u32(..999), rng.u32(..99)),
        _ => rng.u64(..).to_string(),
    }
}

pub(super) fn drawn_pairs_are_read(case: &mut Case) {
    case.seeded(24, |rng| {
        let output: String = (0..rng.u32(1..5))
            .map(|n| {
                let key = WORDS[rng.usize(..WORDS.len())];
                let colon = [": ", ":", " :\t", ": ", ": "][rng.usize(..5)];
                format!("{key}{}{colon}{}\n", ["", " z", "_"][n as usize % 3], number(rng))
            })
            .collect();
        Exchange::of("plugins").args(["parse", "pairs"]).stdin(output)
    });
}

pub(super) fn drawn_text_for_prometheus_is_read(case: &mut Case) {
    case.seeded(24, |rng| {
        let names = [
            "queue",
            "Mail",
            "requests_total",
            "used_bytes",
            "h_bucket",
            "h_sum",
            "h",
            "a:b",
        ];
        let mut output = String::new();
        for _ in 0..rng.u32(1..8) {
            let name = names[rng.usize(..names.len())];
            let value = number(rng);
            output += &match rng.u8(..8) {
                0 => format!(
                    "# TYPE {name} {}\n",
                    ["counter", "gauge", "histogram", "summary"][rng.usize(..4)]
                ),
                1 => format!("# HELP {name} \\\\ text\n"),
                2 => format!("{name} {value} {}\n", rng.i64(..)),
                3 => format!("{name}{{le=\"{}\",quantile=\"0\"}} {value}\n", rng.u8(..)),
                4 => format!("{name} {{ b = \"\\\"{}\" , job=\"\" , }} {value}\n", rng.u8(..)),
                5 => format!("{name}{{a=\"{}\",b=\"\\n\"}} {value}\n", rng.u8(..)),
                _ => format!("{name} {value}\n"),
            };
        }
        Exchange::of("plugins")
            .args(["parse", "prometheus"])
            .stdin(output)
    });
}
