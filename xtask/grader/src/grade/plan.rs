//! What is to be graded: reads every submission, keeps what is taken, and gives each unit its key.

use std::sync::Arc;

use xtask::course::{Course, Lab};
use xtask::exit::Result;

use crate::intake::{Class, Content, Rules};
use crate::journal::Journal;
use crate::model::{State, Unit};
use crate::prints;
use crate::seed::Key;

/// One share of a class: every so manieth student.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl Shard {
    /// Reads `2/3`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, of) = text.split_once('/')?;
        let (number, of) = (number.parse().ok()?, of.parse().ok()?);
        (1 <= number && number <= of).then_some(Self { number, of })
    }
}

/// Puts the class down in the journal, and returns its units in the order in which they are graded: lab by lab.
pub(crate) fn put_down(
    course: &Course,
    labs: &[&Lab],
    class: &mut Class,
    shard: Option<Shard>,
    key: Option<&Key>,
    world: &str,
    journal: &Arc<Journal>,
) -> Result<Vec<Unit>> {
    if let Some(Shard { number, of }) = shard {
        let mut at = 0..;
        class
            .students
            .retain(|_| at.next().is_some_and(|at: usize| at % of == number - 1));
    }
    let alone = labs.len() == 1;
    let mut rules = Vec::new();
    let mut suites = Vec::new();
    for lab in labs {
        rules.push(Rules::of(course, lab, alone)?);
        let suite = prints::of_suite(course, lab)?;
        journal.set_meta(&format!("suite of {}", lab.id), &suite)?;
        suites.push(suite);
    }
    let mut units = Vec::new();
    for student in &class.students {
        for ((lab, suite), content) in labs.iter().zip(&suites).zip(student.source.read(&rules)) {
            let (state, remarks) = match content {
                Content::Missing => (State::Missing, Vec::new()),
                Content::Refused(why) => (State::Refused(why), Vec::new()),
                Content::Taken { files, remarks } => {
                    let content = prints::of_files(&files);
                    journal.set_source(&content, &files)?;
                    let seed = key.map(|key| key.seed(&student.id, &lab.id));
                    let drawn = seed.map_or_else(String::new, |seed| seed.to_string());
                    let key = prints::key(&[&content, &lab.id, suite, world, &drawn]);
                    (State::Taken { key, seed, content }, remarks)
                }
            };
            units.push(Unit {
                student: student.id.clone(),
                lab: lab.id.clone(),
                state,
                remarks,
            });
        }
    }
    journal.set_class(&class.students, &units)?;
    let place = |unit: &Unit| labs.iter().position(|lab| lab.id == unit.lab);
    units.sort_by_key(|unit| (place(unit), unit.student.clone()));
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_one_of_so_many() {
        let shard = |number, of| Some(Shard { number, of });
        for (text, expected) in [
            ("1/1", shard(1, 1)),
            ("2/3", shard(2, 3)),
            ("0/3", None),
            ("4/3", None),
            ("1", None),
            ("a/b", None),
            ("1/0", None),
        ] {
            assert_eq!(Shard::parse(text), expected, "{text}");
        }
    }
}
