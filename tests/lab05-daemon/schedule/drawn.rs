//! Lines of cron and whole schedules, drawn.

use std::collections::{BTreeMap, BTreeSet};

use support::{Case, Exchange, Rng};

use super::sheet::{BEGIN, cron, job};

pub(super) fn drawn_lines_of_cron_are_due_when_they_should(case: &mut Case) {
    case.seeded(24, |rng| {
        // Either the minutes of a day or two, or the days of a few years.
        let (line, hours) = match rng.bool() {
            true => {
                let minute = match rng.bool() {
                    true => format!("*/{}", rng.u32(7..60)),
                    false => field(rng, 0, 59, 4),
                };
                (
                    format!(
                        "{minute} {} {} * {}",
                        field(rng, 0, 23, 6),
                        days(rng),
                        weekdays(rng)
                    ),
                    rng.u32(24..200),
                )
            }
            false => {
                let (minute, hour) = (rng.u32(0..60), rng.u32(0..24));
                let month = field(rng, 1, 12, 3);
                (
                    format!("{minute} {hour} {} {month} {}", days(rng), weekdays(rng)),
                    rng.u32(8_000..50_000),
                )
            }
        };
        let events = format!(
            "at {}-{:02}-{:02}T{:02}:{:02}:{:02}Z\n+{hours}h\n",
            rng.u32(1971..2399),
            rng.u32(1..13),
            rng.u32(1..29),
            rng.u32(0..24),
            rng.u32(0..60),
            rng.u32(0..60)
        );
        exchange(&cron("job", &line), &events)
    });
}

fn exchange(jobs: &str, events: &str) -> Exchange {
    Exchange::of("daemon")
        .args(["schedule", "jobs.toml", "--simulate", "events"])
        .file("jobs.toml", jobs)
        .file("events", events)
}

fn days(rng: &mut Rng) -> String {
    match rng.u32(0..4) {
        0 | 1 => "*".to_owned(),
        2 => format!("*/{}", rng.u32(2..16)),
        // The 30th and 31st of some months never come, which is a case of its own.
        _ => field(rng, 1, 28, 3),
    }
}

fn weekdays(rng: &mut Rng) -> String {
    const NAMES: [&str; 7] = ["sun", "Mon", "TUE", "wed", "thu", "fri", "sat"];
    match rng.u32(0..4) {
        0 | 1 => "*".to_owned(),
        2 => NAMES[rng.usize(0..7)].to_owned(),
        _ => field(rng, 0, 7, 2),
    }
}

/// Draws a list of up to `most` values, ranges and steps.
fn field(rng: &mut Rng, lowest: u32, highest: u32, most: usize) -> String {
    let part = |rng: &mut Rng| {
        let first = rng.u32(lowest..=highest);
        match rng.u32(0..4) {
            0 | 1 => first.to_string(),
            2 => format!("{first}-{}", rng.u32(first..=highest)),
            _ => format!(
                "{first}-{}/{}",
                rng.u32(first..=highest),
                rng.u32(1..=highest.min(9))
            ),
        }
    };
    let parts: Vec<String> = (0..rng.usize(1..=most)).map(|_| part(rng)).collect();
    parts.join(",")
}

pub(super) fn drawn_schedules_are_decided_like_the_reference_does(case: &mut Case) {
    case.seeded(24, |rng| {
        let names = ["disk", "load", "mail", "net", "web"];
        let names = &names[..rng.usize(2..=names.len())];
        let mut jobs = format!(
            "parallel = {}\nhost = \"web{}\"\n",
            rng.u32(1..4),
            rng.u32(0..100)
        );
        for name in names {
            jobs.push_str(&job(name, &drawn_keys(rng)));
        }
        let mut events = format!(
            "at 2026-11-26T{:02}:{:02}:{:02}Z\n",
            rng.u32(0..24),
            rng.u32(0..60),
            rng.u32(0..60)
        );
        for _ in 0..rng.usize(10..40) {
            let event = match rng.u32(0..10) {
                0 => format!("step +{}s\n", rng.u32(1..7200)),
                1 => format!("step -{}s\n", rng.u32(1..7200)),
                2 if rng.u32(0..4) == 0 => format!("step -{}h\n", rng.u32(3..48)),
                3..=5 => format!("+{}ms\n", rng.u32(1..90_000)),
                _ => format!("+{}s\n", rng.u32(1..300)),
            };
            events.push_str(&event);
        }
        exchange(&jobs, &events)
    });
}

fn drawn_keys(rng: &mut Rng) -> String {
    let mut keys = match rng.bool() {
        true => {
            let seconds = rng.u32(20..400);
            let jitter = match rng.bool() {
                true => format!("\njitter = \"{}s\"", rng.u32(1..seconds)),
                false => String::new(),
            };
            format!("every = \"{seconds}s\"{jitter}")
        }
        false => {
            let missed = ["", "\nmissed = \"once\"", "\nmissed = \"skip\""][rng.usize(0..3)];
            let jitter = match rng.bool() {
                true => format!("\njitter = \"{}s\"", rng.u32(1..200)),
                false => String::new(),
            };
            format!("cron = \"*/{} * * * *\"{missed}{jitter}", rng.u32(1..30))
        }
    };
    if rng.bool() {
        keys.push_str(&format!("\nlimit = \"{}s\"", rng.u32(1..200)));
    }
    keys
}

pub(super) fn drawn_ends_let_the_right_ones_start(case: &mut Case) {
    case.seeded(24, |rng| {
        let names = ["disk", "load", "mail", "net", "web"];
        let names = &names[..rng.usize(2..=names.len())];
        let mut places = Places {
            free: rng.usize(1..4),
            ..Places::default()
        };
        let mut jobs = format!("parallel = {}\n", places.free);
        for name in names {
            let every = rng.u64(20..200);
            places.due.insert(name, (0, every));
            jobs.push_str(&job(name, &format!("every = \"{every}s\"")));
        }
        let mut events = format!("at {BEGIN}\n");
        places.go_on(0);
        for _ in 0..rng.usize(20..60) {
            let seconds = rng.u64(1..90);
            events.push_str(&format!("+{seconds}s\n"));
            places.go_on(seconds);
            if let Some(name) = rng.choice(places.running.iter().copied().collect::<Vec<_>>()) {
                events.push_str(&format!("done {name}\n"));
                places.done(name);
            }
        }
        exchange(&jobs, &events)
    });
}

/// Who runs, for schedules that have intervals and nothing else: only a job that runs can be done.
#[derive(Default)]
struct Places<'n> {
    now: u64,
    free: usize,
    /// When each is due next, and its interval.
    due: BTreeMap<&'n str, (u64, u64)>,
    running: BTreeSet<&'n str>,
    waiting: BTreeSet<(u64, &'n str)>,
}

impl<'n> Places<'n> {
    fn go_on(&mut self, seconds: u64) {
        self.now += seconds;
        let first =
            |due: &BTreeMap<&'n str, (u64, u64)>| due.iter().map(|(name, (at, _))| (*at, *name)).min();
        while let Some((at, name)) = first(&self.due).filter(|(at, _)| *at <= self.now) {
            if let Some((next, every)) = self.due.get_mut(name) {
                *next += *every;
            }
            if self.running.contains(name) || self.waiting.iter().any(|(_, other)| *other == name) {
                continue;
            }
            self.waiting.insert((at, name));
            self.fill();
        }
    }

    fn done(&mut self, name: &str) {
        self.running.remove(name);
        self.free += 1;
        self.fill();
    }

    fn fill(&mut self) {
        while self.free > 0
            && let Some((_, name)) = self.waiting.pop_first()
        {
            self.running.insert(name);
            self.free -= 1;
        }
    }
}
