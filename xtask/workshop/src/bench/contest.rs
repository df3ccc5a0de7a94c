//! One measure: everyone runs in turn, round after round, so that a slow minute of the machine is everybody's.

use std::time::Duration;

use xtask::exit::Result;
use xtask::measures::{Count, Goal, Measure};
use xtask::t;
use xtask::term::Status;

use super::arena::{Arena, Job, Ran, missing};
use super::figures::{Contest, Entry, Figures, Kind, Row, Timed, judge};
use super::forecast::Forecast;
use super::stopwatch::{Memory, Run};

/// A program in a contest, while it goes on.
struct Runner {
    entry: Entry,
    /// None for who cannot run, or need not.
    job: Option<Job>,
    rounds: usize,
    /// The words before its second figure.
    said: Option<String>,
}

/// Runs everyone in turn, after a warm-up that also shows who cannot run at all.
pub(crate) fn hold(measure: &Measure, arena: &Arena<'_>, forecast: &mut Forecast) -> Result<Contest> {
    let ground = arena.ground(measure);
    let rounds = arena.rounds;
    let mut runners = runners(measure, arena);
    let mut unfit = Vec::new();
    let mut status = Status::start();
    for round in 0..=rounds {
        for runner in &mut runners {
            let Some(job) = &mut runner.job else { continue };
            if runner.entry.row.kind == Kind::Peer {
                job.subject = arena.subject(&unfit);
            }
            // A program that gets fewer runs is slow: it needs no warm-up, and its memory is watched as it counts.
            let slow = runner.rounds < rounds;
            let warm_up = round == 0 && !slow;
            if runner.entry.runs.len() >= runner.rounds || round == 0 && slow {
                continue;
            }
            let name = &runner.entry.row.name;
            let round_name = match warm_up {
                true => t!("bench.warm_up"),
                false => t!(
                    "bench.round",
                    round = runner.entry.runs.len() + 1,
                    rounds = runner.rounds
                ),
            };
            status.show(&t!(
                "bench.running",
                measure = measure.name,
                program = name,
                round = round_name,
                left = forecast.left_in_words()
            ));
            let memory = match warm_up || slow {
                true => Memory::Watched,
                false => Memory::Ignored,
            };
            let ran = arena.run(job, ground, memory)?;
            match ran.run {
                Ok(run) => {
                    forecast.ran(&measure.name, name, run.wall);
                    runner.entry.peak_kib = runner.entry.peak_kib.max(run.peak_kib);
                    if !warm_up {
                        let units = units(measure, job, &ran);
                        let said = runner
                            .said
                            .as_deref()
                            .and_then(|words| time_behind(&ran.said, words));
                        runner.entry.runs.push(Timed { run, units, said });
                    }
                }
                Err(why) => {
                    forecast.out(&measure.name, name);
                    runner.entry.row.figures = Err(why);
                    let job = runner.job.take();
                    unfit.extend(job.and_then(|job| job.subject));
                }
            }
        }
    }
    status.clear();
    Ok(Contest {
        name: measure.name.clone(),
        input: ground.label(),
        about: ground.about(),
        unit: measure.unit.as_ref().map(|unit| unit.name.clone()),
        served: measure.client.is_some(),
        said: measure.said.clone(),
        rows: judge(runners.into_iter().map(|runner| runner.entry).collect()),
    })
}

/// Everybody who takes part, with the reason of those who cannot.
fn runners(measure: &Measure, arena: &Arena<'_>) -> Vec<Runner> {
    let runner = |name: &str, kind, goals: &[Goal], job: std::result::Result<Job, String>, rounds| Runner {
        entry: Entry {
            row: Row {
                name: name.to_owned(),
                kind,
                goals: goals.to_vec(),
                figures: job.as_ref().map(|_| Figures::NONE).map_err(Clone::clone),
            },
            runs: Vec::new(),
            peak_kib: 0,
        },
        job: job.ok(),
        rounds,
        said: measure.said.clone(),
    };
    let mut runners = Vec::new();
    for entrant in &arena.entrants {
        let job = match &entrant.program {
            Some(program) => Ok(Job::of_lab(
                program,
                &measure.subject,
                &measure.statuses,
                measure.client_of(None),
            )),
            None => Err(t!("bench.broken")),
        };
        runners.push(runner(&entrant.name, Kind::Lab, &[], job, arena.rounds));
    }
    for peer in &measure.peers {
        let job = match (missing(peer), arena.programs.lacked_by(peer)) {
            (Some(package), _) => Err(t!("bench.not_installed", package = package)),
            (_, Some(name)) => Err(t!("bench.not_built", name = name)),
            _ => Ok(Job::of_peer(peer, measure.client_of(Some(peer)))),
        };
        let rounds = peer.runs.unwrap_or(arena.rounds).min(arena.rounds);
        let mut runner = runner(&peer.name, Kind::Peer, &peer.goals, job, rounds);
        runner.said = peer.said.clone().or(runner.said);
        runners.push(runner);
    }
    if let (Some(ideal), Some(input)) = (&measure.ideal, arena.ground(measure).input) {
        let wall = Duration::from_secs_f64(ideal.seconds(input.bytes));
        let timed = Timed {
            run: Run {
                wall,
                ..Run::default()
            },
            units: known(measure),
            said: None,
        };
        runners.push(Runner {
            entry: Entry {
                row: Row {
                    name: ideal.name.clone(),
                    kind: Kind::Ideal,
                    goals: vec![Goal::Time(ideal.goal)],
                    figures: Ok(Figures::NONE),
                },
                runs: vec![timed; arena.rounds],
                peak_kib: 0,
            },
            job: None,
            rounds: 0,
            said: None,
        });
    }
    runners
}

/// How many units a run did.
fn units(measure: &Measure, job: &Job, ran: &Ran) -> Option<f64> {
    match measure.unit.as_ref()?.count {
        Count::Known(units) => Some(units),
        Count::Answers => {
            let done = ran.answers.iter().filter(|answer| answer.status == 200).count();
            u32::try_from(done).ok().filter(|&done| done > 0).map(f64::from)
        }
        Count::Said => {
            // A client of a peer's own may say it in its own words.
            let own = job.client.as_ref().and_then(|client| client.counted.as_deref());
            let words = own.or(measure.client.as_ref()?.counted.as_deref());
            number_before(&ran.said, words?)
        }
    }
}

/// How many units every run does, where that is known.
fn known(measure: &Measure) -> Option<f64> {
    match measure.unit.as_ref()?.count {
        Count::Known(units) => Some(units),
        Count::Answers | Count::Said => None,
    }
}

/// The number that stands right before `words`.
fn number_before(text: &str, words: &str) -> Option<f64> {
    let (before, _) = text.split_once(words)?;
    let number = before.split_whitespace().next_back()?.parse().ok()?;
    Some(number).filter(|&number: &f64| number > 0.0)
}

/// The time that stands right behind `words`: `9.0 µs` or `9µs`.
fn time_behind(text: &str, words: &str) -> Option<Duration> {
    let behind = |(at, _): (usize, &str)| text[at + words.len()..].strip_prefix([' ', '\n']);
    let text = text.match_indices(words).find_map(behind)?.trim_start();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let number: f64 = text[..digits].parse().ok()?;
    let rest = text[digits..].trim_start();
    let unit = rest.split(|c: char| !c.is_alphabetic()).next()?;
    let seconds = match unit {
        "s" => 1.0,
        "ms" => 1e-3,
        // Two characters look the same: the micro sign and the Greek letter.
        "us" | "\u{b5}s" | "\u{3bc}s" => 1e-6,
        "ns" => 1e-9,
        _ => return None,
    };
    Duration::try_from_secs_f64(number * seconds).ok()
}

#[cfg(test)]
mod tests {
    use xtask::measures::{Call, Client, Ideal, Peer, Spec, Unit};

    use super::super::input::Made;
    use super::super::programs::Programs;
    use super::super::server::Answer;
    use super::*;

    fn measure(unit: Option<Count>) -> Measure {
        Measure {
            name: "m".to_owned(),
            input: Some("in".to_owned()),
            server: None,
            subject: Vec::new(),
            statuses: vec![0],
            unit: unit.map(|count| Unit {
                name: "pages".to_owned(),
                count,
            }),
            client: None,
            said: None,
            peers: Vec::new(),
            ideal: None,
        }
    }

    #[test]
    fn units_are_the_good_answers_of_the_server_or_a_known_number() {
        let answer = |status| Answer {
            target: "/".to_owned(),
            status,
        };
        let ran = |statuses: &[u16]| Ran {
            run: Ok(Run::default()),
            answers: statuses.iter().copied().map(answer).collect(),
            said: "  4096 requests in 2.00s".to_owned(),
        };
        let answers = ran(&[200, 404, 200, 301]);
        let client = |counted: &str| Client {
            words: vec!["wrk".to_owned()],
            package: "wrk".to_owned(),
            counted: Some(counted.to_owned()),
        };
        let units = |measure: &Measure, ran: &Ran, own: Option<&Client>| {
            units(measure, &Job::of_lab("x".as_ref(), &[], &[0], own), ran)
        };
        let of_log = measure(Some(Count::Answers));
        assert_eq!(units(&of_log, &answers, None), Some(2.0));
        assert_eq!(
            units(&of_log, &ran(&[404]), None),
            None,
            "a rate of nothing says nothing"
        );
        assert_eq!(
            units(&measure(Some(Count::Known(10_000.0))), &ran(&[]), None),
            Some(10_000.0)
        );
        assert_eq!(units(&measure(None), &answers, None), None);
        let mut said = measure(Some(Count::Said));
        assert_eq!(units(&said, &answers, None), None, "there is no client");
        said.client = Some(client(" requests in"));
        assert_eq!(units(&said, &answers, None), Some(4096.0));
        said.client = Some(client(" answers in"));
        assert_eq!(units(&said, &answers, None), None);
        let own = client(" requests in");
        assert_eq!(
            units(&said, &answers, Some(&own)),
            Some(4096.0),
            "a peer's own words"
        );
    }

    #[test]
    fn a_time_is_what_stands_behind_the_words_and_no_other() {
        let text =
            "10 calls in 1.234 s: 9 calls a second, p50 5.1 µs, p99 9.25 µs, p99.9 1.5 ms, slowest 2 s\n";
        let micros = |words: &str| time_behind(text, words).map(|time| time.as_nanos());
        assert_eq!(micros("p50"), Some(5_100));
        assert_eq!(micros("p99"), Some(9_250));
        assert_eq!(micros("p99.9"), Some(1_500_000));
        assert_eq!(micros("slowest"), Some(2_000_000_000));
        assert_eq!([micros("p90"), micros("10"), micros("second,")], [None; 3]);
        let rust = "4 of them within 52.1µs, 99 of 100 within 31ns";
        assert_eq!(
            time_behind(rust, "99 of 100 within"),
            Some(Duration::from_nanos(31))
        );
    }

    #[test]
    fn everybody_runs_as_often_as_is_asked_and_the_ideal_not_at_all() {
        let dir = std::env::temp_dir().join(format!("bench contest {}", std::process::id()));
        let ran = dir.join("ran");
        let peer = |name: &str, line: String, runs| Peer {
            name: name.to_owned(),
            call: Call::Shell(line),
            client: None,
            said: None,
            package: "coreutils".to_owned(),
            statuses: vec![0],
            goals: Vec::new(),
            runs,
        };
        let line = |word: &str| format!("echo {word} >> ../ran && test -s {{input}}");
        let spec = Spec {
            inputs: Vec::new(),
            servers: Vec::new(),
            programs: Vec::new(),
            same_urls: Vec::new(),
            measures: Vec::new(),
        };
        let mut measure = measure(None);
        measure.peers = vec![
            peer("often", line("often"), None),
            peer("once", line("once"), Some(1)),
            peer("fails", "echo fails >> ../ran; exit 9".to_owned(), None),
            peer("missing", "no-such-program".to_owned(), None),
        ];
        measure.ideal = Some(Ideal {
            name: "ideal".to_owned(),
            connections: 2.0,
            rate: 5.0,
            goal: 1.03,
        });
        std::fs::create_dir_all(&dir).expect("a folder");
        std::fs::write(dir.join("in"), "x").expect("an input");
        let arena = Arena {
            spec: &spec,
            entrants: Vec::new(),
            inputs: vec![Made {
                name: "in".to_owned(),
                path: dir.join("in"),
                about: String::new(),
                bytes: 100,
            }],
            dir: dir.clone(),
            rounds: 2,
            programs: Programs::default(),
        };
        let contest = hold(&measure, &arena, &mut Forecast::default()).expect("it is held");
        let runs = std::fs::read_to_string(&ran).expect("they ran");
        // The first round is the warm-up: who is slow skips it, and who fails does not come again.
        let lines: Vec<&str> = runs.lines().collect();
        assert_eq!(lines, ["often", "fails", "often", "once", "often"]);
        let measured: Vec<&str> = contest.measured().map(|(row, _)| &*row.name).collect();
        assert_eq!(measured, ["often", "once", "ideal"]);
        let ideal = contest.rows.last().and_then(|row| row.figures.as_ref().ok());
        assert_eq!(ideal.map(|ideal| ideal.median), Some(Duration::from_secs(10)));
        std::fs::remove_dir_all(&dir).expect("the folder goes");
    }
}
