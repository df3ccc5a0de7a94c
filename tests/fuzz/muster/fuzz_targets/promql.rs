//! A query, and a selector.
#![no_main]

use libfuzzer_sys::fuzz_target;
use muster_fuzz::prometheus::{read, read_selector};

fuzz_target!(|text: &str| {
    for read in [read(text).map(drop), read_selector(text).map(drop)] {
        let Err(why) = read else {
            continue;
        };
        // `1:5: what is wrong`, where there is a place.
        let place = why.split(": ").find_map(|part| {
            let (line, column) = part.rsplit_once(' ').map_or(part, |(_, last)| last).split_once(':')?;
            Some((line.parse::<usize>().ok()?, column.parse::<usize>().ok()?))
        });
        if let Some((line, column)) = place {
            let lines: Vec<&str> = text.split('\n').collect();
            let found = lines.get(line.wrapping_sub(1)).map(|line| line.len());
            assert!(found.is_some_and(|len| (1..=len + 2).contains(&column)), "{text:?}: {why}");
        }
    }
});
