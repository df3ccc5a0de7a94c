//! `bench`: the student's release build, the reference's and the system's own tools in turn, as ratios.
//!
//! | module | what |
//! |---|---|
//! | [`chosen`] | what of `bench.toml` was asked for and can be measured |
//! | [`input`], [`server`] | what is measured on: files, made once, and an nginx for each run |
//! | [`programs`] | what else is built: clients, earlier labs, programs that are written for a comparison |
//! | [`arena`] | one run in an empty folder |
//! | [`served`] | the same where the program is a server, and a client drives it |
//! | [`stopwatch`] | what it took |
//! | [`contest`] | one measure: everyone in turn, round after round |
//! | [`same_urls`] | whether two programs ask a server for the same |
//! | [`forecast`] | how long it will take |
//! | [`figures`], [`words`] | what came out, and how one says it |
//! | [`table`], [`plot`] | the result on the terminal, as JSON and as a drawing |

mod arena;
mod chosen;
mod contest;
mod figures;
mod forecast;
mod input;
mod plot;
mod programs;
mod same_urls;
mod served;
mod server;
mod stopwatch;
mod table;
mod words;

use lexopt::prelude::*;

use arena::{Arena, Entrant};
use chosen::Chosen;
use forecast::Earlier;
use programs::{Programs, release};
use xtask::check::print_quietly;
use xtask::commands::at_least_one;
use xtask::course::{Course, Lab};
use xtask::earlier::Student;
use xtask::exit::{NO_REFERENCE, OK, Result, Stop};
use xtask::machine;
use xtask::measures::Spec;
use xtask::progress::Progress;
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
    let mut chosen = Chosen::from(lab, &spec, options)?;
    chosen.leave_out_missing(&spec, options)?;
    let entrants = entrants(course, lab, options)?;

    let dir = course.work_dir().join("bench").join(&lab.dir);
    let arena = Arena {
        inputs: input::make(course, lab, &spec, &chosen.measures, &dir)?,
        spec: &spec,
        entrants,
        dir,
        rounds: options.runs,
        programs: Programs::build(course, lab, &spec, &chosen.measures)?,
    };
    let lacking = arena.programs.lacking().join(", ");
    if options.record && !lacking.is_empty() {
        return Err(Stop::failed(t!("bench.record_built", names = lacking)));
    }
    let recorded = course.suite_dir(lab).join("bench-result.json");
    let mut forecast = chosen.forecast(&arena, &Earlier::load(&recorded));
    let style = Style::stdout();
    let machine = format!(
        "{}, {}",
        t!("bench.cores", cores = machine::cores()),
        machine::processor()
    );
    let title = t!("bench.title", lab = lab.id, package = lab.package);
    print_quietly(&format!(
        "\n{} {}\n{}\n",
        style.bold(&title),
        style.dim(&t!("bench.machine", machine = machine, runs = options.runs)),
        chosen.plan(&forecast)
    ))?;
    if load >= 1.0 {
        // Whoever uses all cores loses more to others than whoever uses one.
        eprintln!("{}", t!("bench.busy", load = format!("{load:.1}")));
    }
    let mut comparisons = Vec::new();
    for same in &chosen.same_urls {
        match same_urls::compare(same, &arena, &mut forecast)? {
            Ok(comparison) => {
                print_quietly(&same_urls::draw(&comparison, style))?;
                comparisons.push(comparison);
            }
            Err(why) => print_quietly(&format!(
                "\n{}\n  {}\n",
                style.bold(&same.name),
                style.yellow(&why)
            ))?,
        }
    }
    let mut results = Vec::new();
    for measure in &chosen.measures {
        let result = contest::hold(measure, &arena, &mut forecast)?;
        print_quietly(&table::draw(&result, style))?;
        results.push(result);
    }
    arena.sweep();
    if results.is_empty() {
        return Ok(OK);
    }
    print_quietly(&format!("\n{}\n", style.dim(&t!("bench.reading"))))?;
    let plot = if options.record {
        let json = table::json(&machine, &results, &comparisons);
        write_atomically(&recorded, format!("{json:#}\n").as_bytes())?;
        print_quietly(&format!("{}\n", t!("bench.wrote", file = recorded.display())))?;
        course
            .root
            .join("book/src/figures")
            .join(format!("{}-bench.svg", lab.dir))
    } else {
        arena.dir.with_file_name(format!("{}.svg", lab.dir))
    };
    write_atomically(&plot, plot::draw(&title, &machine, &results).as_bytes())?;
    print_quietly(&format!("{}\n", t!("bench.plot", file = plot.display())))?;
    Ok(OK)
}

/// Builds the programs of the lab that are compared: the student's and the reference's, or to record the reference's alone.
fn entrants(course: &Course, lab: &Lab, options: &Options) -> Result<Vec<Entrant>> {
    let mut entrants = Vec::new();
    if options.record {
        course.solutions()?;
    } else {
        let Student { subject, note } = Student::find(course, lab, &Progress::load(course))?;
        if let Some(note) = note {
            eprintln!("{note}");
        }
        entrants.push(Entrant {
            name: t!("bench.yours"),
            program: release(course, lab, &subject)?,
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
