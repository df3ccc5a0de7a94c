//! The command line: what `wordcount` is asked to do.

use std::ffi::{OsStr, OsString};

use lexopt::{Arg, Parser, ValueExt};
use wordcount::count::{Columns, Counting};
use wordcount::tally::Rules;
use wordcount::words::Split;

/// What `wordcount --help` prints.
pub(crate) const HELP: &str = "\
usage: wordcount count [-l] [-w] [-m] [-c] [--threads N] [FILE...]
       wordcount freq [-n N] [-i] [--split unicode|whitespace] [--json] [--threads N] [FILE...]
       wordcount range START STOP [STEP]

count prints the lines, words and bytes of each FILE, as wc does, and a total for more than one.
  -l, --lines    lines: newline bytes
  -w, --words    words
  -m, --chars    characters
  -c, --bytes    bytes

freq ranks the words of all FILEs: how often, a tab, the word; the most frequent first.
  -n N           only the first N
  -i             take words that differ only in case for the same (Unicode case folding)
  --split WHAT   where words end: at the word boundaries of Unicode (the default), or at white space
  --json         an array of objects {\"word\": ..., \"count\": ...}

range prints the whole numbers from START towards STOP, which is not printed, STEP apart (1 if not given).

No FILE, or -, is standard input.
  --threads N    how many threads read a large file, 1 to 256; as many as there are cores, if not given
  --help         this text
  --version      the version
";

/// More threads than a user has cores for; a typing error does not bring the machine down.
const MOST_THREADS: usize = 256;

/// What to do.
pub(crate) enum Command {
    Count {
        how: Counting,
        files: Vec<OsString>,
    },
    Freq {
        rules: Rules,
        top: Option<usize>,
        json: bool,
        threads: usize,
        files: Vec<OsString>,
    },
    Range {
        start: i64,
        stop: i64,
        step: i64,
    },
    Help,
    Version,
}

/// Reads the arguments that follow the program's name.
///
/// # Errors
/// A sentence that says what is wrong with them.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
    let mut arguments = arguments.into_iter();
    let Some(command) = arguments.next() else {
        return Err("a command is missing: count, freq or range".into());
    };
    let parser = Parser::from_args(arguments);
    match command.to_str() {
        Some("count") => count(parser),
        Some("freq") => freq(parser),
        Some("range") => range(parser),
        Some("--help" | "-h" | "help") => Ok(Command::Help),
        Some("--version" | "-V") => Ok(Command::Version),
        _ => Err(format!("no command is called {}: count, freq or range", command.display()).into()),
    }
}

fn count(mut parser: Parser) -> Result<Command, lexopt::Error> {
    let mut columns = Columns::NONE;
    let mut threads = None;
    let mut files = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('l') | Arg::Long("lines") => columns.lines = true,
            Arg::Short('w') | Arg::Long("words") => columns.words = true,
            Arg::Short('m') | Arg::Long("chars") => columns.chars = true,
            Arg::Short('c') | Arg::Long("bytes") => columns.bytes = true,
            Arg::Long("threads") => threads = Some(parser.value()?.parse()?),
            Arg::Long("help") => return Ok(Command::Help),
            Arg::Value(file) => files.push(file),
            _ => return Err(argument.unexpected()),
        }
    }
    let columns = if columns == Columns::NONE {
        Columns::USUAL
    } else {
        columns
    };
    Ok(Command::Count {
        how: Counting {
            columns,
            threads: number_of(threads)?,
        },
        files,
    })
}

fn freq(mut parser: Parser) -> Result<Command, lexopt::Error> {
    let mut rules = Rules {
        split: Split::Unicode,
        fold_case: false,
    };
    let (mut top, mut json, mut threads) = (None, false, None);
    let mut files = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('n') => top = Some(parser.value()?.parse()?),
            Arg::Short('i') => rules.fold_case = true,
            Arg::Long("split") => rules.split = parser.value()?.parse_with(split)?,
            Arg::Long("json") => json = true,
            Arg::Long("threads") => threads = Some(parser.value()?.parse()?),
            Arg::Long("help") => return Ok(Command::Help),
            Arg::Value(file) => files.push(file),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Command::Freq {
        rules,
        top,
        json,
        threads: number_of(threads)?,
        files,
    })
}

/// Takes its arguments as they are, since `-3` is a number here.
fn range(mut parser: Parser) -> Result<Command, lexopt::Error> {
    let arguments: Vec<OsString> = parser.raw_args()?.collect();
    if arguments.iter().any(|argument| argument == "--help") {
        return Ok(Command::Help);
    }
    let numbers: Result<Vec<i64>, lexopt::Error> = arguments.iter().map(|text| number(text)).collect();
    match numbers?[..] {
        [start, stop] => Ok(Command::Range { start, stop, step: 1 }),
        [start, stop, step] => Ok(Command::Range { start, stop, step }),
        _ => Err("range takes START STOP [STEP]".into()),
    }
}

fn number(text: &OsStr) -> Result<i64, lexopt::Error> {
    let number = text.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| format!("{} is no whole number of 64 bits", text.display()).into())
}

fn split(name: &str) -> Result<Split, &'static str> {
    match name {
        "unicode" => Ok(Split::Unicode),
        "whitespace" => Ok(Split::Whitespace),
        _ => Err("neither unicode nor whitespace"),
    }
}

fn number_of(threads: Option<usize>) -> Result<usize, lexopt::Error> {
    match threads {
        Some(threads @ 1..=MOST_THREADS) => Ok(threads),
        Some(threads) => Err(format!("--threads {threads}: from 1 to {MOST_THREADS}").into()),
        None => Ok(std::thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_THREADS))),
    }
}
