//! Tokens.

use support::{Case, Exchange};

pub(super) fn a_token_is_never_given_twice(case: &mut Case) {
    let script = "slab insert a\nslab insert b\nslab remove a\nslab insert c\nslab get a\nslab get b\nslab get c\nslab remove a\nslab get c\nslab remove c\nslab remove b\nslab insert d\nslab insert e\nslab insert f\nslab get b\nslab get f\n";
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
        let mut inserted = 0;
        for _ in 0..80 {
            let name = rng.usize(..=inserted);
            let line = match rng.u8(..4) {
                0 | 1 => {
                    inserted += 1;
                    format!("slab insert v{}", inserted - 1)
                }
                2 => format!("slab remove v{name}"),
                _ => format!("slab get v{name}"),
            };
            script.push_str(&line);
            script.push('\n');
        }
        Exchange::of("poll").args(["--poller", "epoll"]).stdin(script)
    });
}
