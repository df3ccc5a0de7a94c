//! The changes to a solution that cargo-mutants knows, and the order in which they are tried.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use xtask::course::{Course, Lab, reference_of};
use xtask::exit::{Result, Stop};
use xtask::subject::Files;
use xtask::t;
use xtask::term::Style;

/// One change to one place of a solution.
#[derive(Debug, Clone)]
pub(crate) struct Mutation {
    /// As cargo-mutants calls it, without the lab's folder: `src/count.rs:12:5: replace == with != in count`.
    pub(crate) name: String,
    /// Inside the lab's folder.
    file: PathBuf,
    /// The first place that is replaced and the first behind it: line and column in characters, both from 1.
    from: (usize, usize),
    to: (usize, usize),
    replacement: String,
    diff: String,
}

/// Lists the changes to a lab's own code. Its given programs in `src/bin` are the course's, not the solution's.
pub(crate) fn list(course: &Course, lab: &Lab) -> Result<Vec<Mutation>> {
    let failed = |what: String| Stop::failed(t!("mutants.cannot_list", what = what));
    let output = Command::new("cargo-mutants")
        .args(["mutants", "--list", "--json", "--diff", "--package", &lab.package])
        .arg("--manifest-path")
        .arg(course.solutions()?.join("Cargo.toml"))
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let value: Value = serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))?;
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut mutations = Vec::new();
    for value in list {
        let mutation = Mutation::read(lab, value).ok_or_else(|| failed(value["name"].to_string()))?;
        if !mutation.file.starts_with("src/bin") {
            mutations.push(mutation);
        }
    }
    Ok(mutations)
}

impl Mutation {
    fn read(lab: &Lab, value: &Value) -> Option<Self> {
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        let number = |place: &Value, key: &str| usize::try_from(place[key].as_u64()?).ok();
        let place = |end: &str| {
            let place = &value["span"][end];
            Some((number(place, "line")?, number(place, "column")?))
        };
        let name = text("name")?;
        Some(Self {
            name: without_folder(lab, &name).to_owned(),
            file: Path::new(&text("file")?)
                .strip_prefix(reference_of(&lab.dir))
                .ok()?
                .to_owned(),
            from: place("start")?,
            to: place("end")?,
            replacement: text("replacement")?,
            diff: text("diff")?,
        })
    }

    /// The name without its line and column: equal for the same change after lines above it have come or gone.
    pub(crate) fn kind(&self) -> String {
        kind(&self.name)
    }

    /// Makes the change in `files`, the solution's.
    pub(crate) fn apply(&self, files: &mut Files) -> Result {
        let unfit = || Stop::failed(t!("mutants.cannot_apply", name = self.name));
        let bytes = files.get_mut(&self.file).ok_or_else(unfit)?;
        let text = std::str::from_utf8(bytes).map_err(|_| unfit())?;
        let (from, to) = (offset(text, self.from), offset(text, self.to));
        let (from, to) = from.zip(to).filter(|(from, to)| from <= to).ok_or_else(unfit)?;
        *bytes = format!("{}{}{}", &text[..from], self.replacement, &text[to..]).into_bytes();
        Ok(())
    }

    /// The lines that change, as a diff without the lines around them.
    pub(crate) fn change(&self, style: Style) -> String {
        const MOST: usize = 12;
        let lines: Vec<&str> = self
            .diff
            .lines()
            .skip(2)
            .filter(|line| line.starts_with(['-', '+']))
            .collect();
        let (gone, come): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| line.starts_with('-'));
        let mut out = String::new();
        let mut draw = |lines: &[&str], paint: fn(Style, &str) -> String| {
            for line in lines.iter().take(MOST) {
                out.push_str(&format!("  {}\n", paint(style, line.trim_end())));
            }
            if lines.len() > MOST {
                out.push_str(&format!(
                    "  {}\n",
                    style.dim(&t!("mutants.more_lines", count = lines.len() - MOST))
                ));
            }
        };
        draw(&gone, Style::red);
        draw(&come, Style::green);
        out
    }
}

/// A mutation's name without the lab's folder, which cargo-mutants puts in front of it.
pub(crate) fn without_folder<'n>(lab: &Lab, name: &'n str) -> &'n str {
    let folder = reference_of(&lab.dir);
    name.strip_prefix(&*folder.to_string_lossy())
        .and_then(|rest| rest.strip_prefix('/'))
        .unwrap_or(name)
}

/// `src/a.rs:12:5: replace == with != in f` without the numbers.
pub(crate) fn kind(name: &str) -> String {
    let (place, what) = name.split_once(": ").unwrap_or((name, ""));
    let file = place.split(':').next().unwrap_or(place);
    format!("{file}: {what}")
}

/// Where a line and column, both from 1 and in characters, begin in `text`.
fn offset(text: &str, (line, column): (usize, usize)) -> Option<usize> {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum();
    let rest = text.get(start..)?;
    let inside = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    inside.skip(column.checked_sub(1)?).map(|at| start + at).next()
}

/// Puts mutations in the order of `seed`.
///
/// The place of each depends on its own kind only, so that a new line in a solution leaves the sample nearly as it was.
pub(crate) fn shuffle(mutations: &mut [Mutation], seed: u64) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut keys: BTreeMap<String, u64> = BTreeMap::new();
    for mutation in mutations.iter() {
        let count = seen.entry(mutation.kind()).or_default();
        *count += 1;
        keys.insert(
            mutation.name.clone(),
            hash(&format!("{seed} {count} {}", mutation.kind())),
        );
    }
    mutations.sort_by_key(|mutation| (keys.get(&mutation.name).copied(), mutation.name.clone()));
}

/// Hashes a text, today and with any later toolchain alike.
///
/// Source: FNV-1a, <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>, and splitmix64's finish, which spreads it.
fn hash(text: &str) -> u64 {
    let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (fnv ^ (fnv >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutation(name: &str) -> Mutation {
        Mutation {
            name: name.to_owned(),
            file: "src/a.rs".into(),
            from: (2, 6),
            to: (2, 8),
            replacement: "!=".to_owned(),
            diff: "--- a\n+++ b\n@@ -1,2 +1,2 @@\n é\n-if é == b\n+if é != b\n".to_owned(),
        }
    }

    #[test]
    fn a_change_is_placed_by_characters_not_bytes() {
        let mut files = Files::from([("src/a.rs".into(), "é\nif é == b\n".into())]);
        mutation("m").apply(&mut files).expect("it fits");
        assert_eq!(
            String::from_utf8_lossy(&files[Path::new("src/a.rs")]),
            "é\nif é != b\n"
        );
        let mut short = Files::from([("src/a.rs".into(), "é\n".into())]);
        assert!(mutation("m").apply(&mut short).is_err());
    }

    #[test]
    fn the_order_is_the_same_after_lines_have_moved() {
        let names = |from: usize| {
            let all =
                (0..20).map(|n| mutation(&format!("src/a.rs:{}:5: replace f{} with ()", from + n, n % 15)));
            let mut all: Vec<Mutation> = all.collect();
            shuffle(&mut all, 1);
            all.iter().map(Mutation::kind).collect::<Vec<_>>()
        };
        assert_eq!(names(10), names(40));
        let mut other: Vec<_> = (0..20)
            .map(|n| mutation(&format!("src/a.rs:{n}:5: replace f{n} with ()")))
            .collect();
        let before: Vec<_> = other.iter().map(Mutation::kind).collect();
        shuffle(&mut other, 2);
        assert_ne!(before, other.iter().map(Mutation::kind).collect::<Vec<_>>());
    }
}
