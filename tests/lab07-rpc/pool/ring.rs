//! Which node a key belongs to: `rpc ring`.

use std::collections::{BTreeMap, BTreeSet};

use support::{Case, Ended, Exchange};

/// Keys as they were placed, in their order.
pub(super) struct Placed {
    pub(super) ended: Ended,
    /// The node of each key.
    pub(super) nodes: Vec<String>,
}

impl Placed {
    /// How many keys each node has.
    pub(super) fn counts(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for node in &self.nodes {
            *counts.entry(node.as_str()).or_default() += 1;
        }
        counts
    }

    /// How many keys `node` has.
    fn count(&self, node: &str) -> usize {
        self.nodes.iter().filter(|found| *found == node).count()
    }
}

/// Makes names: `node` with a number behind.
pub(super) fn names(word: &str, count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("{word}{number}")).collect()
}

/// Lets `rpc ring` place keys, and expects a line for each, in order, that names one of the nodes.
pub(super) fn place(case: &mut Case, nodes: &[String], options: &[&str], keys: &[String]) -> Placed {
    let ended = case
        .program("rpc")
        .args(["ring", "--nodes", &nodes.join(",")])
        .args(options)
        .stdin(keys.join("\n") + "\n")
        .run();
    case.expect_status(&ended, 0);
    read(case, ended, nodes, keys)
}

fn read(case: &mut Case, ended: Ended, nodes: &[String], keys: &[String]) -> Placed {
    let text = ended.stdout_text();
    let lines: Vec<&str> = text.lines().collect();
    case.expect(
        &ended,
        lines.len() == keys.len(),
        &format!("a line for each of {} keys", keys.len()),
        format!("{} lines", lines.len()),
    );
    let known: BTreeSet<&str> = nodes.iter().map(String::as_str).collect();
    let mut found = Vec::with_capacity(keys.len());
    for (line, key) in lines.iter().zip(keys) {
        let node = line
            .strip_prefix(key.as_str())
            .and_then(|rest| rest.strip_prefix(' '))
            .filter(|node| known.contains(node));
        let Some(node) = node else {
            let what = format!("`{key} NODE` with one of the nodes {}", nodes.join(", "));
            case.expect(&ended, false, &what, line);
            break;
        };
        found.push(node.to_owned());
    }
    Placed { ended, nodes: found }
}

/// Expects that both have placed every key on the same node.
pub(super) fn expect_same(case: &mut Case, what: &str, keys: &[String], one: &Placed, other: &Placed) {
    let differs = (0..keys.len()).find(|&index| one.nodes[index] != other.nodes[index]);
    let found = differs.map(|index| {
        let (here, there) = (&one.nodes[index], &other.nodes[index]);
        format!("{} was on {here}, and then on {there}", keys[index])
    });
    case.expect(&other.ended, found.is_none(), what, found.unwrap_or_default());
}

/// Expects that the only keys that moved between both are those that were on `gone`, or are now on `come`.
pub(super) fn expect_moves(
    case: &mut Case,
    what: &str,
    keys: &[String],
    before: &Placed,
    after: &Placed,
    (gone, come): (Option<&str>, Option<&str>),
) {
    let wrong = (0..keys.len()).find(|&index| {
        let (here, there) = (before.nodes[index].as_str(), after.nodes[index].as_str());
        here != there && Some(here) != gone && Some(there) != come
    });
    let found = wrong.map(|index| {
        let (here, there) = (&before.nodes[index], &after.nodes[index]);
        format!("{} went from {here} to {there}", keys[index])
    });
    case.expect(&after.ended, found.is_none(), what, found.unwrap_or_default());
}

const UNBOUNDED: &[&str] = &["--load", "0"];

pub(super) fn every_key_goes_to_one_of_the_nodes(case: &mut Case) {
    let nodes = names("10.0.0.1:900", 3);
    let keys = ["", "a key with spaces", "user:1", "user:2", "schlüssel", "user:1"].map(str::to_owned);
    // What stands behind `--` are keys, whatever they begin with; without any, they come from standard input.
    let piped = place(case, &nodes, UNBOUNDED, &keys);
    let ended = case
        .program("rpc")
        .args(["ring", "--nodes", &nodes.join(","), "--load", "0", "--"])
        .args(&keys)
        .run();
    case.expect_status(&ended, 0);
    let given = read(case, ended, &nodes, &keys);
    expect_same(
        case,
        "keys on standard input placed like those of the command line",
        &keys,
        &piped,
        &given,
    );
    case.expect(
        &given.ended,
        given.nodes[2] == given.nodes[5],
        "a key that comes twice on the same node",
        format!("{} and {}", given.nodes[2], given.nodes[5]),
    );
    let alone = place(case, &nodes[..1], &[], &keys);
    case.expect_quiet(&alone.ended);
}

pub(super) fn keys_go_to_the_same_node_every_time(case: &mut Case) {
    let (nodes, keys) = (names("node", 7), names("key", 2000));
    for options in [
        UNBOUNDED,
        &[],
        &["--load", "1"],
        &["--points", "1", "--load", "0"],
    ] {
        let first = place(case, &nodes, options, &keys);
        for _ in 0..3 {
            let again = place(case, &nodes, options, &keys);
            let what = format!("the same nodes in every run (options: {})", options.join(" "));
            expect_same(case, &what, &keys, &first, &again);
        }
    }
}

pub(super) fn the_order_of_the_nodes_changes_nothing(case: &mut Case) {
    // With these names a point of one node can be written like a point of another.
    let mut nodes = names("n", 12);
    nodes.extend(names("n11", 3));
    let keys = names("key", 3000);
    for options in [UNBOUNDED, &["--load", "1.25"]] {
        let first = place(case, &nodes, options, &keys);
        let backwards: Vec<String> = nodes.iter().rev().cloned().collect();
        let mut turned = nodes.clone();
        turned.rotate_left(5);
        for other in [backwards, turned] {
            let again = place(case, &other, options, &keys);
            let what = format!("the same nodes for {}", other.join(","));
            expect_same(case, &what, &keys, &first, &again);
        }
    }
}

pub(super) fn a_node_that_leaves_takes_only_its_own_keys_with_it(case: &mut Case) {
    let (nodes, keys) = (names("node", 10), names("key", 5000));
    let before = place(case, &nodes, UNBOUNDED, &keys);
    for (index, gone) in nodes.iter().enumerate() {
        let mut rest = nodes.clone();
        rest.remove(index);
        let after = place(case, &rest, UNBOUNDED, &keys);
        let what = format!("without {gone} all keys of others where they were");
        expect_moves(case, &what, &keys, &before, &after, (Some(gone), None));
        // They are spread over the others, and do not all fall on its neighbour.
        let heirs: BTreeSet<&str> = (0..keys.len())
            .filter(|&key| before.nodes[key] == *gone)
            .map(|key| after.nodes[key].as_str())
            .collect();
        let what = format!("the keys of {gone} on more than half of the nine others");
        case.expect(
            &after.ended,
            heirs.len() > 4,
            &what,
            format!("on {} of them", heirs.len()),
        );
    }
}

pub(super) fn a_node_that_comes_takes_no_more_than_its_share(case: &mut Case) {
    const KEYS: usize = 6000;
    let (nodes, keys) = (names("node", 10), names("key", KEYS));
    let mut before = place(case, &nodes[..4], UNBOUNDED, &keys);
    for count in 5..=nodes.len() {
        let after = place(case, &nodes[..count], UNBOUNDED, &keys);
        let come = &nodes[count - 1];
        let what = format!("with {come} no key moved from one of the others to another one");
        expect_moves(case, &what, &keys, &before, &after, (None, Some(come)));
        let (moved, share) = (after.count(come), KEYS / count);
        case.expect(
            &after.ended,
            (share / 2..=share * 8 / 5).contains(&moved),
            &format!("about {share} of {KEYS} keys for {come}, one of {count} nodes"),
            moved,
        );
        before = after;
    }
}

pub(super) fn many_points_share_the_keys_evenly(case: &mut Case) {
    const KEYS: usize = 20_000;
    let (nodes, keys) = (names("node", 20), names("key", KEYS));
    let usual = place(case, &nodes, UNBOUNDED, &keys);
    for node in &nodes {
        let (count, share) = (usual.count(node), KEYS / nodes.len());
        case.expect(
            &usual.ended,
            (share / 2..=share * 8 / 5).contains(&count),
            &format!("about {share} of {KEYS} keys for {node}, one of 20 nodes with 128 points each"),
            count,
        );
    }
    let mut most = Vec::new();
    for points in ["1", "1024"] {
        let placed = place(case, &nodes, &["--points", points, "--load", "0"], &keys);
        most.push(placed.counts().into_values().max().unwrap_or(0));
        case.expect(
            &placed.ended,
            most[0] >= most[most.len() - 1],
            "the fullest of 20 nodes with fewer keys where each has 1024 points, and not one",
            format!("{} with one, {} with 1024", most[0], most[most.len() - 1]),
        );
    }
    // With one point each, arcs of the ring differ by far more than these.
    let placed = place(case, &nodes, &["--points", "1", "--load", "0"], &keys);
    case.expect(
        &placed.ended,
        most[0] > KEYS / nodes.len() * 8 / 5 && most[1] < KEYS / nodes.len() * 5 / 4,
        "1600 keys and more for the fullest node with one point, less than 1250 with 1024",
        format!("{} with one, {} with 1024", most[0], most[1]),
    );
}

/// The most keys that a node may have: `load` is a quarter of this many quarters, so that no rounding of fractions comes in.
fn capacity(quarters: usize, keys: usize, nodes: usize) -> usize {
    (quarters * keys).div_ceil(4 * nodes)
}

/// Expects what a bounded load means: a key goes where it would go if the nodes that are full by then were not there.
pub(super) fn expect_bounded(
    case: &mut Case,
    nodes: &[String],
    points: &str,
    quarters: usize,
    keys: &[String],
) {
    let load = format!("{}", quarters as f64 / 4.0);
    let placed = place(case, nodes, &["--points", points, "--load", &load], keys);
    let capacity = capacity(quarters, keys.len(), nodes.len());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rings: BTreeMap<Vec<String>, Placed> = BTreeMap::new();
    for (index, node) in placed.nodes.iter().enumerate() {
        let has_room = |name: &&String| counts.get(name.as_str()).is_none_or(|&count| count < capacity);
        let free: Vec<String> = nodes.iter().filter(has_room).cloned().collect();
        if !rings.contains_key(&free) {
            let ring = place(case, &free, &["--points", points, "--load", "0"], keys);
            rings.insert(free.clone(), ring);
        }
        let expected = &rings[&free].nodes[index];
        let what = format!(
            "{} on {expected}, with --load {load} and so at most {capacity} of {} keys on each of {} nodes, of which {} are full",
            keys[index],
            keys.len(),
            nodes.len(),
            nodes.len() - free.len(),
        );
        case.expect(&placed.ended, node == expected, &what, node);
        *counts.entry(node).or_default() += 1;
    }
}

pub(super) fn a_node_that_is_full_passes_keys_on(case: &mut Case) {
    let (nodes, keys) = (names("node", 5), names("key", 400));
    for quarters in [4, 5, 6, 8] {
        expect_bounded(case, &nodes, "8", quarters, &keys);
    }
    // 7 keys on 5 nodes: two each, however small the load, and no node has one of 1.4.
    expect_bounded(case, &nodes, "128", 4, &keys[..7]);
    expect_bounded(case, &nodes[..1], "128", 4, &keys);
}

pub(super) fn the_usual_load_is_a_quarter_above_the_share(case: &mut Case) {
    let (nodes, keys) = (names("node", 8), names("key", 1000));
    let usual = place(case, &nodes, &["--points", "4"], &keys);
    let said = place(case, &nodes, &["--points", "4", "--load", "1.25"], &keys);
    expect_same(
        case,
        "the same nodes with --load 1.25 and without",
        &keys,
        &said,
        &usual,
    );
    let most = usual.counts().into_values().max().unwrap_or(0);
    case.expect(
        &usual.ended,
        most == 157,
        "157 keys, of 1000 on 8 nodes, where a node is full",
        most,
    );
    let free = place(case, &nodes, &["--points", "4", "--load", "0"], &keys);
    let roomy = place(case, &nodes, &["--points", "4", "--load", "1000"], &keys);
    expect_same(
        case,
        "the same nodes without a bound and with one that nobody meets",
        &keys,
        &free,
        &roomy,
    );
}

pub(super) fn a_capacity_is_rounded_up_and_never_by_a_binary_fraction(case: &mut Case) {
    for (load, keys, nodes, capacity) in [
        ("1.1", 100, 10, 11),
        ("1.3", 100, 10, 13),
        ("1.005", 1000, 5, 201),
        ("1.001", 1000, 5, 201),
        ("1", 1000, 3, 334),
        ("1.999", 100, 20, 10),
    ] {
        let (names, keys) = (names("node", nodes), names("key", keys));
        // With one point each, some node is full in any case.
        let placed = place(case, &names, &["--points", "1", "--load", load], &keys);
        let most = placed.counts().into_values().max().unwrap_or(0);
        let what = format!(
            "{capacity} of {} keys on the fullest of {nodes} nodes, with --load {load}",
            keys.len()
        );
        case.expect(&placed.ended, most == capacity, &what, most);
    }
}

pub(super) fn a_hundred_thousand_keys_are_soon_placed(case: &mut Case) {
    let (nodes, keys) = (names("node", 300), names("key", 100_000));
    let placed = place(case, &nodes, &[], &keys);
    let most = placed.counts().into_values().max().unwrap_or(0);
    case.expect(
        &placed.ended,
        most == 417,
        "417 keys, a quarter more than its share, on the fullest of 300 nodes",
        most,
    );
}

pub(super) fn wrong_usage_of_the_ring_is_status_2(case: &mut Case) {
    for (args, named) in [
        (&["--load", "0", "key"][..], "--nodes"),
        (&["--nodes", "", "key"], "--nodes"),
        (&["--nodes", "a,,b", "key"], "--nodes"),
        (&["--nodes", "a", "--points", "0", "key"], "--points"),
        (&["--nodes", "a", "--points", "many", "key"], "--points"),
        (&["--nodes", "a", "--load", "-1", "key"], "--load"),
        (&["--nodes", "a", "--load", "0.5", "key"], "--load"),
        (&["--nodes", "a", "--load", "NaN", "key"], "--load"),
        (&["--nodes", "a", "--load", "inf", "key"], "--load"),
        (&["--nodes", "a", "--rings", "2", "key"], "--rings"),
    ] {
        let ended = case.program("rpc").args(["ring"]).args(args).run();
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, named);
        case.expect_stdout(&ended, "");
    }
}

pub(super) fn drawn_rings_keep_their_promises(case: &mut Case) {
    for round in 0..6 {
        let mut rng = case.rng(round);
        let mut nodes: Vec<String> = (0..rng.usize(2..12))
            .map(|_| format!("{:x}.example:{}", rng.u32(..), rng.u16(..)))
            .collect();
        let keys: Vec<String> = (0..rng.usize(50..600))
            .map(|_| format!("{:x}", rng.u64(..) >> rng.u8(..60)))
            .collect();
        let points = rng.usize(1..200).to_string();
        let options = ["--points", &points, "--load", "0"];
        let before = place(case, &nodes, &options, &keys);
        expect_bounded(case, &nodes, &points, rng.usize(4..9), &keys);
        rng.shuffle(&mut nodes);
        let shuffled = place(case, &nodes, &options, &keys);
        expect_same(
            case,
            "the same nodes in whichever order they were given",
            &keys,
            &before,
            &shuffled,
        );
        let gone = nodes.pop().unwrap_or_default();
        let after = place(case, &nodes, &options, &keys);
        let what = format!("without {gone} all keys of others where they were");
        expect_moves(case, &what, &keys, &before, &after, (Some(&gone), None));
    }
}

pub(super) fn drawn_keys_are_placed_like_the_reference_does(case: &mut Case) {
    case.seeded(8, |rng| {
        let nodes: Vec<String> = (0..rng.usize(1..20))
            .map(|number| format!("{:x}.{number}", rng.u16(..)))
            .collect();
        let keys: Vec<String> = (0..rng.usize(1..400))
            .map(|_| format!("{:x}", rng.u32(..) >> rng.u8(..24)))
            .collect();
        // With few points many keys are behind the last one.
        let points = ["1", "2", "5", "20", "200"][rng.usize(..5)];
        let load = ["0", "1", "1.05", "1.25", "2"][rng.usize(..5)];
        Exchange::of("rpc")
            .args([
                "ring",
                "--nodes",
                &nodes.join(","),
                "--points",
                points,
                "--load",
                load,
            ])
            .stdin(keys.join("\n"))
    });
}
