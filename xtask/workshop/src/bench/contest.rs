//! One measure: everyone runs in turn, round after round, so that a slow minute of the machine is everybody's.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use xtask::exit::{Result, Stop};
use xtask::machine::find_program;
use xtask::t;
use xtask::term::Status;

use super::input::{Made, megabytes};
use super::stopwatch::{self, Memory, Run};
use xtask::measures::{Call, Measure, Peer};

/// The longest that one run of the lab's program may take: an endless loop is not worth waiting for.
const LAB_LIMIT: Duration = Duration::from_secs(120);

/// The same for a program of the system, which is known to end.
const PEER_LIMIT: Duration = Duration::from_secs(3600);

/// A program of the lab: the student's or the reference's.
#[derive(Debug)]
pub(crate) struct Entrant {
    pub(crate) name: String,
    /// None where it does not compile.
    pub(crate) program: Option<PathBuf>,
}

/// What one measure came to.
#[derive(Debug)]
pub(crate) struct Contest {
    pub(crate) name: String,
    pub(crate) input: String,
    pub(crate) about: String,
    /// The lab's programs first, then the system's.
    pub(crate) rows: Vec<Row>,
}

/// What one program came to.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// Whether it is a program of the lab.
    pub(crate) own: bool,
    pub(crate) goal: Option<f64>,
    pub(crate) figures: std::result::Result<Figures, String>,
}

/// The figures of a program that ran.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    pub(crate) median: Duration,
    pub(crate) least: Duration,
    pub(crate) cpu: Duration,
    pub(crate) peak_kib: u64,
    /// The time of the contest's first program over this one's: the median over the rounds.
    pub(crate) ratio: f64,
}

impl Contest {
    /// The program that the others are compared with: the first of the lab's that runs.
    pub(crate) fn first(&self) -> Option<(&Row, &Figures)> {
        let own = self.rows.iter().filter(|row| row.own);
        own.filter_map(|row| Some((row, row.figures.as_ref().ok()?)))
            .next()
    }

    /// The rows of those that did run.
    pub(crate) fn measured(&self) -> impl Iterator<Item = (&Row, &Figures)> {
        self.rows
            .iter()
            .filter_map(|row| Some((row, row.figures.as_ref().ok()?)))
    }
}

impl Row {
    /// Whether the goal is met; `None` where there is none or nothing was compared.
    pub(crate) fn met(&self) -> Option<bool> {
        let ratio = self.figures.as_ref().ok()?.ratio;
        Some(ratio <= self.goal?).filter(|_| ratio.is_finite())
    }
}

/// A program in a contest, while it goes on.
struct Runner {
    row: Row,
    call: Call,
    rounds: usize,
    limit: Duration,
    runs: Vec<Run>,
    peak_kib: u64,
}

/// Runs everyone `rounds` times in turn, after a warm-up that also shows who cannot run at all.
pub(crate) fn hold(measure: &Measure, input: &Made, entrants: &[Entrant], rounds: usize) -> Result<Contest> {
    let mut runners: Vec<Runner> = entrants
        .iter()
        .map(|entrant| of_lab(measure, entrant, rounds))
        .collect();
    runners.extend(measure.peers.iter().map(|peer| of_system(peer, rounds)));
    let errors = input.path.with_file_name(".stderr");
    let mut status = Status::start();
    for round in 0..=rounds {
        for runner in &mut runners {
            // A program that gets fewer runs is slow: it needs no warm-up, and its memory is watched as it counts.
            let slow = runner.rounds < rounds;
            let warm_up = round == 0 && !slow;
            if runner.row.figures.is_err() || runner.runs.len() >= runner.rounds || round == 0 && slow {
                continue;
            }
            let line = t!(
                "bench.running",
                measure = measure.name,
                program = runner.row.name,
                round = round,
                rounds = rounds
            );
            status.show(&line);
            let memory = if warm_up || slow {
                Memory::Watched
            } else {
                Memory::Ignored
            };
            let stderr = File::create(&errors).map_err(|error| Stop::io(&errors, error))?;
            let mut command = command(&runner.call, input);
            command.stderr(stderr);
            match stopwatch::run(&mut command, memory, runner.limit) {
                Ok(run) if run.success => {
                    runner.peak_kib = runner.peak_kib.max(run.peak_kib);
                    if !warm_up {
                        runner.runs.push(run);
                    }
                }
                Ok(_) => runner.row.figures = Err(why(&std::fs::read(&errors).unwrap_or_default())),
                Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                    runner.row.figures = Err(t!("bench.too_long", seconds = runner.limit.as_secs()));
                }
                Err(error) => runner.row.figures = Err(error.to_string()),
            }
        }
    }
    status.clear();
    let _ = std::fs::remove_file(&errors);
    Ok(Contest {
        name: measure.name.clone(),
        input: format!("{}, {}", input.name, megabytes(input.bytes)),
        about: input.about.clone(),
        rows: judge(runners),
    })
}

fn of_lab(measure: &Measure, entrant: &Entrant, rounds: usize) -> Runner {
    let figures = match &entrant.program {
        Some(_) => Ok(Figures::NONE),
        None => Err(t!("bench.broken")),
    };
    let program = entrant.program.clone().unwrap_or_default().display().to_string();
    let words = std::iter::once(program)
        .chain(measure.subject.iter().cloned())
        .collect();
    Runner {
        row: Row {
            name: entrant.name.clone(),
            own: true,
            goal: None,
            figures,
        },
        call: Call::Program(words),
        rounds,
        limit: LAB_LIMIT,
        runs: Vec::new(),
        peak_kib: 0,
    }
}

fn of_system(peer: &Peer, rounds: usize) -> Runner {
    let figures = match missing(peer) {
        Some(_) => Err(t!("bench.not_installed", package = peer.package)),
        None => Ok(Figures::NONE),
    };
    Runner {
        row: Row {
            name: peer.name.clone(),
            own: false,
            goal: peer.goal,
            figures,
        },
        call: peer.call.clone(),
        rounds: peer.runs.unwrap_or(rounds).min(rounds),
        limit: PEER_LIMIT,
        runs: Vec::new(),
        peak_kib: 0,
    }
}

/// The first program of a peer that this machine lacks.
pub(crate) fn missing(peer: &Peer) -> Option<String> {
    peer.call
        .programs()
        .into_iter()
        .find(|name| find_program(name).is_none())
}

/// Makes the command with the input's path in it, that writes to nowhere.
fn command(call: &Call, input: &Made) -> Command {
    let path = input.path.display().to_string();
    let mut command;
    match call {
        Call::Program(words) => {
            let mut words = words.iter().map(|word| word.replace("{input}", &path));
            let name = words.next().unwrap_or_default();
            command = Command::new(find_program(&name).unwrap_or_else(|| name.into()));
            command.args(words);
        }
        Call::Shell(line) => {
            command = Command::new("sh");
            command.args(["-c", &line.replace("{input}", &xtask::show::quoted(&path))]);
        }
    }
    // What a program leaves in its folder is swept away with what is no input any more.
    command
        .current_dir(input.path.parent().unwrap_or(&input.path))
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

/// Turns what a program said before it failed into one line.
fn why(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    // What todo!() panics with: the starter, not a mistake.
    if text.contains("not yet implemented") {
        return t!("bench.unwritten");
    }
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    t!("bench.failed", why = line)
}

/// Compares each program with the first of the lab's that ran, round by round.
fn judge(runners: Vec<Runner>) -> Vec<Row> {
    let seconds = |runs: &[Run]| runs.iter().map(|run| run.wall.as_secs_f64()).collect::<Vec<_>>();
    let first = runners
        .iter()
        .find(|runner| runner.row.own && runner.row.figures.is_ok())
        .map(|runner| seconds(&runner.runs))
        .unwrap_or_default();
    let row = |runner: Runner| {
        let mut row = runner.row;
        if row.figures.is_ok() {
            let walls = seconds(&runner.runs);
            let cpu = runner.runs.iter().map(|run| run.cpu.as_secs_f64());
            row.figures = Ok(Figures {
                ratio: median(first.iter().zip(&walls).map(|(first, this)| first / this)),
                median: Duration::from_secs_f64(median(walls.into_iter())),
                least: runner.runs.iter().map(|run| run.wall).min().unwrap_or_default(),
                cpu: Duration::from_secs_f64(median(cpu)),
                peak_kib: runner.peak_kib,
            });
        }
        row
    };
    runners.into_iter().map(row).collect()
}

impl Figures {
    /// Nothing measured yet.
    const NONE: Self = Self {
        median: Duration::ZERO,
        least: Duration::ZERO,
        cpu: Duration::ZERO,
        peak_kib: 0,
        ratio: f64::NAN,
    };
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runner(name: &str, own: bool, walls_ms: &[u64], goal: Option<f64>) -> Runner {
        let run = |ms: &u64| Run {
            wall: Duration::from_millis(*ms),
            success: true,
            ..Run::default()
        };
        Runner {
            row: Row {
                name: name.to_owned(),
                own,
                goal,
                figures: Ok(Figures::NONE),
            },
            call: Call::Program(Vec::new()),
            rounds: walls_ms.len(),
            limit: LAB_LIMIT,
            runs: walls_ms.iter().map(run).collect(),
            peak_kib: 0,
        }
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        // The machine was three times slower in the last round, for both alike: the ratio does not see it.
        let rows = judge(vec![
            runner("yours", true, &[100, 100, 300], None),
            runner("wc", false, &[200, 200, 600], Some(0.5)),
        ]);
        let figures = rows[1].figures.as_ref().expect("it ran");
        assert!(
            (figures.ratio - 0.5).abs() < 1e-9 && rows[1].met() == Some(true),
            "{rows:?}"
        );
        assert_eq!(figures.median, Duration::from_millis(200));
    }

    #[test]
    fn without_a_lab_program_that_runs_there_is_no_ratio_and_no_goal() {
        let mut broken = runner("yours", true, &[], None);
        broken.row.figures = Err("not written yet".to_owned());
        let rows = judge(vec![broken, runner("wc", false, &[200], Some(0.5))]);
        assert_eq!(rows[1].met(), None);
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_middle_two() {
        assert!((median([4.0, 1.0, 3.0, 2.0].into_iter()) - 2.5).abs() < 1e-9);
    }
}
