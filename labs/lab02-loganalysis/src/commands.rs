//! What each command does.

use std::fs::File;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use loganalysis::follow::Event;
use loganalysis::report::{Report, Source};
use loganalysis::seek::Log;
use loganalysis::{
    Error, Filter, Follower, Found, Index, Input, Layout, Lines, Parser, Section, Summary, escape, index,
    input, json, layout, parallel,
};

use crate::cli::{Command, HELP};

/// How often `follow` looks.
const LOOK: Duration = Duration::from_millis(20);

type Out = BufWriter<StdoutLock<'static>>;

/// Does what was asked for.
///
/// # Errors
/// What ends the command; what only spoils a part of it is said on standard error and in the exit status.
pub(crate) fn run(command: Command) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let status = match command {
        Command::Help => {
            out.write_all(HELP.as_bytes()).map_err(Error::Output)?;
            ExitCode::SUCCESS
        }
        Command::Version => {
            writeln!(out, "loganalysis {}", env!("CARGO_PKG_VERSION")).map_err(Error::Output)?;
            ExitCode::SUCCESS
        }
        Command::Parse { file } => parse(&file, &mut out)?,
        Command::Report {
            files,
            filter,
            top,
            threads,
            json,
        } => report(&files, &filter, top, threads, json, &mut out)?,
        Command::Files { files, json } => show_files(&files, json, &mut out)?,
        Command::Punch { file, offset, length } => {
            layout::punch(&file, offset, length)?;
            show_files(&[file], false, &mut out)?
        }
        Command::Sparse { file, size } => {
            layout::sparse(&file, size)?;
            show_files(&[file], false, &mut out)?
        }
        Command::Follow { file, all, grace } => follow(&file, all, grace, &mut out)?,
        Command::Index { file } => {
            let (entries, covers) = index::build(&file)?;
            let name = index::path_of(&file);
            writeln!(out, "{}: {entries} entries for {covers} bytes", name.display())
                .map_err(Error::Output)?;
            ExitCode::SUCCESS
        }
        Command::Seek {
            file,
            time,
            lines,
            offset,
        } => seek(&file, time, lines, offset, &mut out)?,
    };
    out.flush().map_err(Error::Output)?;
    Ok(status)
}

fn parse(file: &Path, out: &mut Out) -> anyhow::Result<ExitCode> {
    let reader = Input::open(file)?.into_reader();
    let mut lines = Lines::new(reader, parallel::STEP, 0);
    let mut parser = Parser::default();
    let mut number = 0;
    while let Some(line) = lines.next().map_err(Error::io("read", file))? {
        number += 1;
        let mut written = Ok(());
        parser.each(line, |found| {
            if written.is_ok() {
                written = write_found(number, &found, out);
            }
        });
        written.map_err(Error::Output)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes one record or fragment as a JSON object on a line.
fn write_found(number: u64, found: &Found<'_>, out: &mut Out) -> io::Result<()> {
    let mut object = json::Object::start(out)?;
    object.number("line", number)?;
    match found {
        Ok(record) => {
            let decoded = |field: Option<&[u8]>| field.map(|field| escape::decode(field).into_owned());
            let parts = record.parts();
            object.string("client", record.client)?;
            object.optional("user", decoded(record.user).as_deref())?;
            object.string("time", record.time.to_string().as_bytes())?;
            object.string("request", &escape::decode(record.request))?;
            object.optional("method", parts.map(|parts| parts.method))?;
            object.optional("target", decoded(parts.map(|parts| parts.target)).as_deref())?;
            object.optional("protocol", parts.and_then(|parts| parts.protocol))?;
            object.number("status", record.status)?;
            object.number("bytes", record.bytes)?;
            object.optional("referer", decoded(record.referer).as_deref())?;
            object.optional("agent", decoded(record.agent).as_deref())?;
        }
        Err(fragment) => {
            object.string("malformed", fragment.why.to_string().as_bytes())?;
            object.string("text", fragment.text)?;
        }
    }
    object.end()?;
    out.write_all(b"\n")
}

fn report(
    files: &[PathBuf],
    filter: &Filter,
    top: usize,
    threads: usize,
    json: bool,
    out: &mut Out,
) -> anyhow::Result<ExitCode> {
    let mut summary = Summary::default();
    let mut sources = Vec::new();
    let mut status = ExitCode::SUCCESS;
    for file in files {
        sources.push(Source {
            name: input::display_name(file).display().to_string(),
            lines_before: summary.lines,
        });
        if let Err(error) = count(file, filter, threads, &mut summary) {
            complain(&error);
            status = ExitCode::FAILURE;
        }
    }
    let report = Report {
        sources: &sources,
        summary: &summary,
        top,
    };
    match json {
        true => report.write_json(out),
        false => report.write_table(out),
    }
    .map_err(Error::Output)?;
    Ok(status)
}

/// Adds one log to `summary`.
fn count(path: &Path, filter: &Filter, threads: usize, summary: &mut Summary) -> Result<(), Error> {
    let read = Error::io("read", path);
    match Input::open(path)? {
        Input::File(file) => {
            let size = file.metadata().map_err(Error::io("inspect", path))?.len();
            // Where several threads fail, one counts what it can: so the report is the same whatever number was asked for.
            if threads > 1
                && let Ok(part) = parallel::read(&file, size, threads, filter)
            {
                summary.merge(part);
                return Ok(());
            }
            let mut lines = Lines::new(Section::new(&file, 0, size), parallel::STEP, 0);
            summary.read(&mut lines, u64::MAX, filter).map_err(read)
        }
        Input::Stream(stream) => {
            let mut lines = Lines::new(stream, parallel::STEP, 0);
            summary.read(&mut lines, u64::MAX, filter).map_err(read)
        }
    }
}

fn show_files(files: &[PathBuf], json: bool, out: &mut Out) -> anyhow::Result<ExitCode> {
    let mut status = ExitCode::SUCCESS;
    for file in files {
        match Layout::of(file) {
            Ok(layout) if json => layout.write_json(file, out).map_err(Error::Output)?,
            Ok(layout) => layout.write_table(file, out).map_err(Error::Output)?,
            Err(error) => {
                complain(&error);
                status = ExitCode::FAILURE;
            }
        }
    }
    Ok(status)
}

fn follow(file: &Path, all: bool, grace: Duration, out: &mut Out) -> anyhow::Result<ExitCode> {
    let mut follower = Follower::new(file, all, grace)?;
    let say = |what: String| say(&format!("{}: {what}", file.display()));
    match follower.inode() {
        Some(inode) => say(format!("following inode {inode}")),
        None => say("waiting for the file".to_owned()),
    }
    loop {
        follower.poll(out, |event| match event {
            Event::Opened { inode } => say(format!("following inode {inode}")),
            Event::Replaced { old, new } => say(format!("replaced: inode {old}, now inode {new}")),
            Event::Truncated { inode } => say(format!("truncated: inode {inode}, read from its start")),
        })?;
        thread::sleep(LOOK);
    }
}

fn seek(path: &Path, time: i64, limit: u64, only_offset: bool, out: &mut Out) -> anyhow::Result<ExitCode> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    let size = file.metadata().map_err(Error::io("inspect", path))?.len();
    let extents = layout::extents(&file, size).map_err(Error::io("find the holes of", path))?;
    let log = Log::new(&file, extents);
    let index = Index::open(path, &file)?;
    let start = log
        .first_at(time, index.as_ref())
        .map_err(Error::io("search", path))?;
    if only_offset {
        writeln!(out, "{start}").map_err(Error::Output)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut left = limit;
    let mut failed = None;
    log.for_each_line::<()>(start, |line| {
        let zeros = line.text.iter().take_while(|&&byte| byte == 0).count();
        let text = &line.text[zeros..];
        if text.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        if left == 0 {
            return Ok(ControlFlow::Break(()));
        }
        left -= 1;
        failed = out.write_all(text).and_then(|()| out.write_all(b"\n")).err();
        Ok(match failed {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        })
    })
    .map_err(Error::io("read", path))?;
    match failed {
        Some(error) => Err(Error::Output(error).into()),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Says on standard error what went wrong, with what it came from.
fn complain(error: &Error) {
    let mut message = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        message.push_str(": ");
        message.push_str(&cause.to_string());
        source = cause.source();
    }
    say(&message);
}

/// Says something on standard error. Where that is closed or full, nobody is there to be told.
pub(crate) fn say(message: &str) {
    let _ = writeln!(io::stderr(), "loganalysis: {message}");
}
