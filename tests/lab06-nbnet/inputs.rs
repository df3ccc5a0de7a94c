//! Writes the input that `bench` uses: `nbnet-inputs page BYTES` prints a page of that length.

use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let bytes = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["page", bytes] => bytes.parse().ok(),
        _ => None,
    };
    let Some(bytes) = bytes else {
        let _ = writeln!(io::stderr(), "usage: nbnet-inputs page BYTES");
        return ExitCode::from(2);
    };
    let line = b"<p>One of many lines of a small page.</p>\n";
    let page: Vec<u8> = line.iter().copied().cycle().take(bytes).collect();
    match io::stdout().write_all(&page) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "nbnet-inputs: standard output: {error}");
            ExitCode::FAILURE
        }
    }
}
