//! What intruders try, a row each: what is tried, and what must be answered. After each the hub still serves, and in the end its memory is bounded and no
//! secret of the fleet stands in any log or answer.

mod web;
mod wire;

use std::fs;
use std::path::Path;

use crate::harness::{Fleet, INTERVAL, until};
use web::Answer;

/// By how much the memory of a hub may grow while all of it is tried, in KiB.
const MOST_GROWTH: u64 = 64 << 10;

/// What intruders have to do with.
struct Scene {
    fleet: Fleet,
    /// A session of an operator, and the word that goes with it.
    cookie: String,
    csrf: String,
    /// The tokens of whoever may only look.
    viewer: String,
    /// All that was answered.
    heard: Vec<String>,
}

/// One row: what is tried. It panics if it is answered otherwise than it must be.
type Row = (&'static str, fn(&mut Scene));

impl Scene {
    fn new() -> Self {
        let mut fleet = Fleet::with(&["web01"]);
        // What is not usual is there, too.
        fleet.configure("remote_write = false", "remote_write = true", "");
        fleet.until_all_up(1);
        fleet.add("web02");
        let users = fleet.files().join("hub/users");
        let viewer = dashboard::add_user(&users, "vera", dashboard::Role::Viewer).unwrap();
        let mut scene = Self {
            fleet,
            cookie: String::new(),
            csrf: String::new(),
            viewer,
            heard: Vec::new(),
        };
        let token = scene.fleet.token();
        (scene.cookie, scene.csrf) = scene.log_in(&token);
        scene
    }

    /// The hub still serves pages, operators and agents.
    fn still_serves(&mut self) {
        let cookie = self.cookie.clone();
        let page = self.get("/api/v1/hosts", &[("Cookie", &cookie)]);
        assert_eq!(page.status, 200, "{}", page.body);
        let hosts = wire::ask_hosts(&self.fleet);
        assert!(hosts.contains("web01"), "{hosts}");
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        self.heard.push(format!("{}{}", answer.head, answer.body));
        answer
    }

    fn memory(&self) -> u64 {
        let hub = self.fleet.hub.as_ref().unwrap().0.id();
        let status = fs::read_to_string(format!("/proc/{hub}/status")).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("RssAnon:"))
            .unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

#[test]
fn whatever_intruders_try_is_refused_and_the_hub_goes_on() {
    let mut scene = Scene::new();
    scene.still_serves();
    let before = scene.memory();
    for (what, attempt) in web::ROWS.iter().chain(wire::ROWS) {
        eprintln!("tried: {what}");
        attempt(&mut scene);
        scene.still_serves();
    }
    let after = scene.memory();
    assert!(
        after < before + MOST_GROWTH,
        "{before} KiB before, {after} KiB after"
    );
    let count = scene.fleet.batches("web01").len();
    until("web01 reports as before", || {
        (scene.fleet.batches("web01").len() > count).then_some(())
    });
    no_secret_is_told(&scene);
}

/// Looks for every secret of the fleet in its logs, in what was answered, and in what the hub keeps for people to read.
fn no_secret_is_told(scene: &Scene) {
    let mut secrets = vec![
        ("the token", scene.fleet.token()),
        ("a viewer's token", scene.viewer.clone()),
    ];
    let session = scene.cookie.split_once('=').unwrap().1;
    secrets.push(("a session", session.to_owned()));
    let files = scene.fleet.files();
    for key in [
        "ca.key",
        "operator.key",
        "hub/hub.key",
        "agents/web01/agent.key",
        "agents/web02/agent.key",
    ] {
        let text = fs::read_to_string(files.join(key)).unwrap();
        let lines = text
            .lines()
            .filter(|line| !line.starts_with("-----") && line.len() > 16);
        secrets.extend(lines.map(|line| (key, line.to_owned())));
    }
    assert!(secrets.len() > 10);
    let mut texts: Vec<(String, String)> = Vec::new();
    for entry in fs::read_dir(&scene.fleet.folder.0).unwrap().map(Result::unwrap) {
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "log")
        {
            texts.push((entry.path().display().to_string(), read(&entry.path())));
        }
    }
    for file in ["alarms.json", "rules.toml", "users", "hub.toml"] {
        texts.push((file.to_owned(), read(&files.join("hub").join(file))));
    }
    assert!(
        texts
            .iter()
            .any(|(name, text)| name.ends_with("hub.log") && !text.is_empty())
    );
    texts.push(("/metrics".to_owned(), scene.fleet.page("/metrics")));
    texts.extend(
        scene
            .heard
            .iter()
            .map(|text| ("an answer".to_owned(), text.clone())),
    );
    for (name, text) in &texts {
        for (whose, secret) in &secrets {
            // Only the one answer that opens a session tells its secret.
            let opens = name == "an answer" && text.to_lowercase().contains("set-cookie: muster_session=");
            assert!(opens || !text.contains(secret), "{name} tells {whose}");
        }
    }
    assert_eq!(
        INTERVAL.as_millis(),
        200,
        "the test is meant for agents that report often"
    );
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
