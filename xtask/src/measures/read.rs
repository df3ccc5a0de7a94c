//! Reads `bench.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use toml_span::value::{Table, Value};

use super::values::File;
use super::{
    Call, Client, Count, Goal, Ideal, Input, Measure, Peer, Program, Reason, Root, SameUrls, Server, Side,
    Spec, Unit, is_built,
};
use crate::course::{Course, Lab, Reader};
use crate::exit::{Result, Stop};
use crate::t;

impl Spec {
    /// Reads the lab's file.
    ///
    /// # Errors
    /// The lab has none; a key is missing or of the wrong type; an input or a server is named that is not there.
    pub fn load(course: &Course, lab: &Lab) -> Result<Self> {
        let path = course.suite_dir(lab).join("bench.toml");
        if !path.is_file() {
            return Err(Stop::failed(t!("bench.none", lab = lab.id)));
        }
        let text = fs::read_to_string(&path).map_err(|error| Stop::io(&path, error))?;
        Self::parse(&path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self> {
        let reader = Reader::parse(path, text)?;
        let file = File { reader: &reader };
        let spec = Self {
            inputs: file.each(reader.table(), "input", |table| file.input(table))?,
            servers: file.each(reader.table(), "server", |table| file.server(table))?,
            programs: file.each(reader.table(), "program", |table| file.program(table))?,
            same_urls: file.each(reader.table(), "same_urls", |table| file.same_urls(table))?,
            measures: file.each(reader.table(), "measure", |table| file.measure(table))?,
        };
        let is_input = |name: &String| spec.inputs.iter().any(|input| input.name == *name);
        let is_server = |name: &String| spec.servers.iter().any(|server| server.name == *name);
        for measure in &spec.measures {
            if !measure.input.iter().all(is_input) {
                return Err(reader.wrong("measure.input"));
            }
            if !measure.server.iter().all(is_server) {
                return Err(reader.wrong("measure.server"));
            }
            let nginxes = measure.peers.iter().filter_map(|peer| match &peer.call {
                Call::Nginx(name) => Some(name),
                _ => None,
            });
            if !nginxes.into_iter().all(is_server) {
                return Err(reader.wrong("measure.peer.server"));
            }
        }
        if !spec.same_urls.iter().all(|same| is_server(&same.server)) {
            return Err(reader.wrong("same_urls.server"));
        }
        Ok(spec)
    }
}

impl File<'_, '_> {
    fn input(&self, table: &Table<'_>) -> Result<Input> {
        Ok(Input {
            // The name becomes a file's; a path would lead out of the folder.
            name: Some(self.reader.string(table, "name")?)
                .filter(|name| !name.contains('/') && !name.starts_with('.'))
                .ok_or_else(|| self.reader.wrong("input.name"))?,
            make: self.reader.strings(table, "make")?,
            about: self.reader.string(table, "about")?,
        })
    }

    fn server(&self, table: &Table<'_>) -> Result<Server> {
        let root = match table.contains_key("root") {
            true => Some(Root {
                path: Some(PathBuf::from(self.reader.string(table, "root")?))
                    .filter(|path| path.is_absolute())
                    .ok_or_else(|| self.reader.wrong("server.root"))?,
                package: self.reader.string(table, "package")?,
            }),
            false => None,
        };
        let workers = self.positive(table, "workers", "server.workers")?.unwrap_or(1);
        Ok(Server {
            name: self.reader.string(table, "name")?,
            about: self.reader.string(table, "about")?,
            root,
            workers: u32::try_from(workers).map_err(|_| self.reader.wrong("server.workers"))?,
            lines: self.optional(table, "lines")?.unwrap_or_default(),
        })
    }

    fn program(&self, table: &Table<'_>) -> Result<Program> {
        Ok(Program {
            name: self.reader.string(table, "name")?,
            manifest: Some(PathBuf::from(self.reader.string(table, "manifest")?))
                .filter(|path| path.is_relative())
                .ok_or_else(|| self.reader.wrong("program.manifest"))?,
        })
    }

    fn same_urls(&self, table: &Table<'_>) -> Result<SameUrls> {
        let peer = table.get("peer").and_then(Value::as_table);
        Ok(SameUrls {
            name: self.reader.string(table, "name")?,
            server: self.reader.string(table, "server")?,
            subject: self.reader.strings(table, "subject")?,
            statuses: self.statuses(table)?,
            peer: self.peer(peer.ok_or_else(|| self.reader.wrong("same_urls.peer"))?)?,
            reasons: self.each(table, "reason", |table| self.reason(table))?,
        })
    }

    fn reason(&self, table: &Table<'_>) -> Result<Reason> {
        Ok(Reason {
            only: match &*self.reader.string(table, "only")? {
                "subject" => Side::Subject,
                "peer" => Side::Peer,
                _ => return Err(self.reader.wrong("same_urls.reason.only")),
            },
            urls: self.reader.strings(table, "urls")?,
            why: self.reader.string(table, "why")?,
        })
    }

    fn measure(&self, table: &Table<'_>) -> Result<Measure> {
        let measure = Measure {
            name: self.reader.string(table, "name")?,
            input: self.optional(table, "input")?,
            server: self.optional(table, "server")?,
            subject: self.reader.strings(table, "subject")?,
            statuses: self.statuses(table)?,
            unit: self.unit(table)?,
            client: self.client(table, "measure")?,
            said: self.optional(table, "said")?,
            peers: self.each(table, "peer", |table| self.peer(table))?,
            ideal: table.get("ideal").map(|value| self.ideal(value)).transpose()?,
        };
        if measure.input.is_none() && measure.server.is_none() && measure.client.is_none() {
            return Err(self.reader.wrong("measure.input"));
        }
        self.served(&measure)?;
        if measure.input.is_none() && measure.ideal.is_some() {
            // Nobody would know how many bytes there are.
            return Err(self.reader.wrong("measure.ideal"));
        }
        let counted = measure.unit.as_ref().map(|unit| unit.count);
        if counted == Some(Count::Answers) && measure.server.is_none() {
            return Err(self.reader.wrong("measure.units"));
        }
        let by_rate = |goal: &Goal| matches!(goal, Goal::Rate(_));
        if counted.is_none() && measure.peers.iter().any(|peer| peer.goals.iter().any(by_rate)) {
            return Err(self.reader.wrong("measure.unit"));
        }
        Ok(measure)
    }

    /// Refuses what only a client can drive or tell, where there is none.
    fn served(&self, measure: &Measure) -> Result {
        let is_nginx = |peer: &Peer| matches!(peer.call, Call::Nginx(_));
        let by_said = |goal: &Goal| matches!(goal, Goal::Said(_));
        let wrong = |key| Err(self.reader.wrong(key));
        match measure.client {
            None if measure.peers.iter().any(is_nginx) => wrong("measure.peer.server"),
            None if measure.peers.iter().any(|peer| peer.client.is_some()) => wrong("measure.peer.client"),
            None if measure.said.is_some() => wrong("measure.said"),
            _ if measure.said.is_none() && measure.peers.iter().any(|peer| peer.said.is_some()) => {
                wrong("measure.peer.said")
            }
            _ if measure.said.is_none() && measure.peers.iter().flat_map(|peer| &peer.goals).any(by_said) => {
                wrong("measure.peer.said_goal")
            }
            _ => Ok(()),
        }
    }

    fn unit(&self, table: &Table<'_>) -> Result<Option<Unit>> {
        let known = self.number(table, "units", "measure.units")?;
        match self.optional(table, "unit")? {
            Some(name) => Ok(Some(Unit {
                name,
                count: match known {
                    Some(units) => Count::Known(units),
                    None if table.contains_key("counted") => Count::Said,
                    None => Count::Answers,
                },
            })),
            None if known.is_some() => Err(self.reader.wrong("measure.unit")),
            None => Ok(None),
        }
    }

    /// The client of the measure or of the peer that `table` is; `of` says which.
    fn client(&self, table: &Table<'_>, of: &str) -> Result<Option<Client>> {
        if !table.contains_key("client") {
            return match table.contains_key("counted") {
                true => Err(self.reader.wrong(&format!("{of}.counted"))),
                false => Ok(None),
            };
        }
        let words = self.reader.strings(table, "client")?;
        match words.first() {
            Some(_) => Ok(Some(Client {
                words,
                package: self.optional(table, "client_package")?.unwrap_or_default(),
                counted: self.optional(table, "counted")?,
            })),
            None => Err(self.reader.wrong(&format!("{of}.client"))),
        }
    }

    fn peer(&self, table: &Table<'_>) -> Result<Peer> {
        let has = |key| table.contains_key(key);
        let call = match (has("command"), has("shell"), has("server")) {
            (true, false, false) => Call::Program(self.reader.strings(table, "command")?),
            (false, true, false) => Call::Shell(self.reader.string(table, "shell")?),
            (false, false, true) => Call::Nginx(self.reader.string(table, "server")?),
            _ => return Err(self.reader.wrong("measure.peer.command")),
        };
        let goal = |key: &str, kind: fn(f64) -> Goal| {
            let number = self.number(table, key, &format!("measure.peer.{key}"));
            number.map(|number| number.map(kind))
        };
        let goals = [
            goal("goal", Goal::Time)?,
            goal("rate_goal", Goal::Rate)?,
            goal("said_goal", Goal::Said)?,
            goal("memory_goal", Goal::Memory)?,
        ];
        if goals[0].is_some() && goals[1].is_some() {
            return Err(self.reader.wrong("measure.peer.rate_goal"));
        }
        // What the course builds, no package brings.
        let package = match &call {
            Call::Program(words) if words.first().is_some_and(|word| is_built(word)) => String::new(),
            _ => self.reader.string(table, "package")?,
        };
        let runs = self.positive(table, "runs", "measure.peer.runs")?;
        Ok(Peer {
            name: self.reader.string(table, "name")?,
            call,
            client: self.client(table, "measure.peer")?,
            said: self.optional(table, "said")?,
            package,
            statuses: self.statuses(table)?,
            goals: goals.into_iter().flatten().collect(),
            runs: runs
                .map(usize::try_from)
                .transpose()
                .map_err(|_| self.reader.wrong("measure.peer.runs"))?,
        })
    }

    fn ideal(&self, value: &Value<'_>) -> Result<Ideal> {
        let table = value
            .as_table()
            .ok_or_else(|| self.reader.wrong("measure.ideal"))?;
        let number = |key: &str, name: &str| {
            self.number(table, key, name)?
                .ok_or_else(|| self.reader.wrong(name))
        };
        Ok(Ideal {
            name: self.reader.string(table, "name")?,
            connections: number("connections", "measure.ideal.connections")?,
            rate: number("rate", "measure.ideal.rate")?,
            goal: number("goal", "measure.ideal.goal")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: &str = r#"
[[input]]
name = "english"
make = ["english", "100"]
about = "words"
[[measure]]
name = "count"
input = "english"
subject = ["count", "{input}"]
[[measure.peer]]
name = "wc"
command = ["wc", "{input}"]
package = "coreutils"
goal = 1
"#;

    const SITES: &str = r#"
[[server]]
name = "docs"
about = "a site"
root = "/usr/share/doc/docs"
package = "docs-doc"
[[measure]]
name = "crawl"
server = "docs"
subject = ["crawl", "{server}/"]
unit = "pages"
[[measure.peer]]
name = "wget"
command = ["wget", "-r", "{server}/"]
package = "wget"
statuses = [0, 8]
rate_goal = 3
[[same_urls]]
name = "the same"
server = "docs"
subject = ["crawl", "{server}/"]
peer = { name = "wget", command = ["wget", "-r", "{server}/"], package = "wget" }
[[same_urls.reason]]
only = "peer"
urls = ["*.png"]
why = "Because."
"#;

    fn parse(text: &str) -> Spec {
        Spec::parse(Path::new("bench.toml"), text).expect("a good file")
    }

    #[test]
    fn a_goal_may_be_a_whole_number_and_what_may_be_left_out_has_a_value() {
        let spec = parse(FILES);
        let peer = &spec.measures[0].peers[0];
        assert_eq!((&*peer.goals, peer.runs), (&[Goal::Time(1.0)][..], None));
        assert_eq!(peer.statuses, [0]);
    }

    #[test]
    fn a_server_a_unit_and_a_set_of_urls_are_read() {
        let spec = parse(SITES);
        assert_eq!((spec.servers[0].workers, &*spec.servers[0].lines), (1, ""));
        let measure = &spec.measures[0];
        assert_eq!(measure.unit.as_ref().map(|unit| unit.count), Some(Count::Answers));
        assert_eq!(measure.peers[0].goals, [Goal::Rate(3.0)]);
        assert_eq!(measure.peers[0].statuses, [0, 8]);
        assert_eq!(spec.same_urls[0].reasons[0].only, Side::Peer);
        let known = parse(&SITES.replace("unit = \"pages\"", "unit = \"pages\"\nunits = 500"));
        assert_eq!(
            known.measures[0].unit.as_ref().map(|unit| unit.count),
            Some(Count::Known(500.0))
        );
    }

    const CALLS: &str = r#"
[[program]]
name = "tonic-peer"
manifest = "tonic/Cargo.toml"
[[measure]]
name = "calls"
subject = ["serve", "--listen", "{address}"]
client = ["{subject}", "load", "{address}"]
unit = "calls"
units = 1000
said = "p99"
[[measure.peer]]
name = "tonic"
command = ["{tonic-peer}", "serve", "{address}"]
client = ["{tonic-peer}", "load", "{address}"]
rate_goal = 1
said_goal = 1
memory_goal = 0.5
[[measure.peer]]
name = "echo"
command = ["{nbnet}", "echo", "--listen", "{address}"]
client = ["{nbnet-load}", "echo", "{address}"]
said = "99 of 100 within"
"#;

    #[test]
    fn a_peer_may_have_a_client_words_and_several_goals_of_its_own() {
        let spec = parse(CALLS);
        assert_eq!(spec.programs[0].manifest, Path::new("tonic/Cargo.toml"));
        let measure = &spec.measures[0];
        let (tonic, echo) = (&measure.peers[0], &measure.peers[1]);
        assert_eq!(tonic.goals, [Goal::Rate(1.0), Goal::Said(1.0), Goal::Memory(0.5)]);
        let first = |peer| measure.client_of(peer).map(|client| &*client.words[0]);
        assert_eq!(
            [first(None), first(Some(tonic)), first(Some(echo))],
            [Some("{subject}"), Some("{tonic-peer}"), Some("{nbnet-load}")]
        );
        assert_eq!(
            (measure.said.as_deref(), echo.said.as_deref()),
            (Some("p99"), Some("99 of 100 within"))
        );
        assert!(
            tonic.package.is_empty(),
            "no package brings what the course builds"
        );
        for word in ["serve", "{subject}", "{nbnet-load}", "{nbnet}"] {
            assert!(measure.words().any(|known| known == word), "{word}");
        }
    }

    #[test]
    fn an_ideal_time_is_what_all_connections_together_need() {
        let ideal = "ideal = { name = \"4 connections\", connections = 4, rate = 1000, goal = 1.03 }";
        let text = FILES.replacen(
            "input = \"english\"\n",
            &format!("input = \"english\"\n{ideal}\n"),
            1,
        );
        let ideal = parse(&text).measures.remove(0).ideal.expect("it is there");
        assert!((ideal.seconds(10_000) - 2.5).abs() < 1e-12);
    }

    #[test]
    fn mistakes_are_named_by_their_key() {
        let check = |text: &str, from: &str, to: &str, key: &str| {
            assert!(text.contains(from), "{from}");
            let changed = text.replacen(from, to, 1);
            let stop = Spec::parse(Path::new("bench.toml"), &changed).expect_err(to);
            assert!(stop.message.contains(&format!("`{key}`")), "{}", stop.message);
        };
        check(
            FILES,
            "input = \"english\"",
            "input = \"german\"",
            "measure.input",
        );
        check(FILES, "input = \"english\"", "", "measure.input");
        check(
            FILES,
            "command",
            "shell = \"wc\"\ncommand",
            "measure.peer.command",
        );
        check(FILES, "goal = 1", "goal = \"1\"", "measure.peer.goal");
        check(FILES, "goal = 1", "goal = 0", "measure.peer.goal");
        check(
            FILES,
            "goal = 1",
            "goal = 1\nrate_goal = 2",
            "measure.peer.rate_goal",
        );
        check(FILES, "goal = 1", "rate_goal = 2", "measure.unit");
        check(FILES, "goal = 1", "runs = 0", "measure.peer.runs");
        check(FILES, "goal = 1", "statuses = 8", "statuses");
        check(FILES, "name = \"english\"", "name = \"../english\"", "input.name");
        check(
            FILES,
            "input = \"english\"",
            "input = \"english\"\nunit = \"words\"",
            "measure.units",
        );
        check(
            FILES,
            "input = \"english\"",
            "input = \"english\"\nunits = 9",
            "measure.unit",
        );
        check(SITES, "server = \"docs\"", "server = \"dogs\"", "measure.server");
        check(SITES, "root = \"/usr", "root = \"usr", "server.root");
        check(SITES, "package = \"docs-doc\"", "", "package");
        check(
            SITES,
            "package = \"docs-doc\"",
            "package = \"x\"\nworkers = 0",
            "server.workers",
        );
        check(SITES, "peer = {", "pear = {", "same_urls.peer");
        check(
            SITES,
            "only = \"peer\"",
            "only = \"wget\"",
            "same_urls.reason.only",
        );
        check(CALLS, "said = \"p99\"", "", "measure.peer.said");
        let without_words = CALLS.replace("said = \"99 of 100 within\"", "");
        check(&without_words, "said = \"p99\"", "", "measure.peer.said_goal");
        check(
            CALLS,
            "client = [\"{subject}\", \"load\", \"{address}\"]",
            "input = \"x\"",
            "measure.peer.client",
        );
        check(CALLS, "manifest = \"", "manifest = \"/", "program.manifest");
        check(FILES, "goal = 1", "counted = \"x\"", "measure.peer.counted");
        let ideal = "ideal = { name = \"i\", connections = 4, rate = 1, goal = 1 }";
        check(
            SITES,
            "server = \"docs\"",
            &format!("server = \"docs\"\n{ideal}"),
            "measure.ideal",
        );
        let idle = ideal.replace("connections = 4", "connections = 0");
        check(
            FILES,
            "input = \"english\"",
            &format!("input = \"english\"\n{idle}"),
            "measure.ideal.connections",
        );
    }
}
