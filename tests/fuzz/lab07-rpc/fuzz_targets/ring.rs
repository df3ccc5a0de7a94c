//! The ring: see the crate.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rpc_fuzz::ring::{Load, Ring, hash};
use rpc_fuzz::source::Source;

/// The node whose point comes first from the key's hash on, around.
fn naive(names: &[String], points: u32, key: &[u8], up: impl Fn(usize) -> bool) -> Option<usize> {
    let from = hash(key);
    let all = names.iter().enumerate().filter(|(node, _)| up(*node));
    let points = all.flat_map(|(node, name)| {
        (0..points).map(move |point| {
            let hash = hash(format!("{name}#{point}").as_bytes());
            (hash.wrapping_sub(from), name, node)
        })
    });
    points.min().map(|(.., node)| node)
}

fuzz_target!(|data: &[u8]| {
    let mut source = Source::new(data);
    let points = u32::from(source.byte() % 40);
    let mut names: Vec<String> = Vec::new();
    for _ in 0..source.byte() % 12 {
        let name = String::from_utf8_lossy(source.some()).into_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let ring = Ring::new(&names, points);
    let down = u16::from_be_bytes([source.byte(), source.byte()]);
    let up = |node: usize| down & 1 << node == 0;
    let load = source.choose(&["0", "1", "1.25", "1.001", "1000"]);
    let load: Load = load.parse().expect("a load");
    let backwards: Vec<String> = names.iter().rev().cloned().collect();
    let other = Ring::new(&backwards, points);
    let mut keys = Vec::new();
    while !source.is_empty() && keys.len() < 40 {
        keys.push(source.some());
    }
    let capacity = load.capacity(keys.len(), names.len());
    let mut counts = vec![0; names.len()];
    for key in &keys {
        let owner = ring.owner(key);
        assert_eq!(owner, naive(&names, points, key, |_| true));
        assert_eq!(
            owner.map(|node| &names[node]),
            other.owner(key).map(|node| &backwards[node])
        );
        let placed = ring.place(key, up);
        assert_eq!(placed, naive(&names, points, key, up));
        if owner.is_some_and(up) {
            assert_eq!(placed, owner, "who is up keeps its keys");
        }
        if points > 0 && !names.is_empty() {
            let node = ring.place(key, |node| counts[node] < capacity);
            counts[node.expect("there is room for all")] += 1;
        }
    }
    assert!(counts.iter().all(|&count| count <= capacity));
    if let Ok(text) = str::from_utf8(source.rest())
        && let Ok(load) = text.parse::<Load>()
    {
        assert_eq!(load.to_string().parse(), Ok(load));
    }
});
