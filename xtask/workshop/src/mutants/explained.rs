//! `tests/mutants/LAB/survivors.toml`: mutations that no test can catch, and why.

use std::fs;

use xtask::course::{Course, Lab, Reader};
use xtask::exit::{Result, Stop};

use super::mutation::{Mutation, kind, without_folder};

/// Survivors that somebody has looked at: a mutation's name and the reason.
#[derive(Debug, Default)]
pub(crate) struct Explained(Vec<(String, String)>);

impl Explained {
    /// Reads the lab's file; none explains nothing.
    pub(crate) fn load(course: &Course, lab: &Lab) -> Result<Self> {
        let path = course
            .root
            .join("tests/mutants")
            .join(&lab.dir)
            .join("survivors.toml");
        if !path.is_file() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(&path).map_err(|error| Stop::io(&path, error))?;
        let reader = Reader::parse(&path, &text)?;
        let survivor = |value: &toml_span::Value<'_>| {
            let table = value.as_table().ok_or_else(|| reader.wrong("survivor"))?;
            let name = reader.string(table, "mutation")?;
            Ok((
                without_folder(lab, &name).to_owned(),
                reader.string(table, "why")?,
            ))
        };
        Ok(Self(
            reader
                .array("survivor")?
                .iter()
                .map(survivor)
                .collect::<Result<_>>()?,
        ))
    }

    /// Why `mutation` survives, if somebody has said so.
    pub(crate) fn why(&self, mutation: &Mutation) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| *name == mutation.name);
        found.map(|(_, why)| &**why)
    }

    /// The names that no mutation has any more, each with where the same change is now, if it is anywhere.
    pub(crate) fn outdated(&self, mutations: &[Mutation]) -> Vec<String> {
        let gone = self
            .0
            .iter()
            .filter(|(name, _)| !mutations.iter().any(|mutation| mutation.name == *name));
        gone.map(|(name, _)| {
            let now = mutations.iter().filter(|mutation| mutation.kind() == kind(name));
            let now: Vec<&str> = now.map(|mutation| &*mutation.name).collect();
            if now.is_empty() {
                name.clone()
            } else {
                format!("{name} (now: {})", now.join(", "))
            }
        })
        .collect()
    }
}
