//! The graded stages of nbnet.

mod behaviour;
mod machine;
mod mio;
mod peers;
mod poller;
mod timers;
mod triggers;

fn main() -> std::process::ExitCode {
    support::main(
        env!("CARGO_MANIFEST_DIR"),
        &[
            poller::STAGE,
            machine::STAGE,
            triggers::STAGE,
            timers::STAGE,
            mio::STAGE,
        ],
    )
}
