//! The programs that words in braces stand for, besides the lab's own: built when a measure names them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use xtask::cargo;
use xtask::course::{Course, Lab};
use xtask::exit::{BUILD, Result, Stop};
use xtask::measures::{Measure, Peer, Program, Spec};
use xtask::subject::Subject;
use xtask::t;

/// What a name in braces stands for; none where it cannot be built.
#[derive(Debug, Default)]
pub(crate) struct Programs(BTreeMap<String, Option<PathBuf>>);

impl Programs {
    /// Builds what `measures` name.
    ///
    /// # Errors
    /// The suite's own programs do not compile. Of any other that cannot be built the peers that need it say so.
    pub(crate) fn build(course: &Course, lab: &Lab, spec: &Spec, measures: &[&Measure]) -> Result<Self> {
        let words = measures.iter().flat_map(|measure| measure.words());
        let names: BTreeSet<&str> = words.filter_map(name_of).collect();
        let mut programs = BTreeMap::new();
        for name in names {
            let earlier = course.earlier(lab).find(|earlier| {
                name.strip_prefix(&*earlier.package)
                    .is_some_and(|rest| ["", "-load"].contains(&rest))
            });
            let own = spec.programs.iter().find(|program| program.name == name);
            let program = match (name, earlier, own) {
                ("load", ..) => Some(example(course, lab, "load")?),
                (_, Some(earlier), _) if name == earlier.package => release(course, earlier, &over(course))?,
                (_, Some(earlier), _) => Some(example(course, earlier, "load")?),
                (_, _, Some(program)) => apart(course, lab, program)?,
                _ => continue,
            };
            programs.insert(name.to_owned(), program);
        }
        Ok(Self(programs))
    }

    /// The names in braces, and what stands for them.
    pub(crate) fn fill(&self) -> impl Iterator<Item = (String, String)> {
        let there = |(name, path): (&String, &Option<PathBuf>)| {
            Some((format!("{{{name}}}"), path.as_ref()?.display().to_string()))
        };
        self.0.iter().filter_map(there)
    }

    /// The names of those that could not be built.
    pub(crate) fn lacking(&self) -> Vec<&str> {
        let lacking = self.0.iter().filter(|(_, path)| path.is_none());
        lacking.map(|(name, _)| &**name).collect()
    }

    /// The program that a peer, or its client, needs and that could not be built.
    pub(crate) fn lacked_by<'a>(&'a self, peer: &Peer) -> Option<&'a str> {
        let client = peer.client.iter().flat_map(|client| &client.words);
        let words: Vec<&str> = peer
            .call
            .words()
            .into_iter()
            .chain(client.map(String::as_str))
            .collect();
        let mut lacking = self.lacking().into_iter();
        lacking.find(|name| words.iter().any(|word| name_of(word) == Some(*name)))
    }
}

/// The name that a word in braces is.
fn name_of(word: &str) -> Option<&str> {
    word.strip_prefix('{')?.strip_suffix('}')
}

/// Whose earlier labs measures run over: the reference's, where there is one.
fn over(course: &Course) -> Subject {
    match course.solutions() {
        Ok(_) => Subject::Reference,
        Err(_) => Subject::Labs,
    }
}

/// Builds a subject's main program as `cargo build --release` does. A subject that does not compile has none.
pub(crate) fn release(course: &Course, lab: &Lab, subject: &Subject) -> Result<Option<PathBuf>> {
    let mut command = cargo::cargo(course, subject, "build");
    command.args(["--release", "--package", &lab.package, "--bins"]);
    one_of(command, &lab.package)
}

/// Builds the example `PACKAGE-NAME` of a lab's suite.
pub(crate) fn example(course: &Course, lab: &Lab, name: &str) -> Result<PathBuf> {
    let example = format!("{}-{name}", lab.package);
    let mut command = cargo::cargo(course, &Subject::Labs, "build");
    command.args([
        "--release",
        "--package",
        &lab.suite_package(),
        "--example",
        &example,
    ]);
    cargo::executables(command)?
        .remove(&example)
        .ok_or_else(|| Stop::failed(t!("bench.no_maker", program = example)))
}

/// Builds a program from a workspace of its own, in just the versions that its lock file names.
fn apart(course: &Course, lab: &Lab, program: &Program) -> Result<Option<PathBuf>> {
    let subject = Subject::Staged {
        name: format!("{}-{}", lab.id, program.name),
        manifest: course.suite_dir(lab).join(&program.manifest),
        build_dir: None,
    };
    let mut command = cargo::cargo(course, &subject, "build");
    command.args(["--release", "--locked"]);
    one_of(command, &program.name)
}

fn one_of(command: std::process::Command, name: &str) -> Result<Option<PathBuf>> {
    match cargo::executables(command) {
        Ok(mut programs) => Ok(programs.remove(name)),
        Err(stop) if stop.status == BUILD => Ok(None),
        Err(stop) => Err(stop),
    }
}

#[cfg(test)]
mod tests {
    use xtask::measures::{Call, Client};

    use super::*;

    #[test]
    fn a_peer_lacks_what_it_or_its_client_names() {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let programs = Programs(BTreeMap::from([
            ("nbnet".to_owned(), Some(PathBuf::from("/x/nbnet"))),
            ("tonic".to_owned(), None),
        ]));
        assert_eq!(
            programs.fill().collect::<Vec<_>>(),
            [("{nbnet}".to_owned(), "/x/nbnet".to_owned())]
        );
        let peer = |server: &[&str], client: Option<&[&str]>| Peer {
            name: String::new(),
            call: Call::Program(words(server)),
            client: client.map(|client| Client {
                words: words(client),
                package: String::new(),
                counted: None,
            }),
            said: None,
            package: String::new(),
            statuses: vec![0],
            goals: Vec::new(),
            runs: None,
        };
        assert_eq!(programs.lacked_by(&peer(&["{nbnet}", "echo"], None)), None);
        assert_eq!(
            programs.lacked_by(&peer(&["{tonic}", "serve"], None)),
            Some("tonic")
        );
        assert_eq!(
            programs.lacked_by(&peer(&["{nbnet}"], Some(&["{tonic}", "load"]))),
            Some("tonic")
        );
    }
}
