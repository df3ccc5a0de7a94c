//! The tiers of the cell, as the user who runs the tests and, where that is root, as an ordinary one.

use std::fs;
use std::path::Path;
use std::process::Command;

use common::Scratch;
use grader::cell::{Cell, Error, Tier};

mod common;
mod tiers;

/// Marks a run of this very program as somebody else.
const AS_ANOTHER: &str = "GRADER_TEST_AS";

/// An unused user id, beside those that a cell takes.
const ORDINARY: &str = "61199";

/// Proves a tier, or says why not.
fn prove(tier: Tier) {
    if !tiers::is_possible(tier) {
        return;
    }
    let scratch = Scratch::new(&format!("prove-{tier}"));
    match Cell::choose(Some(tier), &scratch.0) {
        Ok((cell, report)) => {
            println!("{}", report.lines().join("\n"));
            assert_eq!((cell.tier(), report.tier), (tier, tier));
            assert!(report.tried[0].findings.len() > 40, "too few findings");
        }
        Err(Error::NotHere { why, .. }) => panic!("tier {tier} does not hold: {why}"),
        Err(error) => panic!("{error}"),
    }
    assert_eq!(
        fs::read_dir(&scratch.0).unwrap().count(),
        0,
        "the prober leaves nothing"
    );
}

/// Runs the test `name` of this program once more, as an ordinary user.
fn as_ordinary(name: &str) {
    if !rustix::process::geteuid().is_root() || std::env::var_os(AS_ANOTHER).is_some() {
        return;
    }
    let place = Scratch::new(name);
    let here = std::env::current_exe().unwrap();
    let programs = here.parent().and_then(Path::parent).unwrap();
    for (from, to) in [
        (here.clone(), "tests"),
        (programs.join("cell"), "cell"),
        (programs.join("attack"), "attack"),
    ] {
        fs::copy(from, place.0.join(to)).unwrap();
    }
    let output = Command::new("setpriv")
        .args(["--reuid", ORDINARY, "--regid", ORDINARY, "--clear-groups"])
        .arg(place.0.join("tests"))
        .args(["--exact", name, "--nocapture"])
        .env(AS_ANOTHER, ORDINARY)
        .env("TMPDIR", &place.0)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    println!("as user {ORDINARY}: {said}");
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn tier_a_holds() {
    prove(Tier::A);
    as_ordinary("tier_a_holds");
}

#[test]
fn tier_b_holds() {
    prove(Tier::B);
    as_ordinary("tier_b_holds");
}

#[test]
fn a_tier_that_does_not_hold_is_refused_when_it_is_asked_for() {
    // Without a cell, every attack that the probes know goes through; so tier C says of itself that it confines nothing.
    let scratch = Scratch::new("refused");
    let (cell, report) = Cell::choose(Some(Tier::C), &scratch.0).unwrap();
    assert_eq!(cell.tier(), Tier::C);
    assert!(report.tried[0].findings.is_empty());
    assert!(cell.confine(&scratch.0, "lab01").before.is_empty());
}
