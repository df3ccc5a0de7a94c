//! The pages in a real browser, by keyboard alone: a rule is made, a load starts, the alarm fires, is acknowledged, recovers; the hub restarts; a host is gone.

mod chromium;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use plugins::script;

use crate::harness::{Fleet, text, until};
use chromium::Page;

/// Gives a host a plug-in that says the number in a file.
fn put_plugin(folder: &Path) {
    let mut config = File::options()
        .append(true)
        .open(folder.join("agent.toml"))
        .unwrap();
    writeln!(config, "plugins = \"plugins\"").unwrap();
    let plugins = folder.join("plugins");
    fs::create_dir(&plugins).unwrap();
    set(folder, 1);
    let path = plugins.join("queue.sh");
    let level = folder.join("level");
    fs::write(
        &path,
        format!(
            "#!/bin/sh\nread level < {}\necho \"waiting: $level\"\n",
            level.display()
        ),
    )
    .unwrap();
    let hash = script::hash(&path).unwrap();
    let manifest =
        format!("command = [\"queue.sh\"]\nform = \"pairs\"\nsha256 = \"{hash}\"\ninterval = \"300ms\"\n");
    fs::write(plugins.join("queue.plugin.toml"), manifest).unwrap();
}

/// Sets the number, in one step.
fn set(folder: &Path, level: u32) {
    fs::write(folder.join("level.new"), format!("{level}\n")).unwrap();
    fs::rename(folder.join("level.new"), folder.join("level")).unwrap();
}

/// Waits until so many values in a row were stored.
fn until_stored(fleet: &Fleet, level: u32, count: usize) {
    until(&format!("{level} is stored {count} times"), || {
        let values = fleet.values("web01", "plugin.queue.waiting");
        let last = values
            .iter()
            .rev()
            .take_while(|value| **value == f64::from(level));
        (last.count() >= count).then_some(())
    });
}

fn log_in(page: &mut Page, token: &str) {
    page.until(
        "the form to log in is there",
        "document.readyState === 'complete' && document.activeElement === find('#token')",
    );
    page.write(token);
    page.press("Enter");
}

/// What somebody has written before.
const RULES: &str = "\
# What is judged here.

# Nobody has so much.
[[rule]]
name = \"memory-huge\"
when = \"last(memory.total) > 1000000000000000\" # a petabyte
severity = \"critical\"
depends_on = [\"host-down\"]
";

#[test]
fn a_rule_is_made_its_alarm_fires_is_acknowledged_and_recovers_by_keyboard_alone() {
    if !chromium::is_there() {
        return;
    }
    let mut fleet = Fleet::new();
    // How busy this machine is must fire nothing, and a host that waits for a processor is not down.
    let hub = fleet.files().join("hub");
    let config = fs::read_to_string(hub.join("hub.toml")).unwrap();
    fs::write(
        hub.join("hub.toml"),
        config.replace("interval = \"200ms\"", "interval = \"1s\""),
    )
    .unwrap();
    fs::write(hub.join("rules.toml"), RULES).unwrap();
    fleet.kill_hub();
    fleet.start_hub();
    for host in ["web01", "web02"] {
        fleet.add(host);
    }
    let web01 = fleet.files().join("agents/web01");
    put_plugin(&web01);
    for host in ["web01", "web02"] {
        fleet.start_agent(host);
    }
    fleet.until_all_up(2);
    // The past: it was busy once.
    until_stored(&fleet, 1, 2);
    set(&web01, 8);
    until_stored(&fleet, 8, 5);
    set(&web01, 1);
    until_stored(&fleet, 1, 3);

    let mut page = Page::open();
    let pages = format!("http://{}", fleet.pages());
    page.go(&format!("{pages}/rules"));
    log_in(&mut page, &fleet.token());
    page.until(
        "the rules are there",
        "location.pathname === '/rules' && find('#rules tbody tr')",
    );
    page.pictures("rules");

    // The form.
    page.tab_to("#new");
    page.press("Enter");
    page.until(
        "the form has the keyboard",
        "document.activeElement === find('#name')",
    );
    page.fill("#name", "queue-long");
    page.fill("#metric", "plugin.queue.waiting");
    page.fill("#limit", "five");
    page.press("Enter");
    page.until(
        "it is said what is wrong",
        "find('#problem').textContent.startsWith('Line 3: queue-long: when: at ')",
    );
    page.until(
        "the keyboard is where it is wrong",
        "document.activeElement === find('#limit')",
    );
    assert_eq!(page.eval("document.querySelector('#save').disabled"), true);
    page.fill("#limit", "5");
    page.fill("#summary", "more waits than should");
    page.press("Enter");
    page.until("it is said what it would have done", "find('#verdict')");
    let verdict = page.text("#verdict");
    assert!(
        verdict.starts_with("It would have fired once on one host"),
        "{verdict}"
    );
    page.until(
        "when is in the list",
        "find('.firings tbody th')?.textContent === 'web01'",
    );
    page.until(
        "and in the chart",
        "find('#replay .plot .firings rect') && find('#replay .plot .limits line')",
    );
    page.pictures("form");
    page.until(
        "it can be saved",
        "document.activeElement === find('#save') && !find('#save').disabled",
    );
    page.press("Enter");
    page.until(
        "it is saved",
        "find('#form').hidden && find('#done').textContent === 'queue-long is made, and judged by.'",
    );
    let rules = fs::read_to_string(fleet.files().join("hub/rules.toml")).unwrap();
    let expected = "[[rule]]\nname = \"queue-long\"\nwhen = \"last(plugin.queue.waiting) > 5\"\nbreaches = 3\nsummary = \"more waits than should\"\n";
    assert!(
        rules.ends_with(expected) && rules.contains("\n# made by operator, 20"),
        "{rules}"
    );

    // The alarm.
    page.tab_to("#bar nav a[href='/alarms']");
    page.press("Enter");
    page.until(
        "all is well",
        "location.pathname === '/alarms' && !find('#none').hidden",
    );
    set(&web01, 9);
    let row = "[...document.querySelectorAll('#alarms tbody tr')].find((row) => row.querySelector('.rule').textContent === 'queue-long')";
    page.until(
        "it fires",
        &format!("{row}?.querySelector('.state').textContent === 'firing'"),
    );
    let why = text(&fleet.muster(&["why", "web01", "queue-long"]).stdout);
    for part in [
        "ok -> breaching 1/3 value 9",
        "breaching -> breaching 2/3 value 9",
        "breaching -> firing 3/3 value 9",
    ] {
        assert!(why.contains(part), "{part}: {why}");
    }
    page.pictures("alarms");
    page.tab_to("button[aria-label='Acknowledge queue-long on web01']");
    page.press("Enter");
    page.until(
        "a reason is asked for",
        "document.activeElement === find('dialog #why')",
    );
    page.write("I am looking at it");
    page.press("Enter");
    page.until(
        "it is acknowledged",
        &format!(
            "{row}.querySelector('.state').textContent === 'acknowledged by operator (I am looking at it)'"
        ),
    );
    set(&web01, 1);
    page.until("it has recovered", &format!("!{row}"));

    // A host is gone.
    fleet.kill_agent("web02");
    page.until(
        "that is an alarm",
        "find('#alarms tbody .rule')?.textContent === 'host-down'",
    );
    page.tab_to("button[aria-label='Silence host-down on web02']");
    page.press("Enter");
    page.until(
        "a reason is asked for",
        "document.activeElement === find('dialog #why')",
    );
    page.press("Enter");
    page.until("without one it is not done", "find('dialog #why:invalid')");
    page.write("it is to go");
    page.pictures("silence");
    page.press("Enter");
    page.until(
        "it is silenced",
        "!find('#quiet').hidden && find('#silences .why').textContent === 'it is to go'",
    );
    page.until(
        "its alarm says so",
        "find('#alarms .health .muted').textContent.includes('silenced')",
    );
    page.pictures("silenced");
    assert_eq!(page.console(), [""; 0]);
    page.go(&pages);
    page.until(
        "the fleet shows it",
        "find('tr[data-state=down] .name')?.textContent === 'web02'",
    );
    page.pictures("fleet");
    page.tab_to("#hosts tr[data-state=up] .name a");
    page.press("Enter");
    page.until(
        "the host has charts",
        "location.pathname.startsWith('/hosts/') && find('.chart .line')",
    );
    page.pictures("host");
    assert_eq!(page.console(), [""; 0]);

    // The hub restarts.
    page.go(&format!("{pages}/alarms"));
    page.until("the silence is there", "find('#silences .why')");
    assert_eq!(page.console(), [""; 0]);
    fleet.kill_hub();
    page.until(
        "the page knows",
        "find('.live').dataset.state === 'lost' && !find('#trouble').hidden",
    );
    page.pictures("lost");
    fleet.start_hub();
    // A session ends with its hub.
    log_in(&mut page, &fleet.token());
    page.until(
        "the page is back where it was",
        "location.pathname === '/alarms' && find('.live').dataset.state === 'live'",
    );
    page.until(
        "and knows what it knew",
        "find('#silences .why')?.textContent === 'it is to go' && find('#trouble').hidden",
    );
    // What a browser itself says of a server that is not there.
    let network = page.console();
    assert!(
        network.iter().all(|said| said.starts_with("\"network\"")),
        "{network:?}"
    );

    // Whoever may only look.
    let added = Command::new(env!("CARGO_BIN_EXE_muster-hub"))
        .arg("--config")
        .arg(fleet.files().join("hub/hub.toml"))
        .args(["--add-user", "vera", "--viewer"])
        .output()
        .unwrap();
    let token = text(&added.stdout);
    page.tab_to("#bar form button");
    page.press("Enter");
    log_in(&mut page, token.trim());
    page.until(
        "the fleet is there",
        "location.pathname === '/' && find('#hosts .name a')",
    );
    page.go(&format!("{pages}/rules"));
    page.until("the rules are there", "[...document.querySelectorAll('#rules th.name')].some((name) => name.textContent.startsWith('queue-long'))");
    assert_eq!(page.eval("document.querySelector('#new').hidden"), true);
    assert_eq!(page.eval("document.querySelectorAll('#rules button').length"), 0);
    page.go(&format!("{pages}/alarms"));
    page.until("the alarms are there", "find('.live').dataset.state === 'live'");
    assert_eq!(
        page.eval("[...document.querySelectorAll('main button')].filter((button) => !button.hidden).length"),
        0
    );

    assert_eq!(page.console(), [""; 0]);
    let asked = page.asked();
    assert!(
        asked
            .iter()
            .all(|url| url.starts_with(&pages) || url == "about:blank"),
        "{asked:?}"
    );
}
