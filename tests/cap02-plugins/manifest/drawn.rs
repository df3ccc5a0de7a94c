//! Manifests, drawn.

use support::{Case, Exchange};

use crate::plug::sha256;

pub(super) fn drawn_manifests_are_checked(case: &mut Case) {
    case.seeded(16, |rng| {
        let script = format!("#!/bin/sh\n# {}\n", rng.u64(..));
        let mut exchange = Exchange::of("plugins").args(["check", "set"]);
        for file in ["a", "b", "web1", "up", "disk"] {
            let name = ["a", "b", "disk", "exit"][rng.usize(..4)];
            let mut lines = vec![
                format!("command = [\"x.sh\", \"{}\"]", rng.u8(..)),
                format!("form = \"{}\"", ["pairs", "nagios", "prometheus"][rng.usize(..3)]),
                format!("sha256 = \"{}\"", sha256(script.as_bytes())),
                format!(
                    "interval = \"{}{}\"",
                    rng.u32(..120),
                    ["s", "m", "ms"][rng.usize(..3)]
                ),
            ];
            if rng.u8(..3) == 0 {
                lines.push(format!("name = \"{name}\""));
            }
            if rng.u8(..3) == 0 {
                lines.push(format!("timeout = \"{}s\"", rng.u32(..60)));
            }
            rng.shuffle(&mut lines);
            exchange = exchange.file(&format!("set/{file}.plugin.toml"), lines.join("\n") + "\n");
        }
        exchange.file("set/x.sh", script)
    });
}
