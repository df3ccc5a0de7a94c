//! Scrapes node_exporter as often as standard input has lines: what `bench` measures beside `collect cost`.

#[path = "node_exporter.rs"]
mod node_exporter;

use std::io;
use std::process::ExitCode;

use node_exporter::Peer;

fn main() -> ExitCode {
    let scraped = Peer::start().and_then(|mut peer| {
        io::stdin().lines().try_for_each(|line| {
            line?;
            match peer.ask()?.contains("\nnode_load1 ") {
                true => Ok(()),
                false => Err(io::Error::other("this is no page of node_exporter")),
            }
        })
    });
    match scraped {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("collect-load: {error}");
            ExitCode::FAILURE
        }
    }
}
