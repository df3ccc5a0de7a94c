//! The graded stages of store.

mod append;
mod codec;
mod crash;
mod db;
mod pack;
mod query;
mod rollup;

fn main() -> std::process::ExitCode {
    support::main(
        env!("CARGO_MANIFEST_DIR"),
        &[
            codec::STAGE,
            append::STAGE,
            pack::STAGE,
            query::STAGE,
            rollup::STAGE,
            crash::STAGE,
        ],
    )
}
