//! The graded stages of downloader.

mod faults;
mod journal;
mod polish;
mod ranges;
mod resume;
mod runs;
mod screen;
mod served;
mod single;
mod small_disk;
mod usage;

fn main() -> std::process::ExitCode {
    support::main(
        env!("CARGO_MANIFEST_DIR"),
        &[
            single::STAGE,
            ranges::STAGE,
            resume::STAGE,
            faults::STAGE,
            polish::STAGE,
        ],
    )
}
