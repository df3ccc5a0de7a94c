//! What a contest came to: figures for each program, and how the lab's compares with the others.

use std::time::Duration;

use xtask::measures::Goal;

use super::stopwatch::Run;

/// What one measure came to.
#[derive(Debug)]
pub(crate) struct Contest {
    pub(crate) name: String,
    /// What it was measured on, in a few words.
    pub(crate) input: String,
    pub(crate) about: String,
    /// What is counted, in the plural.
    pub(crate) unit: Option<String>,
    /// The programs are servers, and a client drives them.
    pub(crate) served: bool,
    /// What the second figure is called, if there is one.
    pub(crate) said: Option<String>,
    /// The lab's programs first, then the system's.
    pub(crate) rows: Vec<Row>,
}

/// Whose figures a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A program of the lab.
    Lab,
    /// A program of the system.
    Peer,
    /// Nobody's: a time that was computed.
    Ideal,
}

/// What one program came to.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) goals: Vec<Goal>,
    /// The figures, or why there are none.
    pub(crate) figures: std::result::Result<Figures, String>,
}

/// The figures of a program that ran.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    pub(crate) median: Duration,
    pub(crate) least: Duration,
    pub(crate) cpu: Duration,
    pub(crate) peak_kib: u64,
    /// Units a second, where they are counted: the median.
    pub(crate) rate: Option<f64>,
    /// The time of the contest's first program over this one's: the median over the rounds.
    pub(crate) ratio: f64,
    /// The same of their rates; without units, NaN.
    pub(crate) rate_ratio: f64,
    /// The time that the client prints: the median.
    pub(crate) said: Option<Duration>,
    /// The same of these times; NaN where one is not printed.
    pub(crate) said_ratio: f64,
    /// The memory of the contest's first program over this one's; NaN where it was not seen.
    pub(crate) memory_ratio: f64,
}

/// One run that counts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Timed {
    pub(crate) run: Run,
    /// The units that it did.
    pub(crate) units: Option<f64>,
    /// The time that its client printed.
    pub(crate) said: Option<Duration>,
}

/// A program with the runs that count.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) row: Row,
    pub(crate) runs: Vec<Timed>,
    pub(crate) peak_kib: u64,
}

impl Contest {
    /// The program that the others are compared with: the first of the lab's that runs.
    pub(crate) fn first(&self) -> Option<(&Row, &Figures)> {
        self.measured().find(|(row, _)| row.kind == Kind::Lab)
    }

    /// Whether it is better shown by units a second than by time: a server is driven for so much or for so long, whichever is known.
    pub(crate) fn by_rate(&self) -> bool {
        self.served && self.unit.is_some() && self.measured().all(|(_, figures)| figures.rate.is_some())
    }

    /// The rows of those that did run.
    pub(crate) fn measured(&self) -> impl Iterator<Item = (&Row, &Figures)> {
        self.rows
            .iter()
            .filter_map(|row| Some((row, row.figures.as_ref().ok()?)))
    }
}

impl Row {
    /// Whether a goal is met; `None` where nothing was compared.
    pub(crate) fn meets(&self, goal: Goal) -> Option<bool> {
        let figures = self.figures.as_ref().ok()?;
        let (ratio, met) = match goal {
            Goal::Time(most) => (figures.ratio, figures.ratio <= most),
            Goal::Rate(least) => (figures.rate_ratio, figures.rate_ratio >= least),
            Goal::Said(most) => (figures.said_ratio, figures.said_ratio <= most),
            Goal::Memory(most) => (figures.memory_ratio, figures.memory_ratio <= most),
        };
        Some(met).filter(|_| ratio.is_finite())
    }

    /// Whether all goals are met that a bar shows, or all others; `None` where there is none or nothing was compared.
    pub(crate) fn met(&self, by_bar: bool) -> Option<bool> {
        let meant = self.goals.iter().filter(|goal| goal.is_of_a_bar() == by_bar);
        let met: Vec<bool> = meant.filter_map(|goal| self.meets(*goal)).collect();
        (!met.is_empty()).then(|| met.iter().all(|met| *met))
    }
}

impl Figures {
    /// Nothing measured yet.
    pub(crate) const NONE: Self = Self {
        median: Duration::ZERO,
        least: Duration::ZERO,
        cpu: Duration::ZERO,
        peak_kib: 0,
        rate: None,
        ratio: f64::NAN,
        rate_ratio: f64::NAN,
        said: None,
        said_ratio: f64::NAN,
        memory_ratio: f64::NAN,
    };
}

impl Timed {
    fn seconds(&self) -> f64 {
        self.run.wall.as_secs_f64()
    }

    fn rate(&self) -> f64 {
        self.units.map_or(f64::NAN, |units| units / self.seconds())
    }

    fn said(&self) -> f64 {
        self.said.map_or(f64::NAN, |said| said.as_secs_f64())
    }
}

/// Compares each program with the first of the lab's that ran, round by round.
pub(crate) fn judge(entries: Vec<Entry>) -> Vec<Row> {
    let (first, first_kib) = entries
        .iter()
        .find(|entry| entry.row.kind == Kind::Lab && entry.row.figures.is_ok())
        .map(|entry| (entry.runs.clone(), entry.peak_kib))
        .unwrap_or_default();
    let row = |entry: Entry| {
        let (mut row, runs) = (entry.row, entry.runs);
        if row.figures.is_ok() {
            let rounds = || first.iter().zip(&runs);
            let rate = median(runs.iter().map(Timed::rate));
            let said = median(runs.iter().map(Timed::said));
            row.figures = Ok(Figures {
                median: Duration::from_secs_f64(median(runs.iter().map(Timed::seconds))),
                least: runs.iter().map(|timed| timed.run.wall).min().unwrap_or_default(),
                cpu: Duration::from_secs_f64(median(runs.iter().map(|timed| timed.run.cpu.as_secs_f64()))),
                peak_kib: entry.peak_kib,
                rate: Some(rate).filter(|rate| rate.is_finite()),
                ratio: median(rounds().map(|(first, this)| first.seconds() / this.seconds())),
                rate_ratio: median(rounds().map(|(first, this)| first.rate() / this.rate())),
                said: Duration::try_from_secs_f64(said).ok(),
                said_ratio: median(rounds().map(|(first, this)| first.said() / this.said())),
                memory_ratio: memory_ratio(first_kib, entry.peak_kib),
            });
        }
        row
    };
    entries.into_iter().map(row).collect()
}

/// How much memory the first has beside this one.
fn memory_ratio(first_kib: u64, kib: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "sizes far below 2^52 KiB")]
    match (first_kib, kib) {
        (0, _) | (_, 0) => f64::NAN,
        (first, this) => first as f64 / this as f64,
    }
}

/// The middle value, or the mean of the middle two. Of nothing, and where a value is none, it is NaN.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    if values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
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

    fn entry(name: &str, kind: Kind, runs: &[(u64, Option<f64>)], goals: &[Goal]) -> Entry {
        let timed = |&(ms, units): &(u64, Option<f64>)| Timed {
            run: Run {
                wall: Duration::from_millis(ms),
                ..Run::default()
            },
            units,
            said: None,
        };
        Entry {
            row: Row {
                name: name.to_owned(),
                kind,
                goals: goals.to_vec(),
                figures: Ok(Figures::NONE),
            },
            runs: runs.iter().map(timed).collect(),
            peak_kib: 0,
        }
    }

    fn timed(name: &str, kind: Kind, walls_ms: &[u64], goals: &[Goal]) -> Entry {
        let runs: Vec<_> = walls_ms.iter().map(|&ms| (ms, None)).collect();
        entry(name, kind, &runs, goals)
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        // The machine was three times slower in the last round, for both alike: the ratio does not see it.
        let rows = judge(vec![
            timed("yours", Kind::Lab, &[100, 100, 300], &[]),
            timed("wc", Kind::Peer, &[200, 200, 600], &[Goal::Time(0.5)]),
        ]);
        let figures = rows[1].figures.as_ref().expect("it ran");
        assert!(
            (figures.ratio - 0.5).abs() < 1e-9 && rows[1].met(true) == Some(true),
            "{rows:?}"
        );
        assert_eq!(figures.median, Duration::from_millis(200));
        assert_eq!(figures.rate, None);
    }

    #[test]
    fn a_goal_in_units_a_second_sees_that_one_did_less() {
        // Half the time for half the pages is no success.
        let runs = |ms, pages| [(ms, Some(pages)), (ms, Some(pages))];
        let rows = |goal| {
            judge(vec![
                entry("yours", Kind::Lab, &runs(500, 300.0), &[]),
                entry("wget", Kind::Peer, &runs(2000, 600.0), &[Goal::Rate(goal)]),
            ])
        };
        let two = rows(2.0);
        let figures = two[1].figures.as_ref().expect("it ran");
        assert!((figures.rate_ratio - 2.0).abs() < 1e-9 && (figures.ratio - 0.25).abs() < 1e-9);
        assert_eq!(figures.rate, Some(300.0));
        assert_eq!(
            [two[1].met(true), rows(2.1)[1].met(true)],
            [Some(true), Some(false)]
        );
    }

    #[test]
    fn a_goal_in_units_without_units_is_not_judged() {
        let rows = judge(vec![
            timed("yours", Kind::Lab, &[500], &[]),
            timed("wget", Kind::Peer, &[2000], &[Goal::Rate(3.0)]),
        ]);
        assert_eq!(rows[1].met(true), None);
    }

    #[test]
    fn a_row_meets_its_goals_when_it_meets_them_all() {
        let said = |name: &str, kind, micros, kib, goals: &[Goal]| {
            let mut entry = timed(name, kind, &[100, 100], goals);
            entry
                .runs
                .iter_mut()
                .for_each(|run| run.said = Some(Duration::from_micros(micros)));
            entry.peak_kib = kib;
            entry
        };
        let goals = [Goal::Said(1.0), Goal::Memory(0.5)];
        let rows = |micros, kib| {
            judge(vec![
                said("yours", Kind::Lab, micros, kib, &[]),
                said("tonic", Kind::Peer, 10, 4000, &goals),
            ])
        };
        assert_eq!(rows(9, 2000)[1].met(false), Some(true));
        assert_eq!(rows(9, 2000)[1].met(true), None, "no goal of a bar");
        let slow = &rows(11, 2000)[1];
        assert_eq!(
            [slow.meets(goals[0]), slow.meets(goals[1]), slow.met(false)],
            [Some(false), Some(true), Some(false)]
        );
        assert_eq!(rows(9, 2001)[1].met(false), Some(false));
        assert_eq!(rows(9, 0)[1].meets(goals[1]), None, "nobody looked");
    }

    #[test]
    fn an_ideal_is_a_peer_whose_runs_are_all_alike() {
        let rows = judge(vec![
            timed("yours", Kind::Lab, &[1010, 1020, 1050], &[]),
            timed("ideal", Kind::Ideal, &[1000; 3], &[Goal::Time(1.03)]),
        ]);
        assert_eq!(rows[1].met(true), Some(true), "{rows:?}");
    }

    #[test]
    fn without_a_lab_program_that_runs_there_is_no_ratio_and_no_goal() {
        let mut broken = timed("yours", Kind::Lab, &[], &[]);
        broken.row.figures = Err("not written yet".to_owned());
        let rows = judge(vec![broken, timed("wc", Kind::Peer, &[200], &[Goal::Time(0.5)])]);
        assert_eq!(rows[1].met(true), None);
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_middle_two() {
        assert!((median([4.0, 1.0, 3.0, 2.0].into_iter()) - 2.5).abs() < 1e-9);
    }
}
