//! The table of the machine.

use support::{Case, Ended, Exchange};

fn machine(case: &Case, args: &str) -> Ended {
    case.program("machine").args(args.split(' ')).run()
}

/// The rows may stand in any order.
pub(super) fn the_table_is_complete(case: &mut Case) {
    // A table without a row is found by whoever looks for one.
    let ended = machine(case, "play accepted");
    case.expect_stdout(&ended, "read-header reads\n");
    let ended = machine(case, "table");
    case.expect_status(&ended, 0);
    let text = ended.stdout_text();
    let mut rows: Vec<&str> = text.lines().collect();
    rows.sort_unstable();
    case.snapshot_text(&ended, &(rows.join("\n") + "\n"));
}

pub(super) fn the_diagram_is_drawn_from_the_table(case: &mut Case) {
    let table = machine(case, "table");
    let arrow = |row: &str| match row.split(' ').collect::<Vec<_>>()[..] {
        [from, input, to] => format!("  \"{from}\" -> \"{to}\" [label=\"{input}\"];\n"),
        _ => format!("  {row}\n"),
    };
    let arrows: String = table.stdout_text().lines().map(arrow).collect();
    let ended = machine(case, "diagram");
    case.expect_stdout(&ended, format!("digraph connection {{\n{arrows}}}\n"));
    case.expect(
        &ended,
        !arrows.is_empty(),
        "an arrow for each row of the table",
        "no rows",
    );
}

pub(super) fn the_life_of_a_connection_is_played(case: &mut Case) {
    for inputs in [
        "accepted header request answer room request answer room ended finished",
        "accepted violated finished",
        "accepted header ended finished",
    ] {
        let ended = machine(case, &format!("play {inputs}"));
        case.snapshot(&ended);
    }
}

pub(super) fn an_input_that_is_not_in_the_table_changes_nothing(case: &mut Case) {
    for inputs in [
        "answer accepted room header accepted header request request answer answer finished accepted failed",
        "accepted header expired expired",
        "accepted nonsense header",
    ] {
        let ended = machine(case, &format!("play {inputs}"));
        case.snapshot(&ended);
    }
}

pub(super) fn drawn_inputs_are_played_like_the_reference_does(case: &mut Case) {
    const INPUTS: [&str; 10] = [
        "accepted", "header", "request", "answer", "room", "ended", "violated", "finished", "expired",
        "failed",
    ];
    case.seeded(12, |rng| {
        let mut args = vec!["play", "accepted"];
        for _ in 0..14 {
            // Mostly such as lead on.
            args.push(match rng.bool() {
                true => INPUTS[rng.usize(1..5)],
                false => INPUTS[rng.usize(..INPUTS.len())],
            });
        }
        Exchange::of("machine").args(args)
    });
}
