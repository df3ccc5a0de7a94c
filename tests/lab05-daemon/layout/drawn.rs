//! Memories, drawn.

use support::{Case, Exchange, Rng};

use super::smaps::Made;

pub(super) fn drawn_memories_are_explained(case: &mut Case) {
    case.seeded(16, |rng| {
        let memory = Memory::draw(rng);
        memory.exchange(&["--json"])
    });
}

pub(super) fn drawn_addresses_are_found_where_they_are(case: &mut Case) {
    case.seeded(16, |rng| {
        let memory = Memory::draw(rng);
        let mut args = Vec::new();
        for _ in 0..20 {
            let (start, end) = memory.ranges[rng.usize(0..memory.ranges.len())];
            let address =
                [start, end - 1, end, start.saturating_sub(1), rng.u64(start..end)][rng.usize(0..5)];
            args.extend(["--find".to_owned(), format!("{address:#x}")]);
        }
        memory.exchange(&args.iter().map(String::as_str).collect::<Vec<_>>())
    });
}

struct Memory {
    smaps: String,
    ranges: Vec<(u64, u64)>,
    /// What each thread is doing.
    stacks: Vec<(u32, String)>,
}

impl Memory {
    fn draw(rng: &mut Rng) -> Self {
        const NAMES: [&str; 12] = [
            "/usr/bin/tool",
            "/usr/bin/tool",
            "/usr/lib/a.so",
            "/usr/lib/a.so",
            "/usr/lib/b.so (deleted)",
            "/var/lib/data",
            "/memfd:x (deleted)",
            "/dev/shm/queue",
            "[anon:arena]",
            "[heap]",
            "",
            "",
        ];
        let mut memory = Self {
            smaps: String::new(),
            ranges: Vec::new(),
            stacks: Vec::new(),
        };
        let mut start = rng.u64(0x100..0x1000) << 12;
        for _ in 0..rng.usize(4..40) {
            let end = start + (rng.u64(1..64) << 12);
            let name = NAMES[rng.usize(0..NAMES.len())];
            let has_file = name.starts_with('/');
            let permissions = match (has_file, rng.u32(0..8)) {
                (true, 0..=1) | (_, 0) => "r--p",
                (true, 2..=3) => "r-xp",
                (_, 4) => "---p",
                (true, 5) => "rw-s",
                _ => "rw-p",
            };
            let rss = rng.u64(0..=(end - start) >> 10);
            let made = Made {
                start,
                end,
                permissions,
                offset: if has_file { rng.u64(0..64) << 12 } else { 0 },
                inode: if has_file { name.len() as u64 } else { 0 },
                name,
                rss,
                pss: rng.u64(0..=rss),
            };
            memory.smaps.push_str(&made.text());
            memory.ranges.push((start, end));
            if rng.u32(0..5) == 0 {
                let pointer = rng.u64(start..end);
                let text = match rng.u32(0..3) {
                    0 => format!("-1 {pointer:#x} 0x401000\n"),
                    1 => format!("202 {start:#x} 0x80 0x0 0x0 0x0 0x0 {pointer:#x} {end:#x}\n"),
                    _ => "running\n".to_owned(),
                };
                memory.stacks.push((rng.u32(43..1000), text));
            }
            start = end + [0, 0, 0x1000, 0x10_0000][rng.usize(0..4)];
        }
        memory
    }

    fn exchange(&self, args: &[&str]) -> Exchange {
        let exchange = Exchange::of("daemon")
            .args(["layout", "--proc", "proc", "42"])
            .args(args.iter().copied())
            .file("proc/42/smaps", self.smaps.clone());
        self.stacks.iter().fold(exchange, |exchange, (tid, text)| {
            exchange.file(&format!("proc/42/task/{tid}/syscall"), text.clone())
        })
    }
}
