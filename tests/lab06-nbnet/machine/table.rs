//! The table of the machine.

use support::{Case, Exchange, Ended};

fn machine(case: &Case, script: &str) -> Ended {
    case.program("machine").stdin(script).run()
}

pub(super) fn the_table_is_complete(case: &mut Case) {
    let ended = machine(case, "table\n");
    case.snapshot(&ended);
}

pub(super) fn the_diagram_is_drawn_from_the_table(case: &mut Case) {
    let ended = machine(case, "diagram\n");
    case.snapshot(&ended);
}

pub(super) fn the_life_of_a_connection_is_played(case: &mut Case) {
    let ended = machine(
        case,
        "play accepted header request answer room request answer room ended finished\nplay accepted violated finished\nplay accepted header ended finished\n",
    );
    case.snapshot(&ended);
}

pub(super) fn an_input_that_is_not_in_the_table_changes_nothing(case: &mut Case) {
    let ended = machine(
        case,
        "play answer accepted room header accepted header request request answer answer finished accepted failed\nplay accepted header expired expired\n",
    );
    case.snapshot(&ended);
}

pub(super) fn drawn_inputs_are_played_like_the_reference_does(case: &mut Case) {
    const INPUTS: [&str; 10] = [
        "accepted", "header", "request", "answer", "room", "ended", "violated", "finished", "expired", "failed",
    ];
    case.seeded(4, |rng| {
        let mut script = String::new();
        for _ in 0..12 {
            script.push_str("play accepted");
            for _ in 0..14 {
                // Mostly such as lead on.
                let input = match rng.bool() {
                    true => INPUTS[rng.usize(1..5)],
                    false => INPUTS[rng.usize(..INPUTS.len())],
                };
                script.push(' ');
                script.push_str(input);
            }
            script.push('\n');
        }
        Exchange::of("machine").stdin(script)
    });
}
