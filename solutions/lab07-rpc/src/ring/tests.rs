//! What must hold of every ring, tried with many.

// region:pool
use std::collections::HashMap;

use super::*;

/// Names and keys that differ from seed to seed, and are the same each time.
struct Drawn {
    names: Vec<String>,
    keys: Vec<String>,
}

fn drawn(seed: u64) -> Drawn {
    let mut random = fastrand::Rng::with_seed(seed);
    let port = random.u16(1024..);
    let nodes = random.usize(2..12);
    Drawn {
        // Names that are as much alike as addresses are.
        names: (0..nodes).map(|node| format!("10.0.0.{node}:{port}")).collect(),
        keys: (0..2000)
            .map(|key| format!("key {} {key}", random.u16(..)))
            .collect(),
    }
}

/// Which name has each key.
fn owners<'a>(ring: &Ring, names: &'a [String], keys: &[String]) -> Vec<&'a str> {
    keys.iter()
        .map(|key| names[ring.owner(key.as_bytes()).unwrap()].as_str())
        .collect()
}

#[test]
fn a_ring_without_nodes_has_no_owner() {
    assert_eq!(Ring::new::<&str>(&[], POINTS).owner(b"key"), None);
    assert_eq!(Ring::new(&["a"], POINTS).owner(b"key"), Some(0));
}

#[test]
fn behind_the_last_point_comes_the_first() {
    let ring = Ring {
        points: [(10, 0), (20, 1), (u64::MAX - 1, 2)]
            .map(|(hash, node)| Point { hash, node })
            .into(),
    };
    let mut all = Vec::new();
    ring.place(b"key", |node| {
        all.push(node);
        false
    });
    // The hash of the key is somewhere between the second point and the third.
    assert_eq!(all, [2, 0, 1]);
}

#[test]
fn the_order_of_the_names_does_not_matter() {
    for seed in 0..20 {
        let Drawn { mut names, keys } = drawn(seed);
        let before = owners(&Ring::new(&names, POINTS), &names, &keys)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        fastrand::Rng::with_seed(seed).shuffle(&mut names);
        assert_eq!(
            owners(&Ring::new(&names, POINTS), &names, &keys),
            before,
            "seed {seed}"
        );
    }
}

#[test]
fn when_a_node_leaves_only_its_keys_move() {
    for seed in 0..20 {
        let Drawn { names, keys } = drawn(seed);
        let ring = Ring::new(&names, POINTS);
        let before = owners(&ring, &names, &keys);
        for gone in 0..names.len() {
            let mut left = names.clone();
            left.remove(gone);
            let after = owners(&Ring::new(&left, POINTS), &left, &keys);
            for ((key, before), after) in keys.iter().zip(&before).zip(after) {
                if *before != names[gone] {
                    assert_eq!(after, *before, "seed {seed}, {key}");
                }
                // To pass over a node is the same as to take it out.
                let passed = ring.place(key.as_bytes(), |node| node != gone);
                assert_eq!(
                    passed.map(|node| names[node].as_str()),
                    Some(after),
                    "seed {seed}, {key}"
                );
            }
        }
    }
}

#[test]
fn when_a_node_comes_it_takes_its_share_and_nothing_else_moves() {
    for seed in 0..20 {
        let Drawn { mut names, keys } = drawn(seed);
        let old = names.clone();
        names.push("10.0.1.1:80".to_owned());
        let before = owners(&Ring::new(&old, POINTS), &old, &keys);
        let after = owners(&Ring::new(&names, POINTS), &names, &keys);
        let moved: Vec<&str> = before
            .iter()
            .zip(&after)
            .filter(|(before, after)| before != after)
            .map(|(_, after)| *after)
            .collect();
        assert!(moved.iter().all(|&name| name == "10.0.1.1:80"), "seed {seed}");
        let share = keys.len() / names.len();
        assert!(
            (share / 2..share * 3 / 2).contains(&moved.len()),
            "seed {seed}: {} of {share}",
            moved.len()
        );
    }
}

#[test]
fn shares_are_even_with_many_points_and_uneven_with_few() {
    let names: Vec<String> = (0..10).map(|node| format!("node{node}")).collect();
    let keys: Vec<String> = (0..100_000).map(|key| key.to_string()).collect();
    let largest = |points| {
        let mut counts = HashMap::new();
        for owner in owners(&Ring::new(&names, points), &names, &keys) {
            *counts.entry(owner).or_insert(0) += 1;
        }
        counts.into_values().max().unwrap()
    };
    assert!(largest(1) > 20_000, "{}", largest(1));
    assert!(largest(POINTS) < 13_000, "{}", largest(POINTS));
}

#[test]
fn with_bounded_loads_no_node_has_more_than_its_capacity_and_every_key_has_a_node() {
    for (seed, load) in (0..20).zip(["1", "1.05", "1.25", "2"].into_iter().cycle()) {
        let Drawn { names, keys } = drawn(seed);
        let ring = Ring::new(&names, 16);
        let capacity = load.parse::<Load>().unwrap().capacity(keys.len(), names.len());
        let mut loads = vec![0; names.len()];
        for key in &keys {
            let owner = ring.owner(key.as_bytes()).unwrap();
            let node = ring.place(key.as_bytes(), |node| loads[node] < capacity).unwrap();
            // A key leaves its owner only if that is full.
            assert!(node == owner || loads[owner] == capacity, "seed {seed}, {key}");
            loads[node] += 1;
        }
        assert!(
            loads.iter().all(|&load| load <= capacity),
            "seed {seed}: {loads:?}"
        );
        assert_eq!(loads.iter().sum::<usize>(), keys.len());
    }
}
// endregion:pool
