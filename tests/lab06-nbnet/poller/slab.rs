//! Tokens.

use support::{Case, Exchange};

pub(super) fn a_token_is_never_given_twice(case: &mut Case) {
    let script = "slab insert a\nslab insert b\nslab remove 0.0\nslab insert c\nslab get 0.0\nslab get 1.0\nslab get 0.1\nslab remove 0.0\nslab get 0.1\nslab remove 0.1\nslab remove 0.1\nslab remove 1.0\nslab insert d\nslab insert e\nslab insert f\nslab get 1.0\nslab get 1.1\nslab get 2.0\nslab get 7.0\n";
    let ended = case
        .program("poll")
        .args(["--poller", "epoll"])
        .stdin(script)
        .run();
    case.snapshot(&ended);
}

pub(super) fn drawn_values_are_found_like_in_the_reference(case: &mut Case) {
    case.seeded(4, |rng| {
        let mut script = String::new();
        for number in 0..80 {
            let token = format!("{}.{}", rng.u8(..5), rng.u8(..4));
            let line = match rng.u8(..5) {
                0 | 1 => format!("slab insert v{number}"),
                2 | 3 => format!("slab remove {token}"),
                _ => format!("slab get {token}"),
            };
            script.push_str(&line);
            script.push('\n');
        }
        Exchange::of("poll").args(["--poller", "epoll"]).stdin(script)
    });
}
