//! Shows the state machine of a connection: `machine table`, `machine diagram` (for `dot -Tsvg`), `machine play INPUT…`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use nbnet::machine::{self, State, TRANSITIONS};

fn main() -> io::Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut out = io::stdout().lock();
    match words.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        Some(("table", [])) => {
            for (from, input, to) in TRANSITIONS {
                writeln!(out, "{from} {input} {to}")?;
            }
        }
        Some(("diagram", [])) => out.write_all(machine::diagram().as_bytes())?,
        Some(("play", inputs)) => {
            let mut state = State::Accept;
            for text in inputs {
                let next = text
                    .parse()
                    .and_then(|input| machine::next(state, input).ok_or(format!("no {text} in {state}")));
                match next {
                    Ok(next) => {
                        state = next;
                        let interest = state.interest();
                        let read = if interest.read { " reads" } else { "" };
                        let write = if interest.write { " writes" } else { "" };
                        writeln!(out, "{state}{read}{write}")?;
                    }
                    Err(error) => writeln!(out, "error: {error}")?,
                }
            }
        }
        _ => {
            writeln!(io::stderr(), "usage: machine table|diagram|play INPUT…")?;
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}
