//! Writes the inputs that `bench` uses: `daemon-inputs jobs N` prints that many jobs, one a line, each with an id and one argument;
//! `daemon-inputs bare-jobs N` leaves the argument out.
//!
//! A line is one word for xargs, too.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let jobs = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [kind @ ("jobs" | "bare-jobs"), jobs] => jobs.parse::<u64>().ok().map(|jobs| (kind, jobs)),
        _ => None,
    };
    let Some((kind, jobs)) = jobs else {
        let _ = writeln!(io::stderr(), "usage: daemon-inputs jobs|bare-jobs N");
        return ExitCode::from(2);
    };
    let mut out = BufWriter::new(io::stdout().lock());
    match (1..=jobs)
        .try_for_each(|job| match kind {
            "jobs" => writeln!(out, "{{\"id\":{job},\"args\":[\"{job}\"]}}"),
            _ => writeln!(out, "{{\"id\":{job}}}"),
        })
        .and_then(|()| out.flush())
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "daemon-inputs: standard output: {error}");
            ExitCode::FAILURE
        }
    }
}
