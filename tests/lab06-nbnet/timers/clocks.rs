//! Timers, without any clock.

use support::{Case, Exchange};

fn play(case: &mut Case, script: &str) {
    let ended = case.program("timers").stdin(script).run();
    case.snapshot(&ended);
}

pub(super) fn timers_fire_in_the_order_of_their_deadlines(case: &mut Case) {
    play(
        case,
        "next\nset c 300\nset a 100\nset b 200\nset tie 200\nset also 200\nnext\nat 99\nat 100\nnext\nat 250\nnext\nset late 251\nset early 10\nnext\nat 1000\nnext\nat 999\nat 1000\n",
    );
}

pub(super) fn a_timer_that_was_cancelled_does_not_fire(case: &mut Case) {
    play(
        case,
        "set a 100\nset b 200\nset c 300\ncancel a\nnext\nat 150\ncancel c\ncancel c\ncancel nobody\nat 400\nnext\nset a 500\ncancel a\nset a 600\nnext\nat 550\nat 600\n",
    );
}

pub(super) fn a_timer_that_was_moved_fires_at_its_new_time_only(case: &mut Case) {
    play(
        case,
        "set a 100\nset b 200\nmove a 300\nnext\nat 100\nat 200\nnext\nmove a 250\nnext\nat 250\nat 300\nmove a 400\nmove nobody 500\nset a 700\nset b 700\nmove a 700\nat 700\n",
    );
}

pub(super) fn drawn_timers_fire_like_those_of_the_reference(case: &mut Case) {
    case.seeded(5, |rng| {
        let mut now = 0;
        let mut script = String::new();
        for _ in 0..150 {
            let name = (b'a' + rng.u8(..12)) as char;
            let line = match rng.u8(..9) {
                0..4 => format!("set {name} {}", now + rng.u64(..400)),
                4 => format!("cancel {name}"),
                5 | 6 => format!("move {name} {}", now + rng.u64(..400)),
                7 => "next".to_owned(),
                _ => {
                    now += rng.u64(..200);
                    format!("at {now}")
                }
            };
            script.push_str(&line);
            script.push('\n');
        }
        script.push_str("at 100000\nnext\n");
        Exchange::of("timers").stdin(script)
    });
}
