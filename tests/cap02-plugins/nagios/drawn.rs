//! Performance data, drawn.

use fastrand::Rng;
use support::{Case, Exchange};

fn item(rng: &mut Rng, n: u32) -> String {
    let label = ["a", "/srv", "'b c'", "'d''e'", "f'g", "'h=i'", "", "'j"][rng.usize(..8)];
    let label = match label.strip_suffix('\'') {
        Some(label) => format!("{label}{n}'"),
        None => format!("{label}{n}"),
    };
    let uom = ["", "s", "ms", "us", "%", "B", "KB", "MB", "c", "C", "TB", ",5"][rng.usize(..12)];
    let value = match rng.u8(..8) {
        0 => "U".to_owned(),
        1 => format!("-{}", rng.u32(..999)),
        2 => format!("{}.{}", rng.u32(..999), rng.u32(..99)),
        _ => rng.u32(..).to_string(),
    };
    let mut item = format!("{label}={value}{uom}");
    for _ in 0..rng.u8(..6) {
        let (a, b) = (rng.i32(-50..50), rng.u32(..99));
        item += &match rng.u8(..8) {
            0 => ";".to_owned(),
            1 => format!(";{a}:{b}"),
            2 => format!(";@{a}:{b}"),
            3 => format!(";~:{b}"),
            4 => format!(";{a}:"),
            _ => format!(";{b}.5"),
        };
    }
    item
}

pub(super) fn drawn_performance_data_is_read(case: &mut Case) {
    case.seeded(32, |rng| {
        let mut output = "TEXT".to_owned();
        for n in 0..rng.u32(1..6) {
            output += [" ", " | ", "\n|", "\n", "  "][rng.usize(..5)];
            output += &item(rng, n);
        }
        Exchange::of("plugins")
            .args([
                "parse",
                "nagios",
                "--status",
                ["0", "1", "2", "3"][rng.usize(..4)],
            ])
            .stdin(output)
    });
}
