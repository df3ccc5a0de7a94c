//! The graded stages of transfer.

mod harness;
mod ledger;
mod recover;
mod room;
mod route;
mod spool;
mod window;

fn main() -> std::process::ExitCode {
    support::main(
        env!("CARGO_MANIFEST_DIR"),
        &[
            spool::STAGE,
            recover::STAGE,
            room::STAGE,
            window::STAGE,
            route::STAGE,
            ledger::STAGE,
        ],
    )
}
