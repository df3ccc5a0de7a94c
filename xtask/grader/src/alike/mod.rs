//! Submissions that are more alike than chance explains. Nothing leaves the machine, and nothing is scored: somebody has to look.
//!
//! Source is read as tokens without names, layout and comments; of every so many tokens in a row some hashes are kept as a
//! fingerprint, so that two sources with a common piece of [`SURE`] tokens have a hash in common, wherever it stands. What the
//! starter has, or more than a third of the class, tells nothing.
//!
//! Source: Schleimer, Wilkerson, Aiken, "Winnowing: Local Algorithms for Document Fingerprinting" (2003).

mod page;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use xtask::subject::Files;

pub(crate) use page::{Works, pages};

/// How many tokens one hash is made of: common pieces that are shorter are no sign of anything.
const GRAM: usize = 24;

/// Common pieces of so many tokens are found for certain.
const SURE: usize = 40;

/// Pairs that have less than this part of the smaller one in common are not named.
const LEAST: f64 = 0.4;

/// Pairs that have fewer hashes in common are not named, however small the one is.
const FEWEST: usize = 12;

/// The most pairs of a lab that are named.
const PAIRS: usize = 40;

/// Where the hashes of a source stand: file and line.
type Prints = BTreeMap<u64, (PathBuf, u32)>;

/// Two submissions with what they have in common.
#[derive(Debug)]
pub(crate) struct Pair {
    /// Indices into what was compared.
    pub(crate) who: (usize, usize),
    /// Of the smaller one, in percent.
    pub(crate) percent: u32,
    /// The places in the one and in the other.
    pub(crate) places: Vec<((PathBuf, u32), (PathBuf, u32))>,
}

/// Compares all of `works` with each other, the likest pair first.
///
/// What all have is left out only where there are enough to know: more than five.
pub(crate) fn pairs(starter: &Files, works: &[Files]) -> Vec<Pair> {
    let given: BTreeSet<u64> = prints(starter, 1).into_keys().collect();
    let mut all: Vec<Prints> = works.iter().map(|files| prints(files, SURE - GRAM + 1)).collect();
    let mut count: BTreeMap<u64, usize> = BTreeMap::new();
    for print in all.iter().flat_map(BTreeMap::keys) {
        *count.entry(*print).or_default() += 1;
    }
    let common = if works.len() > 5 {
        works.len() / 3
    } else {
        usize::MAX
    };
    for prints in &mut all {
        prints.retain(|print, _| !given.contains(print) && count[print] <= common.max(2));
    }
    let mut pairs = Vec::new();
    for (one, mine) in all.iter().enumerate() {
        for (other, theirs) in all.iter().enumerate().skip(one + 1) {
            let places: Vec<_> = mine
                .iter()
                .filter_map(|(print, place)| Some((place.clone(), theirs.get(print)?.clone())))
                .collect();
            let smaller = mine.len().min(theirs.len()).max(1);
            #[expect(clippy::cast_precision_loss, reason = "numbers of hashes are far below 2^52")]
            let part = places.len() as f64 / smaller as f64;
            if part >= LEAST && places.len() >= FEWEST {
                pairs.push(Pair {
                    who: (one, other),
                    percent: u32::try_from(100 * places.len() / smaller).unwrap_or(100),
                    places,
                });
            }
        }
    }
    pairs.sort_by_key(|pair| (std::cmp::Reverse((pair.percent, pair.places.len())), pair.who));
    pairs.truncate(PAIRS);
    pairs
}

/// The fingerprint of a source: of each `window` hashes in a row the smallest.
fn prints(files: &Files, window: usize) -> Prints {
    let mut found = Prints::new();
    for (path, bytes) in files
        .iter()
        .filter(|(path, _)| path.extension().is_some_and(|ending| ending == "rs"))
    {
        let tokens = tokens::read(&String::from_utf8_lossy(bytes));
        let hashes: Vec<(u64, u32)> = tokens
            .windows(GRAM)
            .map(|gram| {
                let mut hash = DefaultHasher::new();
                gram.iter().for_each(|token| token.kind.hash(&mut hash));
                (hash.finish(), gram[0].line)
            })
            .collect();
        for hashes in hashes.windows(window.min(hashes.len()).max(1)) {
            if let Some((print, line)) = hashes.iter().min_by_key(|(print, _)| *print) {
                found.entry(*print).or_insert_with(|| (path.clone(), *line));
            }
        }
    }
    found
}

/// The part of a path that people read.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use xtask::course::Course;
    use xtask::tree;

    fn source(lab: &str) -> (Files, Files) {
        let course = Course::find().expect("the tests run inside of the course");
        let lab = course.target(lab).unwrap().lab;
        (
            tree::read(&course.starter_dir(lab)).unwrap(),
            tree::read(&course.solution_dir(lab).unwrap()).unwrap(),
        )
    }

    /// Copies as somebody makes them who does not want to be found out.
    fn disguised(files: &Files) -> Files {
        let each = |(path, bytes): (&PathBuf, &Vec<u8>)| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let text = ["count", "word", "line", "bytes", "path", "input"]
                .iter()
                .fold(text, |text, name| text.replace(name, &format!("my_{name}_x")));
            // Functions in another order: the items of a file, the last one first.
            let mut items: Vec<&str> = text.split("\n}\n").collect();
            items.reverse();
            let text = items
                .join("\n}\n// a comment of my own\n")
                .replace("    ", "\t")
                .replace(" {\n", "\n{\n");
            (path.clone(), text.into_bytes())
        };
        files.iter().map(each).collect()
    }

    #[test]
    fn a_disguised_copy_is_found_and_honest_work_is_not() {
        let (starter, work) = source("lab01");
        let others: Vec<Files> = ["lab02", "lab03", "lab04"]
            .iter()
            .map(|lab| source(lab).1)
            .collect();
        let works = [&others[..], &[work.clone(), disguised(&work)]].concat();
        let found = pairs(&starter, &works);
        let who: Vec<(usize, usize)> = found.iter().map(|pair| pair.who).collect();
        assert_eq!(who, [(3, 4)]);
        assert!(found[0].percent > 60, "{}", found[0].percent);
    }

    #[test]
    fn what_the_starter_gives_is_nobodys_copy() {
        let (starter, _) = source("lab01");
        assert_eq!(pairs(&starter, &[starter.clone(), starter.clone()]).len(), 0);
    }
}
