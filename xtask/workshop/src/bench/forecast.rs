//! How long a `bench` will take: from what the same programs took before, and then from what they take now.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use xtask::t;

/// The runs that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Forecast {
    programs: Vec<Program>,
}

#[derive(Debug)]
struct Program {
    contest: String,
    name: String,
    runs: usize,
    /// What one run takes, as far as it is known.
    seconds: Option<f64>,
}

impl Forecast {
    /// Expects `runs` runs of the program `name` in `contest`, each of so many seconds.
    pub(crate) fn expect(&mut self, contest: &str, name: &str, runs: usize, seconds: Option<f64>) {
        self.programs.push(Program {
            contest: contest.to_owned(),
            name: name.to_owned(),
            runs,
            seconds,
        });
    }

    /// Learns from a run that is over.
    pub(crate) fn ran(&mut self, contest: &str, name: &str, wall: Duration) {
        if let Some(program) = self.find(contest, name) {
            program.runs = program.runs.saturating_sub(1);
            program.seconds = Some(wall.as_secs_f64());
        }
    }

    /// Expects no more runs of a program that failed.
    pub(crate) fn out(&mut self, contest: &str, name: &str) {
        if let Some(program) = self.find(contest, name) {
            program.runs = 0;
        }
    }

    fn find(&mut self, contest: &str, name: &str) -> Option<&mut Program> {
        let mut programs = self.programs.iter_mut();
        programs.find(|program| program.contest == contest && program.name == name)
    }

    /// The time that is left; `None` while nobody knows how long some program takes.
    pub(crate) fn left(&self) -> Option<Duration> {
        let ahead = self.programs.iter().filter(|program| program.runs > 0);
        let seconds = ahead
            .map(|program| Some(f64::from(u32::try_from(program.runs).ok()?) * program.seconds?))
            .sum::<Option<f64>>()?;
        Some(Duration::from_secs_f64(seconds))
    }

    /// The same, behind a status line.
    pub(crate) fn left_in_words(&self) -> String {
        match self.left() {
            Some(left) => t!("bench.left", time = roughly(left)),
            None => t!("bench.left_unknown"),
        }
    }
}

/// A duration as one says it beforehand: no more exact than it is known.
pub(crate) fn roughly(time: Duration) -> String {
    match time.as_secs() {
        seconds @ ..10 => t!("bench.seconds", n = seconds + 1),
        seconds @ ..90 => t!("bench.seconds", n = seconds.div_ceil(5) * 5),
        seconds => t!("bench.minutes", n = seconds.div_ceil(60)),
    }
}

/// What programs took when the figures of the book were recorded.
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    /// The lab's program has no name here.
    seconds: BTreeMap<(String, Option<String>), f64>,
}

impl Earlier {
    /// Reads `bench-result.json`. One that is missing or strange says nothing.
    pub(crate) fn load(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        Self::parse(&serde_json::from_str(&text).unwrap_or_default())
    }

    fn parse(result: &Value) -> Self {
        let mut seconds = BTreeMap::new();
        let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
        for measure in list(result, "measures").iter().chain(&list(result, "same_urls")) {
            let Some(name) = measure["name"].as_str() else {
                continue;
            };
            if let Some(own) = measure["subject_s"].as_f64() {
                seconds.insert((name.to_owned(), None), own);
            }
            for peer in list(measure, "peers") {
                if let (Some(peer), Some(took)) = (peer["name"].as_str(), peer["peer_s"].as_f64()) {
                    seconds.insert((name.to_owned(), Some(peer.to_owned())), took);
                }
            }
        }
        Self { seconds }
    }

    /// What the lab's program took, or the peer of that name, in seconds.
    pub(crate) fn seconds(&self, contest: &str, peer: Option<&str>) -> Option<f64> {
        let key = (contest.to_owned(), peer.map(str::to_owned));
        self.seconds.get(&key).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_known_from_before_and_corrected_by_what_runs_take_now() {
        let earlier = Earlier::parse(&serde_json::json!({"measures": [
            {"name": "m", "subject_s": 2.0, "peers": [{"name": "wc", "peer_s": 5.0}]}
        ]}));
        let mut forecast = Forecast::default();
        forecast.expect("m", "yours", 6, earlier.seconds("m", None));
        forecast.expect("m", "wc", 6, earlier.seconds("m", Some("wc")));
        assert_eq!(forecast.left(), Some(Duration::from_secs(42)));
        forecast.ran("m", "yours", Duration::from_secs(1));
        assert_eq!(forecast.left(), Some(Duration::from_secs(5 + 30)));
        forecast.out("m", "wc");
        assert_eq!(forecast.left(), Some(Duration::from_secs(5)));
    }

    #[test]
    fn a_program_that_never_ran_makes_the_whole_unknown_until_it_did() {
        let mut forecast = Forecast::default();
        forecast.expect("m", "yours", 2, Some(1.0));
        forecast.expect(
            "m",
            "new",
            2,
            Earlier::parse(&Value::Null).seconds("m", Some("new")),
        );
        assert_eq!(forecast.left(), None);
        forecast.ran("m", "new", Duration::from_secs(3));
        assert_eq!(forecast.left(), Some(Duration::from_secs(5)));
    }

    #[test]
    fn times_ahead_are_rounded_up() {
        let said = [3, 12, 88, 91, 600].map(|s| roughly(Duration::from_secs(s)));
        assert_eq!(said, ["4 s", "15 s", "90 s", "2 min", "10 min"]);
    }
}
