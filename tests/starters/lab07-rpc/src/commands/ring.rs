//! The command `ring`.

use std::io::{self, BufRead as _, BufWriter, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser};
use rpc::ring::{Load, POINTS, Ring};
use serde::Serialize;

use super::Run;
use super::common::value;

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: rpc ring --nodes A,B,C [--points N] [--load F] [--json] [KEY…]
Tells which node each key belongs to: keys are arguments, or lines of standard input.
  --nodes A,B,C          the nodes, by whatever names they have
  --points N             of each node on the ring; 128 if not given
  --load F               how many times its even share a node may have; 1.25 if not given, 0 is no limit
  --json                 prints how many keys each node has instead

";

/// The most points of a node.
const MOST_POINTS: u32 = 100_000;

/// What is to be done.
#[derive(Debug)]
struct Plan {
    nodes: Vec<String>,
    points: u32,
    load: Load,
    json: bool,
    keys: Vec<Vec<u8>>,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Summary<'a> {
    nodes: usize,
    points: u32,
    load: f64,
    keys: usize,
    /// The most keys that a node may have, if there is a limit.
    capacity: Option<usize>,
    counts: serde_json::Map<String, serde_json::Value>,
    /// The node with the most keys.
    largest: Option<&'a str>,
}

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let mut plan = Plan {
        nodes: Vec::new(),
        points: POINTS,
        load: Load::default(),
        json: false,
        keys: Vec::new(),
    };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("nodes") => plan.nodes = names(&value::<String>(parser, "nodes")?)?,
            Arg::Long("points") => plan.points = value(parser, "points")?,
            Arg::Long("load") => plan.load = value(parser, "load")?,
            Arg::Long("json") => plan.json = true,
            Arg::Value(key) => plan.keys.push(key.into_encoded_bytes()),
            other => return Err(other.unexpected().into()),
        }
    }
    if plan.nodes.is_empty() {
        bail!("--nodes is missing");
    }
    if !(1..=MOST_POINTS).contains(&plan.points) {
        bail!("--points: 1 to {MOST_POINTS}");
    }
    Ok(Box::new(move || plan.run()))
}

/// Reads names with commas between them, of which none is empty and no two are the same.
fn names(text: &str) -> anyhow::Result<Vec<String>> {
    let names: Vec<String> = text.split(',').map(str::to_owned).collect();
    for (at, name) in names.iter().enumerate() {
        if name.is_empty() {
            bail!("--nodes: {text}: a name is empty");
        }
        if names[..at].contains(name) {
            bail!("--nodes: {name} is there twice");
        }
    }
    Ok(names)
}

impl Plan {
    fn run(mut self) -> anyhow::Result<ExitCode> {
        if self.keys.is_empty() {
            let lines = io::stdin().lock().split(b'\n');
            self.keys = lines.collect::<io::Result<_>>().context("cannot read the keys")?;
        }
        let capacity = self.load.capacity(self.keys.len(), self.nodes.len());
        let owners = self.place(capacity);
        let mut out = BufWriter::new(io::stdout().lock());
        if self.json {
            serde_json::to_writer(&mut out, &self.summary(capacity, &owners)).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        } else {
            for (key, &owner) in self.keys.iter().zip(&owners) {
                out.write_all(key)?;
                writeln!(out, " {}", self.nodes[owner])?;
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }

    /// Returns the node of each key. They are placed one after the other, so who comes first stays where it belongs.
    fn place(&self, capacity: usize) -> Vec<usize> {
        let ring = Ring::new(&self.nodes, self.points);
        let mut loads = vec![0; self.nodes.len()];
        let place = |key: &Vec<u8>| {
            let owner = ring
                .place(key, |node| loads[node] < capacity)
                .expect("together the nodes have room for all keys");
            loads[owner] += 1;
            owner
        };
        self.keys.iter().map(place).collect()
    }

    fn summary(&self, capacity: usize, owners: &[usize]) -> Summary<'_> {
        let count = |node| owners.iter().filter(|&&owner| owner == node).count();
        let counts: Vec<usize> = (0..self.nodes.len()).map(count).collect();
        let largest = (0..self.nodes.len()).max_by_key(|&node| (counts[node], std::cmp::Reverse(node)));
        let named = self.nodes.iter().cloned().zip(counts);
        Summary {
            nodes: self.nodes.len(),
            points: self.points,
            load: self.load.to_string().parse().unwrap_or_default(),
            keys: self.keys.len(),
            capacity: Some(capacity).filter(|_| self.load != Load::UNBOUNDED),
            counts: named.map(|(name, count)| (name, count.into())).collect(),
            largest: largest.map(|node| self.nodes[node].as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_have_names_of_their_own() {
        for (text, expected) in [
            ("a", Some(1)),
            ("a,b,c", Some(3)),
            ("127.0.0.1:1,127.0.0.1:2", Some(2)),
            ("", None),
            ("a,,b", None),
            ("a,", None),
            ("a,b,a", None),
        ] {
            assert_eq!(names(text).ok().map(|names| names.len()), expected, "{text}");
        }
    }
}
