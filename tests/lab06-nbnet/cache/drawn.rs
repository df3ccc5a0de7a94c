//! Commands and uses as they are drawn.

use support::{Case, Exchange, Rng};

use crate::memcached::drawn::{self, cut, key, value, with_data};

/// Times that do not pass while a case runs.
const TIMES: &[i64] = &[0, 0, 0, 1000, 2_592_000, -1, 2_592_001, 2_100_000_000];

/// What no command should be.
const GARBAGE: &[&str] = &[
    "add a 0 0",
    "append a 0 0 x",
    "cas a 0 0 1",
    "cas a 0 0 1 x",
    "incr a",
    "incr a x",
    "decr a -1",
    "touch a",
    "touch a x",
    "gat",
    "gat x a",
    "gets",
    "verbosity",
    "flush",
    "increment a 1",
];

fn storage(rng: &mut Rng) -> Vec<u8> {
    let verb = ["set", "add", "replace", "append", "prepend"][rng.usize(..5)];
    let time = TIMES[rng.usize(..TIMES.len())];
    let head = format!("{verb} {} {} {time}", key(rng), rng.u32(..));
    let data = match rng.bool() {
        true => rng.u64(..).to_string().into_bytes(),
        false => value(rng, 200),
    };
    let behind = if rng.u8(..6) == 0 { " noreply" } else { "" };
    with_data(&head, &data, behind)
}

/// Which numbers are drawn for incr and decr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Of all sizes.
    All,
    /// Those by which a number gets no shorter: whether memcached pads it then depends on who else looks at it.
    Growing,
}

/// One command: of this stage, of the one before, or none at all. None shows a number for cas, which is everybody's own.
pub(super) fn command(rng: &mut Rng, numbers: Numbers) -> Vec<u8> {
    let line = match rng.u8(..16) {
        0..5 => return storage(rng),
        5..8 => return drawn::command(rng),
        8 => {
            let number = [0, 999_999_999, u64::MAX][rng.usize(..3)];
            return with_data(&format!("cas {} 1 0", key(rng)), b"x", &format!(" {number}"));
        }
        9 | 10 if numbers == Numbers::Growing => format!("incr {} {}", key(rng), rng.u16(..)),
        9 => format!("incr {} {}", key(rng), rng.u64(..)),
        10 => format!("decr {} {}", key(rng), rng.u64(..) >> rng.u8(..64)),
        11 => format!("touch {} {}", key(rng), TIMES[rng.usize(..TIMES.len())]),
        12 => format!(
            "gat {} {} {}",
            TIMES[rng.usize(..TIMES.len())],
            key(rng),
            key(rng)
        ),
        13 => format!("get {} {}", key(rng), key(rng)),
        14 if rng.u8(..10) == 0 => "flush_all".to_owned(),
        _ => GARBAGE[rng.usize(..GARBAGE.len())].to_owned(),
    };
    format!("{line}\r\n").into_bytes()
}

pub(super) fn drawn_commands_are_answered_like_the_reference_does(case: &mut Case) {
    case.seeded(8, |rng| {
        let commands: Vec<u8> = (0..400).flat_map(|_| command(rng, Numbers::All)).collect();
        let threads = rng.usize(1..4).to_string();
        Exchange::of("nbnet")
            .args(["memcached", "--listen", "127.0.0.1:0", "--threads", &threads])
            .sends(cut(rng, &commands))
    });
}

/// One use of one of 40 items, of which some 20 have room.
fn using(rng: &mut Rng) -> Vec<u8> {
    let key = format!("k{}", rng.u8(..40));
    let line = match rng.u8(..10) {
        0..4 => {
            let length = rng.usize(..80);
            return with_data(&format!("set {key} 0 0"), "7".repeat(length).as_bytes(), "");
        }
        4..6 => format!("get {key}"),
        6 => format!("gat 0 {key}"),
        7 => format!("touch {key} 0"),
        8 => {
            return with_data(
                &format!("append {key} 0 0"),
                "7".repeat(rng.usize(..9)).as_bytes(),
                "",
            );
        }
        _ => format!("delete {key}"),
    };
    format!("{line}\r\n").into_bytes()
}

pub(super) fn drawn_uses_push_out_the_same_items(case: &mut Case) {
    case.seeded(6, |rng| {
        let uses: Vec<u8> = (0..500).flat_map(|_| using(rng)).collect();
        let memory = rng.usize(1000..3000).to_string();
        Exchange::of("nbnet")
            .args([
                "memcached",
                "--listen",
                "127.0.0.1:0",
                "--threads",
                "1",
                "--memory",
                &memory,
            ])
            .sends(cut(rng, &uses))
    });
}
