//! Who is not believed any more.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use muster::identity::{Identity, Role};
use muster::pki::{Authority, HUB};

use crate::harness::{Fleet, Process, text, until};

fn log(fleet: &Fleet, name: &str) -> String {
    fs::read_to_string(fleet.folder.0.join(format!("{name}.log"))).unwrap_or_default()
}

#[test]
fn a_revoked_agent_is_out_at_once_and_stays_out_and_another_certificate_lets_it_in() {
    let mut fleet = Fleet::with(&["web01", "web02"]);
    let before = fleet.batches("web01").len();
    let output = fleet.muster(&["revoke", "web01"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(
        said.starts_with("muster://agent/web01: certificates made until "),
        "{said}"
    );
    assert!(
        said.ends_with(" are refused; 1 open connection ended\n"),
        "{said}"
    );
    let why = "the certificate of muster://agent/web01 was revoked by operator at 20";
    until("its connection has ended, and it is refused", || {
        let is_told = log(&fleet, "web01").contains(why) && log(&fleet, "hub").contains(why);
        (is_told && !fleet.host("web01").connected).then_some(())
    });
    let refused = fleet.batches("web01").len();
    // The other one is not.
    fleet.until_all_up(1);
    assert!(fleet.host("web02").connected);
    fleet.kill_hub();
    fleet.start_hub();
    until("the hub still knows", || {
        log(&fleet, "hub").contains(why).then_some(())
    });
    assert_eq!(
        fleet.batches("web01").len(),
        refused,
        "{before} before it was revoked"
    );

    fleet.kill_agent("web01");
    fs::rename(fleet.files().join("agents/web01"), fleet.folder.0.join("old")).unwrap();
    fleet.add("web01");
    fleet.start_agent("web01");
    fleet.until_all_up(2);
}

#[test]
fn a_revoked_operator_is_refused_and_what_they_run_is_ended() {
    let mut fleet = Fleet::with(&["web01"]);
    let made = fleet.muster(&["add-operator", "ann"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let ann = fleet.files().join("operators/ann");
    let marker = fleet.folder.0.join("marker");
    let command = format!(
        "echo $$ > {0}.new; mv {0}.new {0}; exec sleep 1000",
        marker.display()
    );
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_muster"));
    run.arg("--dir")
        .arg(&ann)
        .args(["run", "--all", "--", "sh", "-c", &command]);
    let running = Process(run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    let pid = until("it runs", || fs::read_to_string(&marker).ok());
    for (args, part) in [
        (&["revoke", "--operator", "operator"][..], "is yourself"),
        (&["revoke", "../x"][..], "no name of a host"),
    ] {
        let output = fleet.muster(args);
        assert!(
            !output.status.success() && text(&output.stderr).contains(part),
            "{args:?}: {}",
            text(&output.stderr)
        );
    }
    let output = fleet.muster(&["revoke", "--operator", "ann"]);
    assert!(
        text(&output.stdout).contains("1 open connection ended"),
        "{}",
        text(&output.stderr)
    );
    let mut running = running;
    let status = until("the command line is told", || running.0.try_wait().unwrap());
    assert!(!status.success());
    until("what ran is ended", || {
        (!crate::harness::is_alive(pid.trim())).then_some(())
    });
    let refused = std::process::Command::new(env!("CARGO_BIN_EXE_muster"))
        .arg("--dir")
        .arg(&ann)
        .arg("hosts")
        .output()
        .unwrap();
    let said = text(&refused.stderr);
    assert!(
        said.contains("the certificate of muster://operator/ann was revoked by operator"),
        "{said}"
    );
    fleet.kill_agent("web01");
}

#[test]
fn a_file_of_the_revoked_that_makes_no_sense_keeps_a_hub_from_starting() {
    let mut fleet = Fleet::new();
    fleet.kill_hub();
    let path = fleet.files().join("hub/revoked");
    fs::write(&path, "# a comment\nweb01\n").unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_muster-hub"))
        .arg("--config")
        .arg(fleet.files().join("hub/hub.toml"))
        .output()
        .unwrap();
    let said = text(&output.stderr);
    assert!(
        said.contains("revoked:2: IDENTITY SECONDS BY is expected"),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(1));
}

/// Gives somebody of the fleet a certificate of another time.
fn date(fleet: &Fleet, who: &Identity, files: [&str; 2], from: i64, to: i64) {
    let at = |seconds: i64| {
        let span = Duration::from_secs(seconds.unsigned_abs());
        let now = SystemTime::now();
        if seconds < 0 { now - span } else { now + span }
    };
    let authority = Authority::open(&fleet.files().join("ca.key")).unwrap();
    let pair = authority.issue_between(who, at(from), at(to)).unwrap();
    for (file, text) in files.into_iter().zip([pair.certificate, pair.key]) {
        fs::write(fleet.files().join(file), text).unwrap();
    }
}

#[test]
fn a_certificate_that_is_over_or_not_yet_good_is_refused_and_both_sides_say_why() {
    const DAY: i64 = 86_400;
    let mut fleet = Fleet::new();
    let agent = Identity::agent("web01").unwrap();
    let hub = Identity::new(Role::Hub, HUB).unwrap();
    fleet.add("web01");
    let own = ["agents/web01/agent.pem", "agents/web01/agent.key"];
    for (from, to, part) in [(-9 * DAY, -DAY, "xpired"), (DAY, 9 * DAY, "not valid yet")] {
        date(&fleet, &agent, own, from, to);
        fleet.start_agent("web01");
        // The alert is the same in both cases; what it is exactly, the hub's log says.
        until("the agent says why", || {
            log(&fleet, "web01").contains("CertificateExpired").then_some(())
        });
        until("the hub says why", || {
            log(&fleet, "hub").contains(part).then_some(())
        });
        fleet.kill_agent("web01");
        fs::remove_file(fleet.folder.0.join("web01.log")).unwrap();
        fleet.kill_hub();
        fleet.start_hub();
    }
    date(&fleet, &agent, own, -DAY, DAY);
    fleet.start_agent("web01");
    fleet.until_all_up(1);
    // The hub's own.
    fleet.kill_hub();
    date(&fleet, &hub, ["hub/hub.pem", "hub/hub.key"], -9 * DAY, -DAY);
    fleet.start_hub();
    until("the agent says why", || {
        log(&fleet, "web01").contains("xpired").then_some(())
    });
    until("the hub says why", || {
        log(&fleet, "hub").contains("xpired").then_some(())
    });
}
