//! `bench`: the student's release build, the reference's and the system's own tools in turn, as ratios.
//!
//! | module | what |
//! |---|---|
//! | [`spec`] | what is measured, from `tests/LAB/bench.toml` |
//! | [`input`] | the files that are measured on, made once |
//! | [`contest`] | one measure: everyone in turn, round after round |
//! | [`stopwatch`] | one run |
//! | [`table`], [`plot`] | the result on the terminal, as JSON and as a drawing |

mod contest;
mod input;
mod plot;
mod stopwatch;
mod table;

use std::path::PathBuf;

use lexopt::prelude::*;

use contest::Entrant;
use xtask::cargo;
use xtask::check::print_quietly;
use xtask::commands::at_least_one;
use xtask::course::{Course, Lab};
use xtask::exit::{BUILD, NO_REFERENCE, NOT_INSTALLED, OK, Result, Stop};
use xtask::machine;
use xtask::measures::{Measure, Spec};
use xtask::subject::{Subject, write_atomically};
use xtask::t;
use xtask::term::Style;

/// What `bench` was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    /// A lab; none is the one worked on last.
    pub(crate) lab: Option<String>,
    /// Timed runs of each program.
    pub(crate) runs: usize,
    /// Only the measures whose names contain this.
    pub(crate) only: Option<String>,
    /// Measure the reference and write the figures that the book shows.
    pub(crate) record: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            lab: None,
            runs: 5,
            only: None,
            record: false,
        }
    }
}

impl Options {
    /// Reads the arguments of `bench`.
    pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Self> {
        let mut options = Self::default();
        while let Some(arg) = parser.next()? {
            match arg {
                Long("runs") => options.runs = at_least_one(&mut parser)?,
                Long("only") => options.only = Some(parser.value()?.string()?),
                Long("record") => options.record = true,
                Value(name) if options.lab.is_none() => options.lab = Some(name.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// Measures a lab. A goal that is missed is shown and is no failure: machines differ.
pub(crate) fn run(course: &Course, options: &Options) -> Result<u8> {
    // Before anything is built or made here.
    let load = machine::load();
    let lab = xtask::check::lab_or_current(course, options.lab.as_deref())?;
    let spec = Spec::load(course, lab)?;
    let measures = chosen(lab, &spec, options)?;
    let entrants = entrants(course, lab, options)?;
    if options.record {
        complete(&measures)?;
    }

    let dir = course.work_dir().join("bench").join(&lab.dir);
    let inputs = input::make(course, lab, &spec, &measures, &dir)?;
    let style = Style::stdout();
    let machine = format!(
        "{}, {}",
        t!("bench.cores", cores = machine::cores()),
        machine::processor()
    );
    print_quietly(&format!(
        "\n{} {}\n",
        style.bold(&t!("bench.title", lab = lab.id, package = lab.package)),
        style.dim(&t!("bench.machine", machine = machine, runs = options.runs))
    ))?;
    if load >= 1.0 {
        // Whoever uses all cores loses more to others than whoever uses one.
        eprintln!("{}", t!("bench.busy", load = format!("{load:.1}")));
    }
    let mut results = Vec::new();
    for measure in measures {
        let Some(input) = inputs.iter().find(|input| input.name == measure.input) else {
            continue;
        };
        let result = contest::hold(measure, input, &entrants, options.runs)?;
        print_quietly(&table::draw(&result, style))?;
        results.push(result);
    }
    print_quietly(&format!("\n{}\n", style.dim(&t!("bench.reading"))))?;
    let plot = if options.record {
        let json = course.suite_dir(lab).join("bench-result.json");
        write_atomically(
            &json,
            format!("{:#}\n", table::json(&machine, &results)).as_bytes(),
        )?;
        print_quietly(&format!("{}\n", t!("bench.wrote", file = json.display())))?;
        course
            .root
            .join("book/src/figures")
            .join(format!("{}-bench.svg", lab.dir))
    } else {
        dir.with_file_name(format!("{}.svg", lab.dir))
    };
    let title = t!("bench.title", lab = lab.id, package = lab.package);
    write_atomically(&plot, plot::draw(&title, &machine, &results).as_bytes())?;
    print_quietly(&format!("{}\n", t!("bench.plot", file = plot.display())))?;
    Ok(OK)
}

fn chosen<'s>(lab: &Lab, spec: &'s Spec, options: &Options) -> Result<Vec<&'s Measure>> {
    let Some(only) = &options.only else {
        return Ok(spec.measures.iter().collect());
    };
    if options.record {
        return Err(Stop::usage(t!("bench.record_all")));
    }
    let chosen: Vec<&Measure> = spec
        .measures
        .iter()
        .filter(|measure| measure.name.contains(only.as_str()))
        .collect();
    if chosen.is_empty() {
        let known = spec.measures.iter().map(|measure| &*measure.name);
        let message = t!("bench.no_measure", lab = lab.id, name = only);
        return Err(Stop::usage(xtask::course::unknown(message, only, known)));
    }
    Ok(chosen)
}

/// Builds the programs of the lab that are compared: the student's and the reference's, or to record the reference's alone.
fn entrants(course: &Course, lab: &Lab, options: &Options) -> Result<Vec<Entrant>> {
    let mut entrants = Vec::new();
    if options.record {
        course.solutions()?;
    } else {
        entrants.push(Entrant {
            name: t!("bench.yours"),
            program: release(course, lab, &Subject::Labs)?,
        });
    }
    match course.solutions() {
        Ok(_) => entrants.push(Entrant {
            name: t!("bench.reference"),
            program: release(course, lab, &Subject::Reference)?,
        }),
        Err(stop) if stop.status == NO_REFERENCE => {
            eprintln!("{}", t!("bench.without_reference", why = stop.message));
        }
        Err(stop) => return Err(stop),
    }
    Ok(entrants)
}

/// Builds a subject's main program as `cargo build --release` does. A subject that does not compile has none.
fn release(course: &Course, lab: &Lab, subject: &Subject) -> Result<Option<PathBuf>> {
    let mut command = cargo::cargo(course, subject, "build");
    command.args(["--release", "--package", &lab.package, "--bins"]);
    match cargo::executables(command) {
        Ok(mut programs) => Ok(programs.remove(&lab.package)),
        Err(stop) if stop.status == BUILD => Ok(None),
        Err(stop) => Err(stop),
    }
}

/// Refuses to record figures from which a peer would be missing.
fn complete(measures: &[&Measure]) -> Result {
    let mut packages: Vec<&str> = measures
        .iter()
        .flat_map(|measure| &measure.peers)
        .filter(|peer| contest::missing(peer).is_some())
        .map(|peer| &*peer.package)
        .collect();
    packages.sort_unstable();
    packages.dedup();
    if packages.is_empty() {
        Ok(())
    } else {
        Err(Stop::new(
            NOT_INSTALLED,
            t!("bench.record_needs", packages = packages.join(" ")),
        ))
    }
}
