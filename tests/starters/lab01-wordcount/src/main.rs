//! The program `wordcount`: counts like wc, ranks words, prints ranges.

mod cli;
mod json;

use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use anyhow::Context;
use wordcount::range::Range;
use wordcount::{Error, count, tally};

use cli::Command;

/// The command line is wrong.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let command = match cli::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(error) => {
            complain(&format_args!("{error}\nTry 'wordcount --help'."));
            return ExitCode::from(USAGE);
        }
    };
    match run(command) {
        Ok(ended) => ended,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) if matches!(error.downcast_ref(), Some(Error::ZeroStep)) => {
            complain(&error);
            ExitCode::from(USAGE)
        }
        Err(error) => {
            complain(&format_args!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut ended = ExitCode::SUCCESS;
    let mut failed = |error: Error| {
        complain(&error);
        ended = ExitCode::FAILURE;
    };
    match command {
        Command::Help => out.write_all(cli::HELP.as_bytes()).context(WRITING)?,
        Command::Version => writeln!(out, "wordcount {}", env!("CARGO_PKG_VERSION")).context(WRITING)?,
        Command::Count { how, files } => count::count_files(&files, how, &mut out, &mut failed)?,
        Command::Freq {
            rules,
            top,
            json,
            threads,
            files,
        } => {
            let ranking = tally::tally_files(&files, rules, threads, &mut failed).top(top);
            if json {
                json::write_ranking(&mut out, &ranking).context(WRITING)?;
            } else {
                write_ranking(&mut out, &ranking).context(WRITING)?;
            }
        }
        Command::Range { start, stop, step } => {
            for number in Range::new(start, stop, step)? {
                writeln!(out, "{number}").context(WRITING)?;
            }
        }
    }
    out.flush().context(WRITING)?;
    Ok(ended)
}

const WRITING: &str = "cannot write the results";

fn write_ranking(out: &mut impl Write, ranking: &[(String, u64)]) -> io::Result<()> {
    ranking
        .iter()
        .try_for_each(|(word, count)| writeln!(out, "{count}\t{word}"))
}

/// A reader that has seen enough, such as `head`, is no failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let system = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>());
    system
        .into_iter()
        .any(|cause| cause.kind() == ErrorKind::BrokenPipe)
}

/// Says on stderr what is wrong. Where nobody listens, there is nobody to tell.
fn complain(what: &dyn std::fmt::Display) {
    let _ = writeln!(io::stderr(), "wordcount: {what}");
}
