//! The graded stages of collect.

mod cost;
mod counters;
mod devices;
mod explain;
mod export;
mod hang;
mod host;
mod services;
mod tables;

fn main() -> std::process::ExitCode {
    support::main(
        env!("CARGO_MANIFEST_DIR"),
        &[
            counters::STAGE,
            devices::STAGE,
            tables::STAGE,
            export::STAGE,
            explain::STAGE,
            cost::STAGE,
            services::STAGE,
        ],
    )
}
