//! The program: numbers the lines of standard input.

use std::io::{BufWriter, ErrorKind, Result, Write, stderr, stdin, stdout};
use std::process::ExitCode;

use lexopt::prelude::*;

const HELP: &str = "\
Usage: @NAME@ < FILE

Numbers the lines of standard input.

  -h, --help     print this text
  -V, --version  print the version
";

/// What the command line asks for.
enum Call {
    Number,
    Print(&'static str),
}

fn main() -> ExitCode {
    let call = match parse() {
        Ok(call) => call,
        Err(error) => {
            say(&format!("{error}\nTry `@NAME@ --help`."));
            return ExitCode::from(2);
        }
    };
    match run(&call) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has enough of it, as `head` does: that is no failure.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("standard input or output: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn parse() -> std::result::Result<Call, lexopt::Error> {
    let mut parser = lexopt::Parser::from_env();
    match parser.next()? {
        None => Ok(Call::Number),
        Some(Short('h') | Long("help")) => Ok(Call::Print(HELP)),
        Some(Short('V') | Long("version")) => Ok(Call::Print(concat!("@NAME@ ", env!("CARGO_PKG_VERSION"), "\n"))),
        Some(other) => Err(other.unexpected()),
    }
}

fn run(call: &Call) -> Result<()> {
    let mut output = BufWriter::new(stdout().lock());
    match call {
        Call::Number => @NAME@::number(stdin().lock(), &mut output).map(drop),
        Call::Print(text) => output.write_all(text.as_bytes()).and_then(|()| output.flush()),
    }
}

/// Says something on standard error, if anybody still listens there.
fn say(words: &str) {
    let _ = writeln!(stderr(), "@NAME@: {words}");
}
