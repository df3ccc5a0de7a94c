//! The graded stages of nbnet.

mod behaviour;
mod cache;
mod http;
mod machine;
mod memcached;
mod mio;
mod peers;
mod poller;
mod talk;
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
            memcached::STAGE,
            cache::STAGE,
            mio::STAGE,
        ],
    )
}
