//! The graded stages of dashboard.

mod api;
mod client;
mod devtools;
mod drawn;
mod evaluate;
mod live;
mod login;
mod parse;
mod prometheus;
mod samples;
mod short;
mod site;

fn main() -> std::process::ExitCode {
    support::main(
        env!("CARGO_MANIFEST_DIR"),
        &[
            parse::STAGE,
            evaluate::STAGE,
            login::STAGE,
            api::STAGE,
            live::STAGE,
            prometheus::STAGE,
        ],
    )
}
