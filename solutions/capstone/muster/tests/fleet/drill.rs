//! kill -9 and full disks at random moments under load: whatever happens, the ledger balances, nothing acknowledged is missing, nothing is stored twice.
//!
//! The short drills run with the other tests. The long ones, with 50 moments of each kind, on demand, and each can be repeated:
//!
//! ```text
//! DRILL_SEED=7 DRILL_MOMENTS=50 cargo test --release -p muster --test fleet drill -- --ignored --nocapture --test-threads=1
//! ```
//!
//! The seed says what happens in which order and how long is waited before; what else the machine does in that time, it does not say.

mod disks;
mod load;
pub(crate) mod moments;

use std::env;

use crate::harness::Fleet;
use moments::{Blow, Drill};

fn number(variable: &str, otherwise: u64) -> u64 {
    env::var(variable)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

/// Kills agents, a transfer and the hub, each at so many moments.
fn kills(seed: u64, moments: u64) {
    let mut fleet = Fleet::new();
    let kinds = [Blow::Agent, Blow::Transfer, Blow::Hub];
    let mut drill = Drill::begin(&mut fleet, seed);
    drill.go_through(&kinds, moments);
    drill.end();
}

#[test]
fn agent_transfer_and_hub_are_killed_at_some_moments() {
    kills(number("DRILL_SEED", 1), 5);
}

#[test]
#[ignore = "takes minutes"]
fn agent_transfer_and_hub_are_killed_at_many_moments() {
    kills(number("DRILL_SEED", 1), number("DRILL_MOMENTS", 50));
}

#[test]
fn disks_are_full_at_some_moments() {
    disks::in_a_namespace("drill::disks::inside", number("DRILL_SEED", 1), 3);
}

#[test]
fn a_hub_whose_disk_is_full_calls_no_host_down() {
    disks::in_a_namespace("drill::disks::inside_no_host_is_down", 1, 1);
}

#[test]
#[ignore = "takes minutes"]
fn disks_are_full_at_many_moments() {
    disks::in_a_namespace(
        "drill::disks::inside",
        number("DRILL_SEED", 1),
        number("DRILL_MOMENTS", 50),
    );
}
