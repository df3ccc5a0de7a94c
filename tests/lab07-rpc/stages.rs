//! The graded stages of rpc.

mod call;
mod exec;
mod frame;
mod jsonrpc;
mod multiplex;
mod pool;
mod push;
mod wire;

fn main() -> std::process::ExitCode {
    support::main(
        env!("CARGO_MANIFEST_DIR"),
        &[
            frame::STAGE,
            call::STAGE,
            multiplex::STAGE,
            pool::STAGE,
            push::STAGE,
            exec::STAGE,
            jsonrpc::STAGE,
        ],
    )
}
