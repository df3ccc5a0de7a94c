//! The graded stages of crawler.

mod crawl;
mod dynamic;
mod fetch;
mod links;
mod resources;
mod sheet;
mod short;
mod traps;

fn main() -> std::process::ExitCode {
    support::main(
        env!("CARGO_MANIFEST_DIR"),
        &[
            fetch::STAGE,
            links::STAGE,
            crawl::STAGE,
            resources::STAGE,
            dynamic::STAGE,
            traps::STAGE,
        ],
    )
}
