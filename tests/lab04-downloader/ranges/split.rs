//! How a file is split, and where its parts go.

use std::fs;
use std::os::unix::fs::{FileExt, MetadataExt};

use support::http::{Act, Body, Gate, Point, Request, Response, Server, Site};
use support::{Case, Running};

use crate::runs::{expect_saved, start};
use crate::served::{BLOCK, FIRST, all_asked, union, written};

/// Serves `body` as /big. All parts but the first MiB wait for the gate, before their first byte.
fn held_behind_the_first(case: &mut Case, name: &str, body: &Body, gate: &Gate) -> Server {
    let (body, gate) = (body.clone(), gate.clone());
    case.site(Site::new().named(name).when("/big", move |request: &Request| {
        let response = Response::ok(body.clone()).ranges();
        match request.before {
            0 => response,
            _ => response.at(Point::Body(0), Act::Hold(gate.clone())),
        }
    }))
}

/// Starts `downloader -x connections` and waits until so many parts are held.
fn start_held(case: &mut Case, site: &Server, connections: usize) -> Running {
    let mut running = start(
        case,
        &["-x", &connections.to_string(), "--quiet", &site.url("/big")],
    );
    running.wait_until(&format!("asked for {connections} parts at the same time"), || {
        let log = site.log();
        log.in_flight() >= connections && log.requests.len() > connections
    });
    running
}

pub(super) fn as_many_requests_are_in_flight_as_connections(case: &mut Case) {
    for connections in [2, 4, 16, 64] {
        let body = Body::pattern(FIRST + 64 * BLOCK, 1);
        let gate = Gate::new();
        let site = held_behind_the_first(case, &format!("site{connections}"), &body, &gate);
        let running = start_held(case, &site, connections);
        let threads = fs::read_dir(format!("/proc/{}/task", running.pid())).map_or(0, Iterator::count);
        gate.open();
        let ended = running.wait();
        let most = site.log().most_in_flight;
        case.expect(
            &ended,
            most == connections,
            &format!("{connections} requests in flight at most"),
            most,
        );
        case.expect(
            &ended,
            threads >= connections,
            &format!("a thread for each of {connections} connections"),
            threads,
        );
        expect_saved(case, &ended, "big", &body);
        fs::remove_file(case.dir().join("big")).expect("it was saved");
    }
}

pub(super) fn parts_are_split_evenly_in_whole_blocks(case: &mut Case) {
    for (connections, length) in [
        (2, FIRST + 40 * BLOCK + 5),
        (5, FIRST + 43 * BLOCK),
        (8, 32 << 20),
    ] {
        let body = Body::pattern(length, 1);
        let gate = Gate::new();
        let site = held_behind_the_first(case, &format!("site{connections}"), &body, &gate);
        let running = start_held(case, &site, connections);
        let parts = all_asked(&site.log(), length);
        gate.open();
        let ended = running.wait();
        let mut sorted = parts.clone();
        sorted.sort_unstable();
        let touching = sorted.windows(2).all(|pair| pair[0].1 == pair[1].0);
        case.expect(
            &ended,
            touching && union(parts) == [(0, length)],
            &format!("parts that are the {length} bytes, none of them twice"),
            written(&sorted),
        );
        let rest = &sorted[1..];
        let whole = rest.iter().all(|(from, _)| from % BLOCK == 0);
        case.expect(
            &ended,
            whole,
            "parts that begin at a block of 256 KiB",
            written(&sorted),
        );
        let blocks = rest.iter().map(|(from, to)| (to - from).div_ceil(BLOCK));
        let (least, most) = (blocks.clone().min(), blocks.max());
        let even = least.zip(most).is_some_and(|(least, most)| most - least <= 1);
        case.expect(
            &ended,
            even,
            "parts that differ by a block at most",
            written(&sorted),
        );
        expect_saved(case, &ended, "big", &body);
        fs::remove_file(case.dir().join("big")).expect("it was saved");
    }
}

pub(super) fn the_file_is_sparse_at_full_length(case: &mut Case) {
    const LENGTH: u64 = 32 << 20;
    let body = Body::pattern(LENGTH, 1);
    let gate = Gate::new();
    let site = held_behind_the_first(case, "site", &body, &gate);
    let running = start_held(case, &site, 4);
    let part = case.dir().join("big.part");
    let meta = fs::metadata(&part).map(|meta| (meta.len(), meta.blocks() * 512));
    gate.open();
    let ended = running.wait();
    let (long, used) = match meta {
        Ok(meta) => meta,
        Err(error) => {
            case.expect(&ended, false, "a big.part while parts are fetched", error);
            return;
        }
    };
    case.expect(
        &ended,
        long == LENGTH,
        &format!("a big.part of {LENGTH} bytes from the start"),
        long,
    );
    case.expect(
        &ended,
        used <= LENGTH / 4,
        "a sparse file: no more disk than what has come needs",
        format!("{used} bytes of disk after 1 MiB had come"),
    );
    expect_saved(case, &ended, "big", &body);
}

pub(super) fn parts_are_written_to_their_places(case: &mut Case) {
    const LENGTH: u64 = FIRST + 32 * BLOCK;
    const SHOWN: u64 = 2 * BLOCK;
    let body = Body::pattern(LENGTH, 1);
    let gate = Gate::new();
    let (served, held) = (body.clone(), gate.clone());
    // Every part is held in its middle, so that all of them are half there at the same time.
    let site = case.site(Site::new().when("/big", move |request: &Request| {
        let response = Response::ok(served.clone()).ranges();
        match request.before {
            0 => response,
            _ => response.at(Point::Body(SHOWN), Act::Hold(held.clone())),
        }
    }));
    let mut running = start_held(case, &site, 4);
    let parts = all_asked(&site.log(), LENGTH);
    let part = case.dir().join("big.part");
    running.wait_until("wrote the beginning of each part to its place", || {
        let Ok(file) = fs::File::open(&part) else {
            return false;
        };
        parts.iter().all(|(from, _)| {
            let mut bytes = vec![0; SHOWN as usize];
            file.read_exact_at(&mut bytes, *from).is_ok() && bytes == body.bytes(*from..from + SHOWN)
        })
    });
    gate.open();
    let ended = running.wait();
    expect_saved(case, &ended, "big", &body);
}
