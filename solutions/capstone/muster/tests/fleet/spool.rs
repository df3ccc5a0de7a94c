//! What an agent has collected outlives it.

use std::fs;

use crate::harness::{Fleet, until};

/// Parts the numbers of batches into lives of the agent: each counts from 1 on.
fn lives(batches: &[f64]) -> Vec<u64> {
    let mut lives = Vec::new();
    for &batch in batches {
        let batch = batch as u64;
        match lives.last_mut() {
            Some(last) if batch == *last + 1 => *last = batch,
            _ => {
                assert_eq!(batch, 1, "a batch is missing: {batches:?}");
                lives.push(1);
            }
        }
    }
    lives
}

/// Returns how many batches an agent has ever written to its disk, and how many of these wait.
fn spooled(fleet: &Fleet, host: &str) -> (u64, u64) {
    let folder = fleet.files().join("agents").join(host).join("spool");
    let whole = transfer::spool::check(&folder, |_, _| {}).map(|check| check.whole);
    let book = transfer::spool::peek(&folder).map(|(_, book)| book);
    let (Ok(mut whole), Ok(book)) = (whole, book) else {
        return (0, 0);
    };
    let last = whole.last().max(book.settled().last()).unwrap_or(0);
    whole.subtract(book.settled());
    (last, whole.count())
}

#[test]
fn an_agent_that_is_killed_while_the_hub_is_away_loses_no_report() {
    let mut fleet = Fleet::with(&["web01"]);
    let mut taken = 0;
    for _ in 0..3 {
        fleet.kill_hub();
        // Two lives without a hub. In the second nobody has said yet how often to report, so there is one at once and another after 10 s.
        for reports in [5, 1] {
            let (before, _) = spooled(&fleet, "web01");
            until("reports are on the disk", || {
                (spooled(&fleet, "web01").0 >= before + reports).then_some(())
            });
            fleet.kill_agent("web01");
            taken = spooled(&fleet, "web01").0;
            fleet.start_agent("web01");
        }
        fleet.start_hub();
        fleet.until_all_up(1);
        until("everything has arrived", || {
            let total: u64 = lives(&fleet.batches("web01")).iter().sum();
            (total > taken).then_some(())
        });
    }
    // Each life is there, and no report of it is missing in the middle.
    let lives = lives(&fleet.batches("web01"));
    assert_eq!(lives.len(), 7, "{lives:?}");
    let dropped: f64 = fleet.values("web01", "agent.dropped_batches").iter().sum();
    assert_eq!(dropped, 0.0);
}

#[test]
fn an_agent_that_is_killed_under_a_hub_that_listens_loses_no_report() {
    let mut fleet = Fleet::with(&["web01"]);
    for _ in 0..5 {
        let before = fleet.batches("web01").len();
        until("reports are stored", || {
            (fleet.batches("web01").len() > before + 2).then_some(())
        });
        fleet.kill_agent("web01");
        let (taken, _) = spooled(&fleet, "web01");
        fleet.start_agent("web01");
        until("everything has arrived", || {
            let total: u64 = lives(&fleet.batches("web01")).iter().sum();
            (total > taken).then_some(())
        });
    }
}

#[test]
fn with_0_mib_nothing_is_written() {
    let mut fleet = Fleet::new();
    fleet.add("web01");
    let file = fleet.files().join("agents/web01/agent.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("spool_mib = 64"), "{text}");
    fs::write(&file, text.replace("spool_mib = 64", "spool_mib = 0")).unwrap();
    fleet.start_agent("web01");
    fleet.until_all_up(1);
    assert!(!file.with_file_name("spool").exists());
}
