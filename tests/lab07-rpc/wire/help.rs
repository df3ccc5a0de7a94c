//! What every program says of itself.

use support::Case;

/// The commands of `rpc`.
const COMMANDS: &[&str] = &[
    "serve",
    "call",
    "batch",
    "load",
    "subscribe",
    "exec",
    "jsonrpc",
    "ring",
];

/// Asks for the help and the version, which every stage has to leave as they are.
pub(crate) fn the_help_names_every_command(case: &mut Case) {
    let ended = case.program("rpc").args(["--help"]).run();
    case.expect_status(&ended, 0);
    let text = ended.stdout_text();
    for command in COMMANDS {
        case.expect(
            &ended,
            text.contains(&format!("usage: rpc {command} ")),
            &format!("a line `usage: rpc {command} …`"),
            "none",
        );
    }
    let ended = case.program("rpc").args(["--version"]).run();
    case.expect_status(&ended, 0);
    case.expect(
        &ended,
        ended.stdout_text().starts_with("rpc "),
        "the name of the program and its version",
        ended.stdout_text(),
    );
}
