//! Writes the inputs that `bench` uses: `loganalysis-inputs access LINES` prints that many lines of nginx's combined format.
//!
//! The shape is that of the recorded log at a larger site: few paths that are asked for often and many that are asked for once,
//! a fifth of the requests not found, a line in a thousand damaged or sent by no HTTP client, some 200 bytes a line. The same
//! arguments give the same bytes on every machine.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

#[path = "synthetic.rs"]
mod synthetic;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let lines = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["access", lines] => lines.parse::<u64>().ok(),
        _ => None,
    };
    let Some(lines) = lines else {
        let _ = writeln!(io::stderr(), "usage: loganalysis-inputs access LINES");
        return ExitCode::from(2);
    };
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let mut log = synthetic::Log::new(42, 1_795_392_000, true);
    match (0..lines)
        .try_for_each(|_| out.write_all(log.line()))
        .and_then(|()| out.flush())
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "loganalysis-inputs: standard output: {error}");
            ExitCode::FAILURE
        }
    }
}
