//! The program `lazy`: takes a range, puts adaptors over it, pulls at both ends and shows what happens when.
//!
//! It is complete: with it you see, and the suite grades, what no count or ranking shows.

use std::cell::Cell;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use anyhow::{Context, bail};
use wordcount::lazy::Lazy;
use wordcount::range::Range;

const HELP: &str = "\
usage: lazy START STOP STEP [WORD...]

Each WORD puts an adaptor over the range, or pulls at what there is. A line '= 7' is what a pull gave, '= none' its end;
an indented line is a function being called.
  square double negate    adaptors: change each number (mapped)
  even odd                adaptors: keep some numbers (filtered)
  every:N                 adaptor: the first, then every Nth (stepped)
  below:N                 adaptor: until a number is not below N (taken_while)
  next back               pull one number from the front or the back
  nth:N                   skip N numbers at the front, pull the next
  len hint                the exact length; the bounds of the length
  rest rev                pull all that is left, from the front or from the back
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into())
        .collect();
    if words.iter().any(|word| word == "--help") {
        print(HELP);
        return ExitCode::SUCCESS;
    }
    if words.iter().any(|word| word == "--version") {
        print(concat!("lazy ", env!("CARGO_PKG_VERSION"), "\n"));
        return ExitCode::SUCCESS;
    }
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "lazy: {error:#}\nTry 'lazy --help'.");
            ExitCode::from(2)
        }
    }
}

fn run(words: &[String]) -> anyhow::Result<()> {
    let [start, stop, step, words @ ..] = words else {
        bail!("START, STOP and STEP are missing")
    };
    let range = Range::new(number(start)?, number(stop)?, number(step)?)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut chain = Chain::Exact(Box::new(range));
    for word in words {
        let (name, argument) = word.split_once(':').unwrap_or((word, ""));
        chain = match name {
            "square" => chain.mapped("square", |n| n.wrapping_mul(n)),
            "double" => chain.mapped("double", |n| n.wrapping_mul(2)),
            "negate" => chain.mapped("negate", i64::wrapping_neg),
            "even" => chain.filtered("even", |n| n % 2 == 0),
            "odd" => chain.filtered("odd", |n| n % 2 != 0),
            "every" => match count(argument)? {
                0 => bail!("every:0 never gets anywhere"),
                step => Chain::Forward(Box::new(chain.forward().stepped(step))),
            },
            "below" => {
                let limit = number(argument)?;
                let go = move |n: &i64| called("below", *n, *n < limit);
                Chain::Forward(Box::new(chain.forward().taken_while(go)))
            }
            _ => {
                chain.pull(&mut out, name, argument)?;
                chain
            }
        };
    }
    out.flush().context("stdout")
}

/// A range with its adaptors, by what can still be done with it.
enum Chain {
    /// Its length is known.
    Exact(Box<dyn Exact>),
    /// It has two ends.
    Both(Box<dyn DoubleEndedIterator<Item = i64>>),
    /// It has a front only.
    Forward(Box<dyn Iterator<Item = i64>>),
}

/// The two traits in one, since a trait object takes only one.
trait Exact: DoubleEndedIterator<Item = i64> + ExactSizeIterator {}
impl<I: DoubleEndedIterator<Item = i64> + ExactSizeIterator> Exact for I {}

impl Chain {
    fn mapped(self, name: &'static str, change: fn(i64) -> i64) -> Chain {
        let change = move |n| called(name, n, change(n));
        match self {
            Chain::Exact(inner) => Chain::Exact(Box::new(inner.mapped(change))),
            Chain::Both(inner) => Chain::Both(Box::new(inner.mapped(change))),
            Chain::Forward(inner) => Chain::Forward(Box::new(inner.mapped(change))),
        }
    }

    fn filtered(self, name: &'static str, keep: fn(i64) -> bool) -> Chain {
        let keep = move |n: &i64| called(name, *n, keep(*n));
        match self {
            Chain::Exact(inner) => Chain::Both(Box::new(inner.filtered(keep))),
            Chain::Both(inner) => Chain::Both(Box::new(inner.filtered(keep))),
            Chain::Forward(inner) => Chain::Forward(Box::new(inner.filtered(keep))),
        }
    }

    fn forward(self) -> Box<dyn Iterator<Item = i64>> {
        match self {
            Chain::Exact(inner) => Box::new(inner),
            Chain::Both(inner) => Box::new(inner),
            Chain::Forward(inner) => inner,
        }
    }

    fn front(&mut self) -> &mut dyn Iterator<Item = i64> {
        match self {
            Chain::Exact(inner) => inner,
            Chain::Both(inner) => inner,
            Chain::Forward(inner) => inner,
        }
    }

    fn back(&mut self) -> anyhow::Result<&mut dyn DoubleEndedIterator<Item = i64>> {
        match self {
            Chain::Exact(inner) => Ok(inner),
            Chain::Both(inner) => Ok(inner),
            Chain::Forward(_) => bail!("every and below leave no back"),
        }
    }

    fn pull(&mut self, out: &mut impl Write, name: &str, argument: &str) -> anyhow::Result<()> {
        match name {
            "next" => show(out, self.front().next()),
            "nth" => show(out, self.front().nth(count(argument)?)),
            "back" => show(out, self.back()?.next_back()),
            "rest" => {
                while let Some(n) = self.front().next() {
                    show(out, Some(n))?;
                }
                write_calls(out)
            }
            "rev" => {
                while let Some(n) = self.back()?.next_back() {
                    show(out, Some(n))?;
                }
                write_calls(out)
            }
            "hint" => match self.front().size_hint() {
                (least, Some(most)) => line(out, &format!("hint {least} to {most}")),
                (least, None) => line(out, &format!("hint {least} or more")),
            },
            "len" => match self {
                Chain::Exact(inner) => line(out, &format!("len {}", inner.len())),
                _ => bail!("the exact length is known only where nothing is left out"),
            },
            _ => bail!("no adaptor or pull is called {name}"),
        }
    }
}

thread_local! {
    /// Calls since the last line of the program, written before it.
    static CALLS: Cell<Vec<String>> = const { Cell::new(Vec::new()) };
}

/// Notes that a function was called.
fn called<T: std::fmt::Display>(name: &str, with: i64, gave: T) -> T {
    let mut calls = CALLS.take();
    calls.push(format!("  {name}({with}) -> {gave}"));
    CALLS.set(calls);
    gave
}

fn show(out: &mut impl Write, pulled: Option<i64>) -> anyhow::Result<()> {
    match pulled {
        Some(n) => line(out, &format!("= {n}")),
        None => line(out, "= none"),
    }
}

fn line(out: &mut impl Write, line: &str) -> anyhow::Result<()> {
    write_calls(out)?;
    writeln!(out, "{line}").context("stdout")
}

fn write_calls(out: &mut impl Write) -> anyhow::Result<()> {
    CALLS
        .take()
        .iter()
        .try_for_each(|call| writeln!(out, "{call}"))
        .context("stdout")
}

fn number(text: &str) -> anyhow::Result<i64> {
    text.parse()
        .with_context(|| format!("{text:?} is no whole number of 64 bits"))
}

fn count(text: &str) -> anyhow::Result<usize> {
    text.parse().with_context(|| format!("{text:?} is no count"))
}

fn print(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let system = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>());
    system
        .into_iter()
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
