//! The graded stages of loganalysis.

mod files;
mod filter;
mod follow;
mod index;
mod log;
mod parallel;
mod parse;
mod report;
mod synthetic;

fn main() -> std::process::ExitCode {
    support::main(
        env!("CARGO_MANIFEST_DIR"),
        &[
            parse::STAGE,
            report::STAGE,
            filter::STAGE,
            files::STAGE,
            index::STAGE,
            parallel::STAGE,
        ],
    )
}
