//! The graded stages of alarm.

mod drawn;
mod history;
mod judge;
mod limits;
mod notify;
mod rules;
mod silence;
mod world;

fn main() -> std::process::ExitCode {
    support::main(
        env!("CARGO_MANIFEST_DIR"),
        &[
            rules::STAGE,
            judge::STAGE,
            limits::STAGE,
            silence::STAGE,
            history::STAGE,
            notify::STAGE,
        ],
    )
}
