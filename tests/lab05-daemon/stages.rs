//! The graded stages of daemon.

mod daemonize;
mod layout;
mod models;
mod pool;
mod schedule;
mod signals;
mod supervised;

fn main() -> std::process::ExitCode {
    support::main(
        env!("CARGO_MANIFEST_DIR"),
        &[
            daemonize::STAGE,
            signals::STAGE,
            pool::STAGE,
            schedule::STAGE,
            layout::STAGE,
            models::STAGE,
        ],
    )
}
