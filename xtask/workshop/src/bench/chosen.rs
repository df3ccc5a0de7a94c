//! The part of a lab's `bench.toml` that was asked for, and that can be measured here.

use std::collections::{BTreeMap, BTreeSet};

use xtask::course::Lab;
use xtask::exit::{NOT_INSTALLED, Result, Stop};
use xtask::measures::{Measure, Peer, SameUrls, Spec};
use xtask::t;

use super::arena::{self, Arena};
use super::forecast::{self, Earlier, Forecast};
use super::{Options, server};

/// What is compared and measured, in this order.
pub(crate) struct Chosen<'s> {
    pub(crate) same_urls: Vec<&'s SameUrls>,
    pub(crate) measures: Vec<&'s Measure>,
}

impl<'s> Chosen<'s> {
    /// Takes everything, or what `--only` names.
    pub(crate) fn from(lab: &Lab, spec: &'s Spec, options: &Options) -> Result<Self> {
        let Some(only) = &options.only else {
            return Ok(Self {
                same_urls: spec.same_urls.iter().collect(),
                measures: spec.measures.iter().collect(),
            });
        };
        if options.record {
            return Err(Stop::usage(t!("bench.record_all")));
        }
        let is_meant = |name: &str| name.contains(only.as_str());
        let chosen = Self {
            same_urls: spec
                .same_urls
                .iter()
                .filter(|same| is_meant(&same.name))
                .collect(),
            measures: spec
                .measures
                .iter()
                .filter(|measure| is_meant(&measure.name))
                .collect(),
        };
        if chosen.names().next().is_none() {
            let known = spec.same_urls.iter().map(|same| &*same.name);
            let known = known.chain(spec.measures.iter().map(|measure| &*measure.name));
            let message = t!("bench.no_measure", lab = lab.id, name = only);
            return Err(Stop::usage(xtask::course::unknown(message, only, known)));
        }
        Ok(chosen)
    }

    fn names(&self) -> impl Iterator<Item = &'s str> {
        let same_urls = self.same_urls.iter().map(|same| &*same.name);
        same_urls.chain(self.measures.iter().map(|measure| &*measure.name))
    }

    fn peers(&self) -> impl Iterator<Item = &'s Peer> {
        let same_urls = self.same_urls.iter().map(|same| &same.peer);
        same_urls.chain(self.measures.iter().flat_map(|measure| &measure.peers))
    }

    /// Leaves out, with a note, what this machine has no server for.
    ///
    /// # Errors
    /// Nothing would be left; or the figures are to be recorded, and no program may be missing from them.
    pub(crate) fn leave_out_missing(&mut self, spec: &Spec, options: &Options) -> Result {
        let missing: BTreeMap<&str, Stop> = spec
            .servers
            .iter()
            .filter_map(|server| Some((&*server.name, server::installed(server).err()?)))
            .collect();
        let is_there = |name: &str| !missing.contains_key(name);
        let used = |server: &str| {
            let of_measures = self
                .measures
                .iter()
                .any(|measure| measure.server.as_deref() == Some(server));
            of_measures || self.same_urls.iter().any(|same| same.server == server)
        };
        let messages: BTreeSet<&str> = missing
            .iter()
            .filter(|(name, _)| used(name))
            .map(|(_, stop)| &*stop.message)
            .collect();
        let message = messages.into_iter().collect::<Vec<_>>().join("\n");
        self.measures
            .retain(|measure| measure.server.as_deref().is_none_or(is_there));
        self.same_urls.retain(|same| is_there(&same.server));
        if !message.is_empty() {
            if options.record || self.names().next().is_none() {
                return Err(Stop::new(NOT_INSTALLED, message));
            }
            eprintln!("{message}");
        }

        let clients: BTreeSet<&str> = self
            .measures
            .iter()
            .filter_map(|measure| measure.client.as_ref().filter(|client| arena::lacking(client)))
            .map(|client| &*client.package)
            .collect();
        self.measures
            .retain(|measure| !measure.client.as_ref().is_some_and(arena::lacking));
        if !options.record {
            for package in &clients {
                eprintln!("{}", t!("bench.needs_client", package = package));
            }
            if self.names().next().is_none() {
                let packages = clients.into_iter().collect::<Vec<_>>().join(" ");
                let message = t!("bench.record_needs", packages = packages);
                return Err(Stop::new(NOT_INSTALLED, message));
            }
        }

        let packages: BTreeSet<&str> = self.peers().filter_map(arena::missing).chain(clients).collect();
        if packages.is_empty() || !options.record {
            return Ok(());
        }
        let packages = packages.into_iter().collect::<Vec<_>>().join(" ");
        Err(Stop::new(
            NOT_INSTALLED,
            t!("bench.record_needs", packages = packages),
        ))
    }

    /// What is to come, with what it took before. The student's program is expected to take what the reference took.
    pub(crate) fn forecast(&self, arena: &Arena<'_>, earlier: &Earlier) -> Forecast {
        let mut forecast = Forecast::default();
        let entrants = || arena.entrants.iter().filter(|entrant| entrant.program.is_some());
        for same in &self.same_urls {
            let name = &same.name;
            // One that fails leaves its place to the next.
            if let Some(entrant) = entrants().next() {
                forecast.expect(name, &entrant.name, 1, earlier.seconds(name, None));
            }
            forecast.expect(
                name,
                &same.peer.name,
                1,
                earlier.seconds(name, Some(&same.peer.name)),
            );
        }
        for measure in &self.measures {
            let name = &measure.name;
            for entrant in entrants() {
                forecast.expect(name, &entrant.name, arena.rounds + 1, earlier.seconds(name, None));
            }
            let runs =
                |peer: &&Peer| arena::missing(peer).is_none() && arena.programs.lacked_by(peer).is_none();
            for peer in measure.peers.iter().filter(runs) {
                // A warm-up comes before, unless there are few runs.
                let few = peer.runs.filter(|&runs| runs < arena.rounds);
                let runs = few.unwrap_or(arena.rounds + 1);
                forecast.expect(name, &peer.name, runs, earlier.seconds(name, Some(&peer.name)));
            }
        }
        forecast
    }

    /// Says what is to come and how long it takes.
    pub(crate) fn plan(&self, forecast: &Forecast) -> String {
        let names: Vec<&str> = self.names().collect();
        let takes = match forecast.left() {
            Some(left) => t!("bench.takes", time = forecast::roughly(left)),
            None => t!("bench.takes_unknown"),
        };
        format!("{} {takes}", t!("bench.plan", names = names.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use xtask::measures::{Root, Server};

    use super::*;

    fn measure(name: &str, server: Option<&str>) -> Measure {
        Measure {
            name: name.to_owned(),
            input: None,
            server: server.map(str::to_owned),
            subject: Vec::new(),
            statuses: vec![0],
            unit: None,
            client: None,
            said: None,
            peers: Vec::new(),
            ideal: None,
        }
    }

    #[test]
    fn what_lacks_its_server_is_left_out_unless_nothing_else_is_left_or_it_is_to_be_recorded() {
        let root = Root {
            path: "/no/such/folder".into(),
            package: "docs-doc".to_owned(),
        };
        let server = Server {
            name: "docs".to_owned(),
            about: String::new(),
            root: Some(root),
            workers: 1,
            lines: String::new(),
        };
        let spec = Spec {
            inputs: Vec::new(),
            servers: vec![server],
            programs: Vec::new(),
            same_urls: Vec::new(),
            measures: vec![measure("crawl", Some("docs")), measure("count", None)],
        };
        let left = |measures: &[usize], record| {
            let mut chosen = Chosen {
                same_urls: Vec::new(),
                measures: measures.iter().map(|&index| &spec.measures[index]).collect(),
            };
            let options = Options {
                record,
                ..Options::default()
            };
            let result = chosen.leave_out_missing(&spec, &options);
            result.map_err(|stop| stop.status)?;
            Ok(chosen.names().collect::<Vec<_>>())
        };
        assert_eq!(left(&[0, 1], false), Ok(vec!["count"]));
        assert_eq!(left(&[0, 1], true), Err(NOT_INSTALLED));
        assert_eq!(left(&[0], false), Err(NOT_INSTALLED));
        assert_eq!(left(&[1], true), Ok(vec!["count"]));
    }
}
