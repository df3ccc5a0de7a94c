//! The graded stages of plugins.

mod contain;
mod forms;
mod manifest;
mod nagios;
mod plug;
mod schedule;

fn main() -> std::process::ExitCode {
    support::main(
        env!("CARGO_MANIFEST_DIR"),
        &[
            forms::STAGE,
            nagios::STAGE,
            manifest::STAGE,
            contain::STAGE,
            schedule::STAGE,
        ],
    )
}
