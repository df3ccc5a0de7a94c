//! Writes what `bench` measures on: `collect-inputs rounds N` prints that many lines, one for each round.

use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rounds = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["rounds", rounds] => rounds.parse::<usize>().ok(),
        _ => None,
    };
    let Some(rounds) = rounds else {
        eprintln!("usage: collect-inputs rounds N");
        return ExitCode::from(2);
    };
    match io::stdout().write_all("round\n".repeat(rounds).as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("collect-inputs: standard output: {error}");
            ExitCode::FAILURE
        }
    }
}
