//! A sender, a receiver that may crash and a connection that may break, through drawn orders of events.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::*;
use crate::marks::{Marks, Verdict};
use crate::origin::Origin;

/// What is on the connection.
enum Message {
    Batch(u64, Vec<u64>),
    Answer(u64, Vec<u64>),
}

/// All that there is.
struct World {
    rng: fastrand::Rng,
    window: Window,
    /// The sender's spool: what waits, durably.
    waiting: BTreeSet<u64>,
    taken: u64,
    /// Which connection this is; what is on an older one is gone or, in the other direction, comes late.
    messages: VecDeque<Message>,
    /// The receiver: what is durable, with how often it was stored.
    stored: BTreeMap<u64, u32>,
    marks: Marks,
    acknowledged: BTreeSet<u64>,
    now: Duration,
}

fn origin(sequence: u64) -> Origin {
    Origin {
        source: "a".to_owned(),
        epoch: 1,
        sequence,
    }
}

impl World {
    fn step(&mut self) {
        self.now += Duration::from_millis(self.rng.u64(0..20));
        match self.rng.u32(0..12) {
            0..3 => {
                self.taken += 1;
                self.waiting.insert(self.taken);
            }
            3..6 => self.send(),
            6..9 => self.deliver(),
            // Something on the connection overtakes, or comes twice.
            9 => {
                if self.messages.len() > 1 {
                    let at = self.rng.usize(..self.messages.len());
                    self.messages.swap(0, at);
                }
                if let Some(Message::Batch(batch, numbers)) = self.messages.front() {
                    let again = Message::Batch(*batch, numbers.clone());
                    self.messages.push_back(again);
                }
            }
            // The connection is lost, with some of what is on it.
            10 => {
                self.window.lose();
                let keep = self.rng.usize(..=self.messages.len());
                self.messages.truncate(keep);
            }
            // The receiver dies: its marks are what its store says. The sender dies: its window is gone.
            _ => {
                self.marks = Marks::default();
                for &number in self.stored.keys() {
                    self.marks.add(&origin(number));
                }
                if self.rng.bool() {
                    let limits = self.window.limits;
                    let next = self.window.next;
                    self.window = Window::new(limits);
                    self.window.next = next;
                    self.messages.clear();
                }
            }
        }
    }

    fn send(&mut self) {
        let fresh = self.waiting.iter().filter(|&&number| !self.window.has(number));
        let numbers: Vec<u64> = fresh.take(3).copied().collect();
        let bytes = numbers.len() * 10;
        if self.window.due(numbers.len(), bytes, Duration::ZERO, self.now) == Due::Now {
            let batch = self
                .window
                .send(numbers.iter().copied().collect(), bytes, self.now);
            self.messages.push_back(Message::Batch(batch, numbers));
            assert!(self.window.bytes() <= self.window.limits.window_bytes.max(bytes));
            assert!(self.window.flights.len() <= self.window.limits.window_batches);
        }
    }

    fn deliver(&mut self) {
        match self.messages.pop_front() {
            Some(Message::Batch(batch, numbers)) => {
                for &number in &numbers {
                    if self.marks.judge(&origin(number)) == Verdict::Fresh {
                        *self.stored.entry(number).or_default() += 1;
                        self.marks.add(&origin(number));
                    }
                }
                self.messages.push_back(Message::Answer(batch, numbers));
            }
            Some(Message::Answer(batch, numbers)) => {
                if let Some(sent) = self.window.answer(batch) {
                    for number in numbers {
                        assert!(sent.contains(number), "an answer is of what was sent");
                        self.waiting.remove(&number);
                        self.acknowledged.insert(number);
                    }
                }
            }
            None => {}
        }
    }

    fn check(&self) {
        assert!(self.stored.values().all(|&times| times == 1), "stored twice");
        let stored: BTreeSet<u64> = self.stored.keys().copied().collect();
        assert!(
            self.acknowledged.is_subset(&stored),
            "acknowledged and not stored"
        );
        let all = (1..=self.taken)
            .filter(|number| !self.waiting.contains(number) && !self.acknowledged.contains(number));
        assert_eq!(all.count(), 0, "neither waiting nor acknowledged");
    }
}

#[test]
fn whatever_is_lost_reordered_doubled_or_dies_nothing_is_lost_and_nothing_stored_twice() {
    for seed in 0..500 {
        let mut world = World {
            rng: fastrand::Rng::with_seed(seed),
            window: Window::new(Limits {
                window_bytes: 60,
                window_batches: 3,
                ..Limits::default()
            }),
            waiting: BTreeSet::new(),
            taken: 0,
            messages: VecDeque::new(),
            stored: BTreeMap::new(),
            marks: Marks::default(),
            acknowledged: BTreeSet::new(),
            now: Duration::ZERO,
        };
        for _ in 0..400 {
            world.step();
            world.check();
        }
        // When nothing breaks any more, all arrives.
        world.window.lose();
        world.messages.clear();
        world.now += Duration::from_secs(1);
        while !world.waiting.is_empty() {
            world.send();
            world.deliver();
        }
        world.check();
        assert_eq!(world.stored.len() as u64, world.taken, "seed {seed}");
    }
}

#[test]
fn a_batch_is_due_when_it_is_full_or_old_and_there_is_room() {
    let ms = Duration::from_millis;
    let limits = Limits {
        batch_bytes: 100,
        batch_records: 10,
        linger: ms(20),
        window_bytes: 150,
        window_batches: 2,
        answer: ms(1000),
    };
    let mut window = Window::new(limits);
    for (records, bytes, since, now, expected) in [
        (0, 0, 0, 99, Due::Wait),
        (1, 10, 0, 0, Due::In(ms(20))),
        (1, 10, 5, 15, Due::In(ms(10))),
        (1, 10, 0, 20, Due::Now),
        (1, 100, 0, 0, Due::Now),
        (10, 10, 0, 0, Due::Now),
        // More than the window, but there is nothing else in it.
        (1, 999, 0, 0, Due::Now),
    ] {
        assert_eq!(window.due(records, bytes, ms(since), ms(now)), expected);
    }
    window.send([1].into_iter().collect(), 100, ms(0));
    assert_eq!(window.due(1, 51, ms(0), ms(99)), Due::Wait);
    assert_eq!(window.due(1, 50, ms(0), ms(99)), Due::Now);
    let second = window.send([2].into_iter().collect(), 10, ms(500));
    assert_eq!(window.due(1, 1, ms(0), ms(99)), Due::Wait);
    assert!(window.is_late(ms(1001)) && !window.is_late(ms(1000)));
    assert!(window.answer(second).is_some() && window.answer(second).is_none());
    window.lose();
    assert!(!window.is_late(ms(9999)));
}
